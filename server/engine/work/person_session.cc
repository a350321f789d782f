#include "engine/work/person_session.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

constexpr int kMaxMoves = 16;

}  // namespace

PersonSession::PersonSession(WriteScope& scope, domain::Contact contact, domain::Account account)
    : scope_(&scope),
      contact_(std::move(contact)),
      account_(std::move(account)),
      before_(contact_.version == 0 ? domain::Contact() : contact_) {}

absl::StatusOr<PersonSession> PersonSession::Open(WriteScope& scope, std::string_view contact_id) {
  ASSIGN_OR_RETURN(domain::Contact contact, StandingContact(scope.tx, contact_id));
  domain::Account account;
  if (!contact.account_id.empty()) {
    ASSIGN_OR_RETURN(account, StandingAccount(scope.tx, contact.account_id));
  }
  ASSIGN_OR_RETURN(std::vector<std::string> ids, MergedIds(scope.tx, domain::RecordKind::kContact, contact.id));
  PersonSession session(scope, std::move(contact), std::move(account));
  if (session.contact_.id != contact_id) session.pending_.addressed = contact_id;
  ASSIGN_OR_RETURN(session.activities_, scope.tx.ActivitiesOfContacts(ids));
  return session;
}

domain::Lead StandInFor(const domain::Contact& contact, std::span<const domain::Activity> happened,
                        const packs::RuleSet& rules) {
  domain::Lead lead;
  lead.region = rules.RegionOfCountry(contact.country);
  lead.country = contact.country;
  lead.language = contact.language;
  lead.meaning = contact.meaning;
  lead.status = contact.status;
  lead.status_since = contact.status_since;
  lead.disposition = contact.disposition;
  lead.score = contact.score;
  lead.activity_count = static_cast<int64_t>(happened.size());
  lead.last_activity_at = happened.empty() ? 0 : happened.back().time;
  lead.created_at = contact.created_at;
  return lead;
}

packs::RecordView PersonSession::View(Time at) {
  std::span<const domain::Activity> happened = HappenedBy(activities_, at);
  stand_in_ = StandInFor(contact_, happened, *scope_->snapshot().rules);
  return {&stand_in_, &contact_, account_.id.empty() && account_.name.empty() ? nullptr : &account_, happened, at};
}

void PersonSession::Record(Time time, domain::EventPayload payload, std::optional<domain::Decision> decision) {
  TellScore();
  if (!decision.has_value()) return pending_.Add(time, std::move(payload));
  pending_.Add(time, std::move(payload), *decision, contact_.meaning);
}

void PersonSession::TellScore() {
  std::optional<WaitingScore> waiting = std::exchange(waiting_, std::nullopt);
  if (!waiting.has_value()) return;
  if (!waiting->always && SamePoints(waiting->before, waiting->outcome.score)) {
    contact_.score = std::move(waiting->before);
    return;
  }
  auto explained = scope_->Remember<domain::Decision>([&]() -> absl::StatusOr<domain::Decision> {
    scope_->decider().ExplainScore(View(waiting->at), waiting->outcome);
    return waiting->outcome.decision;
  });
  waiting->outcome.decision = *std::move(explained);
  Record(waiting->at, domain::ScoreChanged{waiting->outcome.score, waiting->before.total},
         std::move(waiting->outcome.decision));
}

void PersonSession::SeeActivity(const domain::Activity& activity) {
  if (!contact_.marketable) TellScore();  // which may read it
  activities_.insert(std::upper_bound(activities_.begin(), activities_.end(), activity, domain::Older), activity);
  contact_.marketable = true;
}

absl::Status PersonSession::DeriveMeaning(Time at) {
  const packs::RecordView view = View(at);
  ASSIGN_OR_RETURN(Normalized derived, scope_->Remember<Normalized>([&] {
    return scope_->decider().Normalize(*view.lead, contact_, account_, at);
  }));
  if (derived.derived_before) return absl::OkStatus();
  const bool same =
      derived.meaning.central == contact_.meaning.central && derived.meaning.regional == contact_.meaning.regional;
  if (!same) TellScore();  // by what fields meant to it
  contact_.meaning = std::move(derived.meaning);
  return absl::OkStatus();
}

absl::Status PersonSession::Rescore(Time at) {
  RETURN_IF_ERROR(DeriveMeaning(at));
  ASSIGN_OR_RETURN(ScoreOutcome outcome,
                   scope_->Remember<ScoreOutcome>([&] { return scope_->decider().Score(View(at), Explain::kLater); }));
  if (waiting_.has_value()) {
    waiting_->at = at;
  } else {
    const bool first = contact_.version == 0 && contact_.score.as_of == 0;
    if (!first && SamePoints(outcome.score, contact_.score)) return absl::OkStatus();
    waiting_ = WaitingScore{at, {}, contact_.score, first};
  }
  contact_.score = outcome.score;
  waiting_->outcome = std::move(outcome);
  return absl::OkStatus();
}

absl::Status PersonSession::EnterFirst(Time at) {
  ASSIGN_OR_RETURN(domain::StatusDecision decided, scope_->Remember<domain::StatusDecision>([&] {
    return scope_->decider().Status(View(at), "", domain::Trigger::kEntry, "", Explain::kFired);
  }));
  if (decided.to.empty()) {
    return absl::InternalError("the packs give this person no first status; run `leadline pack check` on them");
  }
  domain::Decision decision = scope_->decider().MakeDecision(
      domain::DecisionKind::kStatus, "", decided.to,
      fmt::format("enters as {} by {}", decided.to, decided.transition_id), std::move(decided.reasons), at);
  decision.answers = std::move(decided.answers);
  Enter(decided.to, at, {"created", "", std::move(decision)});
  return absl::OkStatus();
}

absl::Status PersonSession::Advance(domain::Trigger trigger, Time at) {
  for (int moves = 0; moves < kMaxMoves; ++moves) {
    ASSIGN_OR_RETURN(domain::StatusDecision decided, scope_->Remember<domain::StatusDecision>([&] {
      return scope_->decider().Status(View(at), contact_.status, trigger, "", Explain::kFired);
    }));
    if (decided.to.empty()) return absl::OkStatus();
    domain::Decision decision = scope_->decider().MakeDecision(
        domain::DecisionKind::kStatus, "", decided.to,
        fmt::format("{} to {} by {}", contact_.status, decided.to, decided.transition_id), std::move(decided.reasons),
        at);
    decision.answers = std::move(decided.answers);
    Enter(decided.to, at, {std::string(domain::TriggerName(trigger)), "", std::move(decision)});
  }
  return absl::InternalError(fmt::format("the packs' transitions for {} go in a circle through {}",
                                         domain::TriggerName(trigger), contact_.status));
}

void PersonSession::Enter(std::string_view status, Time at, StatusCause cause) {
  if (contact_.status == status) return;
  Record(at, domain::StatusChanged{contact_.status, std::string(status), cause.trigger, cause.reason},
         std::move(cause.decision));
  contact_.status = std::string(status);
  contact_.status_since = at;
}

absl::Status PersonSession::Save() {
  TellScore();
  return SaveRecord(*scope_, before_, contact_, pending_);
}

}  // namespace leadline::engine
