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

// Where the members stood that have a place in `before`.
std::vector<domain::PoolState> PlacesOf(const std::vector<domain::PoolState>& members,
                                        const std::vector<domain::PoolState>& before) {
  std::vector<domain::PoolState> places;
  for (const domain::PoolState& place : before) {
    const auto same = [&](const domain::PoolState& member) { return member.rep_id == place.rep_id; };
    if (std::any_of(members.begin(), members.end(), same)) places.push_back(place);
  }
  return places;
}

// Puts members as they are now in the place of those that `all` has of them.
void PutMembers(const std::vector<domain::PoolState>& changed, std::vector<domain::PoolState>& all) {
  for (const domain::PoolState& member : changed) {
    std::erase_if(all, [&](const domain::PoolState& before) { return before.rep_id == member.rep_id; });
    all.push_back(member);
  }
}

// Whether whoever has a lead keeps it where its status becomes another one: who accepts it does, and where the source
// of an import says who has it, a name alone changes, or a status is put back, nobody is asked.
bool KeepsRep(std::string_view trigger) {
  return trigger == domain::TriggerName(domain::Trigger::kAccept) || trigger == "import" || trigger == "remap" ||
         trigger == "unmerge" || trigger == "split" || trigger == "trial_ended";
}

// Whether the transition that fired says nothing of the person.
bool IsOfLeadAlone(const domain::Lifecycle& lifecycle, const Decision& decision) {
  return std::any_of(lifecycle.transitions.begin(), lifecycle.transitions.end(), [&](const auto& transition) {
    return transition.lead_alone &&
           std::any_of(decision.reasons.begin(), decision.reasons.end(), [&](const auto& reason) {
             return reason.outcome == domain::ReasonOutcome::kFired && reason.rule_id == transition.id;
           });
  });
}

}  // namespace

// Reps as this session has changed them already.
class LeadSession::SessionReps final : public RepSource {
 public:
  explicit SessionReps(LeadSession& session) : session_(session) {}
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override {
    ASSIGN_OR_RETURN(domain::RepState state, session_.scope_->tx.GetRepState(rep_id));
    if (auto change = session_.open_changes_.find(std::string(rep_id)); change != session_.open_changes_.end()) {
      state.open_leads += change->second.change;
      for (const Time at : change->second.given) domain::NoteGiven(at, state);
    }
    return state;
  }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) override {
    ASSIGN_OR_RETURN(std::vector<domain::PoolState> members, session_.scope_->tx.GetPool(pool));
    if (const auto changed = session_.pools_.find(std::string(pool)); changed != session_.pools_.end()) {
      PutMembers(changed->second, members);
    }
    return members;
  }
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead& lead, domain::OpenLeadOf of) override {
    return engine::OpenLeadOwner(session_.scope_->tx, lead, of);
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
  StopClocksOfStatus(at);
  const std::string trigger = cause.trigger;
  const bool is_open = IsOpen(status), renamed = trigger == "remap", split = trigger == "split";
  domain::StatusChanged change{context_.lead.status, std::string(status), cause.trigger, cause.reason, is_open};
  change.lead_alone = split || (cause.decision.has_value() && IsOfLeadAlone(rules.lifecycle, *cause.decision));
  change.reject_reason = cause.reject_reason;
  if (!change.reject_reason.empty()) RETURN_IF_ERROR(CreditTurn(change.reject_reason, at));
  domain::NoteLeft(change, at, context_.lead);
  if (domain::Answers(change, !context_.lead.hold_queue.empty())) {
    context_.lead.handled_at = std::max(context_.lead.handled_at, at);
  }
  Record(at, std::move(change), std::move(cause.decision));
  ++revision_;
  context_.lead.status = std::string(status);
  context_.lead.status_since = at;
  context_.lead.handed_on = 0;
  SetOpen(is_open);

  const std::string queue = context_.lead.hold_queue;
  const auto& routed = rules.routing.route_on_enter;
  const bool stays = split || (!context_.lead.assignee.empty() && KeepsRep(trigger));
  if (!cause.hold.empty()) {
    Hold(cause.hold, cause.held_by, at);
  } else if (!stays && std::find(routed.begin(), routed.end(), status) != routed.end()) {
    RETURN_IF_ERROR(RouteToSomebody(at, "").status());
  } else if (!is_open && !renamed && !split && !queue.empty()) {
    Assign("", "", "", at);
  }
  // What is split off has the clocks of the other lead.
  if (!split && !ClockRuns()) StartClock(at, {.status = true, .queue = context_.lead.hold_queue != queue});
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
  if (!ClockRuns()) StartClock(at, {.status = true, .queue = false}, kClockOfNext);
  return true;
}

