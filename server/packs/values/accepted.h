// Files of regions that count into what the centre decides, because the central pack.yaml names their hash.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// `accepts:` of the central pack.yaml: a list of {pack: REGION, normalize: SHA-256 of the region's file,
// mail_providers: the same}. Points into the file's tree. Not thread-safe while it is read.
class Accepted {
 public:
  void Read(Problems& problems, MapReader& pack_file);

  // Whether the centre accepts the region's file `what`.yaml, whose tree is `root`, as it is. Otherwise warns (LL2311)
  // that it does not count, with the entry that would accept it; `counts` says what does count of it.
  bool Holds(Problems& problems, const std::string& region, std::string_view what, const YamlNode& root,
             std::string_view counts = "so it does not count yet") const;
  // The SHA-256 that the centre accepts; empty: none.
  std::string HashOf(const std::string& region, std::string_view what) const;

 private:
  struct Hash {
    std::string sha256;
    const YamlNode* at = nullptr;
  };
  void ReadHash(Problems& problems, const std::string& region, std::string_view what, const YamlNode& node);

  std::map<std::string, Hash> hashes_;  // by region and file: "emea mail_providers"
};

}  // namespace leadline::packs
