#include "engine/packtest/mutation.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "engine/decide/decider.h"
#include "engine/packtest/mutation_edits.h"
#include "engine/packtest/pack_tests.h"
#include "engine/packtest/test_case.h"
#include "fmt/format.h"
#include "packs/loader.h"

namespace leadline::engine {
namespace {

constexpr unsigned kMostThreads = 8;

// What one thread does. Not thread-safe.
class MutationRun {
 public:
  MutationRun(const std::shared_ptr<const Snapshot>& snapshot, const packs::PackSet& set,
              const std::vector<packs::TestCase>& cases)
      : snapshot_(snapshot), set_(set) {
    for (const packs::TestCase& test : cases) {
      if (Runs(*snapshot, test)) cases_.push_back(&test);
    }
    // What tests hold has no part in what is decided; without it, packs load faster.
    for (packs::PackFiles& pack : set_.packs) {
      std::erase_if(pack.files, [](const auto& file) { return file.first.find('/') != std::string::npos; });
    }
  }

  void Try(packs::PackFiles& pack, PlannedMutant& planned) {
    std::string& text = pack.files[planned.path];
    std::string kept = text;
    text = Edited(text, planned.edits);
    Judge(planned.mutant);
    text = std::move(kept);
  }

  packs::PackSet& set() { return set_; }

 private:
  void Judge(Mutant& mutant) {
    // What is proved takes the most time, and most changes are noticed before.
    const packs::LoadResult loaded = packs::LoadRuleSet(set_, {.analyze = false, .prove = false});
    if (IsRefused(loaded, mutant)) return;
    auto changed = std::make_shared<Snapshot>(*snapshot_);
    changed->rules = loaded.rules;
    Decider decider(changed);
    for (size_t i = 0; i < cases_.size(); ++i) {
      const packs::TestCase& test = *cases_[i];
      if (RunTestCase(decider, test, nullptr).empty()) continue;
      mutant.outcome = Mutant::Outcome::kNoticed;
      mutant.by = fmt::format("{}: {}: {}", test.pack, test.suite, test.name);
      // The next change is most often of the same rule: tests that noticed one come first.
      std::rotate(cases_.begin(), cases_.begin() + static_cast<std::ptrdiff_t>(i),
                  cases_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      return;
    }
    IsRefused(packs::LoadRuleSet(set_), mutant);
  }

  static bool IsRefused(const packs::LoadResult& loaded, Mutant& mutant) {
    if (loaded.rules != nullptr) return false;
    mutant.outcome = Mutant::Outcome::kRefused;
    for (const Diagnostic& d : loaded.diagnostics) {
      if (d.severity == Severity::kError && mutant.by.empty()) mutant.by = d.code;
    }
    return true;
  }

  std::shared_ptr<const Snapshot> snapshot_;
  packs::PackSet set_;
  std::vector<const packs::TestCase*> cases_;
};

}  // namespace

MutationReport MutatePacks(const std::shared_ptr<const Snapshot>& snapshot, const packs::PackSet& set,
                           const std::vector<packs::TestCase>& cases, const std::function<bool(const Mutant&)>& wanted,
                           const std::function<void(size_t, size_t)>& progress) {
  std::vector<std::pair<size_t, PlannedMutant>> planned;  // with the pack's place in the set
  std::set<std::string> plugins;
  for (const auto& [id, bound] : snapshot->plugins) plugins.insert(id);
  for (size_t p = 0; p < set.packs.size(); ++p) {
    const packs::PackFiles& pack = set.packs[p];
    const std::string root = set.root.empty() ? "" : set.root + "/";
    const std::string directory = root + (pack.name == "central" ? "central" : "regions/" + pack.name);
    for (PlannedMutant& mutant : PlanMutants(pack, directory, *snapshot->rules, plugins)) {
      if (!wanted || wanted(mutant.mutant)) planned.emplace_back(p, std::move(mutant));
    }
  }
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  size_t done = 0;
  const auto work = [&] {
    MutationRun run(snapshot, set, cases);
    for (size_t i = next++; i < planned.size(); i = next++) {
      run.Try(run.set().packs[planned[i].first], planned[i].second);
      std::lock_guard lock(mutex);
      if (progress) progress(++done, planned.size());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads); ++i)
    threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();

  MutationReport report;
  for (auto& [pack, mutant] : planned) {
    const Mutant::Outcome outcome = mutant.mutant.outcome;
    ++(outcome == Mutant::Outcome::kNoticed   ? report.noticed
       : outcome == Mutant::Outcome::kRefused ? report.refused
                                              : report.survived);
    report.mutants.push_back(std::move(mutant.mutant));
  }
  return report;
}

}  // namespace leadline::engine
