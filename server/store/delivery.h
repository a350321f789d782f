// What is still to be told to somebody outside: a row of the outbox. Plain data.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "domain/records.h"

namespace leadline::store {

// That one endpoint is to be told of one event. The row names the event and holds nothing of it: what is sent is made
// of the ledger at that time, so that what was erased meanwhile is in no message.
struct Delivery {
  std::string endpoint;
  int64_t position = 0;      // of the event in the ledger
  domain::RecordRef record;  // whose event it is: an endpoint is told of a record's events in their order
  std::string rules;         // ids of the rules that ask for it, with blanks between
  Time created_at = 0;
  Time due = 0;       // not before
  int64_t tries = 0;  // that failed
  Time dead_at = 0;   // given up then; 0: it waits
  std::string error;  // of the last try; empty: none failed. Nothing that a receiver wrote
  bool operator==(const Delivery&) const = default;
};

// The same as a change set makes it: of the event that was appended just before.
struct DeliveryNote {
  std::string endpoint;
  std::string rules;
  domain::RecordRef record;
  Time created_at = 0;
};

// What one endpoint has in the outbox.
struct DeliveryCount {
  std::string endpoint;
  int64_t waiting = 0;
  Time waiting_since = 0;  // the oldest of them; 0: none waits
  int64_t dead = 0;
  Time dead_since = 0;  // the one that was given up first; 0: none
  bool operator==(const DeliveryCount&) const = default;
};

}  // namespace leadline::store
