#include "rpc/tail/event_ring.h"

#include <algorithm>
#include <utility>

namespace leadline::rpc {

void EventRing::Clear(int64_t floor) {
  events_.clear();
  bytes_ = 0;
  floor_ = floor;
}

void EventRing::Append(TailEvent event) {
  bytes_ += event.Size();
  events_.push_back(std::move(event));
  while (events_.size() > most_events_ || (bytes_ > most_bytes_ && !events_.empty())) {
    bytes_ -= events_.front().Size();
    floor_ = events_.front().place.position;
    events_.pop_front();
  }
}

size_t EventRing::IndexAfter(int64_t position) const {
  const auto first = std::upper_bound(events_.begin(), events_.end(), position,
                                      [](int64_t at, const TailEvent& event) { return at < event.place.position; });
  return static_cast<size_t>(first - events_.begin());
}

}  // namespace leadline::rpc
