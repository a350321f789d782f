#include "cli/commands/report/report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "cli/commands/report/division.h"
#include "cli/output/proto_text.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

// A column for each dimension.
std::vector<Table::Column> GroupColumns(const ReportLayout& layout) {
  std::vector<Table::Column> columns;
  for (const v1::ReportDimension dimension : layout.by) columns.push_back({std::string(WordOf(dimension))});
  return columns;
}

template <typename Group>
std::vector<std::string> CellsOf(const Group& group, const ReportLayout& layout) {
  return GroupCells(group.dimensions(), group.remainder(), layout.by.size());
}

template <typename Group>
std::string TitleOf(const Group& group, const ReportLayout& layout) {
  return GroupTitle(group.dimensions(), group.remainder(), layout.by);
}

// A bar of at most 20 cells; nothing of nothing.
std::string Bar(int64_t count, int64_t most) {
  static constexpr std::array<std::string_view, 8> kParts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  constexpr int64_t kEighths = 20 * 8;
  if (most <= 0 || count <= 0) return "";
  const auto eighths = std::max<int64_t>(
      1, static_cast<int64_t>(static_cast<double>(count) / static_cast<double>(most) * static_cast<double>(kEighths)));
  std::string bar;
  for (int64_t i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + std::string(kParts[static_cast<size_t>(eighths % 8)]);
}

// By entry a record counts with each of its entries, and as standing only where it entered what it is in now.
std::string StandingNote(const ReportLayout& layout, int64_t total, int64_t standing) {
  const std::string_view what = layout.contacts ? "contacts" : "leads";
  if (layout.by_entry) {
    return fmt::format("\n{} {} are in a status that they entered then.\n", WithThousands(standing), what);
  }
  const bool products = std::find(layout.by.begin(), layout.by.end(), v1::REPORT_DIMENSION_PRODUCT) != layout.by.end();
  return fmt::format("\n{} {} in all{}; the statuses add up to {}{}\n", WithThousands(total), what,
                     products ? ", each once for each of its products" : "", WithThousands(standing),
                     standing == total ? "." : ": THEY DIFFER.");
}

// Every status that a group has, each once.
std::vector<std::string> StatusesOf(const v1::GetFunnelResponse& response) {
  std::vector<std::string> statuses;
  for (const auto& funnel : response.funnels()) {
    for (const auto& stage : funnel.stages()) {
      if (std::find(statuses.begin(), statuses.end(), stage.status()) == statuses.end()) {
        statuses.push_back(stage.status());
      }
    }
  }
  return statuses;
}

// Where each group's records stand, one line a group.
void ShowStanding(Session& session, const v1::GetFunnelResponse& response, const ReportLayout& layout) {
  if (response.funnels_size() == 0) return;
  std::vector<Table::Column> columns = GroupColumns(layout);
  if (columns.empty()) columns.push_back({"Standing now"});
  const size_t groups = columns.size();
  columns.push_back({"Total", kRight});
  const std::vector<std::string> statuses = StatusesOf(response);
  for (const std::string& status : statuses) columns.push_back({status, kRight});
  Table table(columns);
  std::vector<int64_t> sums(1 + statuses.size());
  const auto add = [&](std::vector<std::string> cells, const std::vector<int64_t>& numbers) {
    cells.resize(groups);
    for (const int64_t number : numbers) cells.push_back(WithThousands(number));
    table.Add(std::move(cells));
  };
  for (const auto& funnel : response.funnels()) {
    std::vector<int64_t> numbers(sums.size());
    numbers.front() = funnel.record_count();
    for (const auto& stage : funnel.stages()) {
      const auto place = std::find(statuses.begin(), statuses.end(), stage.status()) - statuses.begin();
      numbers[static_cast<size_t>(place) + 1] += stage.current_count();
    }
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += numbers[i];
    add(layout.by.empty() ? std::vector<std::string>{"all"} : CellsOf(funnel, layout), numbers);
  }
  if (response.funnels_size() > 1) {
    table.AddLine();
    add({"all"}, sums);
  }
  session.Print(table);
  session.Print(StandingNote(layout, sums.front(), std::accumulate(sums.begin() + 1, sums.end(), int64_t{0})));
}

std::vector<std::string> StatsCells(const v1::DurationStats& stats) {
  auto span = [&](const google::protobuf::Duration& duration) {
    return stats.ended_count() == 0 ? std::string() : FormatSpan(ToDuration(duration));
  };
  return {WithThousands(stats.ended_count()),
          span(stats.median_duration()),
          span(stats.p75_duration()),
          span(stats.p90_duration()),
          span(stats.p95_duration()),
          span(stats.mean_duration()),
          WithThousands(stats.open_count()),
          stats.open_count() == 0 ? "" : FormatSpan(ToDuration(stats.open_median_duration()))};
}

// From which people the leads came; with the new ones they are all leads.
void ShowCrossings(Session& session, const v1::Flow& flow) {
  if (flow.crossings().empty()) return;
  Table table({{"Enquirer before"},
               {"Leads", kRight},
               {"Share", kRight},
               {"Won", kRight},
               {"Share won", kRight},
               {"Leads, as a bar"}});
  const auto share = [](int64_t part, int64_t of) {
    return of == 0 ? std::string() : FormatPercent(static_cast<double>(part) / static_cast<double>(of));
  };
  int64_t leads = 0, won = 0;
  for (const auto& crossing : flow.crossings()) {
    leads += crossing.lead_count();
    won += crossing.won_count();
  }
  const auto add = [&](const std::string& words, int64_t of_them, int64_t won_of_them, const std::string& bar) {
    table.Add({words, WithThousands(of_them), share(of_them, leads), WithThousands(won_of_them),
               share(won_of_them, of_them), bar});
  };
  for (const auto& crossing : flow.crossings()) {
    add(EnquirerWords(crossing), crossing.lead_count(), crossing.won_count(), Bar(crossing.lead_count(), leads));
  }
  table.AddLine();
  add("all", leads, won, "");
  session.Print(table);
  session.Print("\n");
}

// How soon people touched leads first; those whom nobody did are a line of their own.
void ShowTouches(Session& session, const v1::Flow& flow) {
  const int64_t all = flow.record_count();
  Table table({{"First touch by a person"}, {"Leads", kRight}, {"Share", kRight}, {"As a bar"}});
  const auto add = [&](const std::string& label, int64_t count) {
    table.Add({label, WithThousands(count),
               all == 0 ? "" : FormatPercent(static_cast<double>(count) / static_cast<double>(all)), Bar(count, all)});
  };
  for (const auto& limit : flow.touch_limits()) {
    add(fmt::format("within {} minutes", limit.limit_duration().seconds() / 60), limit.touched_count());
  }
  add("at any time", flow.touched_count());
  add("never touched", flow.never_touched_count());
  session.Print(table);
  if (flow.touched_count() > 0) {
    session.Print(fmt::format("Of those touched: median {}, 3 in 4 within {}, 19 in 20 within {}\n",
                              FormatSpan(ToDuration(flow.touch_median_duration())),
                              FormatSpan(ToDuration(flow.touch_p75_duration())),
                              FormatSpan(ToDuration(flow.touch_p95_duration()))));
  }
  session.Print("\n");
}

void ShowLeftBehind(Session& session, const v1::Flow& flow) {
  if (flow.left_behind().empty()) return session.Print("Nobody is left behind.\n\n");
  Table table({{"Left behind in"}, {"Leads", kRight}});
  for (const auto& left : flow.left_behind()) table.Add({left.status(), WithThousands(left.lead_count())});
  session.Print(table);
  session.Print(
      "Who they are: leadline report records left_behind, with the same options and the group's --values\n\n");
}

std::vector<std::string> AnswerCells(std::vector<std::string> names, const v1::HandOverCounts& counts) {
  const int64_t answered = counts.accepted_count() + counts.rejected_count();
  for (const int64_t count :
       {counts.sent_count(), counts.accepted_count(), counts.won_count(), counts.rejected_count()}) {
    names.push_back(WithThousands(count));
  }
  names.push_back(counts.has_rejected_share() ? FormatPercent(counts.rejected_share()) : "");
  names.push_back(Bar(counts.rejected_count(), answered));
  return names;
}

Table AnswerTable(std::vector<Table::Column> columns) {
  for (const char* title : {"Sent", "Accepted", "Won", "Rejected", "Of those answered"}) {
    columns.push_back({title, kRight});
  }
  columns.push_back({"Rejected of those answered, as a bar"});
  return Table(std::move(columns));
}

void ShowAnswers(Session& session, const v1::Feedback& feedback, const std::string& statuses) {
  const v1::HandOverCounts& total = feedback.total();
  session.Print(fmt::format(
      "{} sent to sales ({}): {} accepted, {} rejected, {} withdrawn, {} waiting{}\nOf those accepted: {} won, {} "
      "rejected later\n\n",
      WithThousands(total.sent_count()), statuses, WithThousands(total.accepted_count()),
      WithThousands(total.rejected_count()), WithThousands(total.withdrawn_count()),
      WithThousands(total.waiting_count()),
      total.has_rejected_share() ? fmt::format("; {} of those answered rejected", FormatPercent(total.rejected_share()))
                                 : "",
      WithThousands(total.won_count()), WithThousands(total.rejected_later_count())));
  Table rules = AnswerTable({{"Rule that sent it"}, {"Layer"}});
  for (const auto& rule : feedback.rules()) {
    const std::string name = rule.remainder() ? "(the rest)" : rule.rule_id().empty() ? "(others)" : rule.rule_id();
    rules.Add(AnswerCells({name, rule.layer()}, rule.counts()));
  }
  if (!rules.empty()) session.Print(rules);
  session.Print("\n");
  Table bands = AnswerTable({{"Score that sent it"}});
  for (const auto& band : feedback.score_bands()) bands.Add(AnswerCells({ScoreBandWords(band)}, band.counts()));
  session.Print(bands);
  session.Print("\n");
  if (total.rejections().empty()) return;
  Table reasons({{"Reason"}, {"Rejected", kRight}, {"Rejected later", kRight}, {"Rejected, as a bar"}});
  for (const auto& reason : total.rejections()) {
    reasons.Add({ReasonWords(reason), WithThousands(reason.rejected_count()),
                 WithThousands(reason.rejected_later_count()), Bar(reason.rejected_count(), total.rejected_count())});
  }
  session.Print(reasons);
  session.Print("\n");
}

}  // namespace

