// Which snapshot decides about which lead, and what decides now.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/decide/snapshot.h"

namespace leadline::engine {

// What decides at one moment. Immutable and thread-safe.
struct Deciding {
  std::shared_ptr<const Snapshot> active;
  std::shared_ptr<const Snapshot> canary;  // decides a share of the leads; null: none does
  int canary_percent = 0;
  std::string canary_salt;  // the candidate's hash: the same leads for as long as it is on trial

  // Which of them decides about the lead: always the same one. The leads of a share are among those of every greater
  // share.
  const std::shared_ptr<const Snapshot>& For(std::string_view lead_id) const;
};

// Whether the lead is in a canary's share.
bool InCanary(std::string_view lead_id, std::string_view salt, int percent);

// What decides now. Thread-safe; reading never waits for a build.
class SnapshotHolder {
 public:
  explicit SnapshotHolder(std::shared_ptr<const Snapshot> first) { Set(std::move(first)); }
  std::shared_ptr<const Deciding> GetDeciding() const { return std::atomic_load(&current_); }
  std::shared_ptr<const Snapshot> Get() const { return GetDeciding()->active; }
  void Set(std::shared_ptr<const Snapshot> next) { Set(Deciding{std::move(next), nullptr, 0, ""}); }
  void Set(Deciding next) { std::atomic_store(&current_, std::make_shared<const Deciding>(std::move(next))); }

 private:
  std::shared_ptr<const Deciding> current_;
};

}  // namespace leadline::engine
