// Time: one representation, always from an injected clock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leadline {

// Microseconds since the Unix epoch, UTC.
using Time = int64_t;
// Microseconds.
using Duration = int64_t;

inline constexpr Duration kSecond = 1'000'000;
inline constexpr Duration kMinute = 60 * kSecond;
inline constexpr Duration kHour = 60 * kMinute;
inline constexpr Duration kDay = 24 * kHour;

// Until when somebody waits for the result of a piece of work: by the clock that never jumps. No decision rests on it.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

inline bool Passed(Deadline deadline) {
  return deadline != kNoDeadline && deadline <= std::chrono::steady_clock::now();
}

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
};

// The machine's wall clock. Thread-safe.
class SystemClock final : public Clock {
 public:
  Time Now() const override;
};

// Stands still until told otherwise. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time now) : now_(now) {}
  Time Now() const override { return now_.load(std::memory_order_relaxed); }
  void Set(Time now) { now_.store(now, std::memory_order_relaxed); }
  void Advance(Duration d) { now_.fetch_add(d, std::memory_order_relaxed); }

 private:
  std::atomic<Time> now_;
};

// "2026-01-31T09:30:00Z"; microseconds appear only when not zero.
std::string FormatTime(Time t);
// RFC 3339 ("2026-01-31T09:30:00.25+02:00") or a bare date ("2026-01-31", midnight UTC).
absl::StatusOr<Time> ParseTime(std::string_view text);
// The day in UTC: "2026-01-31".
std::string FormatDate(Time t);
// Such a date alone, as its first moment in UTC.
absl::StatusOr<Time> ParseDate(std::string_view text);
// "30d", "4h", "15m", "10s" and sums such as "1d12h". Never negative.
absl::StatusOr<Duration> ParseDuration(std::string_view text);
// The shortest of the forms that ParseDuration reads: "1d12h", "0s".
std::string FormatDuration(Duration d);

}  // namespace leadline
