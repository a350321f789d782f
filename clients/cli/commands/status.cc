// leadline status transition|accept|reject|disposition|history|overdue|remap
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/options/list_options.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/status_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct StatusFlags : ChangeFlags {
  std::string name, status, reason, note, rep;
  ListRange range;
  bool breached_only = false;
};
using SharedStatusFlags = std::shared_ptr<StatusFlags>;

void ShowLeadLine(Session& session, const v1::Lead& lead) {
  session.Print(fmt::format("{}: status {}, score {}, {}{}{}\n", lead.name(), lead.status(),
                            FormatPoints(lead.score().total()),
                            lead.assignee().empty() ? "worked by nobody" : "worked by " + lead.assignee(),
                            lead.disposition().empty() ? "" : ", disposition ", lead.disposition()));
}

void ShowContactLine(Session& session, const v1::Contact& contact) {
  session.Print(
      fmt::format("{}: status {}{}{}{}\n", contact.name(), contact.status(),
                  contact.disposition().empty() ? "" : ", disposition ", contact.disposition(),
                  contact.marketable() ? ", marketable" : ", not marketable: " + contact.not_marketable_reason()));
}

template <typename Response>
void ShowRecord(Session& session, const Response& response) {
  if (response.has_lead()) ShowLeadLine(session, response.lead());
  if (response.has_contact()) ShowContactLine(session, response.contact());
}

void ShowDecisionsTaken(Session& session, const google::protobuf::RepeatedPtrField<v1::Decision>& decisions) {
  if (decisions.empty()) return;
  session.Print("\n");
  session.Print(DecisionTable(decisions));
}

template <typename Response>
void ShowLeadAndDecisions(Session& session, const Response& response) {
  ShowLeadLine(session, response.lead());
  ShowDecisionsTaken(session, response.decisions());
}

int TransitionLead(Session& session, const StatusFlags& flags) {
  v1::TransitionLeadRequest request;
  request.set_name(InKind("leads", flags.name));
  request.set_status(flags.status);
  request.set_reason(flags.reason);
  return RunChange(session, status_service::kTransitionLead, flags, request,
                   [&](const auto& response) { ShowLeadAndDecisions(session, response); });
}

int TransitionContact(Session& session, const StatusFlags& flags) {
  v1::TransitionContactRequest request;
  request.set_name(flags.name);
  request.set_status(flags.status);
  request.set_reason(flags.reason);
  return RunChange(session, status_service::kTransitionContact, flags, request,
                   [&](const v1::TransitionContactResponse& response) {
                     ShowContactLine(session, response.contact());
                     ShowDecisionsTaken(session, response.decisions());
                   });
}

void AddMoves(Command group) {
  auto flags = std::make_shared<StatusFlags>();
  Command transition =
      group.AddCommand("transition", "Move a lead or a contact to another status, where the lifecycle allows it",
                       "Example:\n  leadline status transition leads/ID sql --reason \"budget and date confirmed\"",
                       [flags](Session& session) {
                         return flags->name.starts_with("contacts/") ? TransitionContact(session, *flags)
                                                                     : TransitionLead(session, *flags);
                       });
  transition.AddOption("name", flags->name, "leads/ID or contacts/ID").Required();
  transition.AddOption("status", flags->status, "Status to enter").Required();
  transition.AddOption("--reason", flags->reason, "Why");
  AddChangeOptions<v1::TransitionLeadRequest>(transition, *flags);

  auto accept_flags = std::make_shared<StatusFlags>();
  Command accept = group.AddCommand(
      "accept", "Sales accepts a lead; the hand-off's service level is met",
      "Example:\n  leadline status accept leads/ID --rep reps/ana", [flags = accept_flags](Session& session) {
        v1::AcceptLeadRequest request;
        request.set_name(InKind("leads", flags->name));
        request.set_rep(InKind("reps", flags->rep));
        return RunChange(session, status_service::kAcceptLead, *flags, request,
                         [&](const auto& response) { ShowLeadAndDecisions(session, response); });
      });
  accept.AddOption("lead", accept_flags->name, "leads/ID").Required();
  accept.AddOption("--rep", accept_flags->rep, "Who accepts; the assignee when not given");
  AddChangeOptions<v1::AcceptLeadRequest>(accept, *accept_flags);

  auto reject_flags = std::make_shared<StatusFlags>();
  Command reject =
      group.AddCommand("reject", "Sales rejects a lead, with a reason that the scoring review counts",
                       "Example:\n  leadline status reject leads/ID no_budget --note \"next fiscal year\"",
                       [flags = reject_flags](Session& session) {
                         v1::RejectLeadRequest request;
                         request.set_name(InKind("leads", flags->name));
                         request.set_reason(flags->reason);
                         request.set_note(flags->note);
                         return RunChange(session, status_service::kRejectLead, *flags, request,
                                          [&](const auto& response) { ShowLeadAndDecisions(session, response); });
                       });
  reject.AddOption("lead", reject_flags->name, "leads/ID").Required();
  reject.AddOption("reason", reject_flags->reason, "One of the central pack's reasons").Required();
  reject.AddOption("--note", reject_flags->note, "Free text");
  AddChangeOptions<v1::RejectLeadRequest>(reject, *reject_flags);
}

