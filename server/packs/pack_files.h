// The files of packs as bytes: what a folder holds, what a client sends, what the store keeps.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"

namespace leadline::packs {

// The largest file that a pack may have, and the largest whole pack, in bytes.
inline constexpr uint64_t kMaxPackFileBytes = 4 << 20;
inline constexpr uint64_t kMaxPackBytes = 16 << 20;

// One pack. Plain data.
struct PackFiles {
  std::string name;                          // "central" or the region's
  std::map<std::string, std::string> files;  // by path in the pack: "scoring.yaml", "tests/titles_test.yaml"

  bool operator==(const PackFiles&) const = default;
};

// SHA-256 over the paths and bytes of every file, in small hexadecimal digits: the pack's identity.
std::string HashOf(const PackFiles& pack);

// The packs that decide together, the central one first, then the regions by name.
struct PackSet {
  std::string root;  // where messages say that the files stand: "rules"; may be empty
  std::vector<PackFiles> packs;

  // Null when there is none of this name.
  const PackFiles* Find(std::string_view name) const;
  // Puts the pack in, in the place of the one of the same name when there is one.
  void Put(PackFiles pack);
};

struct ReadPacksResult {
  PackSet set;
  std::vector<Diagnostic> diagnostics;  // files and folders that could not be read (LL1008)
};

// Reads the YAML and iCalendar files of `root`/central and of every `root`/regions/*. Not thread-safe with changes of
// the files.
ReadPacksResult ReadPackSet(const std::string& root);
// Reads one pack's folder. `name` is the pack's.
ReadPacksResult ReadPack(const std::string& directory, const std::string& name);

}  // namespace leadline::packs