absl::Status LeadSession::RouteAgain(Time at) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  SessionReps reps(*this);
  ASSIGN_OR_RETURN(const RouteOutcome outcome, scope_->decider().Route(View(at), reps, "", Explain::kKept));
  const domain::RoutingPolicy& policy = scope_->decider().Rules(context_.lead.region).routing;
  const domain::Rep* rep = policy.FindRep(context_.lead.assignee);
  const auto route = std::find_if(policy.routes.begin(), policy.routes.end(),
                                  [&](const domain::Route& r) { return r.id == outcome.route; });
  const bool of_team =
      rep != nullptr && route != policy.routes.end() && !outcome.rep.empty() && route->team == rep->team;
  const auto& passed = outcome.decision.passed_over;
  const bool passed_over =
      of_team && std::any_of(passed.begin(), passed.end(), [&](const domain::PassedOver& over) {
        return over.route == outcome.route && std::find(over.reps.begin(), over.reps.end(), rep->id) != over.reps.end();
      });
  if (outcome.rep == context_.lead.assignee || (of_team && !passed_over)) return absl::OkStatus();
  return Route(at).status();
}

absl::Status LeadSession::CreditTurn(const std::string& reject_reason, Time at) {
  const domain::Lead& lead = context_.lead;
  const domain::RoutingPolicy& policy = scope_->decider().Rules(lead.region).routing;
  const auto& reasons = policy.credit_for;
  if (std::find(reasons.begin(), reasons.end(), reject_reason) == reasons.end()) return absl::OkStatus();
  // Once for each time that they got it.
  if (lead.assignee.empty() || lead.former.rejected_by == lead.assignee) return absl::OkStatus();
  const auto route = std::find_if(policy.routes.begin(), policy.routes.end(),
                                  [&](const domain::Route& r) { return r.id == lead.given_by; });
  if (route == policy.routes.end() || route->team.empty() || !route->by_turns()) return absl::OkStatus();
  SessionReps reps(*this);
  ASSIGN_OR_RETURN(const std::vector<domain::PoolState> pool, reps.Pool(route->team));
  // Whom it could have gone to, whoever was away or full then.
  std::vector<domain::RepCandidate> among;
  const domain::Territory* territory = policy.TerritoryOf(lead.country);
  for (const domain::Rep& rep : policy.reps) {
    if (!domain::ObstacleOf(*route, rep, domain::RepState(), lead, territory, at).code.empty()) continue;
    const auto place =
        std::find_if(pool.begin(), pool.end(), [&](const auto& member) { return member.rep_id == rep.id; });
    among.push_back({.rep = &rep, .pool = place == pool.end() ? domain::PoolState() : *place});
  }
  std::vector<domain::PoolState> turns = domain::GiveTurnBack(among, lead.assignee);
  if (turns.empty()) return absl::OkStatus();
  domain::Assigned credited{.rep = lead.assignee, .previous_rep = lead.assignee, .route = route->id};
  credited.score = lead.score.total;
  credited.pool = route->team;
  credited.turns = turns;
  credited.reason = reject_reason;
  credited.credited = true;
  PutMembers(turns, pools_[route->team]);
  Record(at, std::move(credited));
  return absl::OkStatus();
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
    if (scope_->merging != nullptr) assigned.turns_before = PlacesOf(assigned.turns, before);
    PutMembers(outcome.pool_states, pools_[outcome.pool]);
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
    if (!context_.lead.assignee.empty()) open_changes_[context_.lead.assignee].change -= 1;
    if (!assigned.rep.empty()) open_changes_[assigned.rep].change += 1;
  }
  if (domain::GivesOneMore(assigned)) open_changes_[assigned.rep].given.push_back(scope_->now);
  const std::vector<domain::SlaClock> of_queue =
      assigned.hold_queue != context_.lead.hold_queue ? ClocksOfQueue() : std::vector<domain::SlaClock>();
  const bool by_hand_of_new = assigned.route == "accepted" || assigned.route == "import" || assigned.route == "split" ||
                              assigned.route == "merge";
  const bool from_ladder = context_.lead.held_by.starts_with(kHeldByLadder);
  const bool handed_on = !assigned.rep.empty() && assigned.rep != context_.lead.assignee && !by_hand_of_new;
  domain::NoteGiven(assigned.rep, at, context_.lead);
  context_.lead.assignee = assigned.rep;
  domain::PutInQueue(assigned.hold_queue, assigned.route, at, context_.lead);
  Record(at, std::move(assigned), std::move(decision));
  for (const domain::SlaClock& clock : of_queue) StopClock(clock, at, /*met=*/true);
  if (!handed_on) return;
  HandOverClocks(at);
  StartClocksOfNext(at);
  // What came back to a queue because nobody took it up has a clock for whoever is to now.
  if (from_ladder && !ClockRuns()) StartClock(at, {.status = true, .queue = false}, kClockOfNext);
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
    open_changes_[context_.lead.assignee].change += open ? 1 : -1;
  }
  context_.lead.open = open;
}

