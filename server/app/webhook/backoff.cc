#include "app/webhook/backoff.h"

#include <algorithm>
#include <array>

namespace leadline::app {
namespace {

constexpr std::array<Duration, 9> kWaits = {5 * kSecond, 5 * kMinute, 30 * kMinute, 2 * kHour, 5 * kHour,
                                            10 * kHour,  14 * kHour,  20 * kHour,   24 * kHour};
constexpr std::array<Duration, 4> kProbes = {5 * kSecond, 20 * kSecond, 80 * kSecond, 5 * kMinute};

template <size_t kSize>
Duration Spread(const std::array<Duration, kSize>& waits, int64_t tries, double random) {
  const int64_t last = static_cast<int64_t>(kSize) - 1;
  const Duration wait = waits[static_cast<size_t>(std::clamp<int64_t>(tries - 1, 0, last))];
  constexpr double kSpread = 0.2;
  return static_cast<Duration>(static_cast<double>(wait) * (1 - kSpread + 2 * kSpread * random));
}

}  // namespace

Duration WaitAfter(int64_t tries, double random) { return Spread(kWaits, tries, random); }

Duration WaitBeforeProbe(int64_t tries, double random) { return Spread(kProbes, tries, random); }

}  // namespace leadline::app
