// How much of anything a record has: what clients are held to, and the tests of packs with them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace leadline::domain {

inline constexpr int kMostListItems = 100;  // of a list within a record, and of a lead's contacts
inline constexpr int kMostAtOnce = 1000;    // rows, records, activities and steps in one message
// Moments lie before the year 10000.
inline constexpr Time kEndOfMoments = 253'402'300'800 * kSecond;
// Whole numbers of a field, to either side: what a number of JSON holds exactly.
inline constexpr int64_t kLargestNumber = int64_t{1} << 53;
// Of money, in whole units: beyond it millionths do not fit.
inline constexpr int64_t kLargestAmount = 9'000'000'000'000;

}  // namespace leadline::domain
