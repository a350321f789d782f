#include "engine/work/lead_session.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Activity;
using domain::Decision;
using domain::DecisionKind;

// More moves than statuses in one go is a circle in the packs.
constexpr int kMaxMoves = 16;

// What fields meant before and mean no more.
std::vector<Decision> LostMeanings(const Decider& decider, const domain::DerivedMeaning& before,
                                   const domain::DerivedMeaning& after, Time at) {
  std::vector<Decision> out;
  const auto compare = [&](const char* field, const std::string& was, const std::string& is) {
    if (was.empty() || !is.empty()) return;
    out.push_back(decider.MakeDecision(
        DecisionKind::kNormalize, "", "",
        fmt::format("{} is as given again: no table makes it \"{}\" any more", field, was), {}, at));
    out.back().field = field;
  };
  const domain::Meaning& was = before.by_region();
  const domain::Meaning& is = after.by_region();
  compare("contact.seniority", was.seniority, is.seniority);
  compare("contact.department", was.department, is.department);
  compare("account.industry", was.industry, is.industry);
  compare("lead.source", was.source, is.source);
  compare("lead.language", was.language, is.language);
  return out;
}

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

absl::StatusOr<LeadSession> LeadSession::Open(WriteScope& scope, std::string_view lead_id) {
  ASSIGN_OR_RETURN(LeadContext context, LoadLeadAlone(scope.tx, lead_id));
  scope.DecideForFirst(context.lead.id);
  const domain::Lead& lead = context.lead;
  ASSIGN_OR_RETURN(ActivityHistory activities,
                   ActivityHistory::Load(scope.tx, domain::RecordKind::kLead, lead.id,
                                         scope.decider().Rules(lead.region), lead.activity_count));
  LeadSession session(scope, std::move(context), std::move(activities));
  if (session.lead().id != lead_id) session.pending_.addressed = lead_id;
  return session;
}

packs::RecordView LeadSession::View(Time at) {
  packs::RecordView view = context_.View(at);
  const ActivityHistory::Past past = activities_.At(at, scope_->decider().Rules(context_.lead.region));
  view.activities = past.activities;
  view.past = past.counted;
  return view;
}

void LeadSession::Record(Time time, domain::EventPayload payload, std::optional<Decision> decision) {
  if (!std::holds_alternative<domain::ActivityRecorded>(payload)) TellScore();
  if (!decision.has_value()) return pending_.Add(time, std::move(payload));
  const bool told = pending_.Add(time, std::move(payload), *decision, context_.lead.meaning);
  if (!told || scope_->explain == Explain::kKept) return;
  decision->record = domain::ResourceName(domain::RecordKind::kLead, context_.lead.id);
  decisions_.push_back(*std::move(decision));
}

void LeadSession::TellScore() {
  std::optional<WaitingScore> waiting = std::exchange(waiting_, std::nullopt);
  if (!waiting.has_value()) return;
  const ScoreOutcome& outcome = *waiting->outcome;
  if (!waiting->always && SamePoints(waiting->before, outcome.score)) {
    context_.lead.score = std::move(waiting->before);
    return;
  }
  domain::ScoreChanged changed{outcome.score, waiting->before.total};
  if (scope_->explain == Explain::kKept) {
    pending_.Add(waiting->at, std::move(changed), outcome.decision, context_.lead.meaning);
    return;
  }
  auto explained = scope_->Remember<Decision>([&]() -> absl::StatusOr<Decision> {
    ScoreOutcome told = outcome;
    scope_->decider().ExplainScore(View(waiting->at), told);
    return std::move(told.decision);
  });
  Record(waiting->at, std::move(changed), *std::move(explained));
}

void LeadSession::AddActivity(Activity activity) {
  ++revision_;
  context_.lead.activity_count += 1;
  context_.lead.last_activity_at = std::max(context_.lead.last_activity_at, activity.time);
  Record(activity.time, domain::ActivityRecorded{activity});
  activities_.Add(activity);
  new_activities_.push_back(std::move(activity));
}

