// A lead being worked on: by when something must be done.
#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/sla.h"
#include "engine/work/lead_session.h"
#include "fmt/format.h"

namespace leadline::engine {

using domain::BusinessCalendar;
using domain::SlaClock;
using domain::SlaDef;
using domain::SlaState;

namespace {

bool Lists(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool LeadSession::ClockRuns() const { return context_.lead.sla.has_value() && context_.lead.sla->open(); }

const SlaDef* LeadSession::LevelOf(const SlaClock& clock) const {
  return scope_->decider().Rules(context_.lead.region).sla.Find(clock.sla_id);
}

bool LeadSession::IsOfQueue(const SlaClock& clock) const {
  const SlaDef* level = LevelOf(clock);
  return level != nullptr && domain::StartedByHold(*level, clock, context_.lead);
}

std::vector<SlaClock> LeadSession::ClocksOfQueue() const {
  std::vector<SlaClock> clocks = domain::OpenClocks(context_.lead);
  std::erase_if(clocks, [this](const SlaClock& clock) { return !IsOfQueue(clock); });
  return clocks;
}

void LeadSession::StopClock(const SlaClock& clock, Time at, bool met) {
  const SlaClock stopped = domain::StopClock(clock, at, met);
  domain::TakeClock(stopped, context_.lead);
  Record(at, domain::SlaChanged{stopped});
}

void LeadSession::StopClocksOfStatus(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (IsOfQueue(clock)) continue;
    const SlaDef* level = LevelOf(clock);
    StopClock(clock, at, level != nullptr && Lists(level->stop_on_leave, context_.lead.status));
  }
}

void LeadSession::MeetClocks(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    const SlaDef* level = LevelOf(clock);
    if (level != nullptr && level->stop_on_disposition) StopClock(clock, at, /*met=*/true);
  }
}

void LeadSession::StartClock(Time at, const Entered& entered, std::string_view because) {
  const SlaDef* level = scope_->decider().ServiceLevel(View(at), entered);
  if (level != nullptr) StartClockOf(*level, at, because);
}

void LeadSession::StartClockOf(const SlaDef& level, Time at, std::string_view because, int64_t steps) {
  SlaClock clock = domain::StartClock(level, CalendarOf(level), at);
  // What began before we were told is history: nobody here is to climb a ladder for it.
  clock.steps = at < scope_->now ? SlaClock::kNoSteps : std::max<int64_t>(steps, 0);
  ChangeClock(level, clock, at, because);
}

const BusinessCalendar& LeadSession::CalendarOf(const SlaDef& level) const {
  const packs::RegionRules& rules = scope_->decider().Rules(context_.lead.region);
  return *domain::CalendarFor(level, rules.sla, rules.routing, context_.lead).calendar;
}

const BusinessCalendar& LeadSession::CalendarOf(const SlaDef& level, const SlaClock& clock) const {
  const BusinessCalendar* calendar = scope_->decider().Rules(context_.lead.region).sla.FindCalendar(clock.calendar);
  return calendar == nullptr ? CalendarOf(level) : *calendar;
}

void LeadSession::ChangeClock(const SlaDef& level, const SlaClock& clock, Time at, std::string_view because) {
  domain::TakeClock(clock, context_.lead);
  Record(at, domain::SlaChanged{clock},
         scope_->decider().ServiceLevelDecision(level, clock, context_.lead, at, because,
                                                scope_->explain != Explain::kKept));
}

absl::Status LeadSession::StartClockOnNewest(Time at) {
  if (context_.lead.version == 0) return absl::OkStatus();
  const packs::RegionRules& rules = scope_->decider().Rules(context_.lead.region);
  const bool any = std::any_of(rules.sla.levels.begin(), rules.sla.levels.end(),
                               [](const SlaDef& level) { return !level.start_on_activity.empty(); });
  if (!any) return absl::OkStatus();
  const packs::RecordView view = View(at);
  RETURN_IF_ERROR(activities_.status());
  const domain::Activity* newest = NewestInteraction(scope_->snapshot().rules->responses(), view);
  if (newest == nullptr) return absl::OkStatus();
  const SlaDef* level = scope_->decider().ServiceLevel(view, {.status = false, .activity = newest});
  if (level == nullptr) return absl::OkStatus();
  int64_t steps = 0;
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.sla_id != level->id) continue;
    if (clock.state != SlaState::kBreached && at < clock.due) return absl::OkStatus();
    steps = clock.steps;
    StopClock(clock, at, /*met=*/false);
  }
  StartClockOf(*level, at, kClockOfActivity, steps);
  return absl::OkStatus();
}

void LeadSession::StartClocksOfNext(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.state != SlaState::kBreached || IsOfQueue(clock)) continue;
    const SlaDef* level = LevelOf(clock);
    if (level == nullptr) continue;
    StopClock(clock, at, /*met=*/false);
    StartClockOf(*level, at, kClockOfNext, clock.steps);
  }
}

void LeadSession::TakeOpenClocks(const domain::Lead& other, Time at) {
  for (const SlaClock& clock : domain::OpenClocks(other)) {
    domain::TakeClock(clock, context_.lead);
    Record(at, domain::SlaChanged{clock});
  }
}

void LeadSession::CountClocksAgain(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.state == SlaState::kBreached || at >= clock.due) continue;
    const SlaDef* level = LevelOf(clock);
    if (level == nullptr) continue;
    const SlaClock again = domain::CountAgain(clock, *level, CalendarOf(*level), at);
    if (again != clock) ChangeClock(*level, again, at, kClockOfRegion);
  }
}

