// Whether exactly one, or at most one, of several conditions holds for every record.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cel/program.h"
#include "packs/check_budget.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// One branch. A null program always holds.
struct Branch {
  std::string name;    // of the rule
  std::string target;  // branches to the same target may hold together
  std::shared_ptr<const cel::Program> program;
};

struct ExclusivityResult {
  // Whether what is not reported below is proved not to be, for every record. Otherwise `searched` generated records
  // showed nothing. What is reported was always seen: the conditions were run on the example.
  bool proved = false;
  size_t searched = 0;
  // Two branches with different targets that hold together; -1 when there are none.
  int first = -1;
  int second = -1;
  std::string overlap_example;  // "record.interactions = 1, score.qualified = true"
  bool gap = false;             // no branch holds
  std::string gap_example;
};

struct ExclusivityOptions {
  domain::ScoreBars bars;  // from which score.central on score.qualified and score.warm hold
  std::string status;      // that the record is in; empty: any
  bool exhaustive = true;  // look for gaps too
};

// Deterministic. `budget` may be null; where it has reached a limit, what is not reported is neither proved nor
// searched.
ExclusivityResult CheckExclusivity(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches,
                                   const ExclusivityOptions& options, CheckBudget* budget = nullptr);

}  // namespace leadline::packs
