// The packs that decided at some time, compiled again from what the store keeps of them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "engine/decide/deciding.h"
#include "engine/decide/snapshot.h"
#include "store/store.h"

namespace leadline::engine {

// Keeps the last few that were asked for. Thread-safe; one caller compiles at a time.
class PacksOfThen {
 public:
  // A snapshot with the packs that `then` names, no plugins, and `then` as its reference; its tables and its time zones
  // are those of `now`. NOT_FOUND names a pack that the store does not keep.
  absl::StatusOr<std::shared_ptr<const Snapshot>> Get(store::Reader& reader,
                                                      const std::shared_ptr<const domain::SnapshotRef>& then,
                                                      const Deciding& now);

 private:
  static constexpr size_t kMost = 4;

  absl::StatusOr<std::shared_ptr<const packs::RuleSet>> RulesOf(store::Reader& reader, const domain::SnapshotRef& then,
                                                                const Snapshot& now);

  std::mutex mutex_;
  // By the packs' hashes and the time zones; asked for last at the end.
  std::deque<std::pair<std::string, std::shared_ptr<const packs::RuleSet>>> kept_;
};

}  // namespace leadline::engine
