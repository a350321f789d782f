#include "engine/work/person_session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/person_status.h"
#include "fmt/format.h"
#include "packs/run/responses.h"

namespace leadline::engine {
PersonSession::PersonSession(WriteScope& scope, domain::Contact contact, domain::Account account)
    : scope_(&scope),
      contact_(std::move(contact)),
      account_(std::move(account)),
      activities_(domain::RecordKind::kContact, contact_.id),
      before_(contact_.version == 0 ? domain::Contact() : contact_),
      fresh_(before_.next_decision_at) {}

absl::StatusOr<PersonSession> PersonSession::Open(WriteScope& scope, std::string_view contact_id) {
  ASSIGN_OR_RETURN(domain::Contact contact, StandingContact(scope.tx, contact_id));
  domain::Account account;
  if (!contact.account_id.empty()) {
    ASSIGN_OR_RETURN(account, StandingAccount(scope.tx, contact.account_id));
  }
  PersonSession session(scope, std::move(contact), std::move(account));
  if (session.contact_.id != contact_id) session.pending_.addressed = contact_id;
  ASSIGN_OR_RETURN(session.activities_, ActivityHistory::OfContact(scope.tx, session.contact_.id, session.Rules()));
  return session;
}

namespace {

// All of the stand-in but its region and its country, which go together.
void FillStandIn(const domain::Contact& contact, int64_t activity_count, Time last_activity_at, domain::Lead& lead) {
  lead.language = contact.language;
  lead.meaning = contact.meaning;
  lead.status = contact.status;
  lead.status_since = contact.status_since;
  lead.handled_at = contact.handled_at;
  lead.disposition = contact.disposition;
  lead.score = contact.score;
  lead.activity_count = activity_count;
  lead.last_activity_at = last_activity_at;
  lead.created_at = contact.created_at;
}

}  // namespace

domain::Lead StandInFor(const domain::Contact& contact, int64_t activity_count, Time last_activity_at,
                        const packs::RuleSet& rules) {
  domain::Lead lead;
  lead.region = rules.RegionOfCountry(contact.country);
  lead.country = contact.country;
  FillStandIn(contact, activity_count, last_activity_at, lead);
  return lead;
}

packs::RecordView PersonSession::View(Time at) {
  const ActivityHistory::Past past = activities_.At(at, Rules());
  FillStandIn(contact_, past.count, past.last, stand_in_);
  packs::RecordView view{&stand_in_, &contact_, account_.id.empty() && account_.name.empty() ? nullptr : &account_,
                         past.activities, at};
  view.past = past.counted;
  return view;
}

const packs::RegionRules& PersonSession::Rules() {
  const packs::RuleSet& rules = *scope_->snapshot().rules;
  if (rules_ == nullptr || rules_are_of_ != &rules || stand_in_.country != contact_.country) {
    stand_in_.country = contact_.country;
    stand_in_.region = rules.RegionOfCountry(contact_.country);
    rules_ = &rules.ForRegion(stand_in_.region);
    rules_are_of_ = &rules;
  }
  return *rules_;
}

void PersonSession::Record(Time time, domain::EventPayload payload, std::optional<domain::Decision> decision) {
  TellScore();
  if (!decision.has_value()) return pending_.Add(time, std::move(payload));
  const bool told = pending_.Add(time, std::move(payload), *decision, contact_.meaning);
  if (!told || scope_->explain == Explain::kKept) return;
  decision->record = domain::ResourceName(domain::RecordKind::kContact, contact_.id);
  decisions_.push_back(*std::move(decision));
}

void PersonSession::MoveTo(domain::Account account) {
  account_ = std::move(account);
  contact_.account_id = account_.id;
}

void PersonSession::TellScore() {
  std::optional<WaitingScore> waiting = std::exchange(waiting_, std::nullopt);
  if (!waiting.has_value()) return;
  const ScoreOutcome& outcome = *waiting->outcome;
  if (!waiting->always && SamePoints(waiting->before, outcome.score)) {
    contact_.score = std::move(waiting->before);
    return;
  }
  domain::ScoreChanged changed{outcome.score, waiting->before.total};
  if (scope_->explain == Explain::kKept) {
    pending_.Add(waiting->at, std::move(changed), outcome.decision, contact_.meaning);
    return;
  }
  auto explained = scope_->Remember<domain::Decision>([&]() -> absl::StatusOr<domain::Decision> {
    ScoreOutcome told = outcome;
    scope_->decider().ExplainScore(View(waiting->at), told);
    return std::move(told.decision);
  });
  Record(waiting->at, std::move(changed), *std::move(explained));
}

void PersonSession::SeeActivity(const domain::Activity& activity) {
  activities_.Add(activity);
  if (packs::IsTouch(scope_->snapshot().rules->responses(), activity)) return;
  fresh_.Add(activity.time);
  acted_ = true;
}

Time PersonSession::LastInteraction(Time at) {
  return activities_.LastInteraction(at, Rules(), scope_->snapshot().rules->responses());
}

void PersonSession::DecideMarketing(Time at) {
  const MarketingDecision decided = scope_->decider().Marketing(View(at));
  if (contact_.marketable == decided.marketable && contact_.not_marketable_reason == decided.reason) return;
  TellScore();  // which may read it as it was
  contact_.marketable = decided.marketable;
  contact_.not_marketable_reason = decided.reason;
}

absl::Status PersonSession::DeriveMeaning(Time at) {
  const packs::RecordView view = View(at);
  if (known_.MeaningStands(scope_->snapshot(), Rules(), view)) return absl::OkStatus();
  ASSIGN_OR_RETURN(Normalized derived, scope_->Remember<Normalized>([&] {
    return scope_->decider().Normalize(*view.lead, contact_, account_, at);
  }));
  const bool complete = !derived.meaning.derived_from.empty();
  const bool same = derived.derived_before || (derived.meaning.central == contact_.meaning.central &&
                                               derived.meaning.regional == contact_.meaning.regional);
  if (!same) TellScore();  // by what fields meant to it
  contact_.meaning = std::move(derived.meaning);
  if (complete && scope_->decider().MeaningIsOfGiven(Rules())) {
    known_.MeaningIsDerived(scope_->snapshot(), Rules(), View(at));
  }
  return absl::OkStatus();
}

absl::Status PersonSession::Rescore(Time at) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  if (scope_->snapshot().reads_progress_of_people) DecideMarketing(at);
  ASSIGN_OR_RETURN(SharedScore outcome, scope_->Remember<SharedScore>([&] {
    return Shared(scope_->decider().Score(View(at), scope_->explain_score(), &known_));
  }));
  scored_ = LastScoring{at, outcome->decaying};
  if (waiting_.has_value()) {
    waiting_->at = at;
  } else {
    const bool first = contact_.version == 0 && contact_.score.as_of == 0;
    if (!first && SamePoints(outcome->score, contact_.score)) return absl::OkStatus();
    waiting_ = WaitingScore{at, {}, contact_.score, first};
  }
  contact_.score = outcome->score;
  waiting_->outcome = std::move(outcome);
  return absl::OkStatus();
}

