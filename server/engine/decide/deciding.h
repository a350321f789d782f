// Which snapshot decides about which lead, and what decides now.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/decide/snapshot.h"

namespace leadline::engine {

// Whom the packs' rules of notify.yaml may tell: the endpoints of this server's settings. Immutable.
struct Recipients {
  // The regions whose events each is told of, by the endpoint's name; none: all, and those of no region.
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> regions;

  bool Takes(std::string_view endpoint, std::string_view region) const {
    const auto found = regions.find(endpoint);
    return found != regions.end() && (found->second.empty() || found->second.contains(region));
  }
};

// What decides at one moment. Immutable and thread-safe.
struct Deciding {
  std::shared_ptr<const Snapshot> active;
  std::shared_ptr<const Snapshot> canary;  // decides a share of the leads; null: none does
  int canary_percent = 0;
  std::string canary_salt;  // the candidate's hash: the same leads for as long as it is on trial
  std::shared_ptr<const Recipients> recipients = nullptr;  // null: nobody is told of anything

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
  // The recipients stay as they are.
  void Set(Deciding next) {
    const std::lock_guard lock(set_mutex_);
    next.recipients = recipients_;
    std::atomic_store(&current_, std::make_shared<const Deciding>(std::move(next)));
  }
  // From here on these are told.
  void SetRecipients(std::shared_ptr<const Recipients> recipients) {
    const std::lock_guard lock(set_mutex_);
    recipients_ = std::move(recipients);
    Deciding same = *GetDeciding();
    same.recipients = recipients_;
    std::atomic_store(&current_, std::make_shared<const Deciding>(std::move(same)));
  }

 private:
  std::mutex set_mutex_;
  std::shared_ptr<const Recipients> recipients_;  // guarded by it
  std::shared_ptr<const Deciding> current_;
};

}  // namespace leadline::engine
