// leadline explain
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/tables/condition_text.h"
#include "cli/commands/tables/score_table.h"
#include "cli/commands/timeline.h"
#include "cli/output/event_text.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kExplainTeaching[] = R"(Examples:
  leadline explain leads/ID                         every point of the score that is stored, status, route
  leadline explain leads/ID --why-not-status mql    what keeps it from being an mql, and how many points are missing
  leadline explain leads/ID --why-not-route emea.hot --why-not-rep reps/emea-anna-weber
  leadline explain leads/ID --as-of now             as of now: points decay
  leadline explain leads/ID --no-why-not            leaves out the rules that did not hold

Without --as-of, score and status are explained as of the moment when the lead was last scored; routes always as of now.
Under each rule stand the parts of its condition: + true, - false, ? not known.
The points are added up and checked against the stored score; exit code 1 when they differ.)";

// Rules that could give points are many; the largest tell enough.
constexpr int kPossible = 8;

struct ExplainFlags {
  std::string lead, as_of, status, route, rep;
  std::optional<double> score;
  bool no_why_not = false;
};

bool Fired(const v1::Reason& reason) { return reason.outcome() == v1::REASON_OUTCOME_FIRED; }

// A rule in one line, and the parts of its condition below it.
void ShowRule(Session& session, const v1::Reason& reason, const std::string& what) {
  const std::vector<std::string> parts = ConditionLines(reason);
  std::string line = fmt::format("  {} {} [{}] {}", Fired(reason) ? '+' : '-', reason.rule_id(), reason.layer(), what);
  if (parts.size() == 1) line += ": " + parts[0].substr(2);
  session.Print(line + "\n");
  if (parts.size() > 1) {
    for (const std::string& part : parts) session.Print("      " + part + "\n");
  }
}

std::string Triggers(const v1::Reason& reason) {
  std::string out;
  for (const auto& evidence : reason.evidence()) {
    if (evidence.field() == "trigger") out += (out.empty() ? "on " : " or ") + evidence.value();
  }
  return out;
}

std::string FromStatus(const v1::Reason& reason) {
  for (const auto& evidence : reason.evidence()) {
    if (evidence.field() == "from") return evidence.value();
  }
  return "";
}

void ShowTransition(Session& session, const v1::Reason& reason) {
  std::string what = fmt::format("{} to {} {}", FromStatus(reason), reason.target(), Triggers(reason));
  if (reason.parts().empty()) what += ": " + reason.message();
  ShowRule(session, reason, what);
}

void ShowRoute(Session& session, const v1::Reason& reason) {
  ShowRule(session, reason, "to " + reason.target());
  const bool holds = reason.parts().empty() || reason.parts(0).outcome() == v1::CONDITION_PART_OUTCOME_TRUE;
  if (holds) session.Print(fmt::format("      {}\n", reason.message()));
  for (const auto& rep : reason.evidence()) session.Print(fmt::format("      {}: {}\n", rep.field(), rep.value()));
}

void ShowFields(Session& session, const v1::ExplainLeadResponse& explained) {
  bool any = false;
  for (const auto& decision : explained.decisions()) {
    if (decision.kind() != v1::DECISION_KIND_NORMALIZE) continue;
    if (!any) session.Print("\nWhat fields mean\n");
    any = true;
    session.Print(fmt::format("  {}\n", decision.summary()));
    for (const auto& reason : decision.reasons()) session.Print(fmt::format("      {}\n", reason.message()));
  }
}

void ShowStatus(Session& session, const v1::Decision& decision, bool why_not) {
  session.Print(
      fmt::format("\nStatus, as of {}\n  {}\n", FormatMinute(ToTime(decision.effective_time())), decision.summary()));
  for (const auto& reason : decision.reasons()) {
    if (!reason.parts().empty() && (why_not || Fired(reason))) ShowTransition(session, reason);
  }
}

void ShowRoutes(Session& session, const v1::Decision& decision, bool why_not) {
  session.Print(
      fmt::format("\nRoute, as of {}\n  {}\n", FormatMinute(ToTime(decision.effective_time())), decision.summary()));
  std::string skipped;
  for (const auto& reason : decision.reasons()) {
    // Those after the route that decides matter only by name.
    if (!skipped.empty() || reason.outcome() == v1::REASON_OUTCOME_SKIPPED) {
      skipped += (skipped.empty() ? "" : ", ") + reason.rule_id();
    } else if (why_not || Fired(reason)) {
      ShowRoute(session, reason);
    }
  }
  if (why_not && !skipped.empty()) session.Print(fmt::format("  not asked any more: {}\n", skipped));
}

void ShowServiceLevel(Session& session, const v1::Decision& decision, bool why_not) {
  session.Print(fmt::format("\nService level\n  {}\n", decision.summary()));
  for (const auto& reason : decision.reasons()) {
    const bool told = Fired(reason) || (why_not && reason.outcome() != v1::REASON_OUTCOME_SKIPPED);
    if (told) ShowRule(session, reason, Fired(reason) ? reason.message() : "");
  }
}

