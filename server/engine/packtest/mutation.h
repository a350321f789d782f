// What the packs' tests would not notice: each rule is changed a little, and the tests are run again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/decide/snapshot.h"
#include "engine/packtest/mutant.h"
#include "packs/cases/test_suite.h"
#include "packs/pack_files.h"

namespace leadline::engine {

struct MutationReport {
  std::vector<Mutant> mutants;  // by pack, file and place
  int noticed = 0;
  int refused = 0;
  int survived = 0;
};

// Changes each rule of the packs of `set`, one at a time, several in several threads, and runs `cases` until one fails.
// `snapshot` was built from `set`, and all `cases` that can run pass with it. `wanted` says which changes are tried;
// empty: all. `progress` (may be empty) is called with the number of mutants done and their total, by one thread at a
// time.
MutationReport MutatePacks(const std::shared_ptr<const Snapshot>& snapshot, const packs::PackSet& set,
                           const std::vector<packs::TestCase>& cases, const std::function<bool(const Mutant&)>& wanted,
                           const std::function<void(size_t, size_t)>& progress);

}  // namespace leadline::engine
