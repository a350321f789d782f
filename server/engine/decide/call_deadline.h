// Until when somebody waits for what this thread decides: plugins are asked no longer.
#pragma once

#include <optional>
#include <utility>

#include "base/clock.h"
#include "plugin/host.h"

namespace leadline::engine {

// Holds for this thread from its making to its end. Belongs to one thread.
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
    return options;
  }

 private:
  inline static thread_local Deadline current_ = kNoDeadline;
  const Deadline before_;
};

}  // namespace leadline::engine
