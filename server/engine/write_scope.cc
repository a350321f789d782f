#include "engine/write_scope.h"

namespace leadline::engine {

absl::Status WriteScope::Append(domain::RecordRef record, Time time, domain::EventPayload payload,
                                std::optional<domain::Decision> decision) {
  domain::Event event;
  event.id = NewId();
  event.record = std::move(record);
  event.time = time;
  event.append_time = now;
  event.actor = context.actor;
  event.request_id = request_id;
  event.generation = snapshot->ref->generation;
  event.pack_hashes = snapshot->pack_hashes;
  event.decision = std::move(decision);
  event.payload = std::move(payload);
  if (event.decision.has_value() && event.decision->record.empty()) {
    event.decision->record = domain::ResourceName(event.record);
  }
  return tx.Append(event);
}

}  // namespace leadline::engine
