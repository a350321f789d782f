#include "domain/reports/log_buckets.h"

#include <bit>

namespace leadline::domain {
namespace {

// So many buckets from each power of two to the next: each is at most 1/128 as wide as its shortest length.
constexpr uint32_t kBucketsOfPower = 128;
constexpr int kBucketBits = 7;

}  // namespace

uint32_t BucketOf(Duration length) {
  if (length < static_cast<Duration>(kBucketsOfPower)) return length < 0 ? 0 : static_cast<uint32_t>(length);
  const auto value = static_cast<uint64_t>(length);
  const int power = std::bit_width(value) - 1;
  const auto leading = static_cast<uint32_t>(value >> (power - kBucketBits));
  return static_cast<uint32_t>(power - kBucketBits) * kBucketsOfPower + leading;
}

Duration ShortestOf(uint32_t bucket) {
  if (bucket < kBucketsOfPower) return bucket;
  const uint32_t power = bucket / kBucketsOfPower - 1;
  const uint64_t leading = bucket % kBucketsOfPower + kBucketsOfPower;
  return static_cast<Duration>(leading << power);
}

}  // namespace leadline::domain
