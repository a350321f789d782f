// Buckets of lengths of time whose width is under 1 % of what they hold. Pure functions on whole numbers, so that every
// machine has the same.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace leadline::domain {

// The bucket of a length; one below 0 counts as 0. Longer lengths have larger numbers; below 2^13.
uint32_t BucketOf(Duration length);
// The shortest length of the bucket.
Duration ShortestOf(uint32_t bucket);

}  // namespace leadline::domain
