// leadline lead get|list|update|add-contact|remove-contact|split|reassign
#include <fmt/format.h>

#include <memory>

#include "cli/commands/assignment.h"
#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/options/field_changes.h"
#include "cli/commands/options/list_options.h"
#include "cli/commands/tables/record_tables.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

int GetLeads(Session& session, const std::vector<std::string>& names) {
  if (names.size() == 1) {
    v1::GetLeadRequest request;
    request.set_name(InKind("leads", names[0]));
    return session.Run(lead_service::kGetLead, request,
                       [&](const v1::Lead& lead) { session.Print(TableOfRecord(lead)); });
  }
  v1::BatchGetLeadsRequest request;
  for (const std::string& name : names) request.add_names(InKind("leads", name));
  return session.Run(lead_service::kBatchGetLeads, request, [&](const v1::BatchGetLeadsResponse& response) {
    for (int i = 0; i < response.leads_size(); ++i) {
      if (i > 0) session.Print("\n");
      session.Print(TableOfRecord(response.leads(i)));
    }
  });
}

struct LeadListFlags : ListFlags {
  std::string status, region, assignee, source, queue;
};

int ListLeads(Session& session, const LeadListFlags& flags) {
  v1::ListLeadsRequest request;
  request.set_filter(FilterText(flags.filter)
                         .Equal("status", flags.status)
                         .Equal("region", flags.region)
                         .Equal("assignee", InKind("reps", flags.assignee))
                         .Equal("source", flags.source)
                         .Equal("hold_queue", InKind("queues", flags.queue))
                         .text());
  request.set_order_by(flags.order.empty() && !flags.queue.empty() ? "hold_time" : flags.order);
  Table table(
      {{"Lead"}, {"Status"}, {"Score", Table::Align::kRight}, {"Source"}, {"Region"}, {"Assignee"}, {"Created"}});
  const ListPages pages = ForEachLead(session, lead_service::kListLeads, request, flags.range, [&](const auto& lead) {
    table.Add({lead.name(), lead.status(), FormatPoints(lead.score().total()),
               lead.meaning().source().empty() ? lead.source() : lead.meaning().source(), lead.region(),
               IdOf(lead.assignee()), MinuteOf(lead.create_time())});
  });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  ShowEndOfList(session, pages, "lead");
  return kExitOk;
}

constexpr char kLeadListTeaching[] = R"(Examples:
  leadline lead list --status mql --region emea
  leadline lead list --assignee reps/ana --limit 500
  leadline lead list --filter 'status = "mql" AND score > 80' --order "score desc"
  leadline lead list --filter 'change_position > 81200' --order change_position --all -o json
  leadline lead list -o json   one ListLeadsResponse a line
--status, --region and the like are terms of the filter. A filter needs a field with an index: status, region,
assignee, account, contact, hold_queue, change_position, attributes.external_id, or a bound such as
create_time >= 2026-01-31; --source alone has none.)";

void AddLeadList(Command group) {
  auto flags = std::make_shared<LeadListFlags>();
  Command list = group.AddCommand("list", "Leads, newest first", kLeadListTeaching,
                                  [flags](Session& session) { return ListLeads(session, *flags); });
  list.AddOption("--status", flags->status, "Only leads in this status");
  list.AddOption("--region", flags->region, "Only leads of this region");
  list.AddOption("--assignee", flags->assignee, "Only leads that this rep works");
  list.AddOption("--source", flags->source, "Only leads from this source, as the packs mean it");
  list.AddOption("--queue", flags->queue, "Only leads that wait in this hold queue, the longest waiting first");
  AddListOptions(list, *flags, "status = mql AND region = emea");
}

struct UpdateLeadFlags : ChangeFlags {
  std::string name;
  std::vector<std::string> changes, contacts;
};

int UpdateLead(Session& session, const UpdateLeadFlags& flags) {
  v1::UpdateLeadRequest request;
  request.mutable_lead()->set_name(InKind("leads", flags.name));
  request.mutable_lead()->set_etag(EtagOf(flags.etag));
  for (const auto& change : flags.changes) {
    if (absl::Status set = SetField(change, *request.mutable_lead(), *request.mutable_update_mask()); !set.ok()) {
      return session.Fail(set);
    }
  }
  for (const auto& contact : flags.contacts) {
    size_t equals = contact.find('=');
    auto& added = *request.mutable_lead()->add_contacts();
    added.set_contact(InKind("contacts", contact.substr(0, equals)));
    added.set_role(equals == std::string::npos ? "" : contact.substr(equals + 1));
  }
  if (!flags.contacts.empty()) request.mutable_update_mask()->add_paths("contacts");
  if (request.update_mask().paths().empty()) return session.Fail(NothingToChange("--set or --contact"));
  return RunChange(session, lead_service::kUpdateLead, flags, request,
                   [&](const v1::Lead& lead) { session.Print(TableOfRecord(lead)); });
}

