#include "plugin/call_record.h"

namespace leadline::plugin {

void CallRecord::Count(const absl::Status& status) {
  calls_.fetch_add(1, std::memory_order_relaxed);
  if (status.ok()) return;
  std::lock_guard lock(mutex_);
  ++failures_;
  if (status.code() == absl::StatusCode::kDeadlineExceeded) ++timeouts_;
  last_failure_ = std::string(status.message());
}

void CallRecord::CountDeath(std::string_view what) {
  std::lock_guard lock(mutex_);
  ++deaths_;
  last_failure_ = std::string(what);
}

PluginHealth CallRecord::Health() const {
  std::lock_guard lock(mutex_);
  PluginHealth health;
  health.calls = calls_.load(std::memory_order_relaxed);
  health.failures = failures_;
  health.timeouts = timeouts_;
  health.deaths = deaths_;
  health.last_failure = last_failure_;
  return health;
}

}  // namespace leadline::plugin
