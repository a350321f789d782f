// What a case of a pack's tests expects once a service level is breached, or stands.
#pragma once

#include <string>
#include <vector>

#include "domain/sla.h"
#include "packs/cases/test_case.h"

namespace leadline::engine {

// In words, each; `stands`: whether the level's clock would stand for the case's record. Empty: all is as expected.
std::vector<std::string> BreachFaults(const packs::ExpectedLevel& expected, const domain::SlaDef& level, bool stands);

}  // namespace leadline::engine