void AddLeadUpdate(Command group) {
  auto flags = std::make_shared<UpdateLeadFlags>();
  Command update = group.AddCommand(
      "update", "Change fields of a lead",
      "Examples:\n  leadline lead update leads/ID --set \"value=25000 EUR\" --set probability=0.4\n"
      "  leadline lead update leads/ID --set attributes.budget=approved --etag 3\n"
      "  leadline lead update leads/ID --set products=platform,analytics\n"
      "  leadline lead update leads/ID --contact contacts/A=enquirer --contact contacts/B=decision_maker\n"
      "Nothing after the = unsets a field.",
      [flags](Session& session) { return UpdateLead(session, *flags); });
  update.AddOption("lead", flags->name, "leads/ID").Required();
  update.AddOption("--set", flags->changes, "field=value; may be repeated").OneValueEach();
  update.AddOption("--contact", flags->contacts, "The whole buying group, contacts/ID=role; may be repeated")
      .OneValueEach();
  AddEtagOption(update, *flags);
  AddChangeOptions<v1::UpdateLeadRequest>(update, *flags);
}

struct GroupFlags : ChangeFlags {
  std::string lead, contact, role;
};

template <typename Request, typename Response>
int ChangeGroup(Session& session, const UnaryMethod<Request, Response>& method, const GroupFlags& flags) {
  Request request;
  request.set_name(InKind("leads", flags.lead));
  request.set_contact(InKind("contacts", flags.contact));
  if constexpr (requires { request.set_role(""); }) request.set_role(flags.role);
  return RunChange(session, method, flags, request, [&](const Response& response) {
    session.Print(TableOfRecord(response.lead()));
    if (response.decisions_size() == 0) return;
    session.Print("\n");
    session.Print(DecisionTable(response.decisions()));
  });
}

void AddBuyingGroup(Command group) {
  auto flags = std::make_shared<GroupFlags>();
  Command add = group.AddCommand(
      "add-contact", "Add a person to the lead's buying group, or give one of it another role",
      "Example:\n  leadline lead add-contact leads/ID contacts/ID --role decision_maker\n"
      "The lead is scored and routed again where that matters to it.",
      [flags](Session& session) { return ChangeGroup(session, lead_service::kAddLeadContact, *flags); });
  add.AddOption("lead", flags->lead, "leads/ID").Required();
  add.AddOption("contact", flags->contact, "contacts/ID").Required();
  add.AddOption("--role", flags->role, "Role in the buying group; participant when not given");
  AddChangeOptions<v1::AddLeadContactRequest>(add, *flags);

  auto gone = std::make_shared<GroupFlags>();
  Command remove = group.AddCommand(
      "remove-contact", "Take a person out of the lead's buying group",
      "Example:\n  leadline lead remove-contact leads/ID contacts/ID\n"
      "The one who asked, the first, stays; leadline lead update --contact names another group as a whole.",
      [gone](Session& session) { return ChangeGroup(session, lead_service::kRemoveLeadContact, *gone); });
  remove.AddOption("lead", gone->lead, "leads/ID").Required();
  remove.AddOption("contact", gone->contact, "contacts/ID").Required();
  AddChangeOptions<v1::RemoveLeadContactRequest>(remove, *gone);
}

}  // namespace

void AddLeadCommands(Command root) {
  Command group = root.AddGroup("lead", "Look at leads and change them");
  auto names = std::make_shared<std::vector<std::string>>();
  Command get = group.AddCommand("get", "One lead, or several",
                                 "Examples:\n  leadline lead get leads/0198f2a4-...\n"
                                 "  leadline lead get leads/A leads/B -o json   one BatchGetLeadsResponse",
                                 [names](Session& session) { return GetLeads(session, *names); });
  get.AddOption("lead", *names, "leads/ID; at most 1000").Required();
  AddLeadList(group);
  AddLeadUpdate(group);
  AddBuyingGroup(group);
  AddSplitCommand(group);
  AddReassignCommand(group);
}

}  // namespace leadline::cli
