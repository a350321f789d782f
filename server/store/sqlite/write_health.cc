#include "store/sqlite/write_health.h"

#include "fmt/format.h"
#include "store/sqlite/database/storage_failure.h"

namespace leadline::store {

void WriteHealth::Committed() {
  const std::lock_guard lock(mutex_);
  if (status_.ok()) {
    Tell(absl::OkStatus());
  }
}

void WriteHealth::Failed(const absl::Status& status) {
  const std::lock_guard lock(mutex_);
  Tell(status);
}

void WriteHealth::Probed(const absl::Status& status) {
  const std::lock_guard lock(mutex_);
  probe_begun_.reset();
  Tell(status);
}

void WriteHealth::Tell(const absl::Status& status) {
  status_ = status;
  known_at_ = Clock::now();
  ++count_;
  told_.notify_all();
}

bool WriteHealth::failing() const {
  const std::lock_guard lock(mutex_);
  return !status_.ok();
}

absl::Status WriteHealth::Check(const std::function<void()>& start_probe) {
  std::unique_lock lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (known_at_.has_value() && now - *known_at_ < (status_.ok() ? options_.interval : options_.again)) {
    return status_;
  }
  const uint64_t before = count_;
  if (!probe_begun_.has_value()) {
    probe_begun_ = now;
    lock.unlock();
    start_probe();
    lock.lock();
  }
  // It may have ended before it could be waited for.
  const Clock::time_point end = probe_begun_.value_or(now) + options_.limit;
  if (told_.wait_until(lock, end, [&] { return count_ != before; })) {
    return status_;
  }
  return StorageFailure(ErrorReason::kStoreFailing,
                        fmt::format("the disk of the store has not answered for {} ms: commits wait for "
                                    "it; look at the disk",
                                    options_.limit.count()));
}

}  // namespace leadline::store
