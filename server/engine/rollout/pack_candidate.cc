#include "engine/rollout/pack_candidate.h"

#include <algorithm>
#include <set>

#include "base/errors.h"
#include "base/status_macros.h"
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

absl::StatusOr<CandidateCheck> CheckCandidate(std::string_view name, const PackCheckJob& job, PackChecker& checker) {
  CandidateCheck out;
  PackCheck& check = out.check;
  check.ref = {std::string(name), "", packs::HashOf(*job.set.Find(name))};
  ASSIGN_OR_RETURN(PackFindings found, checker.Check(job));
  check.diagnostics = std::move(found.diagnostics);
  if (found.packs.empty() || !found.status.ok()) {
    check.broken_packs = BrokenPacks(check);
    const int64_t errors = CountErrors(check.diagnostics);
    check.status =
        errors > 0 ? CheckFailed(fmt::format("the packs have {} error{} with this version of {}; the first: {}", errors,
                                             errors == 1 ? "" : "s", check.ref.pack, FirstError(check.diagnostics)))
                   : CheckFailed(std::string(found.status.message()));
    return out;
  }
  for (const domain::PackRef& ref : found.packs) {
    if (ref.pack == check.ref.pack) check.ref = ref;
  }
  check.tests = std::move(found.tests);
  check.broken_packs = BrokenPacks(check);
  if (!check.tests.ok()) {
    check.status =
        CheckFailed(fmt::format("{} of {} tests fail with this version of {}; the first: {}", check.tests.failed,
                                check.tests.failed + check.tests.passed, check.ref.pack, FirstFailure(check.tests)));
    return out;
  }
  out.snapshot = std::move(found.snapshot);
  return out;
}

}  // namespace leadline::engine