absl::Status LeadSession::DeriveMeaning(Time at) {
  const std::pair<int64_t, Time> state(revision_, at);
  if (meaning_is_of_ == state) return absl::OkStatus();
  const packs::RegionRules& rules = scope_->decider().Rules(context_.lead.region);
  if (known_.MeaningStands(scope_->snapshot(), rules, View(at))) return absl::OkStatus();
  ASSIGN_OR_RETURN(Normalized derived, scope_->Remember<Normalized>([&] {
    return scope_->decider().Normalize(context_.lead, context_.contact, context_.account, at);
  }));
  const bool complete = !derived.meaning.derived_from.empty();
  if (complete) meaning_is_of_ = state;
  const bool same = derived.derived_before || (derived.meaning.central == context_.lead.meaning.central &&
                                               derived.meaning.regional == context_.lead.meaning.regional);
  if (!same) TellScore();  // by what fields meant to it
  const domain::DerivedMeaning before = std::exchange(context_.lead.meaning, std::move(derived.meaning));
  if (complete && scope_->decider().MeaningIsOfGiven(rules)) {
    known_.MeaningIsDerived(scope_->snapshot(), rules, View(at));
  }
  if (same) return absl::OkStatus();
  for (Decision& decision : derived.decisions) Record(at, domain::DecisionTaken{}, std::move(decision));
  for (Decision& lost : LostMeanings(scope_->decider(), before, context_.lead.meaning, at)) {
    Record(at, domain::DecisionTaken{}, std::move(lost));
  }
  return absl::OkStatus();
}

absl::Status LeadSession::Rescore(Time at, bool always) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  ASSIGN_OR_RETURN(SharedScore outcome, scope_->Remember<SharedScore>([&] {
    return Shared(scope_->decider().Score(View(at), scope_->explain_score(), &known_));
  }));
  scored_ = LastScoring{at, outcome->decaying};
  if (waiting_.has_value()) {
    waiting_->at = at;
    waiting_->always = waiting_->always || always;
  } else {
    const bool first = context_.lead.version == 0 && context_.lead.score.as_of == 0;
    if (!first && !always && SamePoints(outcome->score, context_.lead.score)) return absl::OkStatus();
    waiting_ = WaitingScore{at, {}, context_.lead.score, first || always};
  }
  context_.lead.score = outcome->score;
  waiting_->outcome = std::move(outcome);
  return absl::OkStatus();
}

absl::Status LeadSession::EnterFirst(Time at) {
  ASSIGN_OR_RETURN(domain::StatusDecision decided, scope_->Remember<domain::StatusDecision>([&] {
    return scope_->decider().Status(View(at), "", domain::Trigger::kEntry, "", scope_->explain);
  }));
  if (decided.to.empty()) {
    return absl::InternalError("the packs give this record no first status; run `leadline pack check` on them");
  }
  if (!decided.denied_by.empty()) told_denials_.insert(decided.denied_by);
  std::string summary =
      scope_->Words([&] { return fmt::format("enters as {} by {}", decided.to, decided.transition_id); });
  Decision decision = scope_->decider().MakeDecision(DecisionKind::kStatus, "", decided.to, std::move(summary),
                                                     std::move(decided.reasons), at);
  decision.answers = std::move(decided.answers);
  return Enter(decided.to, at, {"created", "", std::move(decision)});
}

