#include "domain/reports/durations.h"

namespace leadline::domain {

Duration Percentile(const std::vector<Duration>& samples, size_t percent) {
  return samples[(samples.size() * percent + 99) / 100 - 1];
}

Duration Mean(const std::vector<Duration>& samples) {
  // Years of microseconds over millions of records need more than 64 bits.
  __extension__ using Wide = __int128;
  Wide sum = 0;
  for (const Duration sample : samples) sum += sample;
  return static_cast<Duration>(sum / static_cast<Wide>(samples.size()));
}

}  // namespace leadline::domain
