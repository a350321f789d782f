// Where leads came from, and what became of them.
#include <fmt/format.h>

#include <algorithm>
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

constexpr int kMostSources = 50;

struct SourceSums {
  int64_t leads = 0, won = 0;
  void Add(const v1::Velocity& source) {
    leads += source.record_count();
    won += source.creation_to_customer().ended_count();
  }
};

std::vector<HtmlCell> SourceCells(const SourceSums& sums, int64_t most, const v1::DurationStats* won) {
  const bool timed = won != nullptr && won->ended_count() > 0;
  return {WithThousands(sums.leads), Bar(sums.leads, most),
          WithThousands(sums.won),   Share(sums.won, sums.leads),
          Bar(sums.won, sums.leads), timed ? SpanInWords(ToDuration(won->median_duration())) : "–"};
}

}  // namespace

std::string SourcesSection(const PageNumbers& numbers) {
  const auto& sources = numbers.velocity_by_source.velocities();
  HtmlTable table("sources-table", "Leads by source, the largest first",
                  {{"Source", kText},
                   {"Leads"},
                   {"Leads, as a bar", kPicture},
                   {"Won"},
                   {"Share won"},
                   {"Share won, as a bar", kPicture},
                   {"Median time to the sale"}});
  SourceSums all, others;
  int64_t most = 0;
  for (const auto& source : sources) {
    all.Add(source);
    most = std::max<int64_t>(most, source.record_count());
  }
  int shown = 0, more = 0;
  for (const auto& source : sources) {
    SourceSums sums;
    sums.Add(source);
    if (source.remainder() || shown == kMostSources) {
      others.Add(source);
      ++more;
      continue;
    }
    table.Add(GroupName(source, "(no source)"), SourceCells(sums, most, &source.creation_to_customer()));
    ++shown;
  }
  if (more > 0) table.Add("(all others)", SourceCells(others, most, nullptr));
  table.AddTotal("all", SourceCells(all, 0, &WholeVelocity(numbers).creation_to_customer()));
  return HtmlSection(
      "sources", "Sources",
      "Where leads came from, and how many of them were won: became a customer at least once, until the "
      "moment of this report. Young leads have had less time for it, so compare sources of the same age.",
      sources.empty() ? HtmlParagraph("There are no leads.") : table.ToString());
}

}  // namespace leadline::cli
