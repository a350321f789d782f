#include "domain/sla.h"

#include <algorithm>
#include <tuple>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

Time CountsFrom(const SlaClock& clock) { return clock.since != 0 ? clock.since : clock.start; }

// Sets when the clock is due, and warned of, by what it has counted and from when it goes on.
void Count(const SlaDef& level, const BusinessCalendar& calendar, SlaClock& clock) {
  const Time from = CountsFrom(clock);
  clock.due = AddBusinessTime(calendar, from, level.due_after - clock.counted);
  if (level.due_at_latest > 0) clock.due = std::min(clock.due, clock.start + level.due_at_latest);
  const bool warned = clock.state == SlaState::kWarned && level.warn_after <= clock.counted;
  if (warned) return;
  // Without a warning of its own a clock goes straight to its due time.
  clock.warn = level.warn_after > 0
                   ? std::min(AddBusinessTime(calendar, from, level.warn_after - clock.counted), clock.due)
                   : clock.due;
}

}  // namespace

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

CalendarChoice CalendarFor(const SlaDef& level, const SlaPolicy& sla, const RoutingPolicy& routing, const Lead& lead) {
  const CalendarChoice usual{sla.FindCalendar(level.calendar), ""};
  if (!level.of_assignee || lead.assignee.empty()) return usual;
  const Rep* rep = routing.FindRep(lead.assignee);
  if (rep == nullptr) return usual;
  const auto named = [&](const std::string& id, std::string because) -> CalendarChoice {
    const BusinessCalendar* calendar = id.empty() ? nullptr : sla.FindCalendar(id);
    return {calendar, calendar == nullptr ? "" : std::move(because)};
  };
  CalendarChoice choice = named(rep->calendar, "of reps/" + rep->id);
  const Team* team = routing.FindTeam(rep->team);
  if (choice.calendar == nullptr && team != nullptr) choice = named(team->calendar, "of the team " + team->id);
  const Territory* territory = routing.TerritoryOf(lead.country);
  if (choice.calendar == nullptr && territory != nullptr) {
    choice = named(territory->calendar, "of the territory " + territory->id);
  }
  return choice.calendar == nullptr ? usual : choice;
}

std::string_view LadderActionName(LadderAction action) {
  switch (action) {
    case LadderAction::kWarn:
      return "warn";
    case LadderAction::kReassign:
      return "reassign";
    case LadderAction::kEscalate:
      return "escalate";
    case LadderAction::kHold:
      return "hold";
  }
  return "";
}

std::string DescribeStep(const LadderStep& step) {
  std::string text(LadderActionName(step.action));
  if (!step.queue.empty()) text += " in " + step.queue;
  return step.after == 0 ? text : fmt::format("{} after {}", text, FormatDuration(step.after));
}

std::string DescribeDue(const SlaDef& level, std::string_view calendar) {
  std::string on(calendar.empty() ? std::string_view(level.calendar) : calendar);
  if (calendar.empty() && level.of_assignee) on = "calendar of whoever has it, or " + on;
  std::string text = fmt::format("{} of working time ({})", FormatDuration(level.due_after), on);
  if (level.due_at_latest > 0) text += fmt::format(", at most {} in all", FormatDuration(level.due_at_latest));
  return text;
}

SlaClock StartClock(const SlaDef& level, const BusinessCalendar& calendar, Time now) {
  SlaClock clock;
  clock.sla_id = level.id;
  clock.start = now;
  clock.calendar = calendar.id;
  Count(level, calendar, clock);
  return clock;
}

bool StartedByHold(const SlaDef& level, const SlaClock& clock, const Lead& lead) {
  if (lead.hold_queue.empty() || lead.held_since != clock.start) return false;
  const auto lists = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (lead.status_since == clock.start && lists(level.start_on_enter, lead.status)) return false;
  return lists(level.start_on_hold, lead.hold_queue);
}

std::optional<SlaClock> AdvanceClock(const SlaClock& clock, Time now) {
  if (!clock.open()) return std::nullopt;
  SlaClock next = clock;
  if (now >= clock.due) {
    next.state = SlaState::kBreached;
    next.paused = 0;
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
  stopped.paused = 0;
  stopped.step_at = 0;
  const bool late = now >= clock.due || clock.state == SlaState::kBreached;
  if (met) {
    stopped.state = late ? SlaState::kMetLate : SlaState::kMet;
  } else {
    stopped.state = late ? SlaState::kBreached : SlaState::kCancelled;
  }
  return stopped;
}

SlaClock CountAgain(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now) {
  SlaClock again = clock;
  again.calendar = calendar.id;
  if (clock.paused != 0) return again;
  Count(level, calendar, again);
  const bool warned = clock.state == SlaState::kWarned && again.warn <= now;
  again.state = warned ? SlaState::kWarned : SlaState::kRunning;
  return again;
}

SlaClock HandOver(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& before,
                  const BusinessCalendar& calendar, Time now) {
  SlaClock over = clock;
  over.calendar = calendar.id;
  if (clock.paused != 0) return over;
  over.counted += BusinessTimeBetween(before, CountsFrom(clock), now);
  over.since = now;
  Count(level, calendar, over);
  return over;
}

SlaClock PauseClock(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now) {
  SlaClock stands = clock;
  stands.counted += BusinessTimeBetween(calendar, CountsFrom(clock), now);
  stands.since = now;
  stands.paused = now;
  stands.due = clock.start + level.due_at_latest;
  if (clock.state == SlaState::kRunning) stands.warn = stands.due;
  return stands;
}

SlaClock ResumeClock(const SlaClock& clock, const SlaDef& level, const BusinessCalendar& calendar, Time now) {
  SlaClock goes = clock;
  goes.paused = 0;
  goes.since = now;
  goes.calendar = calendar.id;
  Count(level, calendar, goes);
  return goes;
}

void SetNextStep(const SlaDef& level, const BusinessCalendar& calendar, SlaClock& clock) {
  const bool more = clock.steps >= 0 && clock.steps < static_cast<int64_t>(level.on_breach.size());
  clock.step_at =
      more ? AddBusinessTime(calendar, clock.due, level.on_breach[static_cast<size_t>(clock.steps)].after) : 0;
}

void TakeClock(const SlaClock& told, Lead& lead) {
  const bool ends_breached = told.state == SlaState::kBreached && !told.open();
  if (ends_breached) ++lead.handed_on;
  std::vector<SlaClock> open = OpenClocks(lead);
  std::erase_if(open, [&](const SlaClock& o) { return o.start == told.start && o.sla_id == told.sla_id; });
  if (told.open()) open.push_back(told);
  if (open.empty()) {
    lead.sla = told;
    lead.other_clocks.clear();
    return;
  }
  std::sort(open.begin(), open.end(), [](const SlaClock& a, const SlaClock& b) {
    return std::tie(a.due, a.start, a.sla_id) < std::tie(b.due, b.start, b.sla_id);
  });
  lead.sla = open.front();
  lead.other_clocks.assign(open.begin() + 1, open.end());
}

std::vector<SlaClock> OpenClocks(const Lead& lead) {
  std::vector<SlaClock> open;
  if (lead.sla.has_value() && lead.sla->open()) open.push_back(*lead.sla);
  open.insert(open.end(), lead.other_clocks.begin(), lead.other_clocks.end());
  return open;
}

}  // namespace leadline::domain
