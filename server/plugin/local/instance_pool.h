// Instances of one plugin, each lent to one thread at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "plugin/plugin.h"

namespace leadline::plugin {

// Makes instances as callers need them, up to a limit; beyond it callers wait. Lending an idle instance takes no lock.
// A failure to make another one lowers the limit to what there is. Thread-safe.
class InstancePool {
 public:
  // Makes an instance; called without locks, by several threads at once.
  using Maker = std::function<absl::StatusOr<void*>()>;

  // Owns nothing: whoever made the instances ends them. `first` is one instance, so the limit is at least 1.
  InstancePool(void* first, uint32_t limit, Maker maker);
  InstancePool(const InstancePool&) = delete;
  InstancePool& operator=(const InstancePool&) = delete;

  // A borrowed instance. Not thread-safe; gives it back on destruction.
  class Lease {
   public:
    Lease(Lease&& other) noexcept : pool_(other.pool_), index_(std::exchange(other.index_, kNone)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (index_ != kNone) pool_->Release(index_);
    }
    void* instance() const { return pool_->slots_[index_].instance; }

   private:
    friend class InstancePool;
    Lease(InstancePool* pool, uint32_t index) : pool_(pool), index_(index) {}
    InstancePool* pool_;
    uint32_t index_;
  };

  // Waits while all are lent; CANCELLED or DEADLINE_EXCEEDED, beginning with `who`, when the caller stops waiting
  // first.
  absl::StatusOr<Lease> Borrow(const CallOptions& options, std::string_view who);

  // How many there are now.
  uint32_t size() const { return ready_.load(std::memory_order_acquire); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // A cache line each, so that threads with instances of their own do not slow each other down.
  struct alignas(64) Slot {
    std::atomic<bool> idle{false};
    void* instance = nullptr;
  };

  uint32_t TryTake();
  void Release(uint32_t index);
  absl::StatusOr<Lease> BorrowSlowly(const CallOptions& options, std::string_view who);
  uint32_t Grow(std::unique_lock<std::mutex>& lock);

  Maker maker_;
  std::atomic<uint32_t> ready_{0};    // slots_[0, ready_) hold instances
  std::atomic<uint32_t> waiters_{0};  // threads about to sleep
  std::mutex mutex_;
  std::condition_variable returned_;
  uint32_t limit_;        // guarded by mutex_
  uint32_t growing_ = 0;  // guarded by mutex_
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace leadline::plugin