std::string Question(const v1::WhyNot& answer) {
  switch (answer.subject()) {
    case v1::WHY_NOT_SUBJECT_STATUS:
      return fmt::format("Why not in status {}?", answer.wanted());
    case v1::WHY_NOT_SUBJECT_ROUTE:
      return fmt::format("Why not by route {}?", answer.wanted());
    case v1::WHY_NOT_SUBJECT_REP:
      return fmt::format("Why not to {}?", answer.wanted());
    default:
      return fmt::format("Why not {} points?", answer.wanted());
  }
}

void ShowWhyNot(Session& session, const v1::WhyNot& answer) {
  session.Print(fmt::format("\n{}\n  {}\n", Question(answer), answer.answer()));
  const bool status = answer.subject() == v1::WHY_NOT_SUBJECT_STATUS;
  for (const auto& reason : answer.reasons()) status ? ShowTransition(session, reason) : ShowRoute(session, reason);
  if (answer.possible_points().empty()) return;
  Table table({{"Could give points"}, {"Layer"}, {"Points", Table::Align::kRight}, {"When", Table::Align::kWrap}});
  for (int i = 0; i < std::min(kPossible, answer.possible_points_size()); ++i) {
    const auto& possible = answer.possible_points(i);
    table.Add({possible.rule_id(), possible.layer(), "+" + FormatPoints(possible.points()), possible.needs()});
  }
  session.Print(table);
  if (answer.possible_points_size() > kPossible) {
    session.Print(fmt::format("and {} rules with fewer points\n", answer.possible_points_size() - kPossible));
  }
}

void ShowDecision(Session& session, const v1::Decision& decision) {
  session.Print(fmt::format("  {}  {}: {}\n", FormatMinute(ToTime(decision.effective_time())), decision.outcome(),
                            decision.summary()));
  for (const std::string& line : ReasonLines(decision)) session.Print("    " + line + "\n");
}

void ShowDecisions(Session& session, const std::vector<v1::Event>& events, v1::DecisionKind kind, const char* title) {
  bool any = false;
  for (const auto& event : events) {
    if (!event.has_decision() || event.decision().kind() != kind) continue;
    if (!any) session.Print(fmt::format("\n{}\n", title));
    any = true;
    ShowDecision(session, event.decision());
  }
}

// Statuses that no rule decided: given by a person or by an import of history.
void ShowGivenStatuses(Session& session, const std::vector<v1::Event>& events) {
  bool any = false;
  for (const auto& event : events) {
    if (event.has_decision() || !(event.has_status_changed() || event.has_assigned())) continue;
    if (!any) session.Print("\nGiven by people or by an import\n");
    any = true;
    session.Print(fmt::format("  {}  {}, by {}\n", FormatMinute(ToTime(event.occur_time())), DescribeEvent(event),
                              event.actor()));
  }
}

bool SameScore(const v1::Score& a, const v1::Score& b) {
  return std::abs(a.total() - b.total()) < 0.000'01 && std::abs(a.central() - b.central()) < 0.000'01;
}

// What the ledger holds of how it came to where it is.
void ShowHistory(Session& session, const std::vector<v1::Event>& events) {
  ShowDecisions(session, events, v1::DECISION_KIND_MATCH_ACCOUNT, "Account");
  ShowDecisions(session, events, v1::DECISION_KIND_MATCH_CONTACT, "Contact");
  ShowDecisions(session, events, v1::DECISION_KIND_DUPLICATES, "Duplicates");
  ShowDecisions(session, events, v1::DECISION_KIND_STATUS, "Statuses so far");
  ShowGivenStatuses(session, events);
  ShowDecisions(session, events, v1::DECISION_KIND_ROUTE, "Routes so far");
  ShowDecisions(session, events, v1::DECISION_KIND_SLA, "Service levels so far");
}

absl::StatusOr<v1::ExplainLeadRequest> RequestOf(const ExplainFlags& flags, const v1::Lead& lead, Time now) {
  v1::ExplainLeadRequest request;
  request.set_name(lead.name());
  if (!flags.as_of.empty()) {
    absl::StatusOr<Time> at = ParseMoment(flags.as_of, now);
    if (!at.ok()) return at.status();
    *request.mutable_as_of_time() = ToTimestamp(*at);
  } else if (lead.score().has_as_of_time()) {
    *request.mutable_as_of_time() = lead.score().as_of_time();
  }
  request.set_why_not_status(flags.status);
  request.set_why_not_route(flags.route);
  if (!flags.rep.empty()) request.set_why_not_rep(InKind("reps", flags.rep));
  if (flags.score.has_value()) request.set_why_not_score(*flags.score);
  return request;
}

