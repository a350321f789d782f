// Takes the due steps of service levels, again and again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/log.h"
#include "engine/engine.h"

namespace leadline::app {

// Thread-safe.
class ClockTimer {
 public:
  ClockTimer(engine::Engine& engine, std::chrono::milliseconds interval, const Log& log);
  ~ClockTimer();  // as Stop()
  ClockTimer(const ClockTimer&) = delete;
  ClockTimer& operator=(const ClockTimer&) = delete;

  // Ends after the step under way. Idempotent.
  void Stop();

 private:
  void Loop();
  void AdvanceAll();
  bool stopped();

  engine::Engine& engine_;
  const std::chrono::milliseconds interval_;
  const Log& log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace leadline::app
