// People and companies of whom rules read something else than before, and accounts that are to be scored again.
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

absl::StatusOr<std::vector<SharedChange>> Session::SharedChanges(int limit) {
  if (limit < 1) {
    return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  }
  std::vector<SharedChange> changes;
  Query query = connection_.Prepare(Sql::kSharedChanges);
  query.Bind(tenant_, limit);
  while (query.Next()) {
    changes.push_back({static_cast<domain::RecordKind>(query.Int(0)), query.String(1), query.Int(2), query.String(3)});
  }
  RETURN_IF_ERROR(Break(query.status()));
  return changes;
}

absl::Status Session::NoteSharedChange(domain::RecordKind kind, std::string_view id) {
  if (kind != domain::RecordKind::kAccount && kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("leads share contacts and accounts, and nothing else");
  }
  RETURN_IF_ERROR(BeginWriting());
  Query note = connection_.Prepare(Sql::kNoteSharedChange);
  return Run(note.Bind(tenant_, static_cast<int64_t>(kind), id));
}

absl::Status Session::PutProgress(const SharedChange& change, bool done) {
  RETURN_IF_ERROR(BeginWriting());
  const auto kind = static_cast<int64_t>(change.kind);
  if (done) {
    Query forget = connection_.Prepare(Sql::kForgetSharedChange);
    return Run(forget.Bind(tenant_, kind, change.id, change.number));
  }
  Query put = connection_.Prepare(Sql::kPutSharedChange);
  return Run(put.Bind(tenant_, kind, change.id, change.number, change.after));
}

absl::StatusOr<std::vector<AccountToScore>> Session::AccountsToScore(Time now, int limit) {
  if (limit < 1) {
    return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  }
  std::vector<AccountToScore> accounts;
  Query query = connection_.Prepare(Sql::kAccountsToScore);
  query.Bind(tenant_, now, limit);
  while (query.Next()) {
    accounts.push_back({query.String(0), query.Int(1), query.Int(2)});
  }
  RETURN_IF_ERROR(Break(query.status()));
  return accounts;
}

absl::Status Session::NoteAccount(std::string_view id) {
  RETURN_IF_ERROR(BeginWriting());
  Query note = connection_.Prepare(Sql::kNoteAccount);
  return Run(note.Bind(tenant_, id));
}

absl::Status Session::PutProgress(const AccountToScore& account, Time next) {
  RETURN_IF_ERROR(BeginWriting());
  if (next == 0) {
    Query forget = connection_.Prepare(Sql::kForgetAccount);
    return Run(forget.Bind(tenant_, account.id, account.number, account.due));
  }
  Query put = connection_.Prepare(Sql::kPutAccountDue);
  return Run(put.Bind(tenant_, account.id, account.number, account.due, next));
}

}  // namespace leadline::store
