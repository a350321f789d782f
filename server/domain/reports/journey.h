// One record's way through the statuses, as reports fold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/lifecycle.h"
#include "domain/reports/division.h"

namespace leadline::domain {

// The score by which a lead came into a status of sales (SalesStatuses).
struct SentScore {
  uint32_t band = 0;  // BandOf its total
  // That gave points: JoinValues(layer, rule id), each once, in order; of the centre without a layer.
  std::vector<std::string> rules;
  bool operator==(const SentScore&) const = default;
};

// How a person answered; the numbers are stored in cells: never change them.
enum class StepCause : uint8_t { kOther = 0, kAccept = 1, kReject = 2 };

// One record's way, as the ledger tells it.
struct StatusStep {
  std::string to;
  Time time = 0;
  StepCause cause = StepCause::kOther;
  std::string reject_reason = {};       // one of the packs'; of a rejection
  std::optional<SentScore> score = {};  // only of a lead that comes into a status of sales; nothing: none was decided
  bool operator==(const StatusStep&) const = default;
};
struct Journey {
  ReportedRecord record;
  std::vector<StatusStep> steps;  // in ledger order
};

// A stay in one status, remapped; steps that do not leave the status are one stay.
struct Stay {
  std::string_view status;  // of the lifecycle or the journey
  Time begin = 0;
  const StatusStep* step = nullptr;  // that began it, of the journey; null where the record never had a status
};
// Never empty: a record that never had a status still counts, under no name, from its creation.
std::vector<Stay> StaysOf(const Lifecycle& lifecycle, const Journey& journey);
// The same of a record and its steps.
std::vector<Stay> StaysOf(const Lifecycle& lifecycle, const ReportedRecord& record,
                          const std::vector<StatusStep>& steps);

// Places of stays that count together.
struct StaysOfPeriod {
  Time time = 0;  // any of the period
  std::vector<size_t> stays;
};
// Which stays of the record count, and with what time: all by the record's creation, or those that were entered within
// the division's limits, by their entry; then each period once, in order.
std::vector<StaysOfPeriod> PeriodsOf(const Division& division, const Journey& journey, const std::vector<Stay>& stays);

}  // namespace leadline::domain
