// Pins: which central pack a region was tested with, as its pack.yaml says (`tested_against`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packs/pack_files.h"

namespace leadline::packs {

// The pack.yaml with `tested_against: sha256`: in the place of the value that stands there, or as a line of its own
// behind `extends`. Every other byte stays. The text must be a pack.yaml without errors; otherwise it is given back.
std::string WithPin(const std::string& pack_yaml, std::string_view sha256);

// One region's pack.yaml, pinned to the set's central pack.
struct Pin {
  std::string region;
  std::string path;    // of the pack.yaml, below the set's root
  std::string sha256;  // of the central pack
  std::string text;    // the new pack.yaml
  bool changed = false;
};
// Of every region that has a pack.yaml, by name.
std::vector<Pin> PinsOf(const PackSet& set);

}  // namespace leadline::packs
