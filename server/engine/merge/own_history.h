// A record's own history: what happened to it, without what merges made of it that were undone.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/event.h"
#include "domain/history/fold.h"
#include "domain/history/value_times.h"
#include "store/store.h"

namespace leadline::engine {

// Reads the record's history, some of it at a time. Lives no longer than the reader. Not thread-safe.
class OwnHistory {
 public:
  using Visit = std::function<absl::Status(const domain::Event&)>;

  // Of the record as it is. `without`: the merge that is about to be undone; empty: none. `leaving`: ids of whoever
  // goes with the absorbed record: what was addressed to one of them since the merge is no longer this record's.
  static absl::StatusOr<OwnHistory> Of(store::Reader& reader, domain::RecordRef record, std::string_view without = "",
                                       const std::vector<std::string>& leaving = {});

  // Of the merge that is left out. `position` of its first event here; 0: it has none.
  int64_t position() const { return position_; }
  // Each event that stands, oldest first.
  absl::Status ForEach(const Visit& visit) const;
  // Each that was addressed to somebody who leaves, and each of the merge that is left out.
  absl::Status ForEachLeaving(const Visit& visit) const;
  absl::Status ForEachUndone(const Visit& visit) const;
  // All of them.
  absl::Status ForEachEvent(const Visit& visit) const;

 private:
  struct Merge {
    std::set<int64_t> transactions;
    int64_t first = 0;   // position
    int64_t undone = 0;  // position of its end; 0: it stands
    std::string absorbed;
  };

  OwnHistory(store::Reader& reader, domain::RecordRef record) : reader_(reader), record_(std::move(record)) {}
  bool Stands(const domain::Event& event) const;
  bool Leaves(const domain::Event& event) const;

  store::Reader& reader_;
  const domain::RecordRef record_;
  std::map<std::string, Merge> merges_;  // that were undone, and the one that is left out
  std::string without_;
  std::set<std::string> leaving_;
  int64_t position_ = 0;
};

// As of when a lead's values are.
absl::StatusOr<domain::ValueTimes> TimesOfLead(store::Reader& reader, const std::string& id);

}  // namespace leadline::engine
