// Runs the packs' own tests: each case is decided as a lead would be, and compared with what it expects.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/source_position.h"
#include "engine/decide/snapshot.h"
#include "packs/cases/test_suite.h"
#include "packs/check_budget.h"
#include "packs/pack_files.h"

namespace leadline::engine {

class DecisionObserver;

struct PackTestCase {
  std::string pack;
  std::string suite;
  std::string name;
  SourcePosition position;
  enum class Outcome { kPassed, kFailed, kSkipped };
  Outcome outcome = Outcome::kPassed;
  std::string message;  // what was expected and what came, or why it was skipped; a line for each finding
};

struct PackTestReport {
  std::vector<PackTestCase> cases;      // in order of pack, file, line
  std::vector<Diagnostic> diagnostics;  // test files that cannot be read or name what there is not
  int passed = 0;
  int failed = 0;
  int skipped = 0;

  // No failure and no error among the diagnostics.
  bool ok() const;
};

// Runs tests/*_test.yaml of the packs of `set` (all, or those named in `only`) with `snapshot`, which was built from
// the same set. `budget` is the one that the packs were loaded with; null: one with the default limits. A pack whose
// tests reach a limit gets one error for it, and those after are not run. Thread-safe.
PackTestReport RunPackTests(const std::shared_ptr<const Snapshot>& snapshot, const packs::PackSet& set,
                            const std::vector<std::string>& only = {}, packs::CheckBudget* budget = nullptr);

// Whether the case's plugin, when it needs one, is there, and those that its pack needs.
bool Runs(const Snapshot& snapshot, const packs::TestCase& test);

// Runs cases that were read before. `observer` and `budget` may be null. The report's diagnostics are those of packs
// whose tests reached a limit.
PackTestReport RunTestCases(const std::shared_ptr<const Snapshot>& snapshot, const std::vector<packs::TestCase>& cases,
                            DecisionObserver* observer, packs::CheckBudget* budget = nullptr);

// A snapshot of rules alone, without plugins: what pack tests need when none are at hand.
std::shared_ptr<const Snapshot> MakeTestSnapshot(std::shared_ptr<const packs::RuleSet> rules);

}  // namespace leadline::engine
