// Service levels, whole and by team.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/sections.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum HtmlTable::Kind;

std::vector<HtmlTable::Column> LevelColumns(std::string_view first) {
  return {{std::string(first), kText},
          {"Met in time"},
          {"Met in time, as a bar", kPicture},
          {"Started"},
          {"Met"},
          {"Broken"},
          {"Running"},
          {"No longer applied"},
          {"Median response"}};
}

std::vector<HtmlCell> LevelCells(const v1::SlaCompliance& level) {
  const int64_t decided = level.met_count() + level.breached_count();
  const bool responded = level.has_median_response_duration();
  return {Share(level.met_count(), decided),
          Bar(level.met_count(), decided),
          WithThousands(level.started_count()),
          WithThousands(level.met_count()),
          WithThousands(level.breached_count()),
          WithThousands(level.running_count()),
          WithThousands(level.cancelled_count()),
          responded ? SpanInWords(ToDuration(level.median_response_duration())) : "–"};
}

}  // namespace

std::string LevelsSection(const PageNumbers& numbers) {
  std::string body;
  if (numbers.levels.levels().empty()) {
    body = HtmlParagraph("No service level was started.");
  } else {
    HtmlTable whole("levels-table", "All teams together, by service level", LevelColumns("Service level"));
    for (const auto& level : numbers.levels.levels()) whole.Add(level.sla_id(), LevelCells(level));
    HtmlTable teams("teams-table", "By service level and team of who works the lead now", LevelColumns("Team"));
    std::string before;
    for (const auto& level : numbers.levels_by_team.levels()) {
      if (level.sla_id() != before) teams.BeginGroup(level.sla_id());
      before = level.sla_id();
      teams.Add(GroupName(level, "(no team)"), LevelCells(level));
    }
    body = whole.ToString() + teams.ToString();
  }
  return HtmlSection("levels", "Service levels",
                     "How often what was promised was done in time. \"Met in time\" is the share of met among met and "
                     "broken; what is still running or no longer applied does not count in it. A response is measured "
                     "in the working time of the calendar on which the clock counted.",
                     body);
}

}  // namespace leadline::cli
