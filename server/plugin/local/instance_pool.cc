#include "plugin/local/instance_pool.h"

#include <algorithm>

#include "base/status_macros.h"

namespace leadline::plugin {
namespace {

// Spreads threads over the instances, so that each tends to find its own idle.
uint32_t ThreadNumber() {
  static std::atomic<uint32_t> next{0};
  static thread_local uint32_t number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

InstancePool::InstancePool(void* first, uint32_t limit, Maker maker)
    : maker_(std::move(maker)), limit_(std::max(1U, limit)), slots_(std::make_unique<Slot[]>(limit_)) {
  slots_[0].instance = first;
  slots_[0].idle.store(true);
  ready_.store(1);
}

absl::StatusOr<InstancePool::Lease> InstancePool::Borrow(const CallOptions& options, std::string_view who) {
  if (uint32_t index = TryTake(); index != kNone) return Lease(this, index);
  return BorrowSlowly(options, who);
}

uint32_t InstancePool::TryTake() {
  uint32_t ready = ready_.load(std::memory_order_acquire);
  uint32_t index = ThreadNumber() % ready;
  for (uint32_t tried = 0; tried < ready; ++tried) {
    if (slots_[index].idle.load() && slots_[index].idle.exchange(false)) return index;
    if (++index == ready) index = 0;
  }
  return kNone;
}

// Sequentially consistent with TryTake() after ++waiters_: either that sees the idle slot, or this sees the waiter.
void InstancePool::Release(uint32_t index) {
  slots_[index].idle.store(true);
  if (waiters_.load() == 0) return;
  std::lock_guard lock(mutex_);
  returned_.notify_one();
}

absl::StatusOr<InstancePool::Lease> InstancePool::BorrowSlowly(const CallOptions& options, std::string_view who) {
  // A caller that may be cancelled looks up this often, since nobody wakes it.
  constexpr auto kPatience = std::chrono::milliseconds(20);
  std::unique_lock lock(mutex_);
  while (true) {
    RETURN_IF_ERROR(StillWanted(options, who));
    if (ready_.load() + growing_ < limit_) {
      if (uint32_t index = Grow(lock); index != kNone) return Lease(this, index);
      continue;
    }
    waiters_.fetch_add(1);
    uint32_t index = TryTake();
    if (index == kNone) {
      auto until = std::chrono::steady_clock::now() + kPatience;
      returned_.wait_until(lock, options.deadline ? std::min(until, *options.deadline) : until);
      index = TryTake();
    }
    waiters_.fetch_sub(1);
    if (index != kNone) return Lease(this, index);
  }
}

// One more instance, already lent; kNone when it could not be made.
uint32_t InstancePool::Grow(std::unique_lock<std::mutex>& lock) {
  ++growing_;
  lock.unlock();
  absl::StatusOr<void*> made = maker_();
  lock.lock();
  --growing_;
  uint32_t index = ready_.load();
  if (!made.ok()) {
    limit_ = std::max(1U, index + growing_);
    return kNone;
  }
  // Others may have lowered the limit meanwhile; the slot is there all the same.
  slots_[index].instance = *made;
  ready_.store(index + 1, std::memory_order_release);
  return index;
}

}  // namespace leadline::plugin
