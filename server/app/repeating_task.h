// Does one thing again and again in a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace leadline::app {

// Thread-safe.
class RepeatingTask {
 public:
  // Calls `step` at once, then again after the time that it returns. What `step` uses must outlive the task.
  explicit RepeatingTask(std::function<std::chrono::milliseconds()> step);
  ~RepeatingTask();  // as Stop()
  RepeatingTask(const RepeatingTask&) = delete;
  RepeatingTask& operator=(const RepeatingTask&) = delete;

  // Ends after the step under way. Idempotent.
  void Stop();

 private:
  void Loop();

  const std::function<std::chrono::milliseconds()> step_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace leadline::app
