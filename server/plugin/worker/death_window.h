// When a plugin whose workers keep dying is given up.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace leadline::plugin {

// Counts deaths within a sliding time. Not thread-safe.
class DeathWindow {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  DeathWindow(int most, std::chrono::milliseconds window) : most_(most), window_(window) {}

  // True when there are `most` within the window before `now`, this one among them.
  bool Add(TimePoint now) {
    deaths_.push_back(now);
    while (deaths_.front() <= now - window_) deaths_.pop_front();
    return deaths_.size() >= static_cast<size_t>(most_ > 1 ? most_ : 1);
  }

 private:
  const int most_;
  const std::chrono::milliseconds window_;
  std::deque<TimePoint> deaths_;
};

}  // namespace leadline::plugin
