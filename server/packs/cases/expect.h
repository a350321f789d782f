// Reads what a test expects.
#pragma once

#include <string>

#include "base/clock.h"
#include "packs/cases/test_case.h"
#include "packs/cases/test_owner.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Reads an `expect:` map into `out`, checking every name against the rules of `region`. What is wrong goes to
// `problems`. `input` is what the case gives.
void ReadExpectations(Problems& problems, const TestOwner& owner, const std::string& region, const YamlNode& node,
                      Time now, const TestInput& input, Expectations& out);

}  // namespace leadline::packs
