// What rules of notify.yaml an event of the ledger is for: the same answer for whoever wrote it and for whoever sends
// it.
#pragma once

#include <optional>

#include "domain/event.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// What of it a message tells, once a rule on it has fired; nothing where no rule can be on such an event. Pure.
std::optional<packs::NotifyRule::On> OnOf(const domain::EventPayload& payload);

}  // namespace leadline::engine
