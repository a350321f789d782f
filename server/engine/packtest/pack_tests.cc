#include "engine/packtest/pack_tests.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "engine/decide/decider.h"
#include "engine/input/input_schema.h"
#include "engine/packtest/test_case.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// About what deciding a case takes: every condition once, and those about activities for each of them.
uint64_t StepsOf(const packs::RegionRules& rules, const packs::TestCase& test) {
  constexpr uint64_t kCase = 2'000, kCondition = 20, kActivity = 100;
  const auto of_activities = std::count(rules.reads_activity.begin(), rules.reads_activity.end(), true);
  return kCase + kCondition * rules.conditions.size() +
         test.input.activities.size() * (kActivity + kCondition * static_cast<uint64_t>(of_activities));
}

}  // namespace

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
                            DecisionObserver* observer, packs::CheckBudget* budget) {
  PackTestReport report;
  Decider decider(snapshot);
  packs::CheckBudget own;
  if (budget == nullptr) budget = &own;
  std::set<std::string> stopped;  // packs whose tests are not run on
  for (const packs::TestCase& test : cases) {
    if (stopped.contains(test.pack)) continue;
    budget->BeginPack(test.pack);
    budget->BeginStage(packs::CheckStage::kTests);
    budget->Visit(test.position);
    if (!budget->Spend(StepsOf(snapshot->rules->ForRegion(test.input.lead.region), test))) {
      report.diagnostics.push_back(
          packs::StoppedCheck(test.pack, budget->Of(test.pack), budget->limits(), test.position.file));
      stopped.insert(test.pack);
      continue;
    }
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
                            const std::vector<std::string>& only, packs::CheckBudget* budget) {
  packs::CheckBudget own;
  if (budget == nullptr) budget = &own;
  packs::TestSuites suites = packs::ReadTestSuites(set, *snapshot->rules, only, budget);
  // Of a pack whose check has stopped no test says anything.
  std::erase_if(suites.cases, [&](const packs::TestCase& test) {
    return budget->Of(test.pack).reached != packs::CheckBudget::Limit::kNone;
  });
  PackTestReport report = RunTestCases(snapshot, suites.cases, nullptr, budget);
  report.diagnostics.insert(report.diagnostics.begin(), std::make_move_iterator(suites.diagnostics.begin()),
                            std::make_move_iterator(suites.diagnostics.end()));
  return report;
}

}  // namespace leadline::engine