void LeadSession::HandOverClocks(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.state == SlaState::kBreached || at >= clock.due || IsOfQueue(clock)) continue;
    const SlaDef* level = LevelOf(clock);
    if (level == nullptr || !level->of_assignee) continue;
    const BusinessCalendar& calendar = CalendarOf(*level);
    if (calendar.id == clock.calendar) continue;
    const SlaClock over = domain::HandOver(clock, *level, CalendarOf(*level, clock), calendar, at);
    ChangeClock(*level, over, at, kClockOfAssignee);
  }
}

absl::Status LeadSession::FollowPauses(Time at) {
  const domain::Lead& lead = context_.lead;
  if (!lead.merged_into.empty()) return absl::OkStatus();
  for (const SlaClock& clock : domain::OpenClocks(lead)) {
    const SlaDef* level = LevelOf(clock);
    if (clock.state == SlaState::kBreached || level == nullptr) continue;
    if (level->pause_condition < 0 && clock.paused == 0) continue;
    RETURN_IF_ERROR(DeriveMeaning(at));
    const packs::RecordView view = View(at);
    RETURN_IF_ERROR(activities_.status());
    const bool stands = level->due_at_latest > 0 && scope_->decider().StandsStill(view, *level);
    if (stands == (clock.paused != 0)) continue;
    // One that is past due is breached first, by whoever looks after the clocks.
    if (stands && at >= clock.due) continue;
    const BusinessCalendar& calendar = CalendarOf(*level, clock);
    const SlaClock changed =
        stands ? domain::PauseClock(clock, *level, calendar, at) : domain::ResumeClock(clock, *level, calendar, at);
    ChangeClock(*level, changed, at, stands ? kClockPaused : kClockResumed);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> LeadSession::AdvanceClock(Time at) {
  bool stepped = false;
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    std::optional<SlaClock> next = domain::AdvanceClock(clock, at);
    if (!next.has_value()) continue;
    stepped = true;
    const bool breached = next->state == SlaState::kBreached;
    const SlaDef* level = LevelOf(*next);
    if (breached && level != nullptr) domain::SetNextStep(*level, CalendarOf(*level, *next), *next);
    domain::TakeClock(*next, context_.lead);
    Record(breached ? next->due : next->warn, domain::SlaChanged{*next});
  }
  // A step may end clocks and start others. Each takes one off a ladder, so that there is an end.
  const auto due = [at](const SlaClock& clock) { return clock.step_at != 0 && clock.step_at <= at; };
  while (true) {
    const std::vector<SlaClock> open = domain::OpenClocks(context_.lead);
    const auto next = std::find_if(open.begin(), open.end(), due);
    if (next == open.end()) return stepped;
    stepped = true;
    RETURN_IF_ERROR(TakeStep(*next, at));
  }
}

absl::Status LeadSession::TakeStep(const SlaClock& clock, Time at) {
  const SlaDef* level = LevelOf(clock);
  SlaClock taken = clock;
  if (level == nullptr || clock.steps >= static_cast<int64_t>(level->on_breach.size())) {
    // The packs have it no more.
    taken.step_at = 0;
    domain::TakeClock(taken, context_.lead);
    Record(at, domain::SlaChanged{taken});
    return absl::OkStatus();
  }
  const domain::LadderStep step = level->on_breach[static_cast<size_t>(clock.steps)];
  ++taken.steps;
  domain::SetNextStep(*level, CalendarOf(*level, clock), taken);
  ChangeClock(*level, taken, at, kClockStep);
  switch (step.action) {
    case domain::LadderAction::kWarn:
      return absl::OkStatus();
    case domain::LadderAction::kReassign: {
      const std::string late = context_.lead.assignee;
      return late.empty() ? absl::OkStatus() : Route(at, late).status();
    }
    case domain::LadderAction::kEscalate:
      return Escalate(taken, at);
    case domain::LadderAction::kHold:
      break;
  }
  if (step.queue == context_.lead.hold_queue) return absl::OkStatus();
  if (!IsOfQueue(taken)) StopClock(taken, at, /*met=*/false);
  Hold(step.queue, kHeldByLadder + level->id, at);
  if (!ClockRuns()) StartClock(at, {.status = false, .queue = true});
  return absl::OkStatus();
}

absl::Status LeadSession::Escalate(const SlaClock& clock, Time at) {
  const domain::RoutingPolicy& routing = scope_->decider().Rules(context_.lead.region).routing;
  const domain::Rep* rep = routing.FindRep(context_.lead.assignee);
  const domain::Team* team = rep == nullptr ? nullptr : routing.FindTeam(rep->team);
  if (team == nullptr || team->lead.empty() || team->lead == rep->id) return absl::OkStatus();
  ASSIGN_OR_RETURN(const domain::RepState state, scope_->tx.GetRepState(team->lead));
  // Who is away does not see it: the next step is taken in its time.
  if (!state.AvailableAt(at)) return absl::OkStatus();
  Assign(team->lead, kHeldByLadder + clock.sla_id, "", at, std::nullopt,
         fmt::format("{} missed {}; {} leads the team {}", rep->name, clock.sla_id, team->lead, team->id));
  return absl::OkStatus();
}

}  // namespace leadline::engine
