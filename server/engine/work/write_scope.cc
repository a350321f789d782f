#include "engine/work/write_scope.h"

namespace leadline::engine {

void WriteScope::DecideFor(std::string_view lead_id) {
  named_ = true;
  const std::shared_ptr<const Snapshot>& chosen = deciding_->For(lead_id);
  if (chosen.get() == snapshot_) return;
  // What stands in one transaction of the ledger was decided by one snapshot.
  BeginLedgerTransaction();
  snapshot_ = chosen.get();
  decider_ = &Decider::ForThread(chosen);
}

domain::Event WriteScope::MakeEvent(domain::RecordRef record, Time time, domain::EventPayload payload,
                                    std::optional<domain::StoredDecision> decision) {
  if (transaction_id_.empty()) transaction_id_ = NewId();
  domain::Event event;
  event.transaction_id = transaction_id_;
  event.record = std::move(record);
  event.region = region;
  event.time = time;
  event.append_time = now;
  event.actor = context.actor;
  event.request_id = request_id;
  event.generation = snapshot_->ref->generation;
  event.pack_hashes = snapshot_->pack_hashes;
  event.decision = std::move(decision);
  event.payload = std::move(payload);
  return event;
}

absl::Status WriteScope::Append(domain::RecordRef record, Time time, domain::EventPayload payload) {
  domain::Event event = MakeEvent(std::move(record), time, std::move(payload));
  return tx.Append(event);
}

}  // namespace leadline::engine
