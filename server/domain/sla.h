// Service levels on business time. Pure functions over plain data.
#pragma once

#include <array>
#include <cstddef>
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

struct SlaDef {
  std::string id;
  std::string layer;
  std::string source;
  std::vector<std::string> start_on_enter;  // statuses whose entry starts it, unless another clock runs on
  std::vector<std::string> start_on_hold;   // queues that start it when a lead comes into one and no clock runs
  // Statuses in which one of `responses` starts it, beside the clocks that run, unless one of its own is on its way.
  std::vector<std::string> start_on_activity;
  std::vector<std::string> responses;
  std::vector<std::string> stop_on_leave;  // it is met when the status is left by a person's or the packs' decision ...
  bool stop_on_disposition = false;        // ... or at the first disposition
  int condition = -1;                      // -1: for every lead
  Duration warn_after = 0;                 // working time
  Duration due_after = 0;                  // working time
  Duration due_at_latest = 0;              // from the start by the clock, whatever the calendar says; 0: no such bound
  std::string calendar;
  bool reassign_on_breach = false;
  // So often it is taken from whoever missed it; then it stays with the last.
  static constexpr int kMostHandedOn = 3;
  static constexpr Duration kMostLatest = 366 * kDay;  // of `due_at_latest`
};

struct SlaPolicy {
  std::vector<BusinessCalendar> calendars;
  std::vector<SlaDef> levels;  // the first that fits is taken
  const BusinessCalendar* FindCalendar(std::string_view id) const;
  const SlaDef* Find(std::string_view id) const;
};

// Whether the level's clock, one of the lead's, was started by the queue that the lead is in, and not by its status:
// such a clock is met when the lead leaves the queue, whatever its status does.
bool StartedByHold(const SlaDef& level, const SlaClock& clock, const Lead& lead);

// "1h of working time (berlin), at most 5d in all".
std::string DescribeDue(const SlaDef& level);

// A clock started at `now`.
SlaClock StartClock(const SlaDef& level, const BusinessCalendar& calendar, Time now);
// The clock after `now`: running, warned or breached; nothing when that changes nothing.
std::optional<SlaClock> AdvanceClock(const SlaClock& clock, Time now);
// Stops an open clock: met, or met late; when `met` is false cancelled, or breached for good where it is past due.
SlaClock StopClock(const SlaClock& clock, Time now, bool met);
// The clock, which runs or was warned of, as if it had been started on this calendar and by this level. It is warned of
// again if the warning is yet to come.
SlaClock CountAgain(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now);

// Puts what is told of one of the lead's clocks, which its start and its level name, in its place among them.
void TakeClock(const SlaClock& told, Lead& lead);
// The lead's open clocks, in the order in which they are due.
std::vector<SlaClock> OpenClocks(const Lead& lead);

}  // namespace leadline::domain
