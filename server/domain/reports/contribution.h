// What one record adds to the cells of reports: a pure function of what it went through, so that a cell is the sum over
// its records, and a record that changes is taken out as it was and put in as it is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/lifecycle.h"
#include "domain/reports/cell.h"
#include "domain/reports/journey.h"

namespace leadline::domain {

struct ReportedClock {
  std::string sla_id;
  std::string calendar;  // on which it counts
  SlaState state = SlaState::kRunning;
  Time start = 0;
  Time due = 0;
  Time stopped = 0;
  Duration response = 0;  // working time from start to stop
  bool operator==(const ReportedClock&) const = default;
};

// Completeness is in millionths.
inline constexpr int64_t kWholeGroup = 1'000'000;

// All that reports know of one record.
struct ReportInput {
  RecordKind kind = RecordKind::kLead;
  ReportedRecord record;
  std::vector<StatusStep> steps;  // in ledger order
  std::vector<ReportedClock> clocks;
  Time touched_at = 0;    // when a person first decided or noted something of it; 0: nobody did
  bool step_due = false;  // a clock runs, or it waits in a queue that gives it out
  // Of a lead: in which its enquirer stood just before it came in; empty: the person was new.
  std::string enquirer_status = {};
  std::optional<Money> value;
  double probability = 0;  // as somebody estimated it; 0: nobody did
  // Of the buying group that its products want, 0 to kWholeGroup; nothing where they want none.
  std::optional<int64_t> completeness;
  bool operator==(const ReportInput&) const = default;
};

// Of the lifecycle, what contributions depend on: other rules make other cells. Gives it all back.
std::string LifecycleText(const Lifecycle& lifecycle);
Lifecycle LifecycleOfText(std::string_view text);

// Calls `visit` for each cell that the record adds something to; a cell may come more than once. The additions are good
// until it returns.
using VisitCell = std::function<void(const CellKey&, const Additions&)>;
void Contribute(const ReportInput& input, const Lifecycle& lifecycle, Names& names, const VisitCell& visit);
// To cells of the smallest groups and shortest times alone, from which all others follow (CellSums).
void ContributeLeast(const ReportInput& input, const Lifecycle& lifecycle, Names& names, const VisitCell& visit);
// To cells of this section alone.
void Contribute(const ReportInput& input, const Lifecycle& lifecycle, Names& names, Section section,
                const VisitCell& visit);

}  // namespace leadline::domain
