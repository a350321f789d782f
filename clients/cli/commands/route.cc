// leadline route preview|assign|reassign|availability|fairness
#include <fmt/format.h>

#include "base/status_macros.h"
#include "cli/commands/assignment.h"
#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/tables/fairness.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/routing_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct RouteFlags : ChangeFlags {
  std::string name, rep, until;
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
          session.Print(response.rep().empty()
                            ? fmt::format("would be held in queue \"{}\"\n", IdOf(response.hold_queue()))
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
        return RunChange(session, routing_service::kRouteLead, *flags, request, [&](const auto& response) {
          const std::string& assignee = response.lead().assignee();
          session.Print(fmt::format("{} -> {}\n", response.lead().name(), assignee.empty() ? "nobody" : assignee));
          ShowRouteDecision(session, response.decision());
        });
      });
  assign.AddOption("lead", flags->name, "leads/ID").Required();
  AddChangeOptions<v1::RouteLeadRequest>(assign, *flags);
  AddReassignCommand(group);
}

std::string_view DescribeAvailability(const v1::Rep& rep, bool tried) {
  if (tried) return rep.available() ? "would take new leads" : "would be away";
  return rep.available() ? "takes new leads" : "is away";
}

int SetAvailability(Session& session, const RouteFlags& flags) {
  v1::SetAvailabilityRequest request;
  request.set_rep(InKind("reps", flags.rep));
  request.set_available(flags.back);
  if (!flags.until.empty()) {
    absl::StatusOr<Time> until = ParseMoment(flags.until, session.Now());
    if (!until.ok()) return session.Fail(until.status());
    *request.mutable_return_time() = ToTimestamp(*until);
  }
  return RunChange(session, routing_service::kSetAvailability, flags, request, [&](const auto& response) {
    const v1::Rep& rep = response.rep();
    std::string until = rep.has_return_time() ? " until " + FormatMinute(ToTime(rep.return_time())) : "";
    session.Print(fmt::format("{} ({}, team {}) {}{}; {} leads in work of {}\n", rep.name(), rep.display_name(),
                              rep.team(), DescribeAvailability(rep, flags.validate_only), until, rep.open_lead_count(),
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
  AddChangeOptions<v1::SetAvailabilityRequest>(command, *flags);
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
