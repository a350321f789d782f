// Reports as CSV (RFC 4180), for spreadsheets. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

// A line of titles, then a line for each group and status: a column for each of `by`, in which a group without a value
// has nothing, then whether it is the remainder. Durations are in seconds; what nothing was counted for is empty.
std::string ReportAsCsv(const v1::GetFunnelResponse& response, const std::vector<v1::ReportDimension>& by);
// The way from the creation to the customer stands under the status "creation_to_customer".
std::string ReportAsCsv(const v1::GetVelocityResponse& response, const std::vector<v1::ReportDimension>& by);
// A line for each service level and group.
std::string ReportAsCsv(const v1::GetSlaComplianceResponse& response, const std::vector<v1::ReportDimension>& by);
// A line for each group and status, also of those without leads; amounts are in units of the currency beside them, and
// empty where the packs convert none.
std::string ReportAsCsv(const v1::GetPipelineResponse& response, const std::vector<v1::ReportDimension>& by);
// A line for each group and figure: its name, the status or two that it is of, and the number; times in seconds.
std::string ReportAsCsv(const v1::GetFlowResponse& response, const std::vector<v1::ReportDimension>& by);
// A line for each group, and for each of its rules, bands of scores and reasons: what it is of ("total", "rule",
// "score_band", "reason"), its name and layer, and the counts. Of a reason only rejections are counted. The name of the
// rules or reasons that do not stand apart is "(the rest)".
std::string ReportAsCsv(const v1::GetFeedbackResponse& response, const std::vector<v1::ReportDimension>& by);

}  // namespace leadline::cli
