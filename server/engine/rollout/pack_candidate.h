// A pack checked in the place of the active one of its name: compiled with the others, and all their tests run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/source_position.h"
#include "domain/event.h"
#include "engine/decide/snapshot.h"
#include "engine/packcheck/pack_checker.h"
#include "engine/packtest/pack_tests.h"

namespace leadline::engine {

// What came of checking a candidate together with the packs that decide.
struct PackCheck {
  domain::PackRef ref;                    // version empty when pack.yaml could not be read
  std::vector<Diagnostic> diagnostics;    // of all packs
  PackTestReport tests;                   // of all packs; empty when the packs have errors
  std::vector<std::string> broken_packs;  // other packs that have errors or failing tests with this candidate
  absl::Status status;                    // OK when it may be activated; otherwise why not, for people
  // A central candidate that is good but fails tests of regions, in words; empty: it fails none. Whoever approves it
  // says why it is to decide all the same.
  std::string warning;
};

struct CandidateCheck {
  PackCheck check;
  std::shared_ptr<const Snapshot> snapshot;  // null unless the check is OK and it was wanted
};

// What the checker says of the pack `name`, which stands in the job's set in the place of the one that decides. A
// region's tests keep neither the centre nor another region from deciding, and what a region lacks keeps only that
// region's own candidates back. An error is the checker's. Thread-safe.
absl::StatusOr<CandidateCheck> CheckCandidate(std::string_view name, const PackCheckJob& job, PackChecker& checker);

}  // namespace leadline::engine
