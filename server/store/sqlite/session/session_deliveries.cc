// The outbox: what is to be told to endpoints.
#include "absl/status/status.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

absl::StatusOr<std::vector<Delivery>> Session::Deliveries(std::string_view endpoint, bool dead, int64_t after,
                                                          int limit) {
  Query query = connection_.Prepare(Sql::kDeliveries);
  query.Bind(tenant_, endpoint, dead, after, limit);
  std::vector<Delivery> out;
  while (query.Next()) {
    Delivery& delivery = out.emplace_back();
    delivery.endpoint = endpoint;
    delivery.position = query.Int(0);
    delivery.rules = query.String(1);
    delivery.record = {static_cast<domain::RecordKind>(query.Int(2)), query.String(3)};
    delivery.created_at = query.Int(4);
    delivery.due = query.Int(5);
    delivery.tries = query.Int(6);
    delivery.dead_at = query.Int(7);
    delivery.error = query.String(8);
  }
  RETURN_IF_ERROR(Break(query.status()));
  return out;
}

absl::StatusOr<std::vector<DeliveryCount>> Session::CountDeliveries() {
  Query query = connection_.Prepare(Sql::kCountDeliveries);
  query.Bind(tenant_);
  std::vector<DeliveryCount> out;
  while (query.Next()) {
    std::string endpoint = query.String(0);
    if (out.empty() || out.back().endpoint != endpoint) out.push_back({.endpoint = std::move(endpoint)});
    DeliveryCount& count = out.back();
    if (query.Int(1) == 0) {
      count.waiting = query.Int(2);
      count.waiting_since = query.Int(3);
    } else {
      count.dead = query.Int(2);
      count.dead_since = query.Int(4);
    }
  }
  RETURN_IF_ERROR(Break(query.status()));
  return out;
}

absl::Status Session::NoteDelivery(const DeliveryNote& note) {
  if (!appended_) return absl::InternalError("a delivery is noted of the event that was appended before, and none was");
  return Insert(Delivery{.endpoint = note.endpoint,
                         .position = last_position_,
                         .record = note.record,
                         .rules = note.rules,
                         .created_at = note.created_at,
                         .due = note.created_at});
}

absl::Status Session::Put(const Delivery& delivery) {
  // The row that it replaces may have another key: it waits, or was given up.
  RETURN_IF_ERROR(DropDelivery(delivery.endpoint, delivery.position));
  return Insert(delivery);
}

absl::Status Session::Insert(const Delivery& delivery) {
  RETURN_IF_ERROR(BeginWriting());
  Query put = connection_.Prepare(Sql::kPutDelivery);
  return Run(put.Bind(tenant_, delivery.endpoint, delivery.dead_at != 0, delivery.position, delivery.rules,
                      static_cast<int64_t>(delivery.record.kind), delivery.record.id, delivery.created_at, delivery.due,
                      delivery.tries, delivery.dead_at, delivery.error));
}

absl::Status Session::DropDelivery(std::string_view endpoint, int64_t position) {
  RETURN_IF_ERROR(BeginWriting());
  Query drop = connection_.Prepare(Sql::kDropDelivery);
  return Run(drop.Bind(tenant_, endpoint, position));
}

}  // namespace leadline::store
