// Days of the calendar, in UTC: the unit in which activities grow old.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace leadline::domain {

// The day of a moment, counted from 1970-01-01; negative before it.
constexpr int64_t DayOf(Time time) { return time / kDay - static_cast<int64_t>(time % kDay < 0); }
// The first moment of a day.
constexpr Time StartOfDay(int64_t day) { return day * kDay; }

// How many midnights in UTC lie between the two; 0 when `time` is not before `now`. So all activities of one day have
// one age, whenever one looks, and can be counted together.
constexpr int64_t AgeInDays(Time time, Time now) { return std::max<int64_t>(0, DayOf(now) - DayOf(time)); }

}  // namespace leadline::domain
