// What stands on the page of a report.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

// All answers but that of the people are of the same leads.
struct PageNumbers {
  // Which leads, in words: {"Region", "emea"}. Empty: all.
  std::vector<std::pair<std::string, std::string>> selection;
  // The same as options of the command line, with a space before each: " --region emea".
  std::string selection_options;
  Time asked = 0;
  // Leads changed while the answers came: sections may differ by that.
  bool changed_meanwhile = false;
  v1::GetFunnelResponse funnel;
  v1::GetFlowResponse flow;
  v1::GetFlowResponse people;  // of contacts; empty where the leads are chosen by what contacts do not have
  v1::GetFeedbackResponse feedback;
  v1::GetVelocityResponse velocity, velocity_by_source;
  v1::GetSlaComplianceResponse levels, levels_by_team;
  v1::GetPipelineResponse pipeline;
};

// The one group of an answer that was not divided; an empty one where there is none.
const v1::Funnel& WholeFunnel(const PageNumbers& numbers);
const v1::Flow& WholeFlow(const PageNumbers& numbers);
const v1::Feedback& WholeFeedback(const PageNumbers& numbers);
const v1::Velocity& WholeVelocity(const PageNumbers& numbers);
const v1::Pipeline& WholePipeline(const PageNumbers& numbers);

// What a group of an answer that was divided by one dimension is called: "(the rest)" for the remainder, `nothing`
// where the records have no value.
template <typename Group>
std::string GroupName(const Group& group, std::string_view nothing) {
  if (group.remainder()) return "(the rest)";
  const bool named = group.dimensions_size() > 0 && !group.dimensions(0).value().empty();
  return named ? group.dimensions(0).value() : std::string(nothing);
}

}  // namespace leadline::cli
