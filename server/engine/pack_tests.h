// Runs the tests that packs bring along.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/source_position.h"
#include "engine/snapshot.h"
#include "packs/pack_files.h"

namespace leadline::engine {

struct PackTestCase {
  std::string pack, suite, name;
  SourcePosition position;
  enum class Outcome { kPassed, kFailed, kSkipped } outcome = Outcome::kPassed;
  std::string message;  // what was expected and what came; why it was skipped
};

struct PackTestReport {
  std::vector<PackTestCase> cases;      // in order of pack, file, line
  std::vector<Diagnostic> diagnostics;  // test files that cannot be read or name what there is not
  int passed = 0, failed = 0, skipped = 0;
  bool ok() const;  // no failure and no error among the diagnostics
};

// Runs tests/*_test.yaml of the packs of `set` (all, or those named in `only`) with `snapshot`, which was built from
// the same set. Thread-safe.
PackTestReport RunPackTests(const std::shared_ptr<const Snapshot>& snapshot, const packs::PackSet& set,
                            const std::vector<std::string>& only = {});

}  // namespace leadline::engine
