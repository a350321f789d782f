// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace leadline::sample {

// SplitMix64. The standard library's distributions differ between implementations, so there are ours. Not thread-safe.
class Random {
 public:
  // The same `seed`, `purpose` and `index` give the same numbers.
  Random(uint64_t seed, std::string_view purpose, uint64_t index) : state_(seed) {
    for (char c : purpose) state_ = Mix(state_ ^ static_cast<unsigned char>(c));
    state_ = Mix(state_ ^ Mix(index));
  }

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15ULL); }
  // 0 <= x < 1.
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  // 0 <= n < `count`.
  uint64_t Below(uint64_t count) { return static_cast<uint64_t>(Fraction() * static_cast<double>(count)); }
  int64_t Between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(Below(static_cast<uint64_t>(most - least + 1)));
  }
  bool Chance(double probability) { return Fraction() < probability; }
  template <typename Items>
  const auto& Pick(const Items& items) {
    return items[Below(std::size(items))];
  }

 private:
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace leadline::sample
