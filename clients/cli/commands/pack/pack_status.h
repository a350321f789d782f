// What the rollout says, in words. Pure functions.
#pragma once

#include <string>

#include "leadline/v1/admin_service.pb.h"

namespace leadline::cli {

// "marketing: anna, sales: boris"; empty when nobody approved.
std::string Approvals(const v1::PackCandidate& candidate);
// The sides that a central pack still needs: "marketing and sales"; empty for a region's.
std::string MissingApprovals(const v1::PackCandidate& candidate);
// Where a candidate stands: "decides", "on trial", "needs sales", "ready" or "decided before".
std::string Standing(const v1::PackCandidate& candidate, const v1::Rollout& rollout);
// "in shadow beside the active packs" or "deciding 10 % of the leads".
std::string DescribeTrialMode(const v1::Trial& trial);
// "1,200 of 5,000 leads (24.0 %), 80 with another score or status".
std::string DescribeRescoring(const v1::Rescoring& rescoring);

}  // namespace leadline::cli
