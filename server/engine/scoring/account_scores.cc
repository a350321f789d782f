// Accounts scored again after something became another that their scores rest on: some at a time, and after a restart
// from where it was.
#include <utility>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/scoring/account_people.h"
#include "engine/work/each_lead.h"
#include "engine/work/record_change.h"
#include "engine/work/set_aside.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using store::AccountToScore;

absl::StatusOr<std::vector<AccountToScore>> ToScoreNow(store::Store& store, const CallContext& context,
                                                       const SetAside& set_aside, Time now, int limit) {
  std::vector<AccountToScore> accounts;
  RETURN_IF_ERROR(store.Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    // Those that are set aside may stand first: the list is read beyond them.
    ASSIGN_OR_RETURN(accounts, reader.AccountsToScore(now, limit + static_cast<int>(set_aside.size())));
    return absl::OkStatus();
  }));
  std::erase_if(accounts, [&](const AccountToScore& a) { return set_aside.Waits(a.id, now); });
  if (accounts.size() > static_cast<size_t>(limit)) accounts.resize(static_cast<size_t>(limit));
  return accounts;
}

// Tells the account's history of the score, where it is another one than the last. What the people came to was read
// before: who becomes another meanwhile notes the account again.
absl::StatusOr<bool> Tell(WriteScope& scope, const std::string& id, const AccountToday& today) {
  ASSIGN_OR_RETURN(domain::Account account, scope.tx.GetAccount(id));
  if (!today.account.merged_into.empty()) {
    RETURN_IF_ERROR(scope.tx.NoteAccount(today.account.merged_into));
    return false;
  }
  const std::optional<domain::AccountScore>& before = account.score;
  const bool same =
      before.has_value() == today.score.has_value() && (!before.has_value() || SamePoints(*before, *today.score));
  // It was merged meanwhile, or somebody was quicker.
  const bool late = !account.merged_into.empty() ||
                    (before.has_value() && today.score.has_value() && before->position > today.score->position);
  if (same || late) return false;
  PendingEvents pending;
  pending.Add(scope.now, domain::AccountScored{today.score, before.has_value() ? before->total : 0});
  domain::Account stored = account;
  account.score = today.score;
  RETURN_IF_ERROR(SaveRecord(scope, stored, account, pending));
  return true;
}

// What the account's people come to, each in a view of its own. Without a policy: to nothing.
absl::StatusOr<AccountToday> Today(store::Store& store, const CallContext& context,
                                   const std::optional<domain::AccountScorePolicy>& policy,
                                   const packs::ResponseKinds& responses, const std::string& id, Time now) {
  AccountToday today;
  RETURN_IF_ERROR(store.Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    today = {};
    if (!policy.has_value()) {
      ASSIGN_OR_RETURN(today.account, reader.GetAccount(id));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(today, ScoreAccount(reader, *policy, responses, id, now));
    return absl::OkStatus();
  }));
  return today;
}

}  // namespace

absl::StatusOr<AccountStep> Engine::ScoreAccounts(const CallContext& context, int limit) {
  const Time now = clock().Now();
  AccountStep step;
  ASSIGN_OR_RETURN(const std::vector<AccountToScore> accounts,
                   ToScoreNow(*options_.store, context, *accounts_set_aside_, now, limit));
  if (accounts.empty()) return step;
  const std::shared_ptr<const Deciding> pinned = deciding();
  const packs::RuleSet& rules = *pinned->active->rules;
  const std::optional<domain::AccountScorePolicy>& policy = rules.ForRegion("").scoring.account_score;
  std::vector<std::string> ids;
  std::vector<absl::StatusOr<AccountToday>> today;
  for (const AccountToScore& account : accounts) {
    ids.push_back(account.id);
    today.push_back(Today(*options_.store, context, policy, rules.responses(), account.id, now));
  }
  std::vector<char> changed(ids.size());
  const auto score = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
    RETURN_IF_ERROR(today[i].status());
    WriteScope scope(tx, context, pinned, *options_.ids, attempt.moment, &attempt.logs.front());
    scope.explain = Explain::kKept;
    ASSIGN_OR_RETURN(changed[i], Tell(scope, ids[i], *today[i]));
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes,
                   DecideEach(options_, context.tenant, ids, score, RecordKind::kAccount));
  step.accounts = static_cast<int>(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    step.changed += outcomes[i].ok() && changed[i] != 0;
    if (outcomes[i].ok()) accounts_set_aside_->Succeeded(ids[i]);
    if (!outcomes[i].ok()) step.set_aside.push_back(accounts_set_aside_->Failed(ids[i], outcomes[i], now));
  }
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    for (size_t i = 0; i < ids.size(); ++i) {
      if (outcomes[i].ok()) RETURN_IF_ERROR(tx.PutProgress(accounts[i], today[i]->next));
    }
    return absl::OkStatus();
  }));
  return step;
}

}  // namespace leadline::engine
