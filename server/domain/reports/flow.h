// How records moved between statuses, and what became of them. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/reports/division.h"

namespace leadline::domain {

struct StatusMove {
  std::string from, to;
  int64_t count = 0;
};
struct StatusCount {
  std::string status;
  int64_t count = 0;
};
// Leads whose enquirer stood in a status just before they came in.
struct StatusCrossing {
  std::string status;  // empty: the person was new
  int64_t leads = 0;
  int64_t won = 0;  // of them
};

// Of one group.
struct Flow {
  GroupKey group;
  bool rest = false;  // of all groups but the largest; then without a key
  int64_t total = 0;
  std::vector<StatusMove> moves;          // in the lifecycle's order
  int64_t returns = 0;                    // entries of a status in which the record had been before
  int64_t returned = 0;                   // records that have such entries
  int64_t recycled = 0;                   // records that left the way to the sale, and not for good
  int64_t recycled_won = 0;               // of them, those that were won after that
  int64_t won = 0;                        // records that were won
  int64_t new_round = 0;                  // of them, those that were on the way to the sale again after that
  int64_t won_again = 0;                  // of these, those that were won after that
  std::vector<StatusCrossing> crossings;  // only statuses that have any: new people, then in the lifecycle's order
  int64_t touched = 0;                    // by a person
  int64_t never_touched = 0;
  Duration touch_median = 0, touch_p75 = 0, touch_p95 = 0;  // from the creation
  int64_t touched_in_5_minutes = 0, touched_in_15_minutes = 0, touched_in_60_minutes = 0;
  std::vector<StatusCount> left_behind;  // in no end, with no step due; only statuses that have any
};

}  // namespace leadline::domain
