// Puts what a test gives into records.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "packs/problems.h"
#include "packs/rule_set.h"
#include "packs/test_suite.h"
#include "packs/yaml_source.h"

namespace leadline::packs {

// A moment: "2026-06-01T09:00:00Z", "2026-06-01", or "3d ago" before `now`. Reported otherwise.
std::optional<Time> ReadMoment(Problems& problems, const YamlNode& node, Time now);

// Reads the body of a fixture, or a `with:`, into `input`: fields take the place of those that are there, activities
// are added. What is wrong goes to `problems`.
void ApplyGiven(Problems& problems, const RuleSet& rules, const YamlNode& given, Time now, TestInput& input);

// What follows from what was given: order of the activities, counts, the region that decides.
void CompleteInput(const RuleSet& rules, const std::string& region, Time now, TestInput& input);

}  // namespace leadline::packs
