// Acceptances: which files of regions count into what the centre decides, as the central pack.yaml says (`accepts`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packs/pack_files.h"

namespace leadline::packs {

// The central pack.yaml with the region's file `what`.yaml accepted as the one of this hash: in the place of the hash
// that stands there, or as an entry of its own. Every other byte stays. The text must be a pack.yaml without errors;
// otherwise it is given back.
std::string WithAcceptance(const std::string& pack_yaml, std::string_view region, std::string_view what,
                           std::string_view sha256);

// What accepting a region's files comes to.
struct Acceptances {
  struct File {
    std::string name;  // "normalize.yaml"
    std::string sha256;
  };
  std::vector<File> files;  // that can be accepted; empty: the region has none, or the set has no such region
  std::string path;         // of the central pack.yaml, below the set's root
  std::string text;         // the new central pack.yaml
  // The centre's copy of the region's normalize.yaml: it goes on counting when the region changes its own. Empty path:
  // the region has none.
  std::string copy_path;
  std::string copy_text;
  bool changed = false;
};
Acceptances AcceptancesOf(const PackSet& set, std::string_view region);

}  // namespace leadline::packs