absl::Status LeadSession::Advance(domain::Trigger trigger, Time at) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  for (int moves = 0; moves < kMaxMoves; ++moves) {
    ASSIGN_OR_RETURN(domain::StatusDecision decided, scope_->Remember<domain::StatusDecision>([&] {
      return scope_->decider().Status(View(at), context_.lead.status, trigger, "", scope_->explain);
    }));
    if (decided.to.empty()) {
      if (!decided.denied_by.empty()) RecordDenial(std::move(decided), trigger, at);
      return absl::OkStatus();
    }
    std::string summary = scope_->Words(
        [&] { return fmt::format("{} to {} by {}", context_.lead.status, decided.to, decided.transition_id); });
    Decision decision = scope_->decider().MakeDecision(DecisionKind::kStatus, "", decided.to, std::move(summary),
                                                       std::move(decided.reasons), at);
    decision.answers = std::move(decided.answers);
    RETURN_IF_ERROR(Enter(decided.to, at, {std::string(domain::TriggerName(trigger)), "", std::move(decision)}));
  }
  return absl::InternalError(fmt::format("the packs' transitions for {} go in a circle through {}",
                                         domain::TriggerName(trigger), context_.lead.status));
}

void LeadSession::RecordDenial(domain::StatusDecision decided, domain::Trigger trigger, Time at) {
  if (trigger == domain::Trigger::kRescore && !changed()) return;
  if (!told_denials_.insert(decided.denied_by).second) return;
  Decision decision = scope_->decider().MakeDecision(
      DecisionKind::kStatus, "", context_.lead.status,
      scope_->Words([&] { return fmt::format("stays {}: held back by {}", context_.lead.status, decided.denied_by); }),
      std::move(decided.reasons), at);
  decision.answers = std::move(decided.answers);
  decision.trigger = domain::TriggerName(trigger);
  Record(at, domain::DecisionTaken{}, std::move(decision));
}

bool LeadSession::IsOpen(std::string_view status) const {
  const domain::StatusDef* def = scope_->decider().Rules(context_.lead.region).lifecycle.Find(status);
  return def != nullptr && def->open;
}

absl::Status LeadSession::Enter(std::string_view status, Time at, StatusCause cause) {
  const packs::RegionRules& rules = scope_->decider().Rules(context_.lead.region);
  if (context_.lead.sla.has_value() && context_.lead.sla->open()) {
    const domain::SlaDef* level = rules.sla.Find(context_.lead.sla->sla_id);
    bool met = level != nullptr && std::find(level->stop_on_leave.begin(), level->stop_on_leave.end(),
                                             context_.lead.status) != level->stop_on_leave.end();
    StopClock(at, met);
  }
  const bool is_open = IsOpen(status);
  domain::StatusChanged change{context_.lead.status, std::string(status), cause.trigger, cause.reason, is_open};
  if (ByPerson(change)) context_.lead.handled_at = at;
  Record(at, std::move(change), std::move(cause.decision));
  ++revision_;
  context_.lead.status = std::string(status);
  context_.lead.status_since = at;
  SetOpen(is_open);

  const auto& routed = rules.routing.route_on_enter;
  if (context_.lead.assignee.empty() && std::find(routed.begin(), routed.end(), status) != routed.end()) {
    RETURN_IF_ERROR(Route(at).status());
  }
  StartClock(at);
  return absl::OkStatus();
}

absl::StatusOr<Decision> LeadSession::Route(Time at, std::string_view without) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  SessionReps reps(*this);
  ASSIGN_OR_RETURN(RouteOutcome outcome, scope_->decider().Route(View(at), reps, without, scope_->explain));
  scope_->Met(fmt::format("{}/{}/{}", outcome.route, outcome.rep, outcome.hold_queue));
  Decision decision = outcome.decision;
  if (outcome.rep.empty() && !without.empty()) {
    // Nobody else can take it: better late than in no hands.
    Record(at, domain::DecisionTaken{}, std::move(outcome.decision));
    return decision;
  }
  domain::Assigned assigned{outcome.rep, context_.lead.assignee, outcome.route, outcome.hold_queue,
                            context_.lead.score.total};
  if (!outcome.pool.empty()) {
    ASSIGN_OR_RETURN(const std::vector<domain::PoolState> before, reps.Pool(outcome.pool));
    assigned.pool = outcome.pool;
    assigned.turns = ChangedTurns(before, outcome.pool_states);
    pools_[outcome.pool] = std::move(outcome.pool_states);
  }
  TakeOver(std::move(assigned), at, std::move(outcome.decision));
  return decision;
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
  if (context_.lead.open && context_.lead.assignee != assigned.rep) {
    if (!context_.lead.assignee.empty()) open_changes_[context_.lead.assignee] -= 1;
    if (!assigned.rep.empty()) open_changes_[assigned.rep] += 1;
  }
  context_.lead.assignee = assigned.rep;
  context_.lead.hold_queue = assigned.hold_queue;
  Record(at, std::move(assigned), std::move(decision));
}

