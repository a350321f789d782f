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
#include "engine/decider.h"
#include "engine/engine.h"
#include "store/store.h"

namespace leadline::engine {

// Reps as a transaction or a reader sees them.
class StoredReps final : public RepSource {
 public:
  explicit StoredReps(store::Reader& reader) : reader_(reader) {}
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override { return reader_.GetRepState(rep_id); }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) override { return reader_.GetPool(pool); }

 private:
  store::Reader& reader_;
};

// Lives for one run of a transaction. Not thread-safe.
class WriteScope {
 public:
  WriteScope(store::Transaction& transaction, const CallContext& call, std::shared_ptr<const Snapshot> pinned,
             IdSource& id_source, Time moment)
      : tx(transaction),
        context(call),
        snapshot(std::move(pinned)),
        decider(Decider::ForThread(snapshot)),
        ids(id_source),
        now(moment) {}

  store::Transaction& tx;
  const CallContext& context;
  const std::shared_ptr<const Snapshot> snapshot;
  Decider& decider;
  IdSource& ids;
  const Time now;
  // What answering the same request again needs; stored with its name. Ledger entries carry `request_id`.
  std::string request_id;
  std::string request_result;

  std::string NewId() { return ids.NewId(now); }
  // Appends to the record's history. `time`: when it happened.
  absl::Status Append(domain::RecordRef record, Time time, domain::EventPayload payload,
                      std::optional<domain::Decision> decision = std::nullopt);
};

// The record an id stands for today: itself, or what it was merged into.
absl::StatusOr<domain::Lead> StandingLead(store::Reader& reader, std::string_view id);
absl::StatusOr<domain::Contact> StandingContact(store::Reader& reader, std::string_view id);
absl::StatusOr<domain::Account> StandingAccount(store::Reader& reader, std::string_view id);
// The id itself and every id merged into it, at any remove; the id first.
absl::StatusOr<std::vector<std::string>> MergedIds(store::Reader& reader, domain::RecordKind kind, std::string_view id);

// The id in a resource name of this kind: INVALID_ARGUMENT naming `field` otherwise.
absl::StatusOr<std::string> IdOf(std::string_view name, domain::RecordKind kind, std::string_view field);
// A resource name of one of these kinds.
absl::StatusOr<domain::RecordRef> RefOf(std::string_view name, std::initializer_list<domain::RecordKind> kinds,
                                        std::string_view field);

}  // namespace leadline::engine
