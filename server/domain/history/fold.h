// State of records as the ledger tells it: folding a record's events, oldest first, from a record of no values gives
// the record, but for its version and for what is derived anew at any time: meaning, and when time alone may change the
// record. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "domain/event.h"
#include "domain/records.h"

namespace leadline::domain {

// Applies one event of the record's own history. `updated_at` becomes the event's append time. DATA_LOSS for an event
// that cannot be one of this record: another kind's image, a field that is not there, an image of another kind of
// value.
absl::Status Fold(const Event& event, Account& account);
absl::Status Fold(const Event& event, Contact& contact);
absl::Status Fold(const Event& event, Lead& lead);
// Availability only: open leads are counted over the leads.
absl::Status Fold(const Event& event, RepState& rep);

// A record as Unmerged has it: without what is personal, which its changes tell, and without what is derived.
inline Account StateOf(Account account) { return account; }
Contact StateOf(Contact contact);
Lead StateOf(Lead lead);

// The lead waits in the queue from `at` on, put there by a route, a gate or a transition; in the same queue it waits on
// since before. An empty queue: it waits in none.
void PutInQueue(std::string_view queue, std::string_view by, Time at, Lead& lead);

// What the change of status, which the lead has not taken yet, says of whoever has it: they are done with it where it
// is no work in hand any more, and give it back by rejecting it.
void NoteLeft(const StatusChanged& change, Time at, Lead& lead);
// The lead, which has its rep still, goes to another one, or to nobody (empty).
void NoteGiven(const std::string& rep, Time at, Lead& lead);

// Takes over from `told`, which was folded, what follows from a record's events alone and nobody sets by hand: when it
// was changed last, its changes of status, as of when its values are, which route gave the lead to whoever has it.
void TakeTold(const Account& told, Account& account);
void TakeTold(const Contact& told, Contact& contact);
void TakeTold(const Lead& told, Lead& lead);

// Equal in everything that Fold gives.
bool SameState(const Account& a, const Account& b);
bool SameState(const Contact& a, const Contact& b);
bool SameState(const Lead& a, const Lead& b);

}  // namespace leadline::domain