void LeadSession::SetOpen(bool open) {
  if (!context_.lead.assignee.empty() && context_.lead.open != open) {
    open_changes_[context_.lead.assignee] += open ? 1 : -1;
  }
  context_.lead.open = open;
}

void LeadSession::CountAsToday() { SetOpen(IsOpen(context_.lead.status)); }

void LeadSession::RecordFields(Time at) {
  std::vector<domain::FieldChange> changes = DiffFields(before_, context_.lead);
  if (TakeRegion(changes)) {
    Record(at, domain::RegionChanged{before_.region, context_.lead.region});
  }
  if (!changes.empty()) Record(at, domain::FieldsChanged{std::move(changes)});
}

void LeadSession::StartClock(Time at) {
  const domain::SlaDef* level = scope_->decider().ServiceLevel(View(at));
  if (level == nullptr) return;
  const domain::BusinessCalendar* calendar =
      scope_->decider().Rules(context_.lead.region).sla.FindCalendar(level->calendar);
  context_.lead.sla = domain::StartClock(*level, *calendar, at);
  Decision decision = scope_->decider().ServiceLevelDecision(*level, *context_.lead.sla, context_.lead.status, at,
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

absl::Status LeadSession::SetNextDecision() {
  domain::Lead& lead = context_.lead;
  if (!lead.merged_into.empty()) {
    lead.next_decision_at = 0;
  } else if (scored_.has_value()) {
    ASSIGN_OR_RETURN(lead.next_decision_at, scope_->Remember<Time>([&]() -> absl::StatusOr<Time> {
      const packs::RecordView view = View(scored_->at);
      return scope_->decider().NextDecision(view, scored_->decaying, activities_.NextAfter(scored_->at));
    }));
  } else if (lead.status != before_.status) {
    ASSIGN_OR_RETURN(lead.next_decision_at, scope_->Remember<Time>([&]() -> absl::StatusOr<Time> {
      return scope_->decider().NextAfterMove(View(scope_->now), lead.next_decision_at);
    }));
  }
  scored_.reset();
  if (lead.version == 0 || lead.next_decision_at == 0) return absl::OkStatus();
  // Nothing more is decided by itself of what somebody erased asked for.
  ASSIGN_OR_RETURN(const bool erased, scope_->tx.IsErased(domain::RecordKind::kLead, lead.id));
  if (erased) lead.next_decision_at = 0;
  return absl::OkStatus();
}

absl::Status LeadSession::Save() {
  TellScore();
  RETURN_IF_ERROR(SetNextDecision());
  RETURN_IF_ERROR(activities_.status());
  RETURN_IF_ERROR(SaveRecord(*scope_, before_, context_.lead, pending_));
  for (const Activity& activity : new_activities_) {
    ASSIGN_OR_RETURN(bool added, scope_->tx.AddActivity(activity));
    if (!added) {
      return absl::AlreadyExistsError(
          fmt::format("activity {} belongs to another lead already; give each activity an id of its own", activity.id));
    }
  }
  RETURN_IF_ERROR(activities_.Save(scope_->tx, scope_->decider(), scope_->decider().Rules(context_.lead.region)));
  RETURN_IF_ERROR(SaveReps());
  new_activities_.clear();
  open_changes_.clear();
  pools_.clear();
  return absl::OkStatus();
}

}  // namespace leadline::engine
