// Somebody who follows the ledger, as the tail sees them.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "engine/calls.h"
#include "rpc/tail/tail_event.h"

namespace leadline::rpc {

class EventTail;

// Takes one step after the other, never two at once: a step begins with one of the calls below and ends when it is
// answered. Between steps the watcher waits at the tail, and costs nothing. The calls come from any thread, without a
// lock, and must not block. The watcher may be gone before they return.
class Watcher {
 public:
  virtual ~Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 protected:
  Watcher() = default;

 private:
  friend class EventTail;
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Sends the bytes; answered with EventTail::Advance when they are sent.
  virtual void Write(Encoded bytes) = 0;
  // Has EventTail::LoadPage called on a thread that may block.
  virtual void Load() = 0;
  // Ends, and answers no more. The last call.
  virtual void Finish(const absl::Status& status) = 0;

  // What was read from the store for this watcher alone.
  struct Page {
    struct Item {
      engine::LedgerPlace place;
      Encoded bytes;
    };
    std::vector<Item> items;
    size_t next = 0;  // of items, to be sent
  };
  // All watchers with the same filter.
  struct Group {
    const WatchFilter* filter = nullptr;
    size_t joined = 0;
    std::list<Watcher*> waiting;  // at the tail
  };

  // Guarded by the tail's lock, but for those of the step under way, which are whose it is.
  Group* group_ = nullptr;  // null: has not joined, or has left
  bool waiting_ = false;    // at the tail, in the list of its group; otherwise a step is under way, or
  bool queued_ = false;     // in the queue of those who have decisions decided again
  bool greet_ = false;      // tell the place before anything else
  std::optional<absl::Status> ending_;
  // Of the step: everything up to here was sent or is not wanted. While it waits, everything up to the tail.
  engine::LedgerPlace place_;
  engine::LedgerPlace read_;    // of the step: the last one of the page's events, wanted or not
  std::unique_ptr<Page> page_;  // of the step: null when nothing of it is left to send
  int page_limit_ = 64;         // of the step: how many events the next page looks at
  std::chrono::milliseconds heartbeat_{};
  SteadyTime last_write_;
  SteadyTime beat_;                 // where it stands among the heartbeats
  std::list<Watcher*> node_{this};  // what it is in the list of those who wait; here while it is not
  const std::list<Watcher*>::iterator self_ = node_.begin();
};

}  // namespace leadline::rpc
