#include "engine/packtest/pack_tests.h"

#include <algorithm>

#include "engine/decide/decider.h"
#include "engine/input/input_schema.h"
#include "engine/packtest/test_case.h"
#include "fmt/format.h"

namespace leadline::engine {

bool PackTestReport::ok() const {
  return failed == 0 && std::none_of(diagnostics.begin(), diagnostics.end(),
                                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::shared_ptr<const Snapshot> MakeTestSnapshot(std::shared_ptr<const packs::RuleSet> rules) {
  auto snapshot = std::make_shared<Snapshot>();
  auto ref = std::make_shared<domain::SnapshotRef>();
  for (const packs::PackInfo& pack : rules->packs()) {
    ref->packs.push_back(pack.ref);
    snapshot->pack_hashes.push_back(pack.ref.sha256);
  }
  snapshot->input = std::make_shared<const InputSchema>(rules);
  snapshot->rules = std::move(rules);
  snapshot->ref = std::move(ref);
  return snapshot;
}

bool Runs(const Snapshot& snapshot, const packs::TestCase& test) {
  if (snapshot.lacking.contains(test.pack)) return false;
  return test.needs_plugin.empty() || snapshot.plugins.contains(test.needs_plugin);
}

PackTestReport RunTestCases(const std::shared_ptr<const Snapshot>& snapshot, const std::vector<packs::TestCase>& cases,
                            DecisionObserver* observer) {
  PackTestReport report;
  Decider decider(snapshot);
  for (const packs::TestCase& test : cases) {
    PackTestCase& out = report.cases.emplace_back();
    out.pack = test.pack;
    out.suite = test.suite;
    out.name = test.name;
    out.position = test.position;
    if (!Runs(*snapshot, test)) {
      out.outcome = PackTestCase::Outcome::kSkipped;
      const auto lacking = snapshot->lacking.find(test.pack);
      out.message = fmt::format("needs plugin {}, which is not loaded",
                                lacking == snapshot->lacking.end() ? test.needs_plugin : lacking->second.front().id);
      ++report.skipped;
      continue;
    }
    for (const std::string& finding : RunTestCase(decider, test, observer)) {
      out.message += (out.message.empty() ? "" : "\n") + finding;
    }
    const bool passed = out.message.empty();
    out.outcome = passed ? PackTestCase::Outcome::kPassed : PackTestCase::Outcome::kFailed;
    ++(passed ? report.passed : report.failed);
  }
  return report;
}

PackTestReport RunPackTests(const std::shared_ptr<const Snapshot>& snapshot, const packs::PackSet& set,
                            const std::vector<std::string>& only) {
  packs::TestSuites suites = packs::ReadTestSuites(set, *snapshot->rules, only);
  PackTestReport report = RunTestCases(snapshot, suites.cases, nullptr);
  report.diagnostics = std::move(suites.diagnostics);
  return report;
}

}  // namespace leadline::engine
