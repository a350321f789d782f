#include "engine/decide/decider.h"

#include <algorithm>
#include <array>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/decide/plugin_batch.h"
#include "engine/decide/plugin_record.h"
#include "fmt/format.h"
#include "packs/run/fields.h"
#include "packs/run/responses.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;

std::string BeginningOf(std::string_view because, bool hold, const domain::Lead& lead) {
  if (because == kClockOfActivity) return "being asked in " + lead.status;
  if (because == kClockOfNext) return "being handed on to " + lead.assignee;
  if (because == kClockOfRegion) return "its start, counted again in region " + lead.region;
  if (because == kClockOfAssignee) return "its start, counted on from here by who has it: " + lead.assignee;
  if (because == kClockResumed) return "its start, going on from here";
  return hold ? "coming into queue " + lead.hold_queue : "entering " + lead.status;
}

// The step by which the clock came to be as it is; null when the level has it no more.
const domain::LadderStep* StepTaken(const domain::SlaDef& level, const domain::SlaClock& clock) {
  const auto taken = static_cast<size_t>(clock.steps);
  return taken < 1 || taken > level.on_breach.size() ? nullptr : &level.on_breach[taken - 1];
}

std::string DescribeStepTaken(const domain::SlaDef& level, const domain::SlaClock& clock,
                              const domain::LadderStep* step) {
  if (step == nullptr) return "its ladder has no such step any more";
  std::string what;
  switch (step->action) {
    case domain::LadderAction::kWarn:
      what = "told once more";
      break;
    case domain::LadderAction::kReassign:
      what = "to somebody else, if the routes have one";
      break;
    case domain::LadderAction::kEscalate:
      what = "to the lead of the team, if there is another one than who has it";
      break;
    case domain::LadderAction::kHold:
      what = "back to queue " + step->queue;
      break;
  }
  return fmt::format("step {} of {}, {} of working time past its breach at {}: {}", clock.steps, level.on_breach.size(),
                     step->after == 0 ? "no" : FormatDuration(step->after), FormatTime(clock.due), what);
}

}  // namespace

Decider::Decider(std::shared_ptr<const Snapshot> snapshot)
    : snapshot_(std::move(snapshot)), evaluation_(*snapshot_->rules) {
  for (const packs::PluginUse& use : snapshot_->rules->plugins()) {
    const auto found = snapshot_->plugins.find(use.id);
    bound_.push_back(found == snapshot_->plugins.end() ? nullptr : &found->second);
    reads_given_.push_back(
        bound_.back() != nullptr &&
        std::all_of(bound_.back()->field_slots.begin(), bound_.back()->field_slots.end(), [&](int s) {
          return s < 0 || packs::ReadsGivenAlone(snapshot_->rules->fields()[static_cast<size_t>(s)]);
        }));
  }
}

Decider& Decider::ForThread(const std::shared_ptr<const Snapshot>& snapshot) {
  struct Kept {
    // Not an owner: what a thread decided by last must not keep plugins, and their workers, that nobody uses any more.
    std::weak_ptr<const Snapshot> of;
    std::unique_ptr<Decider> decider;

    bool IsFor(const std::shared_ptr<const Snapshot>& wanted) const {
      return decider != nullptr && !of.owner_before(wanted) && !wanted.owner_before(of);
    }
  };
  // Two: a canary's candidate and the active packs decide in turn.
  thread_local std::array<Kept, 2> kept;
  if (kept[0].IsFor(snapshot)) return *kept[0].decider;
  std::swap(kept[0], kept[1]);
  if (!kept[0].IsFor(snapshot)) {
    std::shared_ptr<const Snapshot> borrowed(std::shared_ptr<const Snapshot>(), snapshot.get());
    kept[0] = {snapshot, std::make_unique<Decider>(std::move(borrowed))};
  }
  return *kept[0].decider;
}

bool Decider::Loaded(int plugin) const {
  if (!told_) return BoundOf(plugin) != nullptr;
  const auto& plugins = snapshot_->ref->plugins;
  return std::any_of(plugins.begin(), plugins.end(), [&](const auto& ref) { return ref.id == UseOf(plugin).id; });
}

absl::Status Decider::CheckPluginsOf(const packs::RegionRules& rules, std::string_view capability) const {
  if (told_ || snapshot_->lacking.empty()) return absl::OkStatus();
  const auto lacking = snapshot_->lacking.find(rules.region);
  if (lacking == snapshot_->lacking.end()) return absl::OkStatus();
  for (const LackedPlugin& plugin : lacking->second) {
    if (plugin.capability != capability) continue;
    return WithReason(
        absl::UnavailableError(fmt::format(
            "leads of {}, and people of its countries, cannot be decided: its pack needs the plugin {}, and it is not "
            "loaded: {}",
            rules.region, plugin.id, plugin.error)),
        ErrorReason::kRequiredPluginDown, {{"region", rules.region}, {"plugin", plugin.id}});
  }
  return absl::OkStatus();
}

