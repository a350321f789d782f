// How long to wait before somebody who did not take a message is asked again.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace leadline::app {

// A message is tried so often; then it is given up.
inline constexpr int64_t kMostTries = 10;

// After the given number of tries that failed, 1 or more: from five seconds to a day, as the Standard Webhooks
// specification proposes, some four days in all. `random`: from 0 to 1, without 1; spreads it by a fifth to both sides,
// so that not all come back at once.
Duration WaitAfter(int64_t tries, double random);

// The same between looks at a receiver that takes nothing at all: at most five minutes, so that it is found again soon
// after it came back.
Duration WaitBeforeProbe(int64_t tries, double random);

}  // namespace leadline::app