absl::Status PersonSession::EnterFirst(Time at) {
  if (scope_->snapshot().reads_progress_of_people) DecideMarketing(at);
  ASSIGN_OR_RETURN(domain::StatusDecision decided, scope_->Remember<domain::StatusDecision>([&] {
    return scope_->decider().Status(View(at), "", domain::Trigger::kEntry, "", scope_->explain);
  }));
  if (decided.to.empty()) {
    return absl::InternalError("the packs give this person no first status; run `leadline pack check` on them");
  }
  domain::Decision decision = scope_->decider().MakeDecision(
      domain::DecisionKind::kStatus, "", decided.to,
      scope_->Words([&] { return fmt::format("enters as {} by {}", decided.to, decided.transition_id); }),
      std::move(decided.reasons), at);
  decision.answers = std::move(decided.answers);
  Enter(decided.to, at, {"created", "", std::move(decision)});
  return absl::OkStatus();
}

absl::Status PersonSession::Advance(domain::Trigger because, Time at) {
  if (scope_->snapshot().reads_progress_of_people) DecideMarketing(at);
  const bool woken = fresh_.Take(at, LastInteraction(at));
  if (woken) RETURN_IF_ERROR(MoveBy(domain::Trigger::kActivity, at));
  if (woken && because == domain::Trigger::kActivity) return absl::OkStatus();
  return MoveBy(because == domain::Trigger::kMerge ? because : domain::Trigger::kRescore, at);
}

