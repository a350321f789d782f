#include "plugin/plugin.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::plugin {

absl::Status StillWanted(const CallOptions& options, std::string_view who) {
  if (options.cancelled != nullptr && options.cancelled->load(std::memory_order_relaxed)) {
    return absl::CancelledError(fmt::format("{}: the caller gave up", who));
  }
  if (options.deadline && std::chrono::steady_clock::now() >= *options.deadline) {
    return absl::DeadlineExceededError(fmt::format("{}: the deadline passed", who));
  }
  return absl::OkStatus();
}

bool Plugin::Has(std::string_view capability) const {
  const auto& all = info().capabilities;
  return std::find(all.begin(), all.end(), capability) != all.end();
}

}  // namespace leadline::plugin
