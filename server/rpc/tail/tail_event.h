// An event of the ledger as those who watch need it: what filters ask for, and the bytes that are sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "domain/event.h"
#include "domain/records.h"
#include "engine/calls.h"

namespace leadline::rpc {

// Made once, and shared by all who send it.
using Encoded = std::shared_ptr<const std::string>;

// Plain data.
struct TailEvent {
  engine::LedgerPlace place;
  unsigned kind = 0;  // below 64
  domain::RecordRef record;
  std::string addressed;  // as domain::Event
  std::string region;
  Encoded bytes;  // null: nobody wanted it so when it was read

  // About what it takes in memory.
  size_t Size() const {
    return sizeof(*this) + place.transaction_id.size() + record.id.size() + addressed.size() + region.size() +
           (bytes == nullptr ? 0 : bytes->size());
  }
};

// Without the bytes.
inline TailEvent FactsOf(const domain::Event& event, unsigned kind) {
  return {{event.position, event.transaction_id}, kind, event.record, event.addressed, event.region, nullptr};
}

// Which events somebody wants. Plain data.
struct WatchFilter {
  uint64_t kinds = 0;                       // a bit for each kind; none stands for all
  std::optional<domain::RecordRef> record;  // none stands for all
  std::string region;                       // empty stands for all
  bool full = false;                        // with decisions that are decided again; the same events
  auto operator<=>(const WatchFilter&) const = default;

  bool Wants(const TailEvent& event) const {
    if (kinds != 0 && ((kinds >> event.kind) & 1) == 0) return false;
    if (!region.empty() && event.region != region) return false;
    if (!record.has_value()) return true;
    return event.record.kind == record->kind && (event.record.id == record->id || event.addressed == record->id);
  }
};

}  // namespace leadline::rpc