void Show(Session& session, const v1::GetFunnelResponse& response, const ReportLayout& layout) {
  for (const auto& funnel : response.funnels()) {
    session.Print(TitleOf(funnel, layout));
    Table table({{"Status"},
                 {"Entered", kRight},
                 {"Went on", kRight},
                 {"Conversion", kRight},
                 {"In it now", kRight},
                 {"Entered, as a bar"}});
    int64_t standing = 0, most = 0;
    for (const auto& stage : funnel.stages()) most = std::max<int64_t>(most, stage.entered_count());
    for (const auto& stage : funnel.stages()) {
      table.Add({stage.status(), WithThousands(stage.entered_count()), WithThousands(stage.advanced_count()),
                 stage.entered_count() == 0 ? "" : FormatPercent(stage.conversion()),
                 WithThousands(stage.current_count()), Bar(stage.entered_count(), most)});
      standing += stage.current_count();
    }
    table.AddLine();
    table.Add({"total", "", "", "", WithThousands(standing)});
    session.Print(table);
    session.Print(fmt::format("{} {}; {} jumps forward, {} steps back\n\n", WithThousands(funnel.record_count()),
                              layout.contacts ? "contacts" : "leads", WithThousands(funnel.jump_count()),
                              WithThousands(funnel.step_back_count())));
  }
  ShowStanding(session, response, layout);
}

