// What happens to a record within a transaction, and the one way in which accounts, contacts and leads are written:
// together with events that tell all of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/event.h"
#include "domain/records.h"
#include "engine/decide/decider.h"
#include "engine/notify/told.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Why a status is entered.
struct StatusCause {
  std::string trigger;  // as in domain::StatusChanged
  std::string reason;   // a person's
  std::optional<domain::Decision> decision;
  std::string hold = {};           // queue in which the lead waits from here on; empty: none
  std::string held_by = {};        // the transition or gate that says so
  std::string reject_reason = {};  // one of the packs'
};

// Events of one record that wait for being written, in order. Not thread-safe.
struct PendingEvents {
  struct Pending {
    Time time;
    domain::EventPayload payload;
    std::optional<domain::StoredDecision> decision;
    std::vector<Told> told = {};  // who is told of it
  };
  std::vector<Pending> items;
  std::string addressed;  // the id that the request named, where a merge led from it to this record

  void Add(Time time, domain::EventPayload payload);
  // What is kept of the decision goes with it; `meaning` is what the record's fields meant to it. False, and nothing
  // added, where the payload changes nothing and the last decision of the kind said the same.
  bool Add(Time time, domain::EventPayload payload, const domain::Decision& decision,
           const domain::DerivedMeaning& meaning);
  bool empty() const { return items.empty(); }

 private:
  void MakeRoom();

  domain::UsedMeaning told_;  // with the last decision that reads meanings
};

// What a session and the log of its attempt share: decisions are large.
using SharedScore = std::shared_ptr<const ScoreOutcome>;
inline absl::StatusOr<SharedScore> Shared(absl::StatusOr<ScoreOutcome> outcome) {
  if (!outcome.ok()) return outcome.status();
  return std::make_shared<const ScoreOutcome>(*std::move(outcome));
}

// A score that was taken and is not told yet: another one may come before anything reads it. Then only the last is
// told, so that what a request writes grows with what happened, not with how often it was scored.
struct WaitingScore {
  Time at = 0;
  SharedScore outcome;   // never null once it waits
  domain::Score before;  // that was told last
  bool always = false;   // told also when its points are those of `before`
};

// The last scoring of a session, whether or not its points were others.
struct LastScoring {
  Time at = 0;
  domain::DecayingList decaying;
};

// Takes the change of region out of a lead's changes, since it is an event of its own. Whether there was one.
bool TakeRegion(std::vector<domain::FieldChange>& changes);

// Writes the record as it is `after`, which was `before` (no values for a new one, whose first event creates it), with
// the events in `pending`; what they do not tell is told by one more, as of scope.now, so that folding the record's
// history gives it. Writes nothing when nothing changed. Where rules may read something else of a person or company
// that was there before, that is noted, so that the leads that share it are decided again. `pending` is empty
// afterwards, and `before` equals `after`. INTERNAL, and nothing written, for a change that no event can tell.
absl::Status SaveRecord(WriteScope& scope, domain::Account& before, domain::Account& after, PendingEvents& pending);
absl::Status SaveRecord(WriteScope& scope, domain::Contact& before, domain::Contact& after, PendingEvents& pending);
absl::Status SaveRecord(WriteScope& scope, domain::Lead& before, domain::Lead& after, PendingEvents& pending);

// Notes that the account is to be scored again; nothing where accounts are not scored, or the id is empty. SaveRecord
// does it for what it writes: people who come, go or score otherwise, accounts that are joined or separated. What a
// person did is the caller's to note.
absl::Status NoteAccount(WriteScope& scope, const std::string& account_id);

}  // namespace leadline::engine