absl::Status PersonSession::MoveBy(domain::Trigger trigger, Time at) {
  for (int moves = 0; moves < kMaxMoves; ++moves) {
    ASSIGN_OR_RETURN(domain::StatusDecision decided, scope_->Remember<domain::StatusDecision>([&] {
      return scope_->decider().Status(View(at), contact_.status, trigger, "", scope_->explain);
    }));
    if (decided.to.empty()) return absl::OkStatus();
    std::string summary = scope_->Words(
        [&] { return fmt::format("{} to {} by {}", contact_.status, decided.to, decided.transition_id); });
    domain::Decision decision = scope_->decider().MakeDecision(domain::DecisionKind::kStatus, "", decided.to,
                                                               std::move(summary), std::move(decided.reasons), at);
    decision.answers = std::move(decided.answers);
    Enter(decided.to, at, {std::string(domain::TriggerName(trigger)), "", std::move(decision)});
  }
  return absl::InternalError(fmt::format("the packs' transitions for {} go in a circle through {}",
                                         domain::TriggerName(trigger), contact_.status));
}

void PersonSession::Enter(std::string_view status, Time at, StatusCause cause) {
  if (contact_.status == status) return;
  domain::StatusChanged change{contact_.status, std::string(status), cause.trigger, cause.reason};
  if (ByPerson(change)) contact_.handled_at = std::max(contact_.handled_at, at);
  Record(at, std::move(change), std::move(cause.decision));
  contact_.status = std::string(status);
  contact_.status_since = at;
  if (scope_->snapshot().reads_progress_of_people) DecideMarketing(at);
}

void PersonSession::Tell(std::string_view from, std::string_view to, Time at, std::string_view trigger) {
  domain::StatusChanged change{std::string(from), std::string(to), std::string(trigger), ""};
  if (ByPerson(change)) contact_.handled_at = std::max(contact_.handled_at, at);
  Record(at, std::move(change));
  contact_.status = to;
  contact_.status_since = at;
}

std::string PersonSession::StatusAt(Time at) {
  const domain::PersonStays stays = domain::StaysAsTold(Rules().lifecycle, contact_.moves);
  const auto later =
      std::find_if(stays.begin(), stays.end(), [at](const domain::StatusWord& stay) { return stay.time > at; });
  return later == stays.begin() ? std::string() : std::prev(later)->status;
}

absl::Status PersonSession::SetNextDecision() {
  if (contact_.erased_at != 0) {
    contact_.next_decision_at = 0;
  } else if (scored_.has_value()) {
    ASSIGN_OR_RETURN(contact_.next_decision_at, scope_->Remember<Time>([&]() -> absl::StatusOr<Time> {
      const packs::RecordView view = View(scored_->at);
      return scope_->decider().NextDecision(view, scored_->decaying, activities_.NextAfter(scored_->at));
    }));
  } else if (contact_.status != before_.status) {
    ASSIGN_OR_RETURN(contact_.next_decision_at, scope_->Remember<Time>([&]() -> absl::StatusOr<Time> {
      return scope_->decider().NextAfterMove(View(scope_->now), contact_.next_decision_at);
    }));
  }
  scored_.reset();
  return absl::OkStatus();
}

absl::Status PersonSession::Save() {
  DecideMarketing(scope_->now);
  TellScore();
  RETURN_IF_ERROR(SetNextDecision());
  RETURN_IF_ERROR(activities_.status());
  RETURN_IF_ERROR(SaveRecord(*scope_, before_, contact_, pending_));
  if (std::exchange(acted_, false)) RETURN_IF_ERROR(NoteAccount(*scope_, contact_.account_id));
  return activities_.Save(scope_->tx, scope_->decider(), Rules());
}

}  // namespace leadline::engine
