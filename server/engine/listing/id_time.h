// The time that an identifier tells: when Leadline made the record. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace leadline::engine {

// Of a UUID of version 7 (base/ids.h), to the millisecond; 0 for any other text. In the order that the store has ids,
// these times never fall.
Time CreateTimeOf(std::string_view id);
// Stands after all ids of before `time` and before those of `time` and later. Empty for times up to 1970.
std::string FirstIdAt(Time time);

}  // namespace leadline::engine
