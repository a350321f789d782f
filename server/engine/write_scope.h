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
#include "engine/standing.h"
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

}  // namespace leadline::engine
