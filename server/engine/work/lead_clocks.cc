// A lead being worked on: by when something must be done.
#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/sla.h"
#include "engine/work/lead_session.h"

namespace leadline::engine {

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

void LeadSession::StartClockOf(const SlaDef& level, Time at, std::string_view because) {
  const domain::BusinessCalendar* calendar =
      scope_->decider().Rules(context_.lead.region).sla.FindCalendar(level.calendar);
  const SlaClock clock = domain::StartClock(level, *calendar, at);
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
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.sla_id != level->id) continue;
    if (clock.state != SlaState::kBreached && at < clock.due) return absl::OkStatus();
    StopClock(clock, at, /*met=*/false);
  }
  StartClockOf(*level, at, kClockOfActivity);
  return absl::OkStatus();
}

void LeadSession::StartClocksOfNext(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.state != SlaState::kBreached || IsOfQueue(clock)) continue;
    const SlaDef* level = LevelOf(clock);
    if (level == nullptr) continue;
    StopClock(clock, at, /*met=*/false);
    StartClockOf(*level, at, kClockOfNext);
  }
}

void LeadSession::CountClocksAgain(Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    if (clock.state == SlaState::kBreached || at >= clock.due) continue;
    const SlaDef* level = LevelOf(clock);
    if (level == nullptr) continue;
    const domain::BusinessCalendar* calendar =
        scope_->decider().Rules(context_.lead.region).sla.FindCalendar(level->calendar);
    const SlaClock again = domain::CountAgain(clock, *level, *calendar, at);
    if (again == clock) continue;
    domain::TakeClock(again, context_.lead);
    Record(at, domain::SlaChanged{again},
           scope_->decider().ServiceLevelDecision(*level, again, context_.lead, at, kClockOfRegion,
                                                  scope_->explain != Explain::kKept));
  }
}

absl::StatusOr<bool> LeadSession::AdvanceClock(Time at) {
  bool stepped = false, reassign = false;
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) {
    const std::optional<SlaClock> next = domain::AdvanceClock(clock, at);
    if (!next.has_value()) continue;
    stepped = true;
    domain::TakeClock(*next, context_.lead);
    const bool breached = next->state == SlaState::kBreached;
    Record(breached ? next->due : next->warn, domain::SlaChanged{*next});
    const SlaDef* level = LevelOf(*next);
    reassign = reassign || (breached && level != nullptr && level->reassign_on_breach);
  }
  if (!reassign || context_.lead.assignee.empty() || context_.lead.handed_on >= SlaDef::kMostHandedOn) return stepped;
  const std::string late = context_.lead.assignee;
  RETURN_IF_ERROR(Route(at, late).status());
  return stepped;
}

}  // namespace leadline::engine
