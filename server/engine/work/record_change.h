// What happens to a record within a transaction, and the one way in which accounts, contacts and leads are written:
// together with events that tell all of it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "domain/event.h"
#include "domain/records.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Events of one record that wait for being written, in order. Not thread-safe.
struct PendingEvents {
  struct Pending {
    Time time;
    domain::EventPayload payload;
    std::optional<domain::Decision> decision;
  };
  std::vector<Pending> items;
  std::string addressed;  // the id that the request named, where a merge led from it to this record

  void Add(Time time, domain::EventPayload payload, std::optional<domain::Decision> decision = std::nullopt) {
    items.push_back({time, std::move(payload), std::move(decision)});
  }
  bool empty() const { return items.empty(); }
};

// Writes the record as it is `after`, which was `before` (no values for a new one, whose first event creates it), with
// the events in `pending`; what they do not tell is told by one more, as of scope.now, so that folding the record's
// history gives it. Writes nothing when nothing changed. `pending` is empty afterwards, and `before` equals `after`.
// INTERNAL, and nothing written, for a change that no event can tell.
absl::Status SaveRecord(WriteScope& scope, domain::Account& before, domain::Account& after, PendingEvents& pending);
absl::Status SaveRecord(WriteScope& scope, domain::Contact& before, domain::Contact& after, PendingEvents& pending);
absl::Status SaveRecord(WriteScope& scope, domain::Lead& before, domain::Lead& after, PendingEvents& pending);

}  // namespace leadline::engine
