// One record's way through the statuses, as reports fold it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/lifecycle.h"
#include "domain/reports/division.h"

namespace leadline::domain {

// One record's way, as the ledger tells it.
struct StatusStep {
  std::string to;
  Time time = 0;
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
};
// Never empty: a record that never had a status still counts, under no name, from its creation.
std::vector<Stay> StaysOf(const Lifecycle& lifecycle, const Journey& journey);

// Places of stays that count together.
struct StaysOfPeriod {
  Time time = 0;  // any of the period
  std::vector<size_t> stays;
};
// Which stays of the record count, and with what time: all by the record's creation, or those that were entered within
// the division's limits, by their entry; then each period once, in order.
std::vector<StaysOfPeriod> PeriodsOf(const Division& division, const Journey& journey, const std::vector<Stay>& stays);

}  // namespace leadline::domain
