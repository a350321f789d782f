// How the calls of one plugin went.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "plugin/plugin.h"

namespace leadline::plugin {

// Counts for PluginHealth. Thread-safe; a call that went well takes no lock.
class CallRecord {
 public:
  // Of one batch; a failure's message has the plugin's id in it.
  void Count(const absl::Status& status);
  // Of a worker; `what` as above.
  void CountDeath(std::string_view what);
  // All but the state, which is kServing.
  PluginHealth Health() const;

 private:
  alignas(64) std::atomic<uint64_t> calls_{0};
  alignas(64) mutable std::mutex mutex_;
  uint64_t failures_ = 0;
  uint64_t timeouts_ = 0;
  uint64_t deaths_ = 0;
  std::string last_failure_;
};

}  // namespace leadline::plugin
