// One use case inside its transaction: the ledger entries it appends, stamped alike.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "domain/event.h"
#include "engine/decide/decider.h"
#include "engine/decide/decision_log.h"
#include "engine/engine.h"
#include "engine/work/standing.h"
#include "store/store.h"

namespace leadline::engine {

// Reps as a transaction or a reader sees them.
class StoredReps final : public RepSource {
 public:
  explicit StoredReps(store::Reader& reader) : reader_(reader) {}
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override { return reader_.GetRepState(rep_id); }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) override { return reader_.GetPool(pool); }
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead& lead, domain::OpenLeadOf of) override {
    return engine::OpenLeadOwner(reader_, lead, of);
  }

 private:
  store::Reader& reader_;
};

// Lives for one run of a transaction. Decides by the active snapshot until a lead is named: a canary's candidate
// decides the leads of its share. Not thread-safe.
class WriteScope {
 public:
  WriteScope(store::Transaction& transaction, const CallContext& call, std::shared_ptr<const Deciding> pinned,
             IdSource& id_source, Time moment, DecisionLog* log = nullptr)
      : tx(transaction),
        context(call),
        ids(id_source),
        now(moment),
        deciding_(std::move(pinned)),
        snapshot_(deciding_->active.get()),
        decider_(&Decider::ForThread(deciding_->active)),
        log_(log) {}

  store::Transaction& tx;
  const CallContext& context;
  IdSource& ids;
  const Time now;
  // What answering the same request again needs; stored with its name. Ledger entries carry `request_id`.
  std::string request_id;
  std::string request_result;
  // Of the lead that this is about; ledger entries carry it.
  std::string region;
  // What is written is the merge's doing, and each history that it changes says so; null: no merge. Lives as long.
  const domain::Merged* merging = nullptr;
  // How decisions are explained: kFired where somebody is answered with them, kKept where only the ledger hears them.
  Explain explain = Explain::kFired;

  // The same of a score that may not be told.
  Explain explain_score() const { return explain == Explain::kKept ? Explain::kKept : Explain::kLater; }
  // A text for whom the decisions are explained to; nothing where nobody reads it.
  template <typename Write>
  std::string Words(Write write) const {
    return explain == Explain::kKept ? std::string() : write();
  }
  const Snapshot& snapshot() const { return *snapshot_; }
  // What decides of all that is not of one lead, such as what accounts score.
  const Snapshot& active() const { return *deciding_->active; }
  Decider& decider() const { return *decider_; }
  // Null: nobody is told of anything.
  const Recipients* recipients() const { return deciding_->recipients.get(); }
  // From here on everything is decided by the snapshot of this lead; where that is another one, ledger entries belong
  // to another transaction of the ledger.
  void DecideFor(std::string_view lead_id);
  // The same when no lead was named yet: a request is decided by one snapshot.
  void DecideForFirst(std::string_view lead_id) {
    if (!named_) DecideFor(lead_id);
  }

  std::string NewId() {
    return *Remember<std::string>([this] { return absl::StatusOr<std::string>(ids.NewId(now)); });
  }
  // See DecisionLog.
  template <typename T, typename Find>
  absl::StatusOr<T> Remember(Find find) {
    return log_ == nullptr ? absl::StatusOr<T>(find()) : log_->Remember<T>(std::move(find));
  }
  void Met(const std::string& what) {
    if (log_ != nullptr) log_->Met(what);
  }
  // From here on ledger entries belong to another transaction of the ledger: the next row of a bulk request, or the
  // next record that a timer looks at.
  void BeginLedgerTransaction() { transaction_id_.clear(); }
  // An entry of the ledger as this scope stamps it. `time`: when it happened.
  domain::Event MakeEvent(domain::RecordRef record, Time time, domain::EventPayload payload,
                          std::optional<domain::StoredDecision> decision = std::nullopt);
  // Makes it, and appends it to the record's history. For accounts, contacts and leads use SaveRecord.
  absl::Status Append(domain::RecordRef record, Time time, domain::EventPayload payload);

 private:
  const std::shared_ptr<const Deciding> deciding_;
  const Snapshot* snapshot_;
  Decider* decider_;
  DecisionLog* const log_;  // null: nothing is remembered
  bool named_ = false;
  std::string transaction_id_;  // empty: the next entry begins one
};

}  // namespace leadline::engine
