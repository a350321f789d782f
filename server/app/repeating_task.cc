#include "app/repeating_task.h"

#include <utility>

namespace leadline::app {

RepeatingTask::RepeatingTask(std::function<std::chrono::milliseconds()> step)
    : step_(std::move(step)), thread_([this] { Loop(); }) {}

RepeatingTask::~RepeatingTask() { Stop(); }

void RepeatingTask::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void RepeatingTask::Loop() {
  while (true) {
    const std::chrono::milliseconds pause = step_();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, pause, [this] { return stopped_; })) return;
  }
}

}  // namespace leadline::app
