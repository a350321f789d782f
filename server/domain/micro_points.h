// Points in whole millionths, so that sums are the same in any order. Pure and thread-safe.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace leadline::domain {

// Integers add up to the same sum in any order.
using MicroPoints = int64_t;
inline constexpr double kMicrosPerPoint = 1e6;
// Far above any score; keeps sums of many contributions within 64 bits.
inline constexpr double kMostPoints = 1e9;

// To the nearest millionth, halves away from zero. What is no number gives nothing.
inline MicroPoints ToMicros(double points) {
  if (!(std::abs(points) <= kMostPoints)) {
    if (std::isnan(points)) return 0;
    points = std::copysign(kMostPoints, points);
  }
  // As std::llround, which is a call: the difference is exact, since all of it stays below 2^53.
  const double exact = points * kMicrosPerPoint;
  const auto whole = static_cast<MicroPoints>(exact);
  const double rest = exact - static_cast<double>(whole);
  return whole + static_cast<int>(rest >= 0.5) - static_cast<int>(rest <= -0.5);
}

inline double ToPoints(MicroPoints micros) { return static_cast<double>(micros) / kMicrosPerPoint; }

// What is left of points after so many days of the calendar; all of them without a half-life.
inline MicroPoints Decayed(double points, const std::optional<Duration>& half_life, int64_t age_days) {
  if (!half_life.has_value() || *half_life <= 0 || age_days <= 0) return ToMicros(points);
  const double age = static_cast<double>(age_days) * static_cast<double>(kDay);
  return ToMicros(points * std::exp2(-age / static_cast<double>(*half_life)));
}

}  // namespace leadline::domain
