// Tests of packs: tests/*_test.yaml, read into records to decide about and what is expected of the decisions.
#pragma once

#include <string>
#include <vector>

#include "base/source_position.h"
#include "packs/cases/test_case.h"
#include "packs/check_budget.h"
#include "packs/pack_files.h"
#include "packs/rule_set.h"

namespace leadline::packs {

struct TestSuites {
  std::vector<TestCase> cases;          // by pack, file and line
  std::vector<Diagnostic> diagnostics;  // by file, line and column
};

// Reads tests/*_test.yaml of the packs of `set`, which `rules` was made from (all packs, or those named in `only`). A
// case with a fault is left out; the others stand. `budget` is the one of the load; null: one of its own with the
// default limits. Thread-safe.
TestSuites ReadTestSuites(const PackSet& set, const RuleSet& rules, const std::vector<std::string>& only = {},
                          CheckBudget* budget = nullptr);

}  // namespace leadline::packs
