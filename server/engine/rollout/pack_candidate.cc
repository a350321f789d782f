#include "engine/rollout/pack_candidate.h"

#include <algorithm>
#include <set>

#include "base/errors.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

absl::Status CheckFailed(std::string message) {
  return WithReason(absl::FailedPreconditionError(std::move(message)), "PACK_CHECK_FAILED");
}

int64_t CountErrors(const std::vector<Diagnostic>& diagnostics) {
  return std::count_if(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::string FirstError(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::kError) return fmt::format("{}: {}", d.position.ToString(), d.message);
  }
  return "";
}

std::string FirstFailure(const PackTestReport& tests) {
  for (const PackTestCase& c : tests.cases) {
    if (c.outcome == PackTestCase::Outcome::kFailed) {
      return fmt::format("{}: {}: {}", c.position.ToString(), c.name, c.message);
    }
  }
  return FirstError(tests.diagnostics);
}

// The other packs that do not stand with this one.
std::vector<std::string> BrokenPacks(const PackCheck& check) {
  std::set<std::string> broken;
  for (const auto* list : {&check.diagnostics, &check.tests.diagnostics}) {
    for (const Diagnostic& d : *list) {
      if (d.severity == Severity::kError && !d.layer.empty()) broken.insert(d.layer);
    }
  }
  for (const PackTestCase& c : check.tests.cases) {
    if (c.outcome == PackTestCase::Outcome::kFailed) broken.insert(c.pack);
  }
  broken.erase(check.ref.pack);
  return {broken.begin(), broken.end()};
}

}  // namespace

CandidateCheck CheckCandidate(packs::PackSet others, packs::PackFiles files, const PluginFolder& plugins,
                              int64_t generation, Time now, const Snapshot* running,
                              std::span<const domain::PluginRef> deciding) {
  CandidateCheck out;
  PackCheck& check = out.check;
  check.ref = {files.name, "", packs::HashOf(files)};
  packs::PackSet set = std::move(others);
  set.Put(std::move(files));
  SnapshotResult built = BuildSnapshot(set, plugins, generation, now, running, deciding);
  check.diagnostics = std::move(built.diagnostics);
  if (built.snapshot == nullptr) {
    check.broken_packs = BrokenPacks(check);
    const int64_t errors = CountErrors(check.diagnostics);
    check.status =
        errors > 0 ? CheckFailed(fmt::format("the packs have {} error{} with this version of {}; the first: {}", errors,
                                             errors == 1 ? "" : "s", check.ref.pack, FirstError(check.diagnostics)))
                   : CheckFailed(std::string(built.status.message()));
    return out;
  }
  for (const domain::PackRef& ref : built.snapshot->ref->packs) {
    if (ref.pack == check.ref.pack) check.ref = ref;
  }
  check.tests = RunPackTests(built.snapshot, set);
  check.broken_packs = BrokenPacks(check);
  if (!check.tests.ok()) {
    check.status =
        CheckFailed(fmt::format("{} of {} tests fail with this version of {}; the first: {}", check.tests.failed,
                                check.tests.failed + check.tests.passed, check.ref.pack, FirstFailure(check.tests)));
    return out;
  }
  out.snapshot = std::move(built.snapshot);
  return out;
}

}  // namespace leadline::engine
