// The records behind a number of a report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/reports/cell.h"
#include "engine/calls.h"

namespace leadline::engine {

// The moment that a report is of. Where it was answered from cells, its records can be listed as they were then.
struct ReportMoment {
  int64_t position = 0;  // the last transaction of the ledger that is in it
  int64_t version = 0;   // of the cells; 0: the records were read
  Time now = 0;          // what is still open was ended by
};

// One number of a report.
struct ReportNumber {
  domain::Section section = domain::Section::kFunnel;
  domain::Measure measure = domain::Measure::kRecords;
  std::optional<std::string> first, second;  // the statuses or the service level that it is of; nothing: of all
  // Of clocks: those that are met, breached, running, cancelled; or all of them.
  enum class Clocks : uint8_t { kAll, kMet, kBreached, kRunning, kCancelled } clocks = Clocks::kAll;
  int64_t minutes = 0;  // of kTouchedIn
};

struct ReportRecordsRequest {
  ReportFilter filter;
  ReportDimensions dimensions;
  domain::GroupKey values;  // of the dimensions
  ReportNumber number;
  ReportMoment moment;
  std::string after;  // id; empty: from the beginning
  int limit = 0;
};
struct ReportRecord {
  std::string id;
  int64_t count = 0;  // how much of the number it is
};
struct ReportRecordsPage {
  std::vector<ReportRecord> records;
  std::string next;  // id to go on after; empty: there are no more
};

}  // namespace leadline::engine