void Show(Session& session, const v1::GetVelocityResponse& response, const ReportLayout& layout) {
  for (const auto& velocity : response.velocities()) {
    session.Print(TitleOf(velocity, layout));
    Table table({{"Time in"},
                 {"Left it", kRight},
                 {"Median", kRight},
                 {"3 in 4 within", kRight},
                 {"9 in 10 within", kRight},
                 {"19 in 20 within", kRight},
                 {"Mean", kRight},
                 {"Still there", kRight},
                 {"Their median age", kRight}});
    auto add = [&](const std::string& label, const v1::DurationStats& stats) {
      std::vector<std::string> cells = {label};
      for (auto& cell : StatsCells(stats)) cells.push_back(cell);
      table.Add(cells);
    };
    for (const auto& stage : velocity.stages()) add(stage.status(), stage);
    table.AddLine();
    add("creation to customer", velocity.creation_to_customer());
    session.Print(table);
    session.Print(fmt::format("{} records\n\n", WithThousands(velocity.record_count())));
  }
  if (response.velocities_size() < 2) return;
  std::vector<Table::Column> columns = GroupColumns(layout);
  for (const char* title : {"Records", "Customers", "Median", "3 in 4 within", "9 in 10 within", "19 in 20 within"}) {
    columns.push_back({title, kRight});
  }
  session.Print("Creation to customer\n");
  Table summary(columns);
  for (const auto& velocity : response.velocities()) {
    std::vector<std::string> cells = CellsOf(velocity, layout);
    cells.push_back(WithThousands(velocity.record_count()));
    const std::vector<std::string> stats = StatsCells(velocity.creation_to_customer());
    cells.insert(cells.end(), stats.begin(), stats.begin() + 5);
    summary.Add(std::move(cells));
  }
  session.Print(summary);
}

