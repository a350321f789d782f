#include "base/executor.h"

#include <utility>

namespace leadline {

namespace {

thread_local Executor* executor_of_thread = nullptr;

}  // namespace

Executor::Away::Away() : executor_(executor_of_thread) {
  if (executor_ == nullptr) return;
  const std::lock_guard lock(executor_->mutex_);
  ++executor_->away_;
  executor_->WakeOne();
}

Executor::Away::~Away() {
  if (executor_ == nullptr) return;
  const std::lock_guard lock(executor_->mutex_);
  --executor_->away_;
}

Executor::Executor(int threads, size_t max_waiting, int spare_threads)
    : most_working_(threads), max_waiting_(max_waiting) {
  for (int i = 0; i < threads + spare_threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Executor::~Executor() { Stop(); }

bool Executor::TryRun(Work work) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || waiting_.size() >= max_waiting_) return false;
  waiting_.push_back(std::move(work));
  WakeOne();
  return true;
}

void Executor::Run(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) {
      waiting_.push_back(std::move(work));
      WakeOne();
      return;
    }
  }
  work();
}

void Executor::WakeOne() {
  if (waking_ || idle_ == 0 || waiting_.empty() || !HasRoom()) return;
  waking_ = true;
  wake_.notify_one();
}

void Executor::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Executor::Loop() {
  executor_of_thread = this;
  std::unique_lock lock(mutex_);
  while (true) {
    while (waiting_.empty() ? !stopped_ : !HasRoom()) {
      ++idle_;
      wake_.wait(lock);
      --idle_;
      waking_ = false;
    }
    if (waiting_.empty()) {
      wake_.notify_all();  // so that all see that it ends
      return;
    }
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    ++working_;
    WakeOne();
    lock.unlock();
    work();
    work = nullptr;  // releases what it held before waiting again
    lock.lock();
    --working_;
  }
}

}  // namespace leadline
