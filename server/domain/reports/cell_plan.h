// Which cells answer a report. Pure; plain data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reports/cell.h"
#include "domain/reports/division.h"

namespace leadline::domain {

// Which records a report counts. Times go by the division's basis.
struct CellFilter {
  RecordKind kind = RecordKind::kLead;
  Time start = 0, end = 0;              // end exclusive; 0: no limit
  std::string region, source, product;  // empty: any
};

struct CellRange {
  Level level = Level::kDay;
  int64_t begin = 0, end = 0;  // periods; end exclusive
  bool operator==(const CellRange&) const = default;
};
struct CellPlan {
  Section section = Section::kFunnel;
  Grouping grouping = Grouping::kAll;
  std::vector<CellRange> ranges;  // no time is in two of them
};

// Nothing where no cells have it: limits that are not at midnight UTC (by entry: at the beginning of a week or month by
// which the report is divided), dimensions that no grouping has together, and products of those with a product.
std::optional<CellPlan> PlanOf(Section section, const CellFilter& filter, const Division& division);

// Whether the cell's values are those that the filter wants.
bool Wanted(const CellFilter& filter, Grouping grouping, std::string_view values);

// The value of a dimension in a cell; empty for the calendar, of which a cell has several.
std::string ValueOf(ReportDimension dimension, const Division& division, const CellKey& cell);

}  // namespace leadline::domain
