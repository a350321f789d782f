// leadline route preview|assign|reassign|availability|absences|fairness
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
struct AbsenceFlags : ChangeFlags {
  std::string rep;
  std::vector<std::string> absences;
  bool none = false;
};

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

absl::StatusOr<v1::Absence> ParseAbsence(const std::string& text, Time now) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is no absence: write FROM..BACK, such as 2026-12-24..2027-01-02", text));
  }
  ASSIGN_OR_RETURN(const Time start, ParseMoment(text.substr(0, dots), now));
  ASSIGN_OR_RETURN(const Time end, ParseMoment(text.substr(dots + 2), now));
  v1::Absence absence;
  *absence.mutable_start_time() = ToTimestamp(start);
  *absence.mutable_end_time() = ToTimestamp(end);
  return absence;
}

int PlanAbsences(Session& session, const AbsenceFlags& flags) {
  if (flags.absences.empty() != flags.none) {
    return session.Fail(absl::InvalidArgumentError("give either absences or --none"));
  }
  v1::PlanAbsencesRequest request;
  request.set_rep(InKind("reps", flags.rep));
  for (const std::string& text : flags.absences) {
    const absl::StatusOr<v1::Absence> absence = ParseAbsence(text, session.Now());
    if (!absence.ok()) return session.Fail(absence.status());
    *request.add_absences() = *absence;
  }
  return RunChange(session, routing_service::kPlanAbsences, flags, request, [&](const auto& response) {
    const v1::Rep& rep = response.rep();
    const std::string_view said = flags.validate_only ? "would plan" : "plans";
    session.Print(rep.absences().empty() ? fmt::format("{} ({}) {} no absence\n", rep.name(), rep.display_name(), said)
                                         : fmt::format("{} ({}) {} to be away {}\n", rep.name(), rep.display_name(),
                                                       said, FormatAbsences(rep.absences())));
  });
}

void AddAbsences(Command group) {
  auto flags = std::make_shared<AbsenceFlags>();
  Command command = group.AddCommand(
      "absences", "Say when a rep will be away",
      "Examples:\n  leadline route absences reps/ana 2026-12-24..2027-01-02 2027-03-01..2027-03-08\n"
      "  leadline route absences reps/ana --none\n"
      "The second moment is when the rep is back; days begin at midnight UTC. Replaces what was planned before.",
      [flags](Session& session) { return PlanAbsences(session, *flags); });
  command.AddOption("rep", flags->rep, "reps/ID").Required();
  command.AddOption("absences", flags->absences, "FROM..BACK, of each");
  command.AddFlag("--none", flags->none, "Nothing is planned any more");
  AddChangeOptions<v1::PlanAbsencesRequest>(command, *flags);
}

}  // namespace

void AddRouteCommands(Command root) {
  Command group = root.AddGroup("route", "Who works which lead");
  AddPreview(group);
  AddAssignments(group);
  AddAvailability(group);
  AddAbsences(group);
  AddFairnessCommand(group);
}

}  // namespace leadline::cli