void AddDisposition(Command group) {
  auto flags = std::make_shared<StatusFlags>();
  Command command =
      group.AddCommand("disposition", "Record what a touch came to; the status stays",
                       "Example:\n  leadline status disposition leads/ID left_voicemail --note \"try Monday\"",
                       [flags](Session& session) {
                         v1::RecordDispositionRequest request;
                         request.set_name(InKind("leads", flags->name));
                         request.set_disposition(flags->status);
                         request.set_note(flags->note);
                         return RunChange(session, status_service::kRecordDisposition, *flags, request,
                                          [&](const auto& response) { ShowRecord(session, response); });
                       });
  command.AddOption("name", flags->name, "leads/ID or contacts/ID").Required();
  command.AddOption("disposition", flags->status, "One of the central pack's dispositions").Required();
  command.AddOption("--note", flags->note, "Free text");
  AddChangeOptions<v1::RecordDispositionRequest>(command, *flags);
}

void ShowHistory(Session& session, const v1::GetStatusHistoryResponse& response) {
  Table table({{"Status"},
               {"Entered"},
               {"Left"},
               {"Stayed", Table::Align::kRight},
               {"Because"},
               {"Reason", Table::Align::kWrap},
               {"By"}});
  for (const auto& period : response.periods()) {
    Time enter = ToTime(period.enter_time());
    bool over = period.has_exit_time();
    Time exit = over ? ToTime(period.exit_time()) : session.Now();
    table.Add({period.status(), FormatMinute(enter), over ? FormatMinute(exit) : "", FormatSpan(exit - enter),
               TriggerName(period.trigger()), period.reason(), period.actor()});
  }
  session.Print(table);
}

int ListOverdue(Session& session, const StatusFlags& flags) {
  Table table(
      {{"Lead"}, {"Status"}, {"Assignee"}, {"Service level"}, {"State"}, {"Due"}, {"Overdue", Table::Align::kRight}});
  v1::ListOverdueRequest request;
  request.set_breached_only(flags.breached_only);
  const ListPages pages =
      ForEachLead(session, status_service::kListOverdue, request, flags.range, [&](const auto& lead) {
        const v1::SlaClock* open = FirstOpenClock(lead);
        const v1::SlaClock& clock = open == nullptr ? v1::SlaClock::default_instance() : *open;
        Time due = ToTime(clock.due_time());
        Time late = session.Now() - due;
        table.Add({lead.name(), lead.status(), IdOf(lead.assignee()), clock.sla_id(), SlaStateName(clock.state()),
                   FormatMinute(due), late > 0 ? FormatSpan(late) : "in " + FormatSpan(-late)});
      });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  session.Print(fmt::format("\n{} past the warning or due time{}\n", Counted(pages.shown, "lead"),
                            pages.next.empty() ? "" : fmt::format("; there are more: --page-token {}", pages.next)));
  return kExitOk;
}

void ShowRemapped(Session& session, const v1::RemapStatusesResponse& response) {
  Table table({{"From"}, {"To"}, {"Records", Table::Align::kRight}});
  for (const auto& remapped : response.remapped()) {
    table.Add({remapped.from_status(), remapped.to_status(), WithThousands(remapped.record_count())});
  }
  session.Print(table.empty() ? "The packs remap no status.\n" : table.ToString(120));
}

void AddReading(Command group) {
  auto flags = std::make_shared<StatusFlags>();
  Command history =
      group.AddCommand("history", "The statuses that a lead or a contact has been in",
                       "Example:\n  leadline status history leads/ID", [flags](Session& session) {
                         v1::GetStatusHistoryRequest request;
                         request.set_name(InKind("leads", flags->name));
                         return session.Run(status_service::kGetStatusHistory, request,
                                            [&](const auto& response) { ShowHistory(session, response); });
                       });
  history.AddOption("name", flags->name, "leads/ID or contacts/ID").Required();

  auto overdue_flags = std::make_shared<StatusFlags>();
  Command overdue =
      group.AddCommand("overdue", "Leads whose service level is past its warning or due time",
                       "Example:\n  leadline status overdue --breached-only --limit 200",
                       [overdue_flags](Session& session) { return ListOverdue(session, *overdue_flags); });
  overdue.AddFlag("--breached-only", overdue_flags->breached_only, "Leave out those only past their warning time");
  AddRangeOptions(overdue, overdue_flags->range);

  auto remap_flags = std::make_shared<StatusFlags>();
  Command remap = group.AddCommand(
      "remap", "Move records out of deprecated statuses, as the packs say; history keeps what it had",
      "Examples:\n  leadline status remap --validate-only   only counts\n  leadline status remap",
      [flags = remap_flags](Session& session) {
        v1::RemapStatusesRequest request;
        return RunChange(session, status_service::kRemapStatuses, *flags, request,
                         [&](const v1::RemapStatusesResponse& response) { ShowRemapped(session, response); });
      });
  AddChangeOptions<v1::RemapStatusesRequest>(remap, *remap_flags);
  AddAsyncFlag(remap, *remap_flags);
}

}  // namespace

void AddStatusCommands(Command root) {
  Command group = root.AddGroup("status", "The lifecycle: statuses, dispositions and the hand-off to sales");
  AddMoves(group);
  AddDisposition(group);
  AddReading(group);
}

}  // namespace leadline::cli
