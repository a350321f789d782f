#include "domain/reports/cell.h"

#include <algorithm>
#include <chrono>

namespace leadline::domain {
namespace {

constexpr char kBetweenValues = '\x1f';

int64_t FloorOf(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

std::chrono::year_month_day DateOfDay(int64_t day) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day)));
}

// Monday was the third day before 1970.
constexpr int64_t kMondayBefore = 3;

}  // namespace

void AddTo(Sums& sums, const Addition& addition, int64_t times) {
  const auto place = sums.try_emplace(addition.key).first;
  place->second.Add(addition.sum, times);
  if (place->second.Nothing()) sums.erase(place);
}

Additions Sorted(const Sums& sums) {
  Additions all;
  all.reserve(sums.size());
  for (const auto& [key, sum] : sums) all.push_back({key, sum});
  std::sort(all.begin(), all.end(), [](const Addition& a, const Addition& b) { return a.key < b.key; });
  return all;
}

void Combine(Additions& additions) {
  std::sort(additions.begin(), additions.end(), [](const Addition& a, const Addition& b) { return a.key < b.key; });
  size_t kept = 0;
  for (size_t i = 0; i < additions.size();) {
    Addition all = additions[i++];
    while (i < additions.size() && additions[i].key == all.key) all.sum.Add(additions[i++].sum);
    if (!all.sum.Nothing()) additions[kept++] = all;
  }
  additions.resize(kept);
}

Additions SumOf(const Additions& a, const Additions& b) {
  Additions merged;
  merged.reserve(a.size() + b.size());
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a[i].key < b[j].key)) {
      merged.push_back(a[i++]);
    } else if (i == a.size() || b[j].key < a[i].key) {
      merged.push_back(b[j++]);
    } else {
      merged.push_back(a[i++]);
      merged.back().sum.Add(b[j++].sum);
    }
    if (merged.back().sum.Nothing()) merged.pop_back();
  }
  return merged;
}

std::string JoinValues(std::string_view first, std::string_view second) {
  std::string joined(first);
  joined += kBetweenValues;
  joined += second;
  return joined;
}

std::pair<std::string_view, std::string_view> SplitValues(std::string_view values) {
  const size_t at = values.find(kBetweenValues);
  if (at == std::string_view::npos) return {values, std::string_view()};
  return {values.substr(0, at), values.substr(at + 1)};
}

int64_t DayNumber(Time time) { return FloorOf(time, kDay); }
int64_t WeekNumber(Time time) { return FloorOf(DayNumber(time) + kMondayBefore, 7); }
int64_t MonthNumber(Time time) {
  const std::chrono::year_month_day date = DateOfDay(DayNumber(time));
  return (static_cast<int>(date.year()) - 1970) * int64_t{12} + static_cast<unsigned>(date.month()) - 1;
}

int64_t PeriodNumber(Level level, Time time) {
  switch (level) {
    case Level::kYear:
      return FloorOf(MonthNumber(time), 12);
    case Level::kWeek:
    case Level::kEntryWeek:
    case Level::kDueWeek:
      return WeekNumber(time);
    case Level::kMonth:
    case Level::kEntryMonth:
    case Level::kDueMonth:
      return MonthNumber(time);
    case Level::kDay:
    case Level::kDueDay:
      break;
  }
  return DayNumber(time);
}

Time BeginOf(Level level, int64_t period) {
  switch (level) {
    case Level::kYear:
      return BeginOf(Level::kMonth, period * 12);
    case Level::kWeek:
    case Level::kEntryWeek:
    case Level::kDueWeek:
      return (period * 7 - kMondayBefore) * kDay;
    case Level::kMonth:
    case Level::kEntryMonth:
    case Level::kDueMonth: {
      const int64_t year = FloorOf(period, 12);
      const std::chrono::sys_days day = std::chrono::year(static_cast<int>(1970 + year)) /
                                        std::chrono::month(static_cast<unsigned>(period - year * 12 + 1)) / 1;
      return day.time_since_epoch().count() * kDay;
    }
    case Level::kDay:
    case Level::kDueDay:
      break;
  }
  return period * kDay;
}

uint32_t Names::CodeOf(std::string_view name) {
  if (const auto found = codes_.find(name); found != codes_.end()) return found->second;
  if (names_.size() >= kMostNames) {
    overflowed_ = true;
    return kMostNames - 1;
  }
  const auto code = static_cast<uint32_t>(names_.size());
  names_.emplace_back(name);
  codes_.emplace(name, code);
  return code;
}

uint32_t Names::CodeOf(std::string_view name, size_t most, std::string_view instead) {
  return names_.size() < most || codes_.contains(name) ? CodeOf(name) : CodeOf(instead);
}

const std::string& Names::NameOf(uint32_t code) const {
  static const std::string kNone;
  return code < names_.size() ? names_[code] : kNone;
}

}  // namespace leadline::domain
