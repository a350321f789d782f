// A lead being worked on: who has it or in which queue it waits, and by when something must be done.
#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "engine/work/lead_session.h"
#include "fmt/format.h"

namespace leadline::engine {

using domain::Decision;

namespace {

// Members whose place in the rotation became another.
std::vector<domain::PoolState> ChangedTurns(const std::vector<domain::PoolState>& before,
                                            const std::vector<domain::PoolState>& after) {
  std::vector<domain::PoolState> changed;
  for (const domain::PoolState& member : after) {
    if (std::find(before.begin(), before.end(), member) == before.end()) changed.push_back(member);
  }
  return changed;
}

}  // namespace

// Reps as this session has changed them already.
class LeadSession::SessionReps final : public RepSource {
 public:
  explicit SessionReps(LeadSession& session) : session_(session) {}
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override {
    ASSIGN_OR_RETURN(domain::RepState state, session_.scope_->tx.GetRepState(rep_id));
    if (auto change = session_.open_changes_.find(std::string(rep_id)); change != session_.open_changes_.end()) {
      state.open_leads += change->second;
    }
    return state;
  }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) override {
    if (auto changed = session_.pools_.find(std::string(pool)); changed != session_.pools_.end()) {
      return changed->second;
    }
    return session_.scope_->tx.GetPool(pool);
  }

 private:
  LeadSession& session_;
};

bool LeadSession::IsOpen(std::string_view status) const {
  const domain::StatusDef* def = scope_->decider().Rules(context_.lead.region).lifecycle.Find(status);
  return def != nullptr && def->open;
}

absl::Status LeadSession::Enter(std::string_view status, Time at, StatusCause cause) {
  const packs::RegionRules& rules = scope_->decider().Rules(context_.lead.region);
  if (ClockRuns() && !ClockIsOfQueue()) {
    const domain::SlaDef* level = rules.sla.Find(context_.lead.sla->sla_id);
    bool met = level != nullptr && std::find(level->stop_on_leave.begin(), level->stop_on_leave.end(),
                                             context_.lead.status) != level->stop_on_leave.end();
    StopClock(at, met);
  }
  const bool is_open = IsOpen(status), renamed = cause.trigger == "remap";
  domain::StatusChanged change{context_.lead.status, std::string(status), cause.trigger, cause.reason, is_open};
  if (domain::Answers(change, !context_.lead.hold_queue.empty())) context_.lead.handled_at = at;
  Record(at, std::move(change), std::move(cause.decision));
  ++revision_;
  context_.lead.status = std::string(status);
  context_.lead.status_since = at;
  SetOpen(is_open);

  const std::string queue = context_.lead.hold_queue;
  const auto& routed = rules.routing.route_on_enter;
  if (!cause.hold.empty()) {
    Hold(cause.hold, cause.held_by, at);
  } else if (context_.lead.assignee.empty() && std::find(routed.begin(), routed.end(), status) != routed.end()) {
    RETURN_IF_ERROR(RouteToSomebody(at, "").status());
  } else if (!is_open && !renamed && !queue.empty()) {
    Assign("", "", "", at);
  }
  if (!ClockRuns()) StartClock(at, {.status = true, .queue = context_.lead.hold_queue != queue});
  return absl::OkStatus();
}

absl::StatusOr<Decision> LeadSession::Route(Time at, std::string_view without) {
  const std::string queue = context_.lead.hold_queue;
  ASSIGN_OR_RETURN(Decision decision, RouteToSomebody(at, without));
  if (context_.lead.hold_queue != queue && !ClockRuns()) StartClock(at, {.status = false, .queue = true});
  return decision;
}

absl::StatusOr<bool> LeadSession::RouteFromQueue(Time at) {
  ASSIGN_OR_RETURN(RouteOutcome outcome, AskRoutes(at, ""));
  if (outcome.rep.empty()) return false;
  RETURN_IF_ERROR(Take(std::move(outcome), at));
  // What the queue's clock was about is done; from here on it is the rep's.
  if (!ClockRuns()) StartClock(at, {.status = true, .queue = false});
  return true;
}

absl::StatusOr<RouteOutcome> LeadSession::AskRoutes(Time at, std::string_view without) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  SessionReps reps(*this);
  ASSIGN_OR_RETURN(RouteOutcome outcome, scope_->decider().Route(View(at), reps, without, scope_->explain));
  scope_->Met(fmt::format("{}/{}/{}", outcome.route, outcome.rep, outcome.hold_queue));
  return outcome;
}

absl::StatusOr<Decision> LeadSession::RouteToSomebody(Time at, std::string_view without) {
  ASSIGN_OR_RETURN(RouteOutcome outcome, AskRoutes(at, without));
  Decision decision = outcome.decision;
  if (outcome.rep.empty() && !without.empty()) {
    // Nobody else can take it: better late than in no hands.
    Record(at, domain::DecisionTaken{}, std::move(outcome.decision));
    return decision;
  }
  RETURN_IF_ERROR(Take(std::move(outcome), at));
  return decision;
}

