// The law of layering as checks: a region cannot alter the centre, and regions cannot alter each other.
#pragma once

#include <string>

#include "packs/rule_set.h"

namespace leadline::packs {

// Checks, on `samples` generated records, that with `region` loaded the central score, the bar, `qualified`, the status
// on entry and every move from every status on every trigger are what they are without it, that the adjustment keeps
// within the cap, that no central route or service level became looser, that no calendar of the region lies beneath the
// usual floor, and that the region's routes come after those that go before regions. `centre` has the central pack
// alone. `central_routing` is the text of the central routing.yaml, for its seals.
void CheckCentreStands(const RuleSet& centre, const RuleSet& with_region, const std::string& region,
                       const std::string& central_routing, uint64_t seed, int samples);

// Checks, on `samples` generated pairs of records, that with `region` loaded everybody is matched as without it, in
// that region and in the centre: the same keys, the same comparisons.
void CheckMatchingStands(const RuleSet& centre, const RuleSet& with_region, const std::string& region, uint64_t seed,
                         int samples);

// Checks that everything decided for `region` is the same in both sets: scores, hits, routes, normalised values,
// service levels, reps.
void CheckRegionUntouched(const RuleSet& without_other, const RuleSet& with_other, const std::string& region,
                          uint64_t seed, int samples);

}  // namespace leadline::packs
