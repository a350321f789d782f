// leadline account get|list|update
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
#include "cli/services/account_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

int GetAccounts(Session& session, const std::vector<std::string>& names) {
  if (names.size() == 1) {
    v1::GetAccountRequest request;
    request.set_name(InKind("accounts", names[0]));
    return session.Run(account_service::kGetAccount, request,
                       [&](const v1::Account& account) { session.Print(TableOfRecord(account)); });
  }
  v1::BatchGetAccountsRequest request;
  for (const std::string& name : names) request.add_names(InKind("accounts", name));
  return session.Run(account_service::kBatchGetAccounts, request, [&](const v1::BatchGetAccountsResponse& response) {
    for (int i = 0; i < response.accounts_size(); ++i) {
      if (i > 0) session.Print("\n");
      session.Print(TableOfRecord(response.accounts(i)));
    }
  });
}

struct AccountListFlags : ListFlags {
  std::string domain, country, region, owner;
};

int ListAccounts(Session& session, const AccountListFlags& flags) {
  v1::ListAccountsRequest request;
  request.set_filter(FilterText(flags.filter)
                         .Equal("domain", flags.domain)
                         .Equal("country", flags.country)
                         .Equal("region", flags.region)
                         .Equal("owner", InKind("reps", flags.owner))
                         .text());
  request.set_order_by(flags.order);
  Table table({{"Account"},
               {"Name", Table::Align::kWrap},
               {"Domain"},
               {"Country"},
               {"Industry"},
               {"Owner"},
               {"Score", Table::Align::kRight},
               {"Created"}});
  const ListPages pages = ForEachRecord(
      session, account_service::kListAccounts, request, flags.range,
      [](const v1::ListAccountsResponse& response) -> const auto& { return response.accounts(); },
      [&](const v1::Account& account) {
        table.Add({account.name(), account.display_name(), account.domain(), account.country(), account.industry(),
                   IdOf(account.owner()), account.has_score() ? FormatPoints(account.score().total()) : "",
                   MinuteOf(account.create_time())});
      });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  ShowEndOfList(session, pages, "account");
  return kExitOk;
}

void AddAccountList(Command group) {
  auto flags = std::make_shared<AccountListFlags>();
  Command list =
      group.AddCommand("list", "Companies, newest first",
                       "Examples:\n  leadline account list --domain acme.example\n"
                       "  leadline account list --filter 'create_time > \"2026-01-01T00:00:00Z\"' --country DE --all\n"
                       "A filter needs a field with an index: domain, change_position, or a bound of create_time.",
                       [flags](Session& session) { return ListAccounts(session, *flags); });
  list.AddOption("--domain", flags->domain, "Only the companies with this internet domain");
  list.AddOption("--country", flags->country, "Only companies of this country; needs a filter with an index beside it");
  list.AddOption("--region", flags->region, "Only companies of this region; needs a filter with an index beside it");
  list.AddOption("--owner", flags->owner, "Only companies that this rep owns; needs a filter with an index beside it");
  AddListOptions(list, *flags, "domain = acme.es");
}

struct UpdateAccountFlags : ChangeFlags {
  std::string name;
  std::vector<std::string> changes;
};

int UpdateAccount(Session& session, const UpdateAccountFlags& flags) {
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_name(InKind("accounts", flags.name));
  request.mutable_account()->set_etag(EtagOf(flags.etag));
  for (const std::string& change : flags.changes) {
    if (absl::Status set = SetField(change, *request.mutable_account(), *request.mutable_update_mask()); !set.ok()) {
      return session.Fail(set);
    }
  }
  return RunChange(session, account_service::kUpdateAccount, flags, request,
                   [&](const v1::UpdateAccountResponse& response) {
                     ShowUpdated(session, TableOfRecord(response.account()), response);
                   });
}

void AddAccountUpdate(Command group) {
  auto flags = std::make_shared<UpdateAccountFlags>();
  Command update = group.AddCommand(
      "update", "Correct a company's fields, such as a mistyped domain",
      "Examples:\n  leadline account update accounts/ID --set domain=acme.example --set employee_count=1200\n"
      "  leadline account update accounts/ID --set owner=reps/ana --etag 3\n"
      "Nothing after the = unsets a field. The company's leads are scored again within seconds. Records that it may "
      "be\n"
      "the same as now are shown; nothing is merged by itself.",
      [flags](Session& session) { return UpdateAccount(session, *flags); });
  update.AddOption("account", flags->name, "accounts/ID").Required();
  update.AddOption("--set", flags->changes, "field=value; may be repeated").Required().OneValueEach();
  AddEtagOption(update, *flags);
  AddChangeOptions<v1::UpdateAccountRequest>(update, *flags);
}

}  // namespace

void AddAccountCommands(Command root) {
  Command group = root.AddGroup("account", "Look at companies and correct them");
  auto names = std::make_shared<std::vector<std::string>>();
  Command get = group.AddCommand("get", "One company, or several",
                                 "Examples:\n  leadline account get accounts/ID\n"
                                 "  leadline account get accounts/A accounts/B -o json   one BatchGetAccountsResponse",
                                 [names](Session& session) { return GetAccounts(session, *names); });
  get.AddOption("account", *names, "accounts/ID; at most 1000").Required();
  AddAccountList(group);
  AddAccountUpdate(group);
}

}  // namespace leadline::cli