absl::Status LeadSession::Take(RouteOutcome outcome, Time at) {
  domain::Assigned assigned{outcome.rep, context_.lead.assignee, outcome.route, outcome.hold_queue,
                            context_.lead.score.total};
  if (!outcome.pool.empty()) {
    SessionReps reps(*this);
    ASSIGN_OR_RETURN(const std::vector<domain::PoolState> before, reps.Pool(outcome.pool));
    assigned.pool = outcome.pool;
    assigned.turns = ChangedTurns(before, outcome.pool_states);
    pools_[outcome.pool] = std::move(outcome.pool_states);
  }
  TakeOver(std::move(assigned), at, std::move(outcome.decision));
  return absl::OkStatus();
}

void LeadSession::Assign(std::string_view rep, std::string_view route, std::string_view hold_queue, Time at,
                         std::optional<Decision> decision, std::string reason) {
  domain::Assigned assigned{std::string(rep), context_.lead.assignee, std::string(route), std::string(hold_queue),
                            context_.lead.score.total};
  assigned.reason = std::move(reason);
  TakeOver(std::move(assigned), at, std::move(decision));
}

void LeadSession::TakeOver(domain::Assigned assigned, Time at, std::optional<Decision> decision) {
  TellScore();
  ++revision_;
  assigned.closed = !assigned.rep.empty() && !context_.lead.open;
  if (context_.lead.open && context_.lead.assignee != assigned.rep) {
    if (!context_.lead.assignee.empty()) open_changes_[context_.lead.assignee] -= 1;
    if (!assigned.rep.empty()) open_changes_[assigned.rep] += 1;
  }
  const bool met = assigned.hold_queue != context_.lead.hold_queue && ClockRuns() && ClockIsOfQueue();
  context_.lead.assignee = assigned.rep;
  domain::PutInQueue(assigned.hold_queue, assigned.route, at, context_.lead);
  Record(at, std::move(assigned), std::move(decision));
  if (met) StopClock(at, /*met=*/true);
}

bool LeadSession::Holds(std::string_view queue, bool looks_again) const {
  const domain::Lead& lead = context_.lead;
  if (queue.empty()) return false;
  return lead.assignee.empty() || (!lead.open && !looks_again);
}

void LeadSession::Hold(std::string_view queue, std::string_view by, Time at, std::optional<Decision> decision) {
  Assign("", by, queue, at, std::move(decision));
}

void LeadSession::SetOpen(bool open) {
  if (!context_.lead.assignee.empty() && context_.lead.open != open) {
    open_changes_[context_.lead.assignee] += open ? 1 : -1;
  }
  context_.lead.open = open;
}

void LeadSession::CountAsToday() { SetOpen(IsOpen(context_.lead.status)); }

bool LeadSession::ClockRuns() const { return context_.lead.sla.has_value() && context_.lead.sla->open(); }

bool LeadSession::ClockIsOfQueue() const {
  const domain::SlaDef* level = scope_->decider().Rules(context_.lead.region).sla.Find(context_.lead.sla->sla_id);
  return level != nullptr && domain::StartedByHold(*level, context_.lead);
}

void LeadSession::StartClock(Time at, Entered entered) {
  const domain::SlaDef* level = scope_->decider().ServiceLevel(View(at), entered);
  if (level == nullptr) return;
  const domain::BusinessCalendar* calendar =
      scope_->decider().Rules(context_.lead.region).sla.FindCalendar(level->calendar);
  context_.lead.sla = domain::StartClock(*level, *calendar, at);
  Decision decision = scope_->decider().ServiceLevelDecision(*level, *context_.lead.sla, context_.lead, at,
                                                             scope_->explain != Explain::kKept);
  Record(at, domain::SlaChanged{*context_.lead.sla}, std::move(decision));
}

void LeadSession::StopClock(Time at, bool met) {
  context_.lead.sla = domain::StopClock(*context_.lead.sla, at, met);
  Record(at, domain::SlaChanged{*context_.lead.sla});
}

absl::StatusOr<bool> LeadSession::AdvanceClock(Time at) {
  if (!context_.lead.sla.has_value()) return false;
  std::optional<domain::SlaClock> next = domain::AdvanceClock(*context_.lead.sla, at);
  if (!next.has_value()) return false;
  context_.lead.sla = *next;
  Time moment = next->state == domain::SlaState::kBreached ? next->due : next->warn;
  Record(moment, domain::SlaChanged{*next});
  const domain::SlaDef* level = scope_->decider().Rules(context_.lead.region).sla.Find(next->sla_id);
  bool reassign = level != nullptr && level->reassign_on_breach && next->state == domain::SlaState::kBreached;
  if (reassign && !context_.lead.assignee.empty()) {
    std::string late = context_.lead.assignee;
    RETURN_IF_ERROR(Route(at, late).status());
  }
  return true;
}

void LeadSession::CountOpen(int change) {
  if (!context_.lead.assignee.empty() && context_.lead.open) open_changes_[context_.lead.assignee] += change;
}

absl::Status LeadSession::SaveReps() {
  for (const auto& [rep, change] : open_changes_) {
    if (change == 0) continue;
    RETURN_IF_ERROR(scope_->tx.AddOpenLeads(rep, change));
  }
  for (const auto& [pool, members] : pools_) RETURN_IF_ERROR(scope_->tx.PutPool(pool, members));
  return absl::OkStatus();
}

}  // namespace leadline::engine
