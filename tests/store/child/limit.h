// How many transactions of a child process are under way at once.
#pragma once

#include <condition_variable>
#include <mutex>

namespace leadline::store {

// Thread-safe.
class Limit {
 public:
  // `most` at once, at least 1.
  explicit Limit(int most) : most_(most) {}

  // Blocks while as many as may be are under way.
  void Enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return running_ < most_; });
    ++running_;
  }
  void Leave() {
    const std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_one();
  }

 private:
  const int most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
};

}  // namespace leadline::store
