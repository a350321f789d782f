#include "domain/calendars/business_calendar.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <tuple>

#include "absl/container/inlined_vector.h"
#include "base/zones/time_zones.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};
// A calendar without a working hour in this many days has none at all.
constexpr int64_t kMostDays = 400LL * 366;

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Day number since 1970-01-01 of a local date; nothing when it is none.
std::optional<int64_t> DayNumber(const std::string& date) {
  if (date.size() != 10) return std::nullopt;
  absl::StatusOr<Time> midnight = ParseTime(date);
  if (!midnight.ok()) return std::nullopt;
  return FloorDiv(*midnight, kDay);
}

// 1970-01-01 was a Thursday.
size_t WeekdayOf(int64_t day) { return static_cast<size_t>(((day + 3) % 7 + 7) % 7); }

// Walks a calendar's working intervals from a moment on. It works whenever the clock on the wall shows working hours,
// so an hour that the clocks skip is not worked and one that they repeat is worked twice. Not thread-safe.
class WorkingHours {
 public:
  struct Interval {
    Time begin = 0;
    Time end = 0;
  };

  // From `start` on; what lies before it is cut off.
  WorkingHours(const BusinessCalendar& calendar, Time start)
      : calendar_(calendar), zone_(calendar.zone.get()), start_(start) {
    for (const std::string& holiday : calendar.holidays) {
      if (std::optional<int64_t> day = DayNumber(holiday)) holidays_.push_back(*day);
    }
    std::sort(holidays_.begin(), holidays_.end());
    if (zone_ == nullptr) return;
    segment_ = zone_->SegmentAt(start);
    day_ = LocalDay(start);
  }

  // The next interval that is not empty; nothing when there are no more.
  std::optional<Interval> Next() {
    if (zone_ == nullptr) return std::nullopt;
    for (int64_t days = 0; days < kMostDays;) {
      const ZoneSegment& segment = zone_->segments()[segment_];
      const BusinessCalendar::Day& hours = HoursOfDay();
      while (range_ < hours.size()) {
        const Interval interval = Worked(segment, hours[range_++]);
        if (interval.begin < interval.end) return interval;
      }
      range_ = 0;
      // The same date goes on in the next segment when the clocks change on it, or begins again when they go back
      // over midnight.
      Time midnight_after = (day_ + 1) * kDay - segment.offset;
      if (midnight_after >= segment.end) {
        ++segment_;
        day_ = FloorDiv(segment.end + zone_->segments()[segment_].offset, kDay);
      } else {
        ++day_;
        ++days;
      }
    }
    return std::nullopt;
  }

 private:
  int64_t LocalDay(Time t) const { return FloorDiv(t + zone_->segments()[segment_].offset, kDay); }

  // None on a holiday.
  const BusinessCalendar::Day& HoursOfDay() const {
    static const BusinessCalendar::Day kClosed;
    const BusinessCalendar::Day& hours = calendar_.week[WeekdayOf(day_)];
    const bool off = !hours.empty() && std::binary_search(holidays_.begin(), holidays_.end(), day_);
    return off ? kClosed : hours;
  }

  // These hours of the current date, within the segment and not before the start.
  Interval Worked(const ZoneSegment& segment, const BusinessCalendar::Hours& hours) const {
    const Time midnight = day_ * kDay - segment.offset;
    return {std::max({midnight + hours.from_minute * kMinute, segment.begin, start_}),
            std::min(midnight + hours.to_minute * kMinute, segment.end)};
  }

  const BusinessCalendar& calendar_;
  const TimeZone* zone_;
  Time start_;
  absl::InlinedVector<int64_t, 32> holidays_;
  size_t segment_ = 0;
  int64_t day_ = 0;
  size_t range_ = 0;  // of the date, that comes next
};

bool Overlap(const BusinessCalendar::Hours& a, const BusinessCalendar::Hours& b) {
  return a.from_minute < b.to_minute && b.from_minute < a.to_minute;
}

bool IsFree(const BusinessCalendar::Day& day, const BusinessCalendar::Hours& hours) {
  return std::none_of(day.begin(), day.end(), [&](const auto& other) { return Overlap(other, hours); });
}

void Insert(BusinessCalendar::Day& day, const BusinessCalendar::Hours& hours) {
  const auto after =
      std::find_if(day.begin(), day.end(), [&](const auto& other) { return other.from_minute > hours.from_minute; });
  day.insert(after, hours);
}

Duration WorkOf(const BusinessCalendar::Day& day) {
  Duration work = 0;
  for (const BusinessCalendar::Hours& hours : day) work += (hours.to_minute - hours.from_minute) * kMinute;
  return work;
}

