#include "engine/packcheck/pack_checker.h"

namespace leadline::engine {

absl::StatusOr<PackFindings> PackCheckerHere::Check(const PackCheckJob& job) {
  PackFindings out;
  SnapshotResult built = job.build({});
  out.diagnostics = std::move(built.diagnostics);
  out.status = std::move(built.status);
  if (built.snapshot == nullptr) return out;
  out.packs = built.snapshot->ref->packs;
  out.lacking = built.snapshot->lacking;
  if (job.tests) out.tests = RunPackTests(built.snapshot, job.set);
  if (job.snapshot) out.snapshot = std::move(built.snapshot);
  return out;
}

}  // namespace leadline::engine
