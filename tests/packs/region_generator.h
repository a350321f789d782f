// Random packs of a region, as text: some of them break the rules of layering on purpose.
#pragma once

#include <random>
#include <string>

#include "packs/pack_files.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// `central` is the central pack alone, compiled: what the region adds to, sets, tightens or wrongly redefines. The text
// depends on the state of `random` and on nothing else.
PackFiles RandomRegion(const RuleSet& central, const std::string& name, std::mt19937_64& random);

}  // namespace leadline::packs
