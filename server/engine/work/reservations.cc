#include "engine/work/reservations.h"

#include <algorithm>
#include <utility>

namespace leadline::engine {

Reservations::Hold& Reservations::Hold::operator=(Hold&& other) noexcept {
  if (this != &other) {
    Release();
    owner_ = other.owner_;
    waiter_ = std::move(other.waiter_);
  }
  return *this;
}

void Reservations::Hold::Release() {
  if (std::shared_ptr<Waiter> waiter = std::exchange(waiter_, nullptr); waiter != nullptr) owner_->Free(waiter);
}

void Reservations::Acquire(std::vector<uint64_t> keys, Begin begin) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  auto waiter = std::make_shared<Waiter>();
  waiter->keys = std::move(keys);
  {
    const std::lock_guard lock(mutex_);
    for (uint64_t key : waiter->keys) {
      auto& queue = queues_[key];
      if (!queue.empty()) ++waiter->missing;
      queue.push_back(waiter);
    }
    if (waiter->missing > 0) {
      waiter->begin = std::move(begin);
      return;
    }
  }
  begin(Hold(this, std::move(waiter)), false);
}

void Reservations::Free(const std::shared_ptr<Waiter>& waiter) {
  std::vector<std::shared_ptr<Waiter>> ready;
  {
    const std::lock_guard lock(mutex_);
    for (uint64_t key : waiter->keys) {
      auto queue = queues_.find(key);
      queue->second.pop_front();
      if (queue->second.empty()) {
        queues_.erase(queue);
      } else if (--queue->second.front()->missing == 0) {
        ready.push_back(queue->second.front());
      }
    }
  }
  for (std::shared_ptr<Waiter>& next : ready) {
    Begin begin = std::move(next->begin);
    begin(Hold(this, std::move(next)), true);
  }
}

}  // namespace leadline::engine
