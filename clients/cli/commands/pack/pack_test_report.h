// What came of the packs' tests, for people and for CI.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/output/table.h"
#include "engine/packtest/coverage.h"
#include "engine/packtest/mutation.h"
#include "engine/packtest/pack_tests.h"

namespace leadline::cli {

// A line for each suite, and each failure with what was expected and what came.
std::string DescribeTests(const engine::PackTestReport& report);
// "312 cases: 310 passed, 1 failed, 1 skipped".
std::string CountsOf(const engine::PackTestReport& report);
// Covered and all, by pack and kind.
Table CoverageTable(const std::vector<engine::CoverageItem>& items);
// What no test covers, a line each, by place; empty when there is nothing.
std::string UncoveredOf(const std::vector<engine::CoverageItem>& items);
// "98.4% covered".
std::string PercentOf(const std::vector<engine::CoverageItem>& items);

// What no test noticed, a line each, and the counts.
std::string DescribeMutation(const engine::MutationReport& report);

nlohmann::json ToJson(const engine::MutationReport& report);
nlohmann::json ToJson(const engine::PackTestReport& report, const std::vector<engine::CoverageItem>& items);
// JUnit's XML: a testsuite for each file, a testcase for each case; files that cannot be read are errors.
std::string JUnitOf(const engine::PackTestReport& report);

}  // namespace leadline::cli