// Shows the points and adds them up; what does not agree, in words.
std::string ShowScore(Session& session, const v1::ExplainLeadResponse& explained, bool as_stored, bool why_not) {
  session.Print(fmt::format("\nScore as of {}\n", FormatTime(ToTime(explained.score().as_of_time()))));
  std::string faults;
  bool any = false;
  for (const auto& decision : explained.decisions()) {
    if (decision.kind() != v1::DECISION_KIND_SCORE) continue;
    any = true;
    faults += ShowScoreDecision(session, decision, explained.score(), why_not);
  }
  if (!any) faults += "the server gave no score decision";
  const v1::Score& stored = explained.lead().score();
  if (as_stored && !SameScore(explained.score(), stored) && !explained.note().empty()) {
    session.Print(fmt::format("The stored score is {}; that of what is left is {}.\n", FormatPoints(stored.total()),
                              FormatPoints(explained.score().total())));
  } else if (as_stored && !SameScore(explained.score(), stored)) {
    session.Print(
        fmt::format("CHECK FAILED: the stored score is {}, the points give {}. When its person, its company or the "
                    "rules changed just now, it is scored again by itself; look again in a minute.\n",
                    FormatPoints(stored.total()), FormatPoints(explained.score().total())));
    faults += "the stored score differs";
  } else if (as_stored) {
    session.Print(fmt::format("Checked: this is the stored score, {}.\n", FormatPoints(stored.total())));
  }
  return faults;
}

int Explain(Session& session, const ExplainFlags& flags) {
  v1::GetLeadRequest get;
  get.set_name(InKind("leads", flags.lead));
  v1::Lead lead;
  grpc::Status status = session.Ask(lead_service::kGetLead, get, lead);
  if (!status.ok()) return session.Fail(status);
  absl::StatusOr<v1::ExplainLeadRequest> request = RequestOf(flags, lead, session.Now());
  if (!request.ok()) return session.Fail(request.status());
  v1::ExplainLeadResponse explained;
  status = session.Ask(lead_service::kExplainLead, *request, explained);
  if (!status.ok()) return session.Fail(status);
  if (session.json()) {
    session.PrintJson(explained);
    return kExitOk;
  }
  std::vector<v1::Event> events;
  std::string next;
  v1::GetTimelineRequest timeline;
  timeline.set_name(lead.name());
  timeline.set_view(v1::DECISION_VIEW_FULL);
  status = ReadTimeline(session, timeline, 0, next, [&](const v1::GetTimelineResponse& page) {
    events.insert(events.end(), page.events().begin(), page.events().end());
  });
  if (!status.ok()) return session.Fail(status);

  lead = explained.lead();
  session.Print(fmt::format("{}: status {} since {}, score {}, {}\n", lead.name(), lead.status(),
                            FormatMinute(ToTime(lead.status_time())), FormatPoints(lead.score().total()),
                            lead.assignee().empty() ? "worked by nobody" : "worked by " + lead.assignee()));
  if (!explained.note().empty()) session.Print(fmt::format("! {}\n", explained.note()));
  for (const auto& answer : explained.why_not()) ShowWhyNot(session, answer);
  const bool why_not = !flags.no_why_not;
  const bool as_stored = flags.as_of.empty() && lead.score().has_as_of_time();
  const std::string faults = ShowScore(session, explained, as_stored, why_not);
  ShowFields(session, explained);
  for (const auto& decision : explained.decisions()) {
    if (decision.kind() == v1::DECISION_KIND_STATUS) ShowStatus(session, decision, why_not);
    if (decision.kind() == v1::DECISION_KIND_ROUTE) ShowRoutes(session, decision, why_not);
    if (decision.kind() == v1::DECISION_KIND_SLA) ShowServiceLevel(session, decision, why_not);
  }
  ShowHistory(session, events);
  session.Print(fmt::format("\nDecided with {}\n", DescribeSnapshot(explained.snapshot())));
  return faults.empty() ? kExitOk : kExitRefused;
}

}  // namespace

void AddExplainCommand(Command root) {
  auto flags = std::make_shared<ExplainFlags>();
  Command command = root.AddCommand("explain", "Why a lead is where it is, and why not elsewhere", kExplainTeaching,
                                    [flags](Session& session) { return Explain(session, *flags); });
  command.AddOption("lead", flags->lead, "leads/ID").Required();
  command.AddOption("--why-not-status", flags->status, "A status that it is not in");
  command.AddOption("--why-not-route", flags->route, "A route that does not take it");
  command.AddOption("--why-not-rep", flags->rep, "reps/ID, who does not get it");
  command.AddOption("--why-not-score", flags->score, "Points that it does not have");
  command.AddOption("--as-of,--at", flags->as_of, "The moment; that of the stored score when not given");
  command.AddFlag("--no-why-not", flags->no_why_not, "Leave out the rules that did not hold");
}

}  // namespace leadline::cli
