// Working time of one place. Pure functions over plain data.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"

namespace leadline {
class TimeZone;
class TimeZones;
}  // namespace leadline

namespace leadline::domain {

// Working hours of one place.
struct BusinessCalendar {
  std::string id;
  std::string time_zone;  // IANA, such as "Europe/Madrid"
  // That zone, of the tables that the calendar's packs were loaded with: it stays the same when the system's change.
  // Null: no time passes.
  std::shared_ptr<const TimeZone> zone;
  struct Hours {
    int from_minute = 0;  // of the local day
    int to_minute = 0;    // exclusive
    bool operator==(const Hours&) const = default;
  };
  // One day's, in order; they do not overlap. None: closed. A night is told at midnight: its end is the next day's.
  using Day = std::vector<Hours>;
  std::array<Day, 7> week;            // Monday first
  std::vector<std::string> holidays;  // local dates, "2026-12-25": from midnight to midnight nobody works
};

// Adds hours that begin on `day` (0: Monday) to the week. At or before their beginning they end on the next day; that
// of Sunday is Monday. False, and nothing is added, when a part of them is open already. Minutes from 0 to 1440.
bool AddHours(size_t day, const BusinessCalendar::Hours& hours, std::array<BusinessCalendar::Day, 7>& week);

// INVALID_ARGUMENT when `zones` has no such time zone, hours are not within a day or overlap, or no day is open.
absl::Status ValidateCalendar(const BusinessCalendar& calendar, const TimeZones& zones);
// The moment when `duration` of working time has passed since `start`. The calendar must be valid, and have its zone.
Time AddBusinessTime(const BusinessCalendar& calendar, Time start, Duration duration);
// Working time between two moments; 0 when `end` is not after `start`.
Duration BusinessTimeBetween(const BusinessCalendar& calendar, Time start, Time end);

// The least that a calendar must work, so that who counts on it comes to be served.
struct CalendarFloor {
  Duration work_per_week = 35 * kHour;  // of a week without holidays
  int holidays_per_year = 25;           // at most
};

// Working time of a week without holidays, by the clock on the wall. The calendar must be valid.
Duration WorkPerWeek(const BusinessCalendar& calendar);
// The 365 days in which the calendar has the most holidays. Only dates on which it would work count, each once.
struct HolidayYear {
  int holidays = 0;
  std::string from;  // the first of them, "2026-12-25"; empty when there is none
};
HolidayYear FullestHolidayYear(const BusinessCalendar& calendar);

}  // namespace leadline::domain
