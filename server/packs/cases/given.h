// Puts what a test gives into records.
#pragma once

#include <string>

#include "base/clock.h"
#include "packs/cases/test_case.h"
#include "packs/cases/test_owner.h"
#include "packs/rule_set.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Reads the body of a fixture, or a `with:`, into `input`: fields take the place of those that are there, activities
// are added. What is wrong goes to `problems`.
void ApplyGiven(Problems& problems, const TestOwner& owner, const YamlNode& given, Time now, TestInput& input);

// What follows from what was given: order of the activities, counts, the region that decides.
void CompleteInput(const RuleSet& rules, const std::string& region, Time now, TestInput& input);

}  // namespace leadline::packs
