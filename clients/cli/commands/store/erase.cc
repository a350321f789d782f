// leadline erase: a person, in the database itself.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/status_macros.h"
#include "cli/commands/store/store_commands.h"
#include "cli/session/session.h"
#include "store/erasure/erase_contact.h"
#include "store/sqlite/sqlite_store.h"

namespace leadline::cli {
namespace {

constexpr char kEraseTeaching[] =
    R"(Erases the contact and all that were merged into it, for good: names, addresses, numbers, titles, attributes and what
people wrote about them can be read no more, in the ledger either. So it is with attributes, notes and reasons of their
leads. What happened, when, and every sum of the reports stay. Stop the server first: the command works on its database,
and needs the files leadline.keys and leadline.erasures beside it. Copies of the keys file must be erased apart; copies of
the database need not, as long as they are opened with the keys and the erasure log of today. A merge with an erased
person can no longer be undone.

Examples:
  leadline erase contacts/ID --reason "asked on 3 March" --db leadline-data/leadline.db

The reason stays in the ledger, in clear: name nobody in it.
Exit codes: 0 erased, or erased before; 2 there is no such contact, or the database cannot be opened or written.)";

struct EraseFlags {
  std::string name, reason, db;
  std::string tenant = "default";
};

absl::StatusOr<store::ErasureResult> Erase(Session& session, const EraseFlags& options, const std::string& id) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(options.db, error)) {
    return absl::NotFoundError(
        fmt::format("there is no database {}; name the file leadline.db in the server's data folder", options.db));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> opened,
                   store::OpenSqliteStore({.path = options.db, .readers = 1, .cache_mib = 64}));
  UuidV7Source ids;
  const Time now = session.Now();
  const store::Erasure erasure{.id = id,
                               .reason = options.reason,
                               .actor = session.options().actor.empty() ? "anonymous" : session.options().actor,
                               .request_id = "",
                               .transaction_id = ids.NewId(now),
                               .now = now};
  store::ErasureResult result;
  RETURN_IF_ERROR(store::WriteAndWait(*opened, options.tenant, [&](store::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(result, store::EraseContact(transaction, erasure));
    return absl::OkStatus();
  }));
  return result;
}

std::vector<std::string> NamesOf(const store::ErasureResult& result) {
  std::vector<std::string> names;
  for (const std::string& id : result.contacts) {
    names.push_back(domain::ResourceName(domain::RecordKind::kContact, id));
  }
  for (const std::string& id : result.leads) names.push_back(domain::ResourceName(domain::RecordKind::kLead, id));
  return names;
}

void Show(Session& session, const store::ErasureResult& result) {
  const std::string standing = domain::ResourceName(domain::RecordKind::kContact, result.standing_id);
  if (session.json()) {
    nlohmann::json names = nlohmann::json::array();
    for (const std::string& name : NamesOf(result)) names.push_back(name);
    const nlohmann::json out = {{"contact", standing}, {"erased", names}, {"requests", result.requests}};
    session.Print(out.dump(1) + "\n");
    return;
  }
  const std::vector<std::string> names = NamesOf(result);
  if (names.empty()) {
    session.Print(fmt::format("{} was erased before; nothing was changed\n", standing));
    return;
  }
  for (const std::string& name : names) session.Print(fmt::format("erased {}\n", name));
  session.Print(fmt::format("forgot the content of {} requests\n", result.requests));
}

int RunErase(Session& session, const EraseFlags& options) {
  const std::optional<domain::RecordRef> ref = domain::ParseResourceName(options.name);
  if (!ref.has_value() || ref->kind != domain::RecordKind::kContact) {
    return session.Fail(absl::InvalidArgumentError(
        fmt::format("\"{}\" is not the name of a contact; write contacts/ID", options.name)));
  }
  if (options.reason.empty()) return session.Fail(absl::InvalidArgumentError("--reason is empty; say why"));
  const absl::StatusOr<store::ErasureResult> result = Erase(session, options, ref->id);
  if (!result.ok()) return session.Fail(result.status());
  Show(session, *result);
  return kExitOk;
}

}  // namespace

void AddEraseCommand(Command root) {
  auto options = std::make_shared<EraseFlags>();
  Command erase = root.AddCommand("erase", "Erase a person, for good, in a database that no server runs on",
                                  kEraseTeaching, [options](Session& session) { return RunErase(session, *options); });
  erase.AddOption("name", options->name, "contacts/ID").Required();
  erase.AddOption("--reason", options->reason, "Why; stays in the ledger").Required();
  AddDatabaseOption(erase, options->db);
  erase.AddOption("--tenant", options->tenant, "Whose contact").ShowDefault();
}

}  // namespace leadline::cli
