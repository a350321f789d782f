// leadline contact get|list|update|erase
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/duplicates.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/options/field_changes.h"
#include "cli/commands/options/list_options.h"
#include "cli/commands/tables/record_tables.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/contact_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

int GetContacts(Session& session, const std::vector<std::string>& names) {
  if (names.size() == 1) {
    v1::GetContactRequest request;
    request.set_name(InKind("contacts", names[0]));
    return session.Run(contact_service::kGetContact, request,
                       [&](const v1::Contact& contact) { session.Print(TableOfRecord(contact)); });
  }
  v1::BatchGetContactsRequest request;
  for (const std::string& name : names) request.add_names(InKind("contacts", name));
  return session.Run(contact_service::kBatchGetContacts, request, [&](const v1::BatchGetContactsResponse& response) {
    for (int i = 0; i < response.contacts_size(); ++i) {
      if (i > 0) session.Print("\n");
      session.Print(TableOfRecord(response.contacts(i)));
    }
  });
}

struct ContactListFlags : ListFlags {
  std::string account, email, phone, status;
};

int ListContacts(Session& session, const ContactListFlags& flags) {
  v1::ListContactsRequest request;
  request.set_filter(FilterText(flags.filter)
                         .Equal("account", InKind("accounts", flags.account))
                         .Equal("email", flags.email)
                         .Equal("phone", flags.phone)
                         .Equal("status", flags.status)
                         .text());
  request.set_order_by(flags.order);
  Table table({{"Contact"}, {"Name"}, {"Email"}, {"Title", Table::Align::kWrap}, {"Country"}, {"Status"}, {"Created"}});
  const ListPages pages = ForEachRecord(
      session, contact_service::kListContacts, request, flags.range,
      [](const v1::ListContactsResponse& response) -> const auto& { return response.contacts(); },
      [&](const v1::Contact& contact) {
        table.Add({contact.name(), fmt::format("{} {}", contact.given_name(), contact.family_name()), contact.email(),
                   contact.title(), contact.country(), contact.status(), MinuteOf(contact.create_time())});
      });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  ShowEndOfList(session, pages, "contact");
  return kExitOk;
}

void AddContactList(Command group) {
  auto flags = std::make_shared<ContactListFlags>();
  Command list = group.AddCommand(
      "list", "People, newest first",
      "Examples:\n  leadline contact list --email ana.silva@acme.example\n"
      "  leadline contact list --account accounts/ID --all\n"
      "  leadline contact list --filter 'change_position > 81200' --order change_position -o json\n"
      "A filter needs a field with an index: account, email, phone, change_position, or a bound of create_time.",
      [flags](Session& session) { return ListContacts(session, *flags); });
  list.AddOption("--account", flags->account, "Only people of this company");
  list.AddOption("--email", flags->email, "Only people with this email address");
  list.AddOption("--phone", flags->phone, "Only people with this telephone number");
  list.AddOption("--status", flags->status, "Only people in this status; together with another of these");
  AddListOptions(list, *flags, "account = accounts/ID AND status = customer");
}

struct UpdateContactFlags : ChangeFlags {
  std::string name;
  std::vector<std::string> changes;
};

int UpdateContact(Session& session, const UpdateContactFlags& flags) {
  v1::UpdateContactRequest request;
  request.mutable_contact()->set_name(InKind("contacts", flags.name));
  request.mutable_contact()->set_etag(EtagOf(flags.etag));
  for (const std::string& change : flags.changes) {
    if (absl::Status set = SetField(change, *request.mutable_contact(), *request.mutable_update_mask()); !set.ok()) {
      return session.Fail(set);
    }
  }
  return RunChange(session, contact_service::kUpdateContact, flags, request,
                   [&](const v1::UpdateContactResponse& response) {
                     ShowUpdated(session, TableOfRecord(response.contact()), response);
                   });
}

void AddContactUpdate(Command group) {
  auto flags = std::make_shared<UpdateContactFlags>();
  Command update = group.AddCommand(
      "update", "Correct a person's fields, such as a mistyped address",
      "Examples:\n  leadline contact update contacts/ID --set email=ana.silva@acme.example\n"
      "  leadline contact update contacts/ID --set title= --etag 3\n"
      "  leadline contact update contacts/ID --set account=accounts/ID --validate-only\n"
      "Nothing after the = unsets a field. The person's leads are scored again within seconds. Records that it may be\n"
      "the same as now are shown; nothing is merged by itself.",
      [flags](Session& session) { return UpdateContact(session, *flags); });
  update.AddOption("contact", flags->name, "contacts/ID").Required();
  update.AddOption("--set", flags->changes, "field=value; may be repeated").Required().OneValueEach();
  AddEtagOption(update, *flags);
  AddChangeOptions<v1::UpdateContactRequest>(update, *flags);
}

struct EraseContactFlags : ChangeFlags {
  std::string name, reason;
};

void ShowErasedContact(Session& session, const v1::EraseContactResponse& response, bool tried) {
  if (response.erased_contacts().empty()) {
    return session.Print(
        fmt::format("{} was erased before; nothing {}.\n", response.contact(), tried ? "would change" : "changed"));
  }
  const std::string_view erased = tried ? "would erase" : "erased";
  for (const std::string& name : response.erased_contacts()) session.Print(fmt::format("{} {}\n", erased, name));
  for (const std::string& name : response.erased_leads()) {
    session.Print(fmt::format("{} what is personal in {}\n", erased, name));
  }
  session.Print(fmt::format("{} {}\n", Counted(response.forgotten_request_count(), "earlier request"),
                            tried ? "would be forgotten" : "forgotten"));
}

void AddContactErase(Command group) {
  auto flags = std::make_shared<EraseContactFlags>();
  Command erase = group.AddCommand(
      "erase", "Erase a person for good, on the running server",
      "Examples:\n  leadline contact erase contacts/ID --reason \"asked for it on 2026-03-02\" --validate-only\n"
      "  leadline contact erase contacts/ID --reason \"asked for it on 2026-03-02\"\n"
      "Names, addresses, numbers and what was said of the person are gone for ever; events stay without them. Logs "
      "and\n"
      "backups outside the store are yours to erase. leadline erase does the same in the folder of a server that is\n"
      "stopped.",
      [flags](Session& session) {
        v1::EraseContactRequest request;
        request.set_name(InKind("contacts", flags->name));
        request.set_reason(flags->reason);
        return RunChange(session, contact_service::kEraseContact, *flags, request,
                         [&](const auto& response) { ShowErasedContact(session, response, flags->validate_only); });
      });
  erase.AddOption("contact", flags->name, "contacts/ID").Required();
  erase.AddOption("--reason", flags->reason, "Why; it is kept in clear, and must name nobody").Required();
  AddChangeOptions<v1::EraseContactRequest>(erase, *flags);
}

}  // namespace

void AddContactCommands(Command root) {
  Command group = root.AddGroup("contact", "Look at people, correct and erase them");
  auto names = std::make_shared<std::vector<std::string>>();
  Command get = group.AddCommand("get", "One person, or several",
                                 "Examples:\n  leadline contact get contacts/ID\n"
                                 "  leadline contact get contacts/A contacts/B -o json   one BatchGetContactsResponse",
                                 [names](Session& session) { return GetContacts(session, *names); });
  get.AddOption("contact", *names, "contacts/ID; at most 1000").Required();
  AddContactList(group);
  AddContactUpdate(group);
  AddContactErase(group);
}

}  // namespace leadline::cli
