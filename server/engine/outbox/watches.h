// What no change of a record tells: queues in which too many leads wait, and calendars whose days off end soon.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/event.h"
#include "engine/engine.h"
#include "engine/notify/told.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// Looks by the rules of notify.yaml, and tells the ledger what is news: that a queue is too long and that it is no
// longer, once each, and that a calendar ends, once for each last day off. What was told before is read from the
// ledger, so that a restart says nothing twice. Thread-safe; one look at a time.
class Watches {
 public:
  // `options` must live longer.
  explicit Watches(const EngineOptions& options) : options_(options) {}

  // How many events it appended. Nothing is looked at while no endpoint is told. Blocks on the store.
  absl::StatusOr<int> Look(const CallContext& context);

 private:
  // A queue and the bound of a rule on it; a calendar of a pack and its last day off.
  using QueueBound = std::pair<std::string, int64_t>;
  using CalendarDay = std::tuple<std::string, std::string, std::string>;
  // Something to be told.
  struct News {
    std::string pack;
    domain::EventPayload payload;
    std::vector<Told> told;
  };

  // Reads what was told of the pack, once.
  absl::Status Learn(store::Reader& reader, const std::string& pack);
  void Take(const domain::EventPayload& payload);
  absl::Status AddQueues(store::Reader& reader, const packs::RuleSet& rules, Time now, std::vector<News>& news) const;
  void AddCalendars(const packs::RuleSet& rules, Time now, std::vector<News>& news) const;
  absl::Status Tell(const CallContext& context, const std::vector<News>& news);

  const EngineOptions& options_;
  std::mutex mutex_;  // guards what follows
  std::set<std::string> learned_;
  std::set<QueueBound> long_;
  std::set<CalendarDay> ending_;
};

}  // namespace leadline::engine
