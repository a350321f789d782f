#include "domain/reports/division.h"

#include <algorithm>
#include <chrono>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

using CivilDate = std::chrono::sys_days;

CivilDate CivilDateOf(Time t) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(t)));
}

// Of the same week, which begins on a Monday. Its year is the year of the week, and its place in the year says which
// week it is.
CivilDate ThursdayOf(Time t) {
  const CivilDate day = CivilDateOf(t);
  return day - (std::chrono::weekday(day) - std::chrono::Monday) + std::chrono::days(3);
}

}  // namespace

bool Division::Has(ReportDimension dimension) const {
  return std::find(dimensions.begin(), dimensions.end(), dimension) != dimensions.end();
}

KeyMaker::KeyMaker(const Division& division, size_t leading)
    : division_(division), leading_(leading), key_(leading + division.dimensions.size()) {
  for (size_t i = 0; i < division.dimensions.size(); ++i) {
    if (division.dimensions[i] == ReportDimension::kProduct) product_ = &key_[leading + i];
  }
}

void KeyMaker::Fill(const ReportedRecord& record, Time time) {
  for (size_t i = 0; i < division_.dimensions.size(); ++i) {
    std::string& value = key_[leading_ + i];
    switch (division_.dimensions[i]) {
      case ReportDimension::kSource:
        value = record.source;
        break;
      case ReportDimension::kRegion:
        value = record.region;
        break;
      case ReportDimension::kProduct:
        value.clear();
        break;
      case ReportDimension::kOwner:
        value = record.assignee;
        break;
      case ReportDimension::kTeam: {
        const auto team = division_.teams.find(record.assignee);
        value = team == division_.teams.end() ? std::string() : team->second;
        break;
      }
      case ReportDimension::kWeek:
        value = WeekOf(time);
        break;
      case ReportDimension::kMonth:
        value = MonthOf(time);
        break;
      case ReportDimension::kCalendar:
        value = record.calendar;
        break;
    }
  }
}

bool KeyMaker::NamedBefore(const std::vector<std::string>& products, size_t place) {
  const auto end = products.begin() + static_cast<std::ptrdiff_t>(place);
  return std::find(products.begin(), end, products[place]) != end;
}

Period PeriodOf(const Division& division, Time time) {
  Period period;
  if (division.Has(ReportDimension::kWeek)) period.week = ThursdayOf(time).time_since_epoch().count();
  if (division.Has(ReportDimension::kMonth)) {
    const std::chrono::year_month_day date(CivilDateOf(time));
    period.month = static_cast<int>(date.year()) * int64_t{12} + static_cast<unsigned>(date.month());
  }
  return period;
}

std::string WeekOf(Time t) {
  const CivilDate thursday = ThursdayOf(t);
  const std::chrono::year year = std::chrono::year_month_day(thursday).year();
  const auto days = thursday - CivilDate(year / std::chrono::January / 1);
  return fmt::format("{:04}-W{:02}", static_cast<int>(year), days.count() / 7 + 1);
}

std::string MonthOf(Time t) {
  const std::chrono::year_month_day date(CivilDateOf(t));
  return fmt::format("{:04}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()));
}

}  // namespace leadline::domain
