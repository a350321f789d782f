// The page of a report: what stands on it, and how it is made.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

// What stands on the page. All answers are of the same leads.
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
  v1::GetVelocityResponse velocity, velocity_by_source;
  v1::GetSlaComplianceResponse levels, levels_by_team;
};

// The page, as UTF-8: one file that needs no other, without scripts, and which loads nothing. The same numbers make the
// same page. Whatever text they hold stays text.
std::string ReportPage(const PageNumbers& numbers);

}  // namespace leadline::cli
