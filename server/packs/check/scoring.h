// Whether the points can do what they are there for.
#pragma once

#include <vector>

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Reports LL2207 (points that never count in full) for the pack's own rules, LL2208 (a bar that no record reaches) for
// the central pack, and what CheckCondition says. Nothing when scoring.yaml or schema.yaml has errors.
void CheckScoring(const WrittenRules& written);
// Reports LL2209: a dimension that no rule of any pack counts into. `sets`: the central rules, then the regions'.
void CheckDimensions(Problems& problems, const Definitions& definitions, const std::vector<const RegionRules*>& sets);

// An upper bound of the central score; infinite when repeated activities can lift it without end. Of rules that exclude
// each other the best one counts, of the others all; a plugin gives all it may; no contribution has decayed; penalties
// are left out.
// `budget` may be null; after it has reached a limit the bound is less sharp.
double HighestCentralScore(const std::vector<FieldDef>& fields, const RegionRules& rules,
                           CheckBudget* budget = nullptr);

}  // namespace leadline::packs