void Show(Session& session, const v1::GetSlaComplianceResponse& response, const ReportLayout& layout) {
  std::vector<Table::Column> columns = GroupColumns(layout);
  columns.insert(columns.begin(), {"Service level"});
  for (const char* title : {"Started", "Met", "Broken", "Running", "No longer", "Met in time", "Median response"}) {
    columns.push_back({title, kRight});
  }
  columns.push_back({"Met in time, as a bar"});
  Table table(columns);
  for (const auto& level : response.levels()) {
    const bool ended = level.met_count() + level.breached_count() > 0;
    std::vector<std::string> cells = CellsOf(level, layout);
    cells.insert(cells.begin(), level.sla_id());
    for (const int64_t count : {level.started_count(), level.met_count(), level.breached_count(), level.running_count(),
                                level.cancelled_count()}) {
      cells.push_back(WithThousands(count));
    }
    cells.push_back(ended ? FormatPercent(level.compliance()) : "");
    cells.push_back(level.has_median_response_duration() ? FormatSpan(ToDuration(level.median_response_duration()))
                                                         : "");
    cells.push_back(ended ? Bar(level.met_count(), level.met_count() + level.breached_count()) : "");
    table.Add(std::move(cells));
  }
  session.Print(table.empty() ? "No service level was started.\n" : "");
  if (!table.empty()) session.Print(table);
}

void Show(Session& session, const v1::GetFlowResponse& response, const ReportLayout& layout) {
  const std::string_view what = layout.contacts ? "contacts" : "leads";
  for (const auto& flow : response.flows()) {
    session.Print(TitleOf(flow, layout));
    Table moves({{"From"}, {"To"}, {"Moves", kRight}, {"As a bar"}});
    int64_t most = 0;
    for (const auto& move : flow.moves()) most = std::max<int64_t>(most, move.move_count());
    for (const auto& move : flow.moves()) {
      moves.Add({move.from_status(), move.to_status(), WithThousands(move.move_count()), Bar(move.move_count(), most)});
    }
    session.Print(moves.empty() ? "No record moved.\n" : "");
    if (!moves.empty()) session.Print(moves);
    session.Print(
        fmt::format("{} {}; {} of them came back to a status, {} times in all; {} were recycled, {} of them won "
                    "after that\n{} were won; {} of them began a new round after that, {} of these were won again\n\n",
                    WithThousands(flow.record_count()), what, WithThousands(flow.returned_count()),
                    WithThousands(flow.return_count()), WithThousands(flow.recycled_count()),
                    WithThousands(flow.recycled_won_count()), WithThousands(flow.won_count()),
                    WithThousands(flow.new_round_count()), WithThousands(flow.won_again_count())));
    if (layout.contacts) continue;
    ShowCrossings(session, flow);
    ShowTouches(session, flow);
    ShowLeftBehind(session, flow);
  }
}

void Show(Session& session, const v1::GetFeedbackResponse& response, const ReportLayout& layout) {
  if (response.feedbacks().empty()) session.Print("No lead was sent to sales.\n");
  const std::string statuses = fmt::format("{}", fmt::join(response.sales_statuses(), ", "));
  for (const auto& feedback : response.feedbacks()) {
    session.Print(TitleOf(feedback, layout));
    ShowAnswers(session, feedback, statuses);
  }
}

}  // namespace leadline::cli
