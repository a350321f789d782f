// How long this thread's decisions wait for the plugins that they ask.
#pragma once

#include <optional>
#include <utility>

#include "base/clock.h"
#include "plugin/host.h"

namespace leadline::engine {

// While it lives, what this thread decides waits for no plugin in a worker: whose answer is not known already is not
// heard. When WouldWait() says so afterwards, the decision means nothing: it is to be taken again where there is time.
// Belongs to one thread.
class WithoutWaiting {
 public:
  WithoutWaiting() : before_(std::exchange(current_, &would_wait_)) {}
  ~WithoutWaiting() { current_ = before_; }
  WithoutWaiting(const WithoutWaiting&) = delete;
  WithoutWaiting& operator=(const WithoutWaiting&) = delete;

  // Of the innermost one that lives on this thread; false when there is none.
  static bool WouldWait() { return current_ != nullptr && *current_; }

 private:
  friend class CallDeadline;
  inline static thread_local bool* current_ = nullptr;
  bool* const before_;
  bool would_wait_ = false;
};

// Until when somebody waits for what this thread decides: plugins are asked no longer. Holds for this thread from its
// making to its end. Belongs to one thread.
class CallDeadline {
 public:
  explicit CallDeadline(Deadline deadline) : before_(std::exchange(current_, deadline)) {}
  ~CallDeadline() { current_ = before_; }
  CallDeadline(const CallDeadline&) = delete;
  CallDeadline& operator=(const CallDeadline&) = delete;

  // Of a call to a plugin that is made now, on behalf of a decision for that time.
  static plugin::CallOptions OptionsFor(Time now) {
    plugin::CallOptions options;
    options.now = now;
    if (current_ != kNoDeadline) options.deadline = current_;
    options.would_wait = WithoutWaiting::current_;
    return options;
  }

 private:
  inline static thread_local Deadline current_ = kNoDeadline;
  const Deadline before_;
};

}  // namespace leadline::engine
