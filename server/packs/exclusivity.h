// Whether exactly one, or at most one, of several conditions holds for every record.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cel/program.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// One branch. A null program always holds.
struct Branch {
  std::string name;    // of the rule
  std::string target;  // branches to the same target may hold together
  std::shared_ptr<const cel::Program> program;
};

struct ExclusivityResult {
  // Proved: every class of records that the conditions can tell apart was tried. Otherwise seeded records were.
  bool proved = false;
  size_t tried = 0;
  // Two branches with different targets that hold together; -1 when there are none.
  int first = -1;
  int second = -1;
  std::string overlap_example;  // "record.interactions = 1, score.qualified = true"
  bool gap = false;             // no branch holds
  std::string gap_example;
};

// Deterministic. `threshold`: score.qualified holds from this score.central on, which rules out impossible records.
ExclusivityResult CheckExclusivity(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches,
                                   double threshold);

}  // namespace leadline::packs
