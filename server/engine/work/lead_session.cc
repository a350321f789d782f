#include "engine/work/lead_session.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "engine/work/follow_leads.h"
#include "fmt/format.h"
#include "packs/run/responses.h"

namespace leadline::engine {
namespace {

using domain::Activity;
using domain::Decision;
using domain::DecisionKind;

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

}  // namespace

absl::StatusOr<LeadSession> LeadSession::Open(WriteScope& scope, std::string_view lead_id) {
  ASSIGN_OR_RETURN(LeadContext context, LoadLeadAlone(scope.tx, lead_id));
  scope.DecideForFirst(context.lead.id);
  const domain::Lead& lead = context.lead;
  ASSIGN_OR_RETURN(ActivityHistory activities,
                   ActivityHistory::OfLead(scope.tx, lead, scope.decider().Rules(lead.region)));
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

void LeadSession::AddActivity(Activity activity, Time given_time) {
  ++revision_;
  if (!packs::IsTouch(scope_->snapshot().rules->responses(), activity)) fresh_.Add(activity.time);
  context_.lead.activity_count += 1;
  context_.lead.last_activity_at = std::max(context_.lead.last_activity_at, activity.time);
  const Time told_at = given_time != 0 ? given_time : activity.time;
  if (activity.lead_id.empty() || activity.lead_id == context_.lead.id) {
    Record(told_at, domain::ActivityRecorded{activity});
  } else {
    of_merged_.emplace_back(told_at, activity);
  }
  activities_.Add(activity);
  new_activities_.push_back(std::move(activity));
}

Time LeadSession::LastInteraction(Time at) {
  return activities_.LastInteraction(at, scope_->decider().Rules(context_.lead.region),
                                     scope_->snapshot().rules->responses());
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
  return Enter(decided.to, at, {"created", "", std::move(decision), decided.hold, decided.transition_id});
}

absl::Status LeadSession::Advance(domain::Trigger because, Time at) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  const bool woken = fresh_.Take(at, LastInteraction(at));
  if (woken) {
    RETURN_IF_ERROR(MoveBy(domain::Trigger::kActivity, at));
    RETURN_IF_ERROR(StartClockOnNewest(at));
  }
  if (woken && because == domain::Trigger::kActivity) return absl::OkStatus();
  return MoveBy(because == domain::Trigger::kMerge ? because : domain::Trigger::kRescore, at);
}

absl::Status LeadSession::MoveBy(domain::Trigger trigger, Time at) {
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
    RETURN_IF_ERROR(Enter(
        decided.to, at,
        {std::string(domain::TriggerName(trigger)), "", std::move(decision), decided.hold, decided.transition_id}));
  }
  return absl::InternalError(fmt::format("the packs' transitions for {} go in a circle through {}",
                                         domain::TriggerName(trigger), context_.lead.status));
}

void LeadSession::RecordDenial(domain::StatusDecision decided, domain::Trigger trigger, Time at) {
  const bool looks_again = trigger == domain::Trigger::kRescore && !changed();
  // Of what waits in the gate's queue already that is no news.
  if (!decided.hold.empty() && decided.hold == context_.lead.hold_queue) return;
  const bool holds = Holds(decided.hold, looks_again);
  if (looks_again && !holds) return;
  if (!told_denials_.insert(decided.denied_by).second && !holds) return;
  Decision decision =
      scope_->decider().MakeDecision(DecisionKind::kStatus, "", context_.lead.status, scope_->Words([&] {
        return fmt::format("stays {}: held back by {}{}", context_.lead.status, decided.denied_by,
                           holds ? ", waits in queue " + decided.hold : "");
      }),
                                     std::move(decided.reasons), at);
  decision.answers = std::move(decided.answers);
  decision.trigger = domain::TriggerName(trigger);
  if (!holds) return Record(at, domain::DecisionTaken{}, std::move(decision));
  Hold(decided.hold, decided.denied_by, at, std::move(decision));
  if (!ClockRuns()) StartClock(at, {.status = false, .queue = true});
}

void LeadSession::RecordFields(Time at) {
  std::vector<domain::FieldChange> changes = DiffFields(before_, context_.lead);
  if (TakeRegion(changes)) {
    Record(at, domain::RegionChanged{before_.region, context_.lead.region});
  }
  if (!changes.empty()) Record(at, domain::FieldsChanged{std::move(changes)});
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

void LeadSession::NoteWhoIsTold() {
  const packs::RegionRules& rules = scope_->decider().Rules(context_.lead.region);
  if (scope_->recipients() == nullptr || rules.notify.empty()) return;
  std::vector<const domain::EventPayload*> events;
  for (const PendingEvents::Pending& pending : pending_.items) events.push_back(&pending.payload);
  const auto holds = [&](int condition) { return scope_->decider().Notifies(View(scope_->now), condition); };
  for (auto& [number, told] : ToldOf(rules.notify, before_, events, holds)) {
    pending_.items[number].told = std::move(told);
  }
}

absl::Status LeadSession::SaveOfMerged() {
  for (auto& [time, activity] : of_merged_) {
    ASSIGN_OR_RETURN(domain::Lead before, scope_->tx.GetLead(activity.lead_id));
    domain::Lead after = before;
    after.activity_count += 1;
    after.last_activity_at = std::max(after.last_activity_at, activity.time);
    PendingEvents pending;
    pending.Add(time, domain::ActivityRecorded{std::move(activity)});
    RETURN_IF_ERROR(SaveRecord(*scope_, before, after, pending));
  }
  of_merged_.clear();
  return absl::OkStatus();
}

absl::Status LeadSession::Save(bool new_person) {
  RETURN_IF_ERROR(FollowPauses(scope_->now));
  TellScore();
  RETURN_IF_ERROR(SetNextDecision());
  RETURN_IF_ERROR(activities_.status());
  const domain::Lifecycle& lifecycle = scope_->decider().Rules(context_.lead.region).lifecycle;
  const bool moved = lifecycle.Current(before_.status) != lifecycle.Current(context_.lead.status);
  NoteWhoIsTold();
  RETURN_IF_ERROR(SaveOfMerged());
  RETURN_IF_ERROR(SaveRecord(*scope_, before_, context_.lead, pending_));
  for (const Activity& activity : new_activities_) {
    ASSIGN_OR_RETURN(bool added, scope_->tx.AddActivity(activity));
    if (!added) {
      return WithReason(
          WithResource(
              absl::AlreadyExistsError(fmt::format(
                  "activity {} belongs to another lead already; give each activity an id of its own", activity.id)),
              "Activity", activity.id),
          ErrorReason::kActivityExists, {{"activity", activity.id}});
    }
  }
  RETURN_IF_ERROR(activities_.Save(scope_->tx, scope_->decider(), scope_->decider().Rules(context_.lead.region)));
  RETURN_IF_ERROR(SaveReps());
  new_activities_.clear();
  open_changes_.clear();
  pools_.clear();
  return moved && !restored_ ? FollowLeads(*scope_, context_.lead, new_person) : absl::OkStatus();
}

}  // namespace leadline::engine
