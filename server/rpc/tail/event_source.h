// Where the tail's events come from.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/event.h"
#include "engine/calls.h"

namespace leadline::rpc {

// The ledger of one tenant, and how its events are sent. Thread-safe.
class EventSource {
 public:
  virtual ~EventSource() = default;

  // Of the last event. Blocks on the store, as the next one.
  virtual absl::StatusOr<engine::LedgerPlace> LastPlace() = 0;
  // Events after `position` in commit order, at most `limit`.
  virtual absl::StatusOr<std::vector<domain::Event>> EventsAfter(int64_t position, int limit) = 0;

  // Below 64.
  virtual unsigned KindOf(const domain::Event& event) const = 0;
  // The message that tells of the event, with the token of its place.
  virtual std::string Encode(const domain::Event& event) const = 0;
  // Gives `add` the message of each event, with its decision decided again and explained in full, until `add` says that
  // it is enough. Blocks on the store, and takes long. CANCELLED soon after `wanted` says no.
  virtual absl::Status Replay(std::vector<domain::Event> events, const std::function<bool()>& wanted,
                              const std::function<bool(std::string)>& add) = 0;
  // The message that tells the place alone.
  virtual std::string EncodePlace(const engine::LedgerPlace& place) const = 0;

  // Calls `listener` after each commit that appended events, from any thread; it returns at once. It may be called
  // until RemoveListener has returned.
  virtual int AddListener(std::function<void()> listener) = 0;
  virtual void RemoveListener(int id) = 0;
};

}  // namespace leadline::rpc
