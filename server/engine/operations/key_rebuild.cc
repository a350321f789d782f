// Blocking keys made again after what they are made with became another: the rules for telephone numbers, the library's
// tables, the public suffix list, the providers of free mail, or the kinds of keys.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

// Rules that stored keys may have been made with: more would only be there when nobody lets it finish.
constexpr size_t kMostEarlierRules = 8;

// One step inside its transaction.
class KeyStep {
 public:
  KeyStep(store::Transaction& tx, const domain::MatchPolicy& policy, Time now, int limit)
      : tx_(tx), policy_(policy), now_(now), limit_(limit) {}

  absl::StatusOr<KeyRebuildStep> Run() {
    ASSIGN_OR_RETURN(build_, tx_.GetKeyBuild());
    const std::string& wanted = policy_.identity->fingerprint;
    if (build_.made_with == wanted && build_.target.empty()) return KeyRebuildStep{};
    if (build_.target != wanted) Begin();
    ASSIGN_OR_RETURN(std::vector<std::string> ids, tx_.RecordIds(build_.kind, build_.after, limit_));
    for (const std::string& id : ids) {
      RETURN_IF_ERROR(build_.kind == RecordKind::kAccount ? OfAccount(id) : OfContact(id));
      build_.after = id;
    }
    step_.records = static_cast<int>(ids.size());
    build_.done += step_.records;
    step_.done = build_.done;
    if (step_.records < limit_) EndKind();
    RETURN_IF_ERROR(tx_.Put(build_));
    return step_;
  }

 private:
  void Begin() {
    step_.began = true;
    build_.target = policy_.identity->fingerprint;
    build_.kind = RecordKind::kAccount;
    build_.after.clear();
    build_.done = 0;
    build_.started_at = now_;
    // From here on keys are made with these too, and something else may follow before all are.
    std::vector<std::string>& rules = build_.phone_rules;
    const std::string& text = policy_.identity->phones.text();
    if (std::find(rules.begin(), rules.end(), text) == rules.end()) rules.push_back(text);
    if (rules.size() > kMostEarlierRules) rules.erase(rules.begin());
  }

  void EndKind() {
    build_.after.clear();
    if (build_.kind == RecordKind::kAccount) {
      build_.kind = RecordKind::kContact;
      return;
    }
    step_.finished = true;
    build_.made_with = build_.target;
    build_.target.clear();
    build_.kind = RecordKind::kAccount;
    build_.phone_rules = {policy_.identity->phones.text()};
  }

  absl::Status OfAccount(const std::string& id) {
    ASSIGN_OR_RETURN(const domain::Account account, tx_.GetAccount(id));
    return tx_.SetKeys(RecordKind::kAccount, id, AccountKeys(policy_, account));
  }

  absl::Status OfContact(const std::string& id) {
    ASSIGN_OR_RETURN(const domain::Contact contact, tx_.GetContact(id));
    domain::Account employer;
    if (!contact.account_id.empty()) {
      ASSIGN_OR_RETURN(employer, StandingAccount(tx_, contact.account_id));
    }
    return tx_.SetKeys(RecordKind::kContact, id,
                       ContactKeys(policy_, contact, employer.id.empty() ? nullptr : &employer));
  }

  store::Transaction& tx_;
  const domain::MatchPolicy& policy_;
  const Time now_;
  const int limit_;
  store::KeyBuild build_;
  KeyRebuildStep step_;
};

}  // namespace

absl::StatusOr<KeyRebuildStep> Engine::RebuildKeys(const CallContext& context, int limit) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  const domain::MatchPolicy& policy = pinned->rules->ForRegion("").matching;
  store::KeyBuild seen;
  RETURN_IF_ERROR(store().Read(context.tenant, [&seen](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(seen, reader.GetKeyBuild());
    return absl::OkStatus();
  }));
  // Mostly there is nothing to do, and no transaction to take.
  if (seen.made_with == policy.identity->fingerprint && seen.target.empty()) return KeyRebuildStep{};
  KeyRebuildStep step;
  RETURN_IF_ERROR(store::WriteAndWait(store(), context.tenant, [&](store::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(step, KeyStep(tx, policy, clock().Now(), limit).Run());
    return absl::OkStatus();
  }));
  return step;
}

}  // namespace leadline::engine
