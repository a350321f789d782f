// One pack's files as trees, its pack.yaml and its hash.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "packs/pack_files.h"
#include "packs/read/layer.h"
#include "packs/rule_set.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// One pack's folder.
struct PackSource {
  bool central = false;
  std::string directory;
  std::map<std::string, std::unique_ptr<YamlFile>> files;  // by name
  std::vector<std::unique_ptr<YamlFile>> other_files;      // that should not be there
  PackInfo info;

  const std::string& name() const { return info.ref.pack; }
  // The tree of a file; null when it is not there or not readable.
  const YamlNode* Root(const std::string& file) const {
    const auto it = files.find(file);
    return it == files.end() || it->second->root().is_null() ? nullptr : &it->second->root();
  }
};

// Parses the pack's files. `directory` is where messages say that they stand. Files of unknown names, missing files and
// files that are not YAML are reported. What the central pack opens goes to `points`; a region opens nothing.
PackSource ReadPackSource(Problems& problems, const PackFiles& files, const std::string& directory,
                          ExtensionPoints& points);

// Where the central pack keeps the normalize.yaml of a region that it accepts, so that it goes on counting when the
// region changes its own.
std::string AcceptedTablePath(std::string_view region);

// Whether every file that such a pack needs is there, and none is unreadable.
bool IsWhole(const PackSource& pack);
// Warns (LL2310) when the region does not say that it was tested with the central pack of this hash.
void CheckPin(Problems& problems, const PackSource& region, const std::string& central_sha256);

}  // namespace leadline::packs
