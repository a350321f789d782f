// How soon points that grow less by themselves can carry a score past a constant.
#pragma once

#include <cstdint>
#include <span>

#include "domain/scoring.h"

namespace leadline::engine {

// The first of the days after today, 1 being tomorrow, on which a sum that is `value` today can be on the other side of
// `constant`, or on it; where it is on it today, on which it can have left it. 0: on none of the next `most_days`, and
// with `never` set on none at all. Exact where the parts are of one sign and no max_points limits them; otherwise a day
// that may be too early and is never too late. Pure.
int64_t DaysToCross(double value, double constant, std::span<const domain::DecayingPoints> parts, int64_t most_days,
                    bool* never);

}  // namespace leadline::engine