// What is wrong with one day's hours; empty: nothing.
std::string FaultOf(const BusinessCalendar::Day& day) {
  int before = 0;
  for (const BusinessCalendar::Hours& hours : day) {
    if (hours.from_minute < 0 || hours.to_minute > kMinutesPerDay || hours.from_minute >= hours.to_minute) {
      return fmt::format(
          "is open from minute {} to minute {}: hours lie between 00:00 and 24:00 of one day, and end after they begin",
          hours.from_minute, hours.to_minute);
    }
    if (hours.from_minute < before) {
      return fmt::format("is open from minute {} on, before the hours that stand before them have ended",
                         hours.from_minute);
    }
    before = hours.to_minute;
  }
  return "";
}

}  // namespace

bool AddHours(size_t day, const BusinessCalendar::Hours& hours, std::array<BusinessCalendar::Day, 7>& week) {
  const bool night = hours.to_minute <= hours.from_minute;
  const BusinessCalendar::Hours evening{hours.from_minute, night ? kMinutesPerDay : hours.to_minute};
  const BusinessCalendar::Hours morning{0, night ? hours.to_minute : 0};
  const bool reaches = morning.to_minute > 0;
  BusinessCalendar::Day& next = week[(day + 1) % week.size()];
  if (!IsFree(week[day], evening) || (reaches && !IsFree(next, morning))) return false;
  Insert(week[day], evening);
  if (reaches) Insert(next, morning);
  return true;
}

absl::Status ValidateCalendar(const BusinessCalendar& calendar, const TimeZones& zones) {
  if (zones.Find(calendar.time_zone) == nullptr) {
    return absl::InvalidArgumentError(fmt::format("calendar \"{}\": \"{}\" is not a time zone: {}", calendar.id,
                                                  calendar.time_zone, ZoneHint(zones, calendar.time_zone)));
  }
  bool open = false;
  for (size_t i = 0; i < calendar.week.size(); ++i) {
    if (const std::string fault = FaultOf(calendar.week[i]); !fault.empty()) {
      return absl::InvalidArgumentError(fmt::format("calendar \"{}\": {} {}", calendar.id, kWeekdays[i], fault));
    }
    open = open || !calendar.week[i].empty();
  }
  if (!open) {
    return absl::InvalidArgumentError(fmt::format(
        "calendar \"{}\": no day is open, so that no time would ever pass: give at least one day hours", calendar.id));
  }
  for (const std::string& holiday : calendar.holidays) {
    if (DayNumber(holiday).has_value()) continue;
    return absl::InvalidArgumentError(
        fmt::format("calendar \"{}\": holiday \"{}\" is not a date: write it as 2026-12-25", calendar.id, holiday));
  }
  return absl::OkStatus();
}

Duration WorkPerWeek(const BusinessCalendar& calendar) {
  Duration work = 0;
  for (const BusinessCalendar::Day& day : calendar.week) work += WorkOf(day);
  return work;
}

HolidayYear FullestHolidayYear(const BusinessCalendar& calendar) {
  constexpr int64_t kDaysOfYear = 365;
  std::vector<int64_t> days;
  for (const std::string& holiday : calendar.holidays) {
    const std::optional<int64_t> day = DayNumber(holiday);
    if (!day) continue;
    if (!calendar.week[WeekdayOf(*day)].empty()) days.push_back(*day);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  HolidayYear fullest;
  for (size_t first = 0, end = 0; first < days.size(); ++first) {
    while (end < days.size() && days[end] < days[first] + kDaysOfYear) ++end;
    const int holidays = static_cast<int>(end - first);
    if (holidays > fullest.holidays) fullest = {holidays, FormatDate(days[first] * kDay)};
  }
  return fullest;
}

Time AddBusinessTime(const BusinessCalendar& calendar, Time start, Duration duration) {
  if (duration <= 0) return start;
  WorkingHours hours(calendar, start);
  Time last = start;
  while (std::optional<WorkingHours::Interval> interval = hours.Next()) {
    Duration worked = interval->end - interval->begin;
    if (worked >= duration) return interval->begin + duration;
    duration -= worked;
    last = interval->end;
  }
  return last;
}

Duration BusinessTimeBetween(const BusinessCalendar& calendar, Time start, Time end) {
  if (end <= start) return 0;
  WorkingHours hours(calendar, start);
  Duration total = 0;
  while (std::optional<WorkingHours::Interval> interval = hours.Next()) {
    if (interval->begin >= end) break;
    total += std::min(interval->end, end) - interval->begin;
  }
  return total;
}

}  // namespace leadline::domain
