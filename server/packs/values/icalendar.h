// Days off, from a file of the iCalendar format (RFC 5545), such as governments and calendar programs give out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "packs/check_budget.h"

namespace leadline::packs {

inline constexpr size_t kMaxCalendarFileBytes = size_t{1} << 20;
inline constexpr size_t kMaxCalendarEvents = 2'000;
// Of one file, repeated events counted out, each event by itself.
inline constexpr size_t kMaxCalendarDays = 10'000;
// From an event's first day to its last repetition.
inline constexpr int kMaxRepeatedYears = 200;

struct CalendarDays {
  std::vector<std::string> days;  // "2026-12-25", ascending, each once
  size_t timed = 0;               // events that begin at a time of day: no days off, left out
};

// The days of all events that take whole days, cancelled ones left out, repeated ones counted out, exceptions heeded.
// INVALID_ARGUMENT, which says what to do, for what is no calendar, is larger than the above, or repeats without an
// end or without coming to one. `budget` may be null; when it is used up the result, an error, does not count.
// Thread-safe but for the budget.
absl::StatusOr<CalendarDays> ReadCalendarDays(std::string_view text, CheckBudget* budget = nullptr);

}  // namespace leadline::packs
