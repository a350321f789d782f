// Runs cases of the packs' tests that were read before.
#pragma once

#include <memory>
#include <vector>

#include "engine/pack_tests.h"
#include "engine/pack_tests_case.h"
#include "packs/cases/test_suite.h"

namespace leadline::engine {

// Whether the case's plugin, when it needs one, is there.
bool Runs(const Snapshot& snapshot, const packs::TestCase& test);

// `observer` may be null. The report has no diagnostics.
PackTestReport RunTestCases(const std::shared_ptr<const Snapshot>& snapshot, const std::vector<packs::TestCase>& cases,
                            DecisionObserver* observer);

}  // namespace leadline::engine
