// Service levels on business time. Pure functions over plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/calendars/business_calendar.h"
#include "domain/records.h"
#include "domain/routing.h"

namespace leadline::domain {

// What is done about a clock that was breached, step by step. The numbers are of no meaning outside.
enum class LadderAction : uint8_t {
  kWarn,      // it is told once more
  kReassign,  // the routes give it to somebody else
  kEscalate,  // the lead of its rep's team gets it
  kHold,      // it waits in a queue for a person
};
std::string_view LadderActionName(LadderAction action);  // "reassign"

struct LadderStep {
  LadderAction action = LadderAction::kWarn;
  Duration after = 0;  // working time past the breach of the clock that runs then
  std::string queue;   // of kHold
  bool operator==(const LadderStep&) const = default;
};
// "escalate after 30m", "hold in unassigned after 9h".
std::string DescribeStep(const LadderStep& step);

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
  std::string calendar;                    // where `of_assignee`, of leads that nobody has, or whose rep has none
  bool of_assignee = false;                // it counts on the calendar of whoever has the lead
  // Taken in order. Where one hands the lead on, the next one's clock goes on with the step after it.
  std::vector<LadderStep> on_breach;
  static constexpr size_t kMostSteps = 10;
  static constexpr int kMostHandedOn = 3;  // by the short form, `reassign_on_breach: true`
  int pause_condition = -1;                // it stands while this holds; -1: never
  bool regions_may_pause = false;
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

// On which calendar a level counts for a lead, and why.
struct CalendarChoice {
  const BusinessCalendar* calendar = nullptr;  // never null where the policies are those of checked packs
  std::string because;                         // "of reps/ana", "of the team latam_sales"; empty: the level names it
};
// That of whoever has the lead, where the level says so: the rep's own, else the team's, else that of the territory
// that holds the lead's country. The level's where none of them names one, nobody has the lead, or whoever has it is
// none of the region's, and for every level that names one calendar for all.
CalendarChoice CalendarFor(const SlaDef& level, const SlaPolicy& sla, const RoutingPolicy& routing, const Lead& lead);

// "1h of working time (berlin), at most 5d in all". `calendar`: that counts; empty: as the level says.
std::string DescribeDue(const SlaDef& level, std::string_view calendar = "");

// A clock started at `now`.
SlaClock StartClock(const SlaDef& level, const BusinessCalendar& calendar, Time now);
// The clock after `now`: running, warned or breached; nothing when that changes nothing.
std::optional<SlaClock> AdvanceClock(const SlaClock& clock, Time now);
// Stops an open clock: met, or met late; when `met` is false cancelled, or breached for good where it is past due.
SlaClock StopClock(const SlaClock& clock, Time now, bool met);
// The clock, which runs or was warned of, as if it had been started on this calendar and by this level. It is warned of
// again if the warning is yet to come. What was counted before it was handed over or stood is not counted again.
SlaClock CountAgain(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now);
// The clock, which runs or was warned of, from `now` on by another calendar; what passed on `before` stays counted.
SlaClock HandOver(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& before,
                  const BusinessCalendar& calendar, Time now);
// The clock, which runs or was warned of, stands from `now` on; it is due at the latest that the level gives.
SlaClock PauseClock(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now);
// The clock, which stood, counts on from `now`.
SlaClock ResumeClock(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now);
// Sets when the next step of the level's ladder is due for a clock that is breached.
void SetNextStep(const SlaDef& level, const BusinessCalendar& calendar, SlaClock& clock);

// Puts what is told of one of the lead's clocks, which its start and its level name, in its place among them.
void TakeClock(const SlaClock& told, Lead& lead);
// The lead's open clocks, in the order in which they are due.
std::vector<SlaClock> OpenClocks(const Lead& lead);

}  // namespace leadline::domain