absl::StatusOr<const domain::PluginAnswer*> Decider::ToldBy(const packs::PluginUse& use,
                                                            std::string_view subject) const {
  for (const domain::PluginAnswer& answer : *told_) {
    if (answer.plugin != use.id || answer.subject != subject) continue;
    if (answer.failed)
      return absl::UnavailableError(fmt::format("{}: it was not heard then ({})", use.id, answer.value));
    return &answer;
  }
  return absl::UnavailableError(fmt::format("{}: it was not asked then", use.id));
}

domain::PluginAnswer Decider::AnswerOf(int plugin, std::string subject) const {
  domain::PluginAnswer answer;
  answer.plugin = UseOf(plugin).id;
  if (const BoundPlugin* bound = BoundOf(plugin)) answer.version = bound->ref.version;
  answer.subject = std::move(subject);
  return answer;
}

Decision Decider::MakeDecision(DecisionKind kind, std::string record, std::string outcome, std::string summary,
                               std::vector<Reason> reasons, Time at) const {
  Decision decision;
  decision.kind = kind;
  decision.record = std::move(record);
  decision.outcome = std::move(outcome);
  decision.summary = std::move(summary);
  decision.reasons = std::move(reasons);
  decision.time = at;
  decision.snapshot = snapshot_->ref;
  return decision;
}

bool Entered::Starts(const domain::SlaDef& level, const domain::Lead& lead) const {
  const auto names = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  return (status && names(level.start_on_enter, lead.status)) ||
         (queue && names(level.start_on_hold, lead.hold_queue)) ||
         (activity != nullptr && names(level.start_on_activity, lead.status) &&
          names(level.responses, activity->response));
}

const domain::Activity* NewestInteraction(const packs::ResponseKinds& responses, const packs::RecordView& view) {
  const domain::Activity* newest = view.past == nullptr ? nullptr : view.past->last_interaction;
  for (const domain::Activity& activity : view.activities) {
    if (packs::IsTouch(responses, activity)) continue;
    if (newest == nullptr || domain::Older(*newest, activity)) newest = &activity;
  }
  return newest;
}

bool Decider::Notifies(const packs::RecordView& view, int condition) {
  if (condition < 0) return true;
  evaluation_.Bind(Rules(view.lead->region), view);
  return evaluation_.Holds(condition);
}

const domain::SlaDef* Decider::ServiceLevel(const packs::RecordView& view, Entered entered) {
  const packs::RegionRules& rules = Rules(view.lead->region);
  bool bound = false;
  for (const domain::SlaDef& level : rules.sla.levels) {
    if (!entered.Starts(level, *view.lead)) continue;
    if (level.condition >= 0 && !bound) {
      evaluation_.Bind(rules, view);
      bound = true;
    }
    if (level.condition < 0 || evaluation_.Holds(level.condition)) return &level;
  }
  return nullptr;
}

bool Decider::StandsStill(const packs::RecordView& view, const domain::SlaDef& level) {
  if (level.pause_condition < 0) return false;
  evaluation_.Bind(Rules(view.lead->region), view);
  return evaluation_.Holds(level.pause_condition);
}

Decision Decider::ServiceLevelDecision(const domain::SlaDef& level, const domain::SlaClock& clock,
                                       const domain::Lead& lead, Time at, std::string_view because, bool words) const {
  Reason reason;
  reason.rule_id = level.id;
  reason.layer = level.layer;
  const domain::LadderStep* step = because == kClockStep ? StepTaken(level, clock) : nullptr;
  std::string summary;
  if (words) {
    reason.source = level.source;
    if (because == kClockStep) {
      reason.message = DescribeStepTaken(level, clock, step);
      summary = fmt::format("{}: {}", level.id, reason.message);
    } else if (because == kClockPaused) {
      reason.message =
          fmt::format("stands, after {} of working time, while its pause_when holds; due at the latest at {}",
                      FormatDuration(clock.counted), FormatTime(clock.due));
      summary = fmt::format("{} stands", level.id);
    } else {
      const packs::RegionRules& rules = Rules(lead.region);
      const domain::CalendarChoice choice = domain::CalendarFor(level, rules.sla, rules.routing, lead);
      const std::string calendar = choice.because.empty() || clock.calendar != choice.calendar->id
                                       ? clock.calendar
                                       : fmt::format("{}, the calendar {}", clock.calendar, choice.because);
      reason.message = fmt::format("due within {} from {}", domain::DescribeDue(level, calendar),
                                   BeginningOf(because, domain::StartedByHold(level, clock, lead), lead));
      if (clock.counted > 0) reason.message += fmt::format("; {} of it had passed", FormatDuration(clock.counted));
      summary = fmt::format("{} is due at {}", level.id, FormatTime(clock.due));
    }
  }
  std::string outcome = step == nullptr ? level.id : fmt::format("{}: {}", level.id, domain::DescribeStep(*step));
  Decision decision =
      MakeDecision(DecisionKind::kSla, "", std::move(outcome), std::move(summary), {std::move(reason)}, at);
  decision.trigger = because;
  return decision;
}

}  // namespace leadline::engine
