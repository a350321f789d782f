// What the last look for scoring hits found that the next one need not find again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/scoring.h"

namespace leadline::packs {

// Of one record by one region's rules, for as long as it is given the same (GivenValues); whoever keeps it clears it
// then. Activities may be added, but not change. As large as what it was made of. Not thread-safe.
struct KnownHits {
  struct OfActivity {
    std::string id;
    Time time = 0;
    uint32_t end = 0;  // in `classes`; begins where the one before ends
  };
  bool record_known = false;
  std::vector<domain::RuleHit> record;  // of ScoringPlan::record_rules
  std::vector<OfActivity> activities;   // oldest first
  std::vector<uint32_t> classes;        // by number in CountingPlan::rules, of one activity after the other

  void Clear() { *this = {}; }
};

}  // namespace leadline::packs
