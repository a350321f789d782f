#include "domain/sla.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

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
      Interval interval = Worked(segment);
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
      if (interval.begin < interval.end) return interval;
    }
    return std::nullopt;
  }

 private:
  int64_t LocalDay(Time t) const { return FloorDiv(t + zone_->segments()[segment_].offset, kDay); }

  // Working time of the current date within the segment and not before the start.
  Interval Worked(const ZoneSegment& segment) const {
    const BusinessCalendar::Hours& hours = calendar_.week[WeekdayOf(day_)];
    if (hours.from_minute >= hours.to_minute || std::binary_search(holidays_.begin(), holidays_.end(), day_)) return {};
    Time midnight = day_ * kDay - segment.offset;
    return {std::max({midnight + hours.from_minute * kMinute, segment.begin, start_}),
            std::min(midnight + hours.to_minute * kMinute, segment.end)};
  }

  const BusinessCalendar& calendar_;
  const TimeZone* zone_;
  Time start_;
  absl::InlinedVector<int64_t, 32> holidays_;
  size_t segment_ = 0;
  int64_t day_ = 0;
};

}  // namespace

absl::Status ValidateCalendar(const BusinessCalendar& calendar, const TimeZones& zones) {
  if (zones.Find(calendar.time_zone) == nullptr) {
    return absl::InvalidArgumentError(fmt::format("calendar \"{}\": \"{}\" is not a time zone: {}", calendar.id,
                                                  calendar.time_zone, ZoneHint(zones, calendar.time_zone)));
  }
  bool open = false;
  for (size_t i = 0; i < calendar.week.size(); ++i) {
    const BusinessCalendar::Hours& hours = calendar.week[i];
    if (hours.from_minute < 0 || hours.to_minute > kMinutesPerDay || hours.from_minute > hours.to_minute) {
      return absl::InvalidArgumentError(fmt::format(
          "calendar \"{}\": {} is open from minute {} to minute {}: hours lie between 00:00 and 24:00 of one day, and "
          "do not end before they begin",
          calendar.id, kWeekdays[i], hours.from_minute, hours.to_minute));
    }
    open = open || hours.from_minute < hours.to_minute;
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
  for (const BusinessCalendar::Hours& hours : calendar.week) work += (hours.to_minute - hours.from_minute) * kMinute;
  return work;
}

HolidayYear FullestHolidayYear(const BusinessCalendar& calendar) {
  constexpr int64_t kDaysOfYear = 365;
  std::vector<int64_t> days;
  for (const std::string& holiday : calendar.holidays) {
    const std::optional<int64_t> day = DayNumber(holiday);
    if (!day) continue;
    const BusinessCalendar::Hours& hours = calendar.week[WeekdayOf(*day)];
    if (hours.from_minute < hours.to_minute) days.push_back(*day);
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

const BusinessCalendar* SlaPolicy::FindCalendar(std::string_view id) const {
  for (const BusinessCalendar& calendar : calendars) {
    if (calendar.id == id) return &calendar;
  }
  return nullptr;
}

const SlaDef* SlaPolicy::Find(std::string_view id) const {
  for (const SlaDef& level : levels) {
    if (level.id == id) return &level;
  }
  return nullptr;
}

std::string DescribeDue(const SlaDef& level) {
  std::string text = fmt::format("{} of working time ({})", FormatDuration(level.due_after), level.calendar);
  if (level.due_at_latest > 0) text += fmt::format(", at most {} in all", FormatDuration(level.due_at_latest));
  return text;
}

SlaClock StartClock(const SlaDef& level, const BusinessCalendar& calendar, Time now) {
  SlaClock clock;
  clock.sla_id = level.id;
  clock.start = now;
  clock.due = AddBusinessTime(calendar, now, level.due_after);
  if (level.due_at_latest > 0) clock.due = std::min(clock.due, now + level.due_at_latest);
  // Without a warning of its own a clock goes straight to its due time.
  clock.warn = level.warn_after > 0 ? std::min(AddBusinessTime(calendar, now, level.warn_after), clock.due) : clock.due;
  return clock;
}

bool StartedByHold(const SlaDef& level, const Lead& lead) {
  if (!lead.sla.has_value() || lead.hold_queue.empty() || lead.held_since != lead.sla->start) return false;
  const auto lists = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (lead.status_since == lead.sla->start && lists(level.start_on_enter, lead.status)) return false;
  return lists(level.start_on_hold, lead.hold_queue);
}

std::optional<SlaClock> AdvanceClock(const SlaClock& clock, Time now) {
  if (!clock.open()) return std::nullopt;
  SlaClock next = clock;
  if (now >= clock.due) {
    next.state = SlaState::kBreached;
  } else if (now >= clock.warn && clock.state == SlaState::kRunning) {
    next.state = SlaState::kWarned;
  }
  if (next.state == clock.state) return std::nullopt;
  return next;
}

SlaClock StopClock(const SlaClock& clock, Time now, bool met) {
  if (!clock.open()) return clock;
  SlaClock stopped = clock;
  stopped.stopped = now;
  bool late = now >= clock.due || clock.state == SlaState::kBreached;
  stopped.state = !met ? SlaState::kCancelled : late ? SlaState::kMetLate : SlaState::kMet;
  return stopped;
}

}  // namespace leadline::domain
