// How leads moved, how soon a person touched them, and who is left behind.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/report/html/arcs.h"
#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/sections.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum HtmlTable::Kind;

// Those that a lead left or entered, in the lifecycle's order; what the lifecycle does not have any more comes last.
std::vector<std::string> MovedStatuses(const PageNumbers& numbers) {
  std::vector<std::string> moved, order;
  const auto add = [](std::vector<std::string>& to, const std::string& status) {
    if (std::find(to.begin(), to.end(), status) == to.end()) to.push_back(status);
  };
  for (const auto& move : WholeFlow(numbers).moves()) {
    add(moved, move.from_status());
    add(moved, move.to_status());
  }
  for (const auto& stage : WholeFunnel(numbers).stages()) {
    if (std::find(moved.begin(), moved.end(), stage.status()) != moved.end()) add(order, stage.status());
  }
  for (const std::string& status : moved) add(order, status);
  return order;
}

// Four shades, so that a tenth of the most can be told from nothing.
HtmlCell MoveCell(int64_t count, int64_t most, bool down) {
  if (count == 0) return "";
  static constexpr std::array<std::string_view, 4> kDown = {"on1", "on2", "on3", "on4"};
  static constexpr std::array<std::string_view, 4> kUp = {"back1", "back2", "back3", "back4"};
  const double share = std::sqrt(static_cast<double>(count) / static_cast<double>(most));
  const size_t shade = std::min<size_t>(3, static_cast<size_t>(share * 4));
  return HtmlCell(WithThousands(count)).Shaded(down ? kDown[shade] : kUp[shade]);
}

std::string MovesTable(const std::vector<std::string>& statuses, const v1::Flow& flow) {
  std::map<std::pair<std::string, std::string>, int64_t> counts;
  int64_t most = 0;
  for (const auto& move : flow.moves()) {
    counts[{move.from_status(), move.to_status()}] += move.move_count();
    most = std::max<int64_t>(most, move.move_count());
  }
  std::vector<HtmlTable::Column> columns = {{"From \\ to", kText}};
  for (const std::string& status : statuses) columns.push_back({status});
  columns.push_back({"all moves out"});
  HtmlTable table("moves-table", "Moves: from the status of the row to that of the column", columns);
  std::vector<int64_t> in(statuses.size());
  for (size_t from = 0; from < statuses.size(); ++from) {
    std::vector<HtmlCell> cells;
    int64_t out = 0;
    for (size_t to = 0; to < statuses.size(); ++to) {
      const auto found = counts.find({statuses[from], statuses[to]});
      const int64_t count = found == counts.end() ? 0 : found->second;
      out += count;
      in[to] += count;
      cells.push_back(from == to ? HtmlCell("").Shaded("self") : MoveCell(count, most, from < to));
    }
    cells.push_back(WithThousands(out));
    table.Add(statuses[from], cells);
  }
  std::vector<HtmlCell> sums;
  int64_t all = 0;
  for (const int64_t sum : in) {
    sums.push_back(WithThousands(sum));
    all += sum;
  }
  sums.push_back(WithThousands(all));
  table.AddTotal("all moves in", sums);
  return table.ToString();
}

constexpr std::string_view kMovesLegend =
    "<ul class=\"legend\"><li><svg class=\"key\" aria-hidden=\"true\"><rect class=\"on4\" width=\"100%\" "
    "height=\"100%\"/></svg>to a status further down the list (above the empty diagonal)</li><li><svg class=\"key\" "
    "aria-hidden=\"true\"><rect class=\"back4\" width=\"100%\" height=\"100%\"/></svg>to one further up (below "
    "it)</li></ul>\n";

// From which people the leads came.
std::string CrossingsTable(const v1::Flow& flow) {
  if (flow.crossings().empty()) return "";
  HtmlTable table("crossings-table", "Leads by the status in which their enquirer stood just before they came in",
                  {{"Enquirer before", kText},
                   {"Leads"},
                   {"Share of all leads"},
                   {"Share, as a bar", kPicture},
                   {"Won"},
                   {"Share won"}});
  int64_t leads = 0, won = 0;
  for (const auto& crossing : flow.crossings()) {
    leads += crossing.lead_count();
    won += crossing.won_count();
  }
  for (const auto& crossing : flow.crossings()) {
    const int64_t of_them = crossing.lead_count();
    table.Add(EnquirerWords(crossing), {WithThousands(of_them), Share(of_them, leads), Bar(of_them, leads),
                                        WithThousands(crossing.won_count()), Share(crossing.won_count(), of_them)});
  }
  table.AddTotal("all", {WithThousands(leads), Share(leads, leads), "", WithThousands(won), Share(won, leads)});
  return table.ToString();
}

