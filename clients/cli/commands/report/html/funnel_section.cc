// Where leads stand, and how long they have stood there.
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

std::string ColourKey(std::string_view shade, std::string_view meaning) {
  return fmt::format(
      "<li><svg class=\"key\" aria-hidden=\"true\"><rect class=\"{}\" width=\"100%\" height=\"100%\"/></svg>{}</li>",
      shade, EscapeMarkup(meaning));
}

void AddStay(HtmlTable& table, std::string_view name, const v1::DurationStats& stats, Duration longest) {
  std::vector<HtmlCell> cells = {WithThousands(stats.ended_count())};
  const bool ended = stats.ended_count() > 0;
  for (const auto* span : {&stats.median_duration(), &stats.p75_duration(), &stats.p95_duration()}) {
    cells.push_back(ended ? SpanInWords(ToDuration(*span)) : "–");
  }
  cells.push_back(ended ? RangeBar(ToDuration(stats.median_duration()), ToDuration(stats.p75_duration()),
                                   ToDuration(stats.p95_duration()), longest)
                        : "");
  cells.push_back(WithThousands(stats.open_count()));
  cells.push_back(stats.open_count() > 0 ? SpanInWords(ToDuration(stats.open_median_duration())) : "–");
  table.Add(name, cells);
}

}  // namespace

std::string FunnelSection(const PageNumbers& numbers) {
  const v1::Funnel& funnel = WholeFunnel(numbers);
  HtmlTable table("funnel-table", "Leads by status, in the order of the lifecycle",
                  {{"Status", kText},
                   {"Entered"},
                   {"Entered, as a bar", kPicture},
                   {"Went on"},
                   {"Share that went on"},
                   {"In it now"},
                   {"Share of all"}});
  int64_t standing = 0, most = 0;
  for (const auto& stage : funnel.stages()) most = std::max<int64_t>(most, stage.entered_count());
  for (const auto& stage : funnel.stages()) {
    table.Add(stage.status(),
              {WithThousands(stage.entered_count()), Bar(stage.entered_count(), most),
               WithThousands(stage.advanced_count()), Share(stage.advanced_count(), stage.entered_count()),
               WithThousands(stage.current_count()), Share(stage.current_count(), funnel.record_count())});
    standing += stage.current_count();
  }
  table.AddTotal("all", {"", "", "", "", WithThousands(standing), Share(standing, funnel.record_count())});
  const std::string sum =
      fmt::format("Each lead is in one status now: the statuses add up to {} of {}{}", WithThousands(standing),
                  Counted(funnel.record_count(), "lead"), standing == funnel.record_count() ? "." : ": THEY DIFFER.");
  return HtmlSection(
      "funnel", "Funnel",
      "How many leads entered each status at least once, and how many of those went on from it to a later status of "
      "the way to the sale, however much later. A lead may enter a status without those before it.",
      table.ToString() + HtmlParagraph(sum) +
          HtmlParagraph(
              fmt::format("Moves that skipped at least one status forward: {}. Moves to an earlier status: {}.",
                          WithThousands(funnel.jump_count()), WithThousands(funnel.step_back_count()))));
}

std::string AgeSection(const PageNumbers& numbers) {
  const v1::Velocity& velocity = WholeVelocity(numbers);
  HtmlTable table("age-table", "Time in each status, of those who left it and of those who are still there",
                  {{"Status", kText},
                   {"Left it"},
                   {"Half within"},
                   {"3 in 4 within"},
                   {"19 in 20 within"},
                   {"As a bar", kPicture},
                   {"Still there"},
                   {"Median age of those"}});
  Duration longest = 0;
  const auto look = [&longest](const v1::DurationStats& stats) {
    if (stats.ended_count() > 0) longest = std::max(longest, ToDuration(stats.p95_duration()));
  };
  for (const auto& stage : velocity.stages()) look(stage);
  for (const auto& stage : velocity.stages()) AddStay(table, stage.status(), stage, longest);
  const v1::DurationStats& won = velocity.creation_to_customer();
  std::string way = "Nobody has become a customer yet.";
  if (won.ended_count() > 0) {
    way = fmt::format("From the creation to the customer ({}): half within {}, 3 in 4 within {}, 19 in 20 within {}.",
                      Counted(won.ended_count(), "lead"), SpanInWords(ToDuration(won.median_duration())),
                      SpanInWords(ToDuration(won.p75_duration())), SpanInWords(ToDuration(won.p95_duration())));
  }
  return HtmlSection("age", "Age in stage",
                     "How long leads stayed in a status before they left it: half of them no longer than the time "
                     "under \"Half within\", 19 in 20 no longer than that under \"19 in 20 within\". Of those who are "
                     "still there, half are older than their median age.",
                     "<ul class=\"legend\">" + ColourKey("most", "half") + ColourKey("middle", "3 in 4") +
                         ColourKey("least", "19 in 20") + ColourKey("track", "the whole bar: " + SpanInWords(longest)) +
                         "</ul>\n" + table.ToString() + HtmlParagraph(way));
}

}  // namespace leadline::cli
