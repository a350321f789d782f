// What the log says about the tables of reference that decide.
#pragma once

#include <string_view>

#include "app/log.h"
#include "base/clock.h"
#include "domain/reference_versions.h"

namespace leadline::app {

// One line with the version of each.
void LogReference(const domain::ReferenceVersions& versions, const Log& log);

// Warns when these time zones were released more than a year before `now`, as far as their name tells: the law moves
// clocks several times a year somewhere. False: they are not old, or do not say how old they are.
bool WarnOfOldTimeZones(std::string_view version, Time now, const Log& log);

}  // namespace leadline::app
