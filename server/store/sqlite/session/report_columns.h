// The columns that queries for reports have in common.
#pragma once

#include <algorithm>
#include <string_view>

#include "domain/reports/division.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

// Columns of the report queries.
enum Column {
  kRecordId,
  kSource,
  kRegion,
  kCreatedAt,
  kProducts,
  kAssignee,
  kSlaId,
  kStart,
  kWarn,
  kDue,
  kStopped,
  kState,
  kCalendar,
  kSince,
  kCounted,
  kPaused,
  kSteps,
  kStepAt
};

// `to` is used again from row to row.
inline void ReadReported(const Query& query, domain::ReportedRecord& to) {
  to.source = query.Text(kSource);
  to.region = query.Text(kRegion);
  to.assignee = query.Text(kAssignee);
  to.created_at = query.Int(kCreatedAt);
  to.products.clear();
  std::string_view rest = query.Text(kProducts);
  while (rest.size() > 1) {
    rest.remove_prefix(1);
    const size_t end = std::min(rest.find(kSeparator), rest.size());
    to.products.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

}  // namespace leadline::store
