// Scores explained point by point.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "cli/session/session.h"
#include "leadline/v1/decisions.pb.h"
#include "leadline/v1/records.pb.h"

namespace leadline::cli {

// Every contribution of a score decision, added up. Plain data.
struct ScoreSum {
  double central = 0;
  double adjustment = 0;
  double dimensions = 0;  // the sum of the score's central points by dimension
};
ScoreSum AddUp(const v1::Decision& decision, const v1::Score& score);
// What does not add up, in words; empty when all does: the rules' points give the central score and the adjustment, the
// dimensions give the central score, both together the total.
std::string CheckSum(const ScoreSum& sum, const v1::Score& score);

// Prints each rule and matrix cell that gave points, the sums, and whether they agree; then why not the others, where
// `why_not`. Gives what CheckSum gave.
std::string ShowScoreDecision(Session& session, const v1::Decision& decision, const v1::Score& score, bool why_not);

}  // namespace leadline::cli
