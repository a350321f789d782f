// What the ledger tells of a record for reports, from its events.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "domain/event.h"
#include "store/sqlite/session/ledger_body.h"
#include "store/store.h"

namespace leadline::store {

// Takes events into histories. Not thread-safe.
class HistoryReader {
 public:
  // `reading` must live longer.
  explicit HistoryReader(const ReportReading& reading) : reading_(reading) {}

  // Types of the events that are read: RecordCreated, StatusChanged, DispositionRecorded, ScoreChanged; of Merged and
  // Unmerged only that they are there.
  static constexpr std::initializer_list<int64_t> kTypes = {0, 3, 4, 5, 9, 10};
  static bool Reads(int64_t type) { return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end(); }

  // An event of the history's record, which is of this kind, after those before; the history must stay where it is
  // until its last event. DATA_LOSS for damaged bytes.
  absl::Status Add(domain::RecordKind kind, const LedgerEntry& entry, ReportHistory& history);

 private:
  // The last score of a history, as its bytes: few of them are asked for.
  struct Scored {
    std::string decision;
    std::string payload;
  };
  absl::Status AddScore(domain::StatusStep& step, ReportHistory& history);

  const ReportReading& reading_;
  std::unordered_map<const ReportHistory*, Scored> scores_;
  domain::EventPayload payload_;     // used again
  domain::StoredDecision decision_;  // the same
};

}  // namespace leadline::store
