// Whether commits work: what the last ones and the probes between them showed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "absl/status/status.h"

namespace leadline::store {

// Work that commits is the best probe, so that a busy store is never probed. After a failure only a probe ends the
// outage: a small commit may still fit where the next one does not. Thread-safe.
class WriteHealth {
 public:
  using Clock = std::chrono::steady_clock;
  struct Options {
    std::chrono::milliseconds interval{5'000};  // how long a commit that stands says that the next will
    std::chrono::milliseconds again{1'000};     // from a failure to the next probe
    std::chrono::milliseconds limit{10'000};    // how long a probe may take
  };

  explicit WriteHealth(Options options) : options_(options) {}

  // A commit stands, or failed.
  void Committed();
  void Failed(const absl::Status& status);
  // The end of the probe that Check asked for.
  void Probed(const absl::Status& status);
  // The last commit or probe failed.
  bool failing() const;

  // How the last commit or probe ended. Calls `start_probe`, on the calling thread, when that is too long ago, and then
  // waits; UNAVAILABLE when nothing was committed within the limit. Waits no longer than that, and not at all while the
  // same probe has exceeded it.
  absl::Status Check(const std::function<void()>& start_probe);

 private:
  void Tell(const absl::Status& status);

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable told_;
  absl::Status status_;
  std::optional<Clock::time_point> known_at_;     // when status_ was told
  std::optional<Clock::time_point> probe_begun_;  // of the one under way
  uint64_t count_ = 0;                            // how often something was told
};

}  // namespace leadline::store