void LeadSession::CountAsToday() { SetOpen(IsOpen(context_.lead.status)); }

void LeadSession::CountOpen(int change) {
  if (!context_.lead.assignee.empty() && context_.lead.open) open_changes_[context_.lead.assignee].change += change;
}

absl::Status LeadSession::GiveTurnsBack(const domain::Assigned& assigned, Time at) {
  if (assigned.pool.empty() || assigned.turns.empty() || assigned.credited) return absl::OkStatus();
  SessionReps reps(*this);
  ASSIGN_OR_RETURN(const std::vector<domain::PoolState> pool, reps.Pool(assigned.pool));
  const auto place_in = [](const std::vector<domain::PoolState>& places, const std::string& rep) {
    const auto found = std::find_if(places.begin(), places.end(), [&](const auto& p) { return p.rep_id == rep; });
    return found == places.end() ? domain::PoolState{.rep_id = rep} : *found;
  };
  std::vector<domain::PoolState> turns;
  for (const domain::PoolState& after : assigned.turns) {
    const domain::PoolState before = place_in(assigned.turns_before, after.rep_id);
    domain::PoolState now = place_in(pool, after.rep_id);
    if (now == after) {
      now = before;
    } else {
      // Others had their turns since.
      now.turns_owed += before.turns_owed - after.turns_owed;
      now.assigned += before.assigned - after.assigned;
    }
    turns.push_back(std::move(now));
  }
  domain::Assigned back{.rep = context_.lead.assignee, .previous_rep = context_.lead.assignee, .route = "unmerge"};
  back.score = context_.lead.score.total;
  back.pool = assigned.pool;
  back.turns = turns;
  back.credited = true;
  PutMembers(turns, pools_[assigned.pool]);
  Record(at, std::move(back));
  return absl::OkStatus();
}

absl::Status LeadSession::SaveReps() {
  for (const auto& [rep, change] : open_changes_) {
    if (change.change == 0 && change.given.empty()) continue;
    RETURN_IF_ERROR(scope_->tx.AddOpenLeads(rep, change.change, change.given));
  }
  for (const auto& [pool, members] : pools_) RETURN_IF_ERROR(scope_->tx.PutPool(pool, members));
  return absl::OkStatus();
}

}  // namespace leadline::engine
