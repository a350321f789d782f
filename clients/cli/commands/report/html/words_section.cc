// What the statuses are called and mean.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/sections.h"

namespace leadline::cli {
namespace {

struct StatusWords {
  std::string_view status, name, meaning;
};

// The standard set, as rules/README.md has it; reports do not tell how packs describe statuses.
constexpr std::array<StatusWords, 10> kStatusWords = {{
    {"raw", "raw record", "Known, but has never done anything. Bought lists enter here."},
    {"inquiry", "inquiry", "Has responded to something."},
    {"maql", "marketing automation qualified lead", "The score is high enough that somebody should look."},
    {"lal", "lead development accepted lead", "Lead development has accepted it, and a person qualifies it."},
    {"mql", "marketing qualified lead",
     "Ready for sales: the score is at the bar, or the person asked to be contacted."},
    {"sal", "sales accepted lead", "Sales has accepted it."},
    {"sql", "sales qualified lead", "Sales has qualified it: an opportunity with a value."},
    {"customer", "customer", "Has bought."},
    {"re_market", "re-market", "Looked at and not ready yet. It is warmed again."},
    {"disqualified", "disqualified", "Will never buy."},
}};

}  // namespace

std::string WordsSection(const PageNumbers& numbers) {
  HtmlTable table("words-table", "Statuses of this report, as far as they are standard",
                  {{"Status", HtmlTable::Kind::kText}, {"What it means", HtmlTable::Kind::kText}});
  bool any = false;
  for (const auto& stage : WholeFunnel(numbers).stages()) {
    const auto* words = std::find_if(kStatusWords.begin(), kStatusWords.end(),
                                     [&stage](const StatusWords& known) { return known.status == stage.status(); });
    if (words == kStatusWords.end()) continue;
    table.Add(stage.status(), {fmt::format("{}: {}", words->name, words->meaning)});
    any = true;
  }
  if (!any) return "";
  return HtmlSection("words", "Statuses in words",
                     "What the standard statuses mean. Which lead is in which of them is decided by the rule packs.",
                     table.ToString() + HtmlCommand("What makes a lead ready for sales, and who has signed it:",
                                                    "leadline pack points rules"));
}

}  // namespace leadline::cli
