// Leads whose step in the background failed, until they are tried again.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/clock.h"
#include "domain/set_aside.h"

namespace leadline::engine {

// One more failure of the lead, and when it is tried again.
domain::SetAsideLead FailedAgain(std::string_view lead_id, int32_t tries_before, const absl::Status& error, Time now);

// In memory: after a restart each is tried at once. Bounded: beyond kMost, leads that fail are tried again without
// waiting. Thread-safe.
class SetAside {
 public:
  static constexpr size_t kMost = 100'000;

  bool Waits(std::string_view lead_id, Time now) const;
  domain::SetAsideLead Failed(std::string_view lead_id, const absl::Status& error, Time now);
  void Succeeded(std::string_view lead_id);
  // Forgets leads that are not among these: they have no step to take any more.
  void KeepOnly(const std::set<std::string, std::less<>>& lead_ids);
  size_t size() const;

 private:
  struct State {
    int32_t tries = 0;
    Time retry_at = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, State, std::less<>> leads_;
};

}  // namespace leadline::engine
