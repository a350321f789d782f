// The last events of a ledger, bounded by count and by bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "rpc/tail/tail_event.h"

namespace leadline::rpc {

// Holds every event after floor() up to the last one that was appended; the oldest fall out. Not thread-safe.
class EventRing {
 public:
  EventRing(size_t most_events, size_t most_bytes) : most_events_(most_events), most_bytes_(most_bytes) {}

  // Forgets all; what is appended next comes after `floor`.
  void Clear(int64_t floor);
  // `event` is the next one of the ledger.
  void Append(TailEvent event);

  // Position up to which nothing is held.
  int64_t floor() const { return floor_; }
  size_t size() const { return events_.size(); }
  size_t bytes() const { return bytes_; }
  const TailEvent& operator[](size_t index) const { return events_[index]; }
  // Index of the first event after `position`; size() when there is none.
  size_t IndexAfter(int64_t position) const;

 private:
  const size_t most_events_;
  const size_t most_bytes_;
  int64_t floor_ = 0;
  size_t bytes_ = 0;
  std::deque<TailEvent> events_;
};

}  // namespace leadline::rpc
