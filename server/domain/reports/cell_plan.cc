#include "domain/reports/cell_plan.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace leadline::domain {
namespace {

constexpr int64_t kFirst = std::numeric_limits<int32_t>::min();
constexpr int64_t kLast = std::numeric_limits<int32_t>::max();

// Bits of what a grouping has.
constexpr unsigned kHasRegion = 1, kHasSource = 2, kHasProduct = 4, kHasOwner = 8;
// By the grouping's number. The first that has all is the smallest.
constexpr std::array<unsigned, kGroupings> kParts = {0, kHasRegion, kHasRegion | kHasSource, kHasRegion | kHasProduct,
                                                     kHasRegion | kHasOwner};

unsigned PartOf(ReportDimension dimension) {
  switch (dimension) {
    case ReportDimension::kSource:
      return kHasSource;
    case ReportDimension::kRegion:
      return kHasRegion;
    case ReportDimension::kProduct:
      return kHasProduct;
    case ReportDimension::kOwner:
    case ReportDimension::kTeam:
      return kHasOwner;
    case ReportDimension::kWeek:
    case ReportDimension::kMonth:
    case ReportDimension::kCalendar:  // each cell tells them apart
      break;
  }
  return 0;
}

std::optional<Grouping> GroupingOf(const CellFilter& filter, const Division& division) {
  // A lead with this product counts under its others, too.
  if (!filter.product.empty() && division.Has(ReportDimension::kProduct)) return std::nullopt;
  unsigned needed = (filter.region.empty() ? 0 : kHasRegion) | (filter.source.empty() ? 0 : kHasSource) |
                    (filter.product.empty() ? 0 : kHasProduct);
  for (const ReportDimension dimension : division.dimensions) needed |= PartOf(dimension);
  for (size_t i = 0; i < kParts.size(); ++i) {
    if ((kParts[i] & needed) == needed) return static_cast<Grouping>(i);
  }
  return std::nullopt;
}

// The first period that begins at or after `time`.
int64_t PeriodFrom(Level level, Time time) {
  const int64_t period = PeriodNumber(level, time);
  return BeginOf(level, period) == time ? period : period + 1;
}

// The longest periods that fit, and shorter ones at the ends. `levels`: the longest first. No start: from ever; no end:
// for ever. Both are where a period of the last level begins.
void AddRanges(std::span<const Level> levels, std::optional<Time> start, std::optional<Time> end,
               std::vector<CellRange>& ranges) {
  if (levels.empty() || (start && end && *start >= *end)) return;
  const Level level = levels.front();
  const std::span<const Level> shorter = levels.subspan(1);
  const int64_t first = start ? PeriodFrom(level, *start) : kFirst;
  const int64_t last = end ? PeriodNumber(level, *end) : kLast;
  if (first >= last) {
    AddRanges(shorter, start, end, ranges);
    return;
  }
  ranges.push_back({level, first, last});
  if (start) AddRanges(shorter, start, BeginOf(level, first), ranges);
  if (end) AddRanges(shorter, BeginOf(level, last), end, ranges);
}

bool BeginsPeriod(Level level, Time time) { return time == 0 || BeginOf(level, PeriodNumber(level, time)) == time; }

// A record counts once in each period of entry, so that periods do not add up to others.
std::optional<std::vector<CellRange>> RangesOfEntry(const CellFilter& filter, bool weeks, bool months) {
  if (!weeks && !months && filter.start == 0 && filter.end == 0) return {{{Level::kYear, kFirst, kLast}}};
  if (weeks == months) return std::nullopt;
  const Level level = weeks ? Level::kEntryWeek : Level::kEntryMonth;
  if (!BeginsPeriod(level, filter.start) || !BeginsPeriod(level, filter.end)) return std::nullopt;
  return {{{level, filter.start == 0 ? kFirst : PeriodNumber(level, filter.start),
            filter.end == 0 ? kLast : PeriodNumber(level, filter.end)}}};
}

}  // namespace

std::optional<CellPlan> PlanOf(Section section, const CellFilter& filter, const Division& division) {
  const std::optional<Grouping> grouping = GroupingOf(filter, division);
  if (!grouping) return std::nullopt;
  CellPlan plan{.section = section, .grouping = *grouping};
  const bool weeks = division.Has(ReportDimension::kWeek), months = division.Has(ReportDimension::kMonth);
  if (division.basis == TimeBasis::kEntry) {
    std::optional<std::vector<CellRange>> ranges = RangesOfEntry(filter, weeks, months);
    if (!ranges) return std::nullopt;
    plan.ranges = *std::move(ranges);
    return plan;
  }
  if (!BeginsPeriod(Level::kDay, filter.start) || !BeginsPeriod(Level::kDay, filter.end)) return std::nullopt;
  const bool due = division.basis == TimeBasis::kDue;
  std::vector<Level> levels;
  if (!weeks && !months && !due) levels.push_back(Level::kYear);
  if (!weeks) levels.push_back(due ? Level::kDueMonth : Level::kMonth);
  if (weeks && !months) levels.push_back(due ? Level::kDueWeek : Level::kWeek);
  levels.push_back(due ? Level::kDueDay : Level::kDay);
  const auto limit = [](Time time) { return time == 0 ? std::nullopt : std::optional(time); };
  AddRanges(levels, limit(filter.start), limit(filter.end), plan.ranges);
  return plan;
}

bool Wanted(const CellFilter& filter, Grouping grouping, std::string_view values) {
  const auto is = [](const std::string& wanted, std::string_view value) { return wanted.empty() || wanted == value; };
  const auto [first, second] = SplitValues(values);
  switch (grouping) {
    case Grouping::kAll:
      return true;
    case Grouping::kRegion:
      return is(filter.region, values);
    case Grouping::kRegionSource:
      return is(filter.region, first) && is(filter.source, second);
    case Grouping::kRegionProduct:
      return is(filter.region, first) && is(filter.product, second);
    case Grouping::kRegionOwner:
      return is(filter.region, first);
  }
  return false;
}

std::string ValueOf(ReportDimension dimension, const Division& division, const CellKey& cell) {
  const auto [region, other] = SplitValues(cell.values);
  switch (dimension) {
    case ReportDimension::kRegion:
      return std::string(region);
    case ReportDimension::kTeam: {
      const auto team = division.teams.find(other);
      return team == division.teams.end() ? std::string() : team->second;
    }
    case ReportDimension::kWeek:
      return WeekOf(BeginOf(cell.level, cell.period));
    case ReportDimension::kMonth:
      return MonthOf(BeginOf(cell.level, cell.period));
    case ReportDimension::kCalendar:
      return {};
    case ReportDimension::kSource:
    case ReportDimension::kProduct:
    case ReportDimension::kOwner:
      break;
  }
  return std::string(other);
}

}  // namespace leadline::domain
