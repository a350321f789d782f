#include "app/clock_timer.h"

#include <string>

namespace leadline::app {
namespace {

constexpr int kBatch = 200;

}  // namespace

ClockTimer::ClockTimer(engine::Engine& engine, std::chrono::milliseconds interval, const Log& log)
    : engine_(engine), interval_(interval), log_(log), thread_([this] { Loop(); }) {}

ClockTimer::~ClockTimer() { Stop(); }

void ClockTimer::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool ClockTimer::stopped() {
  std::lock_guard lock(mutex_);
  return stopped_;
}

void ClockTimer::AdvanceAll() {
  engine::CallContext context;
  context.actor = "system";
  while (!stopped()) {
    absl::StatusOr<int> touched = engine_.AdvanceClocks(context, kBatch);
    if (!touched.ok()) {
      log_.Error("cannot advance service levels", {{"error", touched.status().ToString()}});
      return;
    }
    if (*touched == 0) return;
    log_.Debug("advanced service levels", {{"leads", *touched}});
  }
}

void ClockTimer::Loop() {
  while (true) {
    AdvanceAll();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, interval_, [this] { return stopped_; })) return;
  }
}

}  // namespace leadline::app
