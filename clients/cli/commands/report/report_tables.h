// Reports as tables for people.
#pragma once

#include <vector>

#include "cli/session/session.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

// What was asked, as far as it shows.
struct ReportLayout {
  std::vector<v1::ReportDimension> by;  // a column each
  bool contacts = false;                // instead of leads
  bool by_entry = false;                // each record with the time of each entry
};

void Show(Session& session, const v1::GetFunnelResponse& response, const ReportLayout& layout);
void Show(Session& session, const v1::GetVelocityResponse& response, const ReportLayout& layout);
void Show(Session& session, const v1::GetSlaComplianceResponse& response, const ReportLayout& layout);
void Show(Session& session, const v1::GetFlowResponse& response, const ReportLayout& layout);
void Show(Session& session, const v1::GetPipelineResponse& response, const ReportLayout& layout);
void Show(Session& session, const v1::GetFeedbackResponse& response, const ReportLayout& layout);

}  // namespace leadline::cli
