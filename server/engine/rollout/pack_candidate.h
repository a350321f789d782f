// A pack checked in the place of the active one of its name: compiled with the others, and all their tests run.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/source_position.h"
#include "domain/event.h"
#include "engine/decide/snapshot.h"
#include "engine/packtest/pack_tests.h"
#include "packs/pack_files.h"

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
  std::shared_ptr<const Snapshot> snapshot;  // null unless the check is OK
};

// A region's tests keep neither the centre nor another region from deciding, and what a region lacks keeps only that
// region's own candidates back. `others` are the packs that decide; `files` takes the place of the one of its name.
// `running` and `deciding` as in BuildSnapshot. Thread-safe.
CandidateCheck CheckCandidate(packs::PackSet others, packs::PackFiles files, const PluginFolder& plugins,
                              int64_t generation, Time now, const Snapshot* running,
                              std::span<const domain::PluginRef> deciding);

}  // namespace leadline::engine
