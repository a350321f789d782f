// How a set of packs is checked: read, compiled, proved against each other, and all their tests run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/source_position.h"
#include "domain/event.h"
#include "engine/decide/build_snapshot.h"
#include "engine/decide/snapshot.h"
#include "engine/packtest/pack_tests.h"
#include "packs/pack_files.h"

namespace leadline::engine {

// How a checker has a snapshot built of the job's packs, with the plugins that they name.
struct SnapshotWish {
  bool proofs = true;  // false: only read and compiled, since the proofs were made elsewhere
  bool apart = false;  // every plugin in a worker, whatever the packs say
};

// What is to be checked, and for how long somebody waits for it.
struct PackCheckJob {
  packs::PackSet set;
  Time now = 0;          // for warnings about dates that have passed
  bool tests = true;     // run the packs' tests, too
  bool snapshot = true;  // whether PackFindings::snapshot is wanted
  std::function<SnapshotResult(const SnapshotWish&)> build;
  Deadline deadline = kNoDeadline;
  std::function<bool()> wanted = {};  // asked now and then whether somebody still waits; may be empty: yes
};

// What came of it. Plain data.
struct PackFindings {
  std::vector<Diagnostic> diagnostics;
  std::vector<domain::PackRef> packs;        // central first; empty when the packs have errors
  PackTestReport tests;                      // of all packs; of a check in a process of its own, without the passed
  std::shared_ptr<const Snapshot> snapshot;  // null unless it was wanted and the packs have no errors
  absl::Status status;                       // of packs without errors: why they cannot decide here all the same
  // Of these, as Snapshot::lacking; empty where neither tests nor a snapshot were wanted.
  std::map<std::string, std::vector<LackedPlugin>, std::less<>> lacking;
};

// Thread-safe.
class PackChecker {
 public:
  virtual ~PackChecker() = default;
  // Blocks. An error says that the check did not come to its end, and nothing about what it would have found:
  // CANCELLED or DEADLINE_EXCEEDED when nobody waits any more; FAILED_PRECONDITION with the reason PACK_CHECK_LIMIT
  // when the packs take more than a check may have, and which limit it was.
  virtual absl::StatusOr<PackFindings> Check(const PackCheckJob& job) = 0;
};

// Checks on the calling thread, with plugins as the packs say. Cannot be interrupted: for packs that one trusts.
class PackCheckerHere final : public PackChecker {
 public:
  absl::StatusOr<PackFindings> Check(const PackCheckJob& job) override;
};

}  // namespace leadline::engine
