// What came of the packs' tests, for people and for CI.
#pragma once

#include <string>

#include "engine/pack_tests.h"

namespace leadline::cli {

// A line for each suite, and each failure with what was expected and what came.
std::string DescribeTests(const engine::PackTestReport& report);
// "312 cases: 310 passed, 1 failed, 1 skipped".
std::string CountsOf(const engine::PackTestReport& report);

}  // namespace leadline::cli
