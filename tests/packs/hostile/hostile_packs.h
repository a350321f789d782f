// Packs that are merely large: harmless input, generated, on which a check must end with an answer and little memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "packs/pack_files.h"

namespace leadline::packs {

struct HostilePack {
  std::string name;  // "routes_2000"
  // What the check says: a code that is among its findings; empty: that it is good; "*": whatever it says.
  std::string code;
  // What is counted for the worst of its packs at most.
  uint64_t most_steps = 0;
  PackSet (*make)() = nullptr;
};

const std::vector<HostilePack>& HostilePacks();

// The small packs of tests/packs/base with a file of a pack ("central" or "emea") replaced or added.
PackSet SmallPacks();
PackSet With(const std::string& pack, const std::string& file, const std::string& text);
// `routes` routes of the region, all to one team, each asking two fields for texts of its own.
PackSet ManyRoutes(int routes);

}  // namespace leadline::packs
