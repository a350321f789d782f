// Service levels on business time. Pure functions over plain data.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/records.h"

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
    int to_minute = 0;    // exclusive; equal: closed
  };
  std::array<Hours, 7> week;          // Monday first
  std::vector<std::string> holidays;  // local dates, "2026-12-25"
};

// INVALID_ARGUMENT when `zones` has no such time zone, hours are not within a day, or no day is open.
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

struct SlaDef {
  std::string id;
  std::string layer;
  std::string source;
  std::vector<std::string> start_on_enter;  // statuses whose entry starts it, unless another clock runs on
  std::vector<std::string> start_on_hold;   // queues that start it when a lead comes into one and no clock runs
  std::vector<std::string> stop_on_leave;  // it is met when the status is left by a person's or the packs' decision ...
  bool stop_on_disposition = false;        // ... or at the first disposition
  int condition = -1;                      // -1: for every lead
  Duration warn_after = 0;                 // working time
  Duration due_after = 0;                  // working time
  Duration due_at_latest = 0;              // from the start by the clock, whatever the calendar says; 0: no such bound
  std::string calendar;
  bool reassign_on_breach = false;
  static constexpr Duration kMostLatest = 366 * kDay;  // of `due_at_latest`
};

struct SlaPolicy {
  std::vector<BusinessCalendar> calendars;
  std::vector<SlaDef> levels;  // the first that fits is taken
  const BusinessCalendar* FindCalendar(std::string_view id) const;
  const SlaDef* Find(std::string_view id) const;
};

// Whether the level's clock, which is the lead's, was started by the queue that the lead is in, and not by its status:
// such a clock is met when the lead leaves the queue, whatever its status does.
bool StartedByHold(const SlaDef& level, const Lead& lead);

// "1h of working time (berlin), at most 5d in all".
std::string DescribeDue(const SlaDef& level);

// A clock started at `now`.
SlaClock StartClock(const SlaDef& level, const BusinessCalendar& calendar, Time now);
// The clock after `now`: running, warned or breached; nothing when that changes nothing.
std::optional<SlaClock> AdvanceClock(const SlaClock& clock, Time now);
// Stops an open clock: met, met late, or cancelled when `met` is false.
SlaClock StopClock(const SlaClock& clock, Time now, bool met);

}  // namespace leadline::domain
