// Events as JSON, for people and for programs that read a ledger from outside.
#pragma once

#include <string>

#include "domain/event.h"

namespace leadline::store {

// One object in one line: the event's own members, "type" (such as "status_changed") and "payload", and its decision.
// Members with the zero value of their type are left out; times are microseconds since 1970.
std::string ToJson(const domain::Event& event);

}  // namespace leadline::store