// Who comes back after a sale; a lead is one deal, and seldom does.
std::string RoundsOfPeople(const PageNumbers& numbers) {
  if (numbers.people.flows().empty() || numbers.people.flows(0).record_count() == 0) return "";
  const v1::Flow& people = numbers.people.flows(0);
  return HtmlParagraph(fmt::format(
      "People, chosen by region and time as the leads: {}; won: {}; of these, on the way to the sale again after that: "
      "{}; and won again: {}.",
      WithThousands(people.record_count()), WithThousands(people.won_count()), WithThousands(people.new_round_count()),
      WithThousands(people.won_again_count())));
}

}  // namespace

std::string FlowSection(const PageNumbers& numbers) {
  const v1::Flow& flow = WholeFlow(numbers);
  const std::vector<std::string> statuses = MovedStatuses(numbers);
  std::string body = HtmlParagraph("No lead moved.");
  if (!statuses.empty()) {
    body = std::string(kMovesLegend) + "<div class=\"moves\">\n" + MovesPicture(statuses, flow) +
           MovesTable(statuses, flow) + "</div>\n";
  }
  body +=
      HtmlParagraph(fmt::format("Leads that came back to a status in which they had been before: {}; how often: {}.",
                                WithThousands(flow.returned_count()), WithThousands(flow.return_count())));
  body += HtmlParagraph(fmt::format(
      "Recycled leads, which left the way to the sale for a status that is no end, such as re_market: {}; won "
      "after that: {}.",
      WithThousands(flow.recycled_count()), WithThousands(flow.recycled_won_count())));
  body += CrossingsTable(flow) + RoundsOfPeople(numbers);
  return HtmlSection("flow", "Flow between statuses",
                     "Every move from one status to another, counted as often as it happened. Leads do not only go "
                     "forward: some skip statuses, some come back. Nor are all of them of new people: who asks may be "
                     "a customer, or somebody whom marketing kept warm.",
                     body);
}

std::string TouchSection(const PageNumbers& numbers) {
  const v1::Flow& flow = WholeFlow(numbers);
  const int64_t all = flow.record_count();
  HtmlTable table("touch-table", "Leads by the time from their creation to the first touch",
                  {{"First touch by a person", kText}, {"Leads"}, {"Share"}, {"Share, as a bar", kPicture}});
  const auto add = [&](const std::string& name, int64_t count, std::string_view shade) {
    table.Add(name, {WithThousands(count), Share(count, all), Bar(count, all, shade)});
  };
  for (const auto& limit : flow.touch_limits()) {
    add(fmt::format("within {} minutes", limit.limit_duration().seconds() / 60), limit.touched_count(), "most");
  }
  add("at any time", flow.touched_count(), "most");
  add("never touched", flow.never_touched_count(), "bad");
  std::string spread;
  if (flow.touched_count() > 0) {
    spread = HtmlParagraph(fmt::format("Of those touched: half within {}, 3 in 4 within {}, 19 in 20 within {}.",
                                       SpanInWords(ToDuration(flow.touch_median_duration())),
                                       SpanInWords(ToDuration(flow.touch_p75_duration())),
                                       SpanInWords(ToDuration(flow.touch_p95_duration()))));
  }
  return HtmlSection("touch", "First touch",
                     "How soon a person touched a lead: decided a status later than the first, or noted a disposition "
                     "that is no mere attempt. Each line up to \"at any time\" holds those above it; together with "
                     "\"never touched\" that line is all leads. Imported history is no touch.",
                     table.ToString() + spread);
}

std::string LeftBehindSection(const PageNumbers& numbers) {
  const v1::Flow& flow = WholeFlow(numbers);
  std::string body = HtmlParagraph("Nobody is left behind.");
  if (!flow.left_behind().empty()) {
    HtmlTable table("behind-table", "Leads left behind, by status",
                    {{"Status", kText}, {"Leads"}, {"Share of all leads"}, {"Share, as a bar", kPicture}});
    int64_t sum = 0;
    for (const auto& left : flow.left_behind()) sum += left.lead_count();
    for (const auto& left : flow.left_behind()) {
      table.Add(left.status(), {WithThousands(left.lead_count()), Share(left.lead_count(), flow.record_count()),
                                Bar(left.lead_count(), flow.record_count(), "bad")});
    }
    table.AddTotal("all", {WithThousands(sum), Share(sum, flow.record_count()), ""});
    body = table.ToString() +
           HtmlCommand("Who they are:", "leadline report records left_behind" + numbers.selection_options);
  }
  return HtmlSection(
      "behind", "Left behind",
      "Leads in a status that is neither an end nor the sale, for which no service level runs, and which "
      "wait in no queue: nothing will remind anybody of them.",
      body);
}

}  // namespace leadline::cli
