// A contact being worked on inside a transaction: the same lifecycle as a lead, on all that the person did.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "domain/event.h"
#include "engine/decide/known_record.h"
#include "engine/work/activity_history.h"
#include "engine/work/record_change.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Rules are written for leads; this one stands for the person, after so many activities, the last of them at
// `last_activity_at`, in the region of the person's country.
domain::Lead StandInFor(const domain::Contact& contact, int64_t activity_count, Time last_activity_at,
                        const packs::RuleSet& rules);

// Nothing is written before Save. Not thread-safe; lives within its scope.
class PersonSession {
 public:
  // The person's country chooses the rules, never the lead in hand: a person may be on leads of several regions.
  PersonSession(WriteScope& scope, domain::Contact contact, domain::Account account);
  // A stored contact with all activities of the person; follows merges. NOT_FOUND when there is none.
  static absl::StatusOr<PersonSession> Open(WriteScope& scope, std::string_view contact_id);

  domain::Contact& contact() { return contact_; }
  const domain::Account& account() const { return account_; }
  // The person works for another company from here on, or for none (one without id). Before anything is decided.
  void MoveTo(domain::Account account);
  // In which status the person stood at that time, as the moves tell it that are kept beside the record; empty: nobody
  // knew them yet.
  std::string StatusAt(Time at);
  // Those that the ledger hears of; none with Explain::kKept.
  std::vector<domain::Decision>& decisions() { return decisions_; }

  void Record(Time time, domain::EventPayload payload, std::optional<domain::Decision> decision = std::nullopt);
  // As a lead's.
  bool meaning_settled() const { return known_.meaning_derived(); }
  // Counts an activity that a lead's session stores.
  void SeeActivity(const domain::Activity& activity);
  // As a lead's.
  void TakeInteraction(Time time) { fresh_.Add(time); }
  Time LastInteraction(Time at);
  // As a lead's: of scores that nothing read before the next one, only the last is recorded.
  absl::Status Rescore(Time at);
  absl::Status EnterFirst(Time at);
  absl::Status Advance(domain::Trigger because, Time at);
  void Enter(std::string_view status, Time at, StatusCause cause);
  // That the person came from one status into another at that time, which may be before what was told last: then it
  // tells anew what came from then on.
  void Tell(std::string_view from, std::string_view to, Time at, std::string_view trigger);
  absl::Status Save();
  // Whether the ledger has something to hear of.
  bool changed() const { return !pending_.empty() || waiting_.has_value(); }
  // Rules are written for leads; the person stands in for one. Valid until the session changes or is looked at again.
  packs::RecordView View(Time at);

 private:
  // By whose rules the person is decided on.
  const packs::RegionRules& Rules();
  // Sets when time alone may change the person.
  absl::Status SetNextDecision();
  // Derives what fields mean for the person, where it is not known yet.
  absl::Status DeriveMeaning(Time at);
  // By the transitions of one trigger.
  absl::Status MoveBy(domain::Trigger trigger, Time at);
  // Records the score that waits.
  void TellScore();
  // Decides whether the person may be sent marketing: last of all, and before whatever reads it where something does.
  void DecideMarketing(Time at);

  WriteScope* scope_;
  domain::Contact contact_;
  domain::Account account_;
  domain::Lead stand_in_;
  const packs::RegionRules* rules_ = nullptr;  // of `rules_are_of_`; of the country as it is on the stand-in
  const packs::RuleSet* rules_are_of_ = nullptr;
  KnownRecord known_;
  ActivityHistory activities_;
  domain::Contact before_;  // as it is stored
  FreshInteractions fresh_;
  PendingEvents pending_;
  std::optional<WaitingScore> waiting_;
  std::optional<LastScoring> scored_;
  std::vector<domain::Decision> decisions_;
  bool acted_ = false;  // the person did something that is not stored yet
};

}  // namespace leadline::engine
