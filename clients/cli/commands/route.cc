// leadline route preview|assign|reassign|availability|fairness
#include <fmt/format.h>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/commands/fairness.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/routing_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct RouteFlags {
  std::string name, rep, reason, until, request_id, region, from, to;
  bool away = false, back = false;
};
using SharedRouteFlags = std::shared_ptr<RouteFlags>;

void ShowRouteDecision(Session& session, const v1::Decision& decision) {
  session.Print(fmt::format("{}\n\n", decision.summary()));
  Table table({{"Route or rep"},
               {"Layer"},
               {"What came of it"},
               {"Weight", Table::Align::kRight},
               {"Why", Table::Align::kWrap}});
  for (const auto& reason : decision.reasons()) {
    table.Add({reason.rule_id(), reason.layer(), OutcomeName(reason.outcome()),
               reason.weight() == 0 ? "" : FormatPoints(reason.weight()), reason.message()});
  }
  session.Print(table);
}

void AddPreview(Command group) {
  auto flags = std::make_shared<RouteFlags>();
  Command preview = group.AddCommand(
      "preview", "Where a lead would go, and why; changes nothing", "Example:\n  leadline route preview leads/ID",
      [flags](Session& session) {
        v1::PreviewRouteRequest request;
        request.set_name(InKind("leads", flags->name));
        return session.Run(routing_service::kPreviewRoute, request, [&](const v1::PreviewRouteResponse& response) {
          session.Print(response.rep().empty() ? fmt::format("would be held in queue \"{}\"\n", response.hold_queue())
                                               : fmt::format("would go to {}\n", response.rep()));
          ShowRouteDecision(session, response.decision());
        });
      });
  preview.AddOption("lead", flags->name, "leads/ID").Required();
}

void AddAssignments(Command group) {
  auto flags = std::make_shared<RouteFlags>();
  Command assign = group.AddCommand(
      "assign", "Route a lead by the packs", "Example:\n  leadline route assign leads/ID", [flags](Session& session) {
        v1::RouteLeadRequest request;
        request.set_name(InKind("leads", flags->name));
        request.set_request_id(flags->request_id);
        return session.Run(routing_service::kRouteLead, request, [&](const v1::RouteLeadResponse& response) {
          const std::string& assignee = response.lead().assignee();
          session.Print(fmt::format("{} -> {}\n", response.lead().name(), assignee.empty() ? "nobody" : assignee));
          ShowRouteDecision(session, response.decision());
        });
      });
  assign.AddOption("lead", flags->name, "leads/ID").Required();
  assign.AddOption("--request-id", flags->request_id, "Names the request, so that a repeat acts once");

  auto reassign_flags = std::make_shared<RouteFlags>();
  Command reassign = group.AddCommand(
      "reassign", "Give a lead to a named rep",
      "Example:\n  leadline route reassign leads/ID reps/ana --reason \"knows the account\"",
      [flags = reassign_flags](Session& session) {
        v1::ReassignLeadRequest request;
        request.set_name(InKind("leads", flags->name));
        request.set_rep(InKind("reps", flags->rep));
        request.set_reason(flags->reason);
        request.set_request_id(flags->request_id);
        return session.Run(routing_service::kReassignLead, request, [&](const v1::ReassignLeadResponse& response) {
          session.Print(fmt::format("{} -> {}\n", response.lead().name(), response.lead().assignee()));
        });
      });
  reassign.AddOption("lead", reassign_flags->name, "leads/ID").Required();
  reassign.AddOption("rep", reassign_flags->rep, "reps/ID").Required();
  reassign.AddOption("--reason", reassign_flags->reason, "Why").Required();
  reassign.AddOption("--request-id", reassign_flags->request_id, "Names the request, so that a repeat acts once");
}

int SetAvailability(Session& session, const RouteFlags& flags) {
  v1::SetAvailabilityRequest request;
  request.set_rep(InKind("reps", flags.rep));
  request.set_available(flags.back);
  request.set_request_id(flags.request_id);
  if (!flags.until.empty()) {
    absl::StatusOr<Time> until = ParseMoment(flags.until, session.Now());
    if (!until.ok()) return session.Fail(until.status());
    *request.mutable_until_time() = ToTimestamp(*until);
  }
  return session.Run(routing_service::kSetAvailability, request, [&](const v1::SetAvailabilityResponse& response) {
    const v1::Rep& rep = response.rep();
    std::string until = rep.has_until_time() ? " until " + FormatMinute(ToTime(rep.until_time())) : "";
    session.Print(fmt::format("{} ({}, team {}) {}{}; {} leads in work of {}\n", rep.name(), rep.display_name(),
                              rep.team(), rep.available() ? "takes new leads" : "is away", until, rep.open_leads(),
                              rep.capacity() == 0 ? "any number" : std::to_string(rep.capacity())));
  });
}

void AddAvailability(Command group) {
  auto flags = std::make_shared<RouteFlags>();
  Command command = group.AddCommand("availability", "Say whether a rep takes new leads",
                                     "Examples:\n  leadline route availability reps/ana --away --until 2026-08-01\n"
                                     "  leadline route availability reps/ana --back",
                                     [flags](Session& session) { return SetAvailability(session, *flags); });
  command.AddOption("rep", flags->rep, "reps/ID").Required();
  const Choice which = command.AddChoice("which");
  Option away = which.AddFlag("--away", flags->away, "Gives no new leads to the rep");
  which.AddFlag("--back", flags->back, "Gives new leads to the rep again");
  command.AddOption("--until", flags->until, "When the rep is back").Needs(away);
  command.AddOption("--request-id", flags->request_id, "Names the request, so that a repeat acts once");
}

}  // namespace

void AddRouteCommands(Command root) {
  Command group = root.AddGroup("route", "Who works which lead");
  AddPreview(group);
  AddAssignments(group);
  AddAvailability(group);
  AddFairnessCommand(group);
}

}  // namespace leadline::cli
