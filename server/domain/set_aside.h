// A lead whose step in the background failed: left alone until it is tried again, so that it holds up nobody. Plain
// data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace leadline::domain {

struct SetAsideLead {
  std::string lead;   // id
  std::string error;  // of the last try
  int32_t tries = 0;  // that failed, one after the other
  Time retry_at = 0;  // not before; 0: never again
  bool operator==(const SetAsideLead&) const = default;
};

// How long to wait after so many tries, at least 1: ten seconds, twice as long each time, ten minutes at most.
constexpr Duration RetryDelay(int32_t tries) {
  constexpr Duration kFirst = 10 * kSecond, kMost = 10 * kMinute;
  return std::min(kMost, kFirst << std::clamp(tries - 1, 0, 6));
}

}  // namespace leadline::domain
