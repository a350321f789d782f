#include "engine/rollout/pack_candidate.h"

#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "engine/rollout/pack_change.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

absl::Status CheckFailed(std::string message) {
  return RefusedChange(std::move(message), ErrorReason::kPackCheckFailed);
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

// Whether a failing test of `pack` keeps the candidate back: its own, and those of the centre.
bool Vetoes(const PackCheck& check, std::string_view pack) { return pack == check.ref.pack || pack == "central"; }

// The tests that keep the candidate back.
PackTestReport VetoesOf(const PackCheck& check) {
  PackTestReport out;
  for (const Diagnostic& d : check.tests.diagnostics) {
    if (Vetoes(check, d.layer)) out.diagnostics.push_back(d);
  }
  for (const PackTestCase& c : check.tests.cases) {
    if (c.outcome != PackTestCase::Outcome::kFailed || !Vetoes(check, c.pack)) continue;
    out.cases.push_back(c);
    ++out.failed;
  }
  return out;
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
  // A region changes nothing in another: what fails there failed before, or the packs would have errors.
  const bool compiled = CountErrors(check.diagnostics) == 0;
  if (check.ref.pack != "central" && compiled) {
    std::erase_if(broken, [](const std::string& pack) { return pack != "central"; });
  }
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
  // The hash is that of the files at hand, whatever the checker says.
  for (const domain::PackRef& ref : found.packs) {
    if (ref.pack == check.ref.pack) check.ref.version = ref.version;
  }
  check.tests = std::move(found.tests);
  check.broken_packs = BrokenPacks(check);
  if (const auto lacking = found.lacking.find(check.ref.pack); lacking != found.lacking.end()) {
    const LackedPlugin& plugin = lacking->second.front();
    check.status =
        CheckFailed(fmt::format("the pack needs the plugin {}, and it cannot be loaded: {}", plugin.id, plugin.error));
    return out;
  }
  if (const PackTestReport vetoes = VetoesOf(check); !vetoes.ok()) {
    check.status =
        CheckFailed(fmt::format("{} of {} tests fail with this version of {}; the first: {}", vetoes.failed,
                                check.tests.failed + check.tests.passed, check.ref.pack, FirstFailure(vetoes)));
    return out;
  }
  if (!check.broken_packs.empty()) {
    check.warning =
        fmt::format("it fails tests of {}; both who approve it say why it is to decide all the same; the first: {}",
                    fmt::join(check.broken_packs, ", "), FirstFailure(check.tests));
  }
  out.snapshot = std::move(found.snapshot);
  return out;
}

}  // namespace leadline::engine
