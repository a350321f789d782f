// Decisions on their way into the ledger and back. Pure and thread-safe.
#pragma once

#include "domain/decision.h"
#include "domain/event.h"

namespace leadline::domain {

// What the ledger keeps of a decision; its meaning is the caller's to set, and the event says which record it is of.
StoredDecision ToStored(const Decision& decision);

// The stored decision of an event, which must have one, with a short summary made of it: every rule that fired, and
// for a match the candidates, as reasons without evidence. Its record is the event's.
Decision FromStored(const Event& event);

// Whether two decisions say the same: of one kind, about one field, with one outcome and the same rules.
bool SaySame(const StoredDecision& a, const StoredDecision& b);

}  // namespace leadline::domain
