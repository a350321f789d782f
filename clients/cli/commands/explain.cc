// leadline explain
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "cli/command_tree.h"
#include "cli/commands/score_table.h"
#include "cli/commands/timeline.h"
#include "cli/proto_text.h"
#include "cli/text.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"

namespace leadline::cli {
namespace {

constexpr char kTeaching[] = R"(Examples:
  leadline explain leads/ID               every point of the score that is stored
  leadline explain leads/ID --at now      as of now: points decay
  leadline explain leads/ID --no-why-not  leaves out the rules that gave no points

The points are added up and checked against the stored score; exit code 1 when they differ.)";

struct ExplainFlags {
  std::string lead, at;
  bool no_why_not = false;
};

void ShowReasons(Session& session, const v1::Decision& decision) {
  for (const auto& reason : decision.reasons()) {
    bool fired = reason.outcome() == v1::REASON_OUTCOME_FIRED;
    std::string evidence;
    for (const auto& fact : reason.evidence()) {
      evidence += fmt::format("{}{} = {}", evidence.empty() ? "" : ", ", fact.field(), fact.value());
    }
    session.Print(fmt::format("    {} {} [{}]{}{}{}{}\n", fired ? "+" : "-", reason.rule_id(), reason.layer(),
                              fired ? "" : " " + OutcomeName(reason.outcome()), reason.message().empty() ? "" : ": ",
                              reason.message(), evidence.empty() ? "" : " (" + evidence + ")"));
  }
}

void ShowDecision(Session& session, const v1::Decision& decision) {
  session.Print(
      fmt::format("  {}  {}: {}\n", FormatMinute(ToTime(decision.time())), decision.outcome(), decision.summary()));
  ShowReasons(session, decision);
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
    session.Print(
        fmt::format("  {}  {}, by {}\n", FormatMinute(ToTime(event.time())), DescribeEvent(event), event.actor()));
  }
}

bool SameScore(const v1::Score& a, const v1::Score& b) {
  return std::abs(a.total() - b.total()) < 0.000'01 && std::abs(a.central() - b.central()) < 0.000'01;
}

int ExplainAsJson(Session& session, const v1::ScoreLeadResponse& scored, const std::vector<v1::Event>& events) {
  session.PrintJson(scored, true);
  for (const auto& event : events) {
    if (event.has_decision()) session.PrintJson(event.decision(), true);
  }
  return kExitOk;
}

int Explain(Session& session, const ExplainFlags& flags) {
  v1::GetLeadRequest get;
  get.set_name(InKind("leads", flags.lead));
  v1::Lead lead;
  grpc::Status status = session.Ask(&v1::LeadService::Stub::GetLead, get, lead);
  if (!status.ok()) return session.Fail(status);

  v1::ScoreLeadRequest request;
  request.set_name(lead.name());
  bool as_stored = flags.at.empty() && lead.score().has_as_of_time();
  if (as_stored) {
    *request.mutable_as_of_time() = lead.score().as_of_time();
  } else if (!flags.at.empty()) {
    absl::StatusOr<Time> at = ParseMoment(flags.at, session.Now());
    if (!at.ok()) return session.Fail(at.status());
    *request.mutable_as_of_time() = ToTimestamp(*at);
  }
  v1::ScoreLeadResponse scored;
  status = session.Ask(&v1::ScoringService::Stub::ScoreLead, request, scored);
  if (!status.ok()) return session.Fail(status);
  std::vector<v1::Event> events;
  std::string next;
  status = ReadTimeline(session, lead.name(), 0, next, [&](const v1::GetTimelineResponse& page) {
    events.insert(events.end(), page.events().begin(), page.events().end());
  });
  if (!status.ok()) return session.Fail(status);
  if (session.json()) return ExplainAsJson(session, scored, events);

  session.Print(fmt::format("{}: status {} since {}, score {}, {}\n", lead.name(), lead.status(),
                            FormatMinute(ToTime(lead.status_time())), FormatPoints(lead.score().total()),
                            lead.assignee().empty() ? "worked by nobody" : "worked by " + lead.assignee()));
  session.Print(fmt::format("\nScore as of {}\n", FormatTime(ToTime(scored.score().as_of_time()))));
  std::string faults;
  bool explained = false;
  for (const auto& decision : scored.decisions()) {
    if (decision.kind() != v1::DECISION_KIND_SCORE) continue;
    explained = true;
    faults += ShowScoreDecision(session, decision, scored.score(), !flags.no_why_not);
    session.Print(fmt::format("\nDecided with {}\n", DescribeSnapshot(decision.snapshot())));
  }
  if (!explained) faults += "the server gave no score decision";
  if (as_stored && !SameScore(scored.score(), lead.score())) {
    session.Print(
        fmt::format("CHECK FAILED: the stored score is {}, the points give {}. Rules that changed since then are "
                    "one cause; the next activity scores the lead again.\n",
                    FormatPoints(lead.score().total()), FormatPoints(scored.score().total())));
    faults += "the stored score differs";
  } else if (as_stored) {
    session.Print(fmt::format("Checked: this is the stored score, {}.\n", FormatPoints(lead.score().total())));
  }
  for (const auto& decision : scored.decisions()) {
    if (decision.kind() != v1::DECISION_KIND_NORMALIZE) continue;
    session.Print("\nWhat fields mean\n");
    ShowDecision(session, decision);
  }
  ShowDecisions(session, events, v1::DECISION_KIND_MATCH_ACCOUNT, "Account");
  ShowDecisions(session, events, v1::DECISION_KIND_MATCH_CONTACT, "Contact");
  ShowDecisions(session, events, v1::DECISION_KIND_DUPLICATES, "Duplicates");
  ShowDecisions(session, events, v1::DECISION_KIND_STATUS, "Status");
  ShowGivenStatuses(session, events);
  ShowDecisions(session, events, v1::DECISION_KIND_ROUTE, "Route");
  ShowDecisions(session, events, v1::DECISION_KIND_SLA, "Service level");
  return faults.empty() ? kExitOk : kExitRefused;
}

}  // namespace

void AddExplainCommand(CommandTree& tree) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = tree.Command(nullptr, "explain", "Why a lead is where it is, point by point", kTeaching,
                                   [flags](Session& session) { return Explain(session, *flags); });
  command->add_option("lead", flags->lead, "leads/ID")->required();
  command->add_option("--at", flags->at, "The moment to score for; that of the stored score when not given");
  command->add_flag("--no-why-not", flags->no_why_not, "Leave out the rules that gave no points");
}

}  // namespace leadline::cli
