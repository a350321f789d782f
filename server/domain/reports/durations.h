// Nearest-rank statistics over lengths of time. Pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.h"

namespace leadline::domain {

// Nearest rank: the smallest sample that `percent` of them do not exceed. `samples` is sorted and not empty.
Duration Percentile(const std::vector<Duration>& samples, size_t percent);
// `samples` is not empty.
Duration Mean(const std::vector<Duration>& samples);

}  // namespace leadline::domain
