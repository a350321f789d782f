// Whole scoring packs in process, on generated records, on one core: how many records a second.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "domain/scoring.h"
#include "engine/decide/decider.h"
#include "fmt/format.h"
#include "packs/run/evaluation.h"
#include "tests/bench/figure.h"
#include "tests/bench/micro_reporter.h"
#include "tests/bench/plain_rules.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

constexpr int kRecords = 512;
constexpr double kGoal = 500'000;  // records a second on one core, the central pack without explanation

// What all benchmarks share.
struct World {
  SystemClock clock;
  Time now = clock.Now();
  std::shared_ptr<const engine::Snapshot> snapshot = LoadSnapshotOrExit();
  engine::SnapshotHolder holder{snapshot};
  engine::Engine engine{{.clock = &clock, .ids = nullptr, .store = nullptr, .snapshots = &holder}};
};

struct Records {
  std::string name;
  std::vector<engine::ScoringRecord> records;

  double mean_activities() const {
    size_t sum = 0;
    for (const auto& record : records) sum += record.activities.size();
    return static_cast<double>(sum) / static_cast<double>(records.size());
  }
};

packs::RecordView ViewOf(const engine::ScoringRecord& record, Time now) {
  return {&record.lead, &record.contact, &record.account, record.activities, now};
}

// What one thread uses again for every record.
struct Scorer {
  const World& world;
  packs::Evaluation evaluation{*world.snapshot->rules};
  std::vector<domain::RuleHit> hits;
  domain::ScoreResult result;

  const domain::ScoreResult& ScoreCentral(const engine::ScoringRecord& record, bool explain) {
    const packs::RegionRules& rules = world.snapshot->rules->ForRegion("");
    evaluation.Bind(rules, ViewOf(record, world.now));
    evaluation.ScoringHits(hits);
    domain::FoldScore(rules.scoring, hits, record.activities, world.now, explain, result);
    return result;
  }
};

bool SameHits(const std::vector<domain::RuleHit>& a, const std::vector<domain::RuleHit>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const domain::RuleHit& x, const domain::RuleHit& y) {
    return x.rule == y.rule && x.activity == y.activity;
  });
}

// Ends the program unless each condition evaluated by itself, and each reason, tell the score that is timed.
void CheckScores(const World& world, const Records& set) {
  Scorer scorer{world};
  PlainRules one_by_one(*world.snapshot->rules);
  const packs::RegionRules& rules = world.snapshot->rules->ForRegion("");
  std::vector<domain::RuleHit> hits;
  int scored = 0;
  for (const engine::ScoringRecord& record : set.records) {
    const domain::Score plain = scorer.ScoreCentral(record, false).score;
    one_by_one.ScoringHits(rules, ViewOf(record, world.now), hits);
    const domain::ScoreResult fresh = domain::FoldScore(rules.scoring, hits, record.activities, world.now, false);
    const bool same = SameHits(hits, scorer.hits) && plain == fresh.score;
    const domain::ScoreResult& explained = scorer.ScoreCentral(record, true);
    double sum = 0;
    for (const domain::Reason& reason : explained.reasons) sum += reason.points;
    if (!same || plain != explained.score || std::abs(sum - plain.total) > 1e-4) {
      std::cerr << set.name << ": a record's score is not what its rules give" << std::endl;
      std::exit(1);
    }
    scored += plain.total != 0 ? 1 : 0;
  }
  if (scored < kRecords / 2) {
    std::cerr << set.name << ": most records score nothing" << std::endl;
    std::exit(1);
  }
}

// Calls `score` with one record after the other.
template <typename Score>
void ForRecords(benchmark::State& state, const Records& set, Score score) {
  size_t next = 0;
  for (const engine::ScoringRecord& record : set.records) score(record);
  CountAllocations count(state);
  for (auto _ : state) {
    score(set.records[next]);
    next = next + 1 == set.records.size() ? 0 : next + 1;
  }
}

void Central(benchmark::State& state, const World& world, const Records& set, bool explain) {
  Scorer scorer{world};
  ForRecords(state, set, [&](const engine::ScoringRecord& record) {
    benchmark::DoNotOptimize(scorer.ScoreCentral(record, explain).score.total);
  });
}

void Decide(benchmark::State& state, const World& world, const Records& set, engine::Explain explain) {
  engine::Decider decider(world.snapshot);
  ForRecords(state, set, [&](const engine::ScoringRecord& record) {
    absl::StatusOr<engine::ScoreOutcome> outcome = decider.Score(ViewOf(record, world.now), explain);
    benchmark::DoNotOptimize(outcome);
  });
}

void WholeRequest(benchmark::State& state, World& world, const Records& set, bool explain) {
  ForRecords(state, set, [&](const engine::ScoringRecord& record) {
    auto scored = world.engine.Score(record, world.now, explain);
    benchmark::DoNotOptimize(scored);
  });
}

int Main(int argc, char** argv) {
  if (!ReadBenchmarkFlags(argc, argv)) return 2;
  World world;
  std::vector<Records> sets;
  sets.push_back({"generated", ScoringRecords(world.snapshot, kRecords, world.now)});
  for (int activities : {1, 10, 100}) {
    sets.push_back(
        {fmt::format("{}_activities", activities), ScoringRecords(world.snapshot, kRecords, world.now, activities)});
  }
  const auto add = [](const std::string& name, auto... arguments) {
    benchmark::RegisterBenchmark(name.c_str(), arguments...);
  };
  for (const Records& set : sets) {
    CheckScores(world, set);
    add("central." + set.name, Central, std::cref(world), std::cref(set), false);
    add("central_explained." + set.name, Central, std::cref(world), std::cref(set), true);
  }
  const Records& generated = sets.front();
  add("regional_decider.generated", Decide, std::cref(world), std::cref(generated), engine::Explain::kNothing);
  add("regional_decider_why_not.generated", Decide, std::cref(world), std::cref(generated), engine::Explain::kWhyNot);
  add("engine_score.generated", WholeRequest, std::ref(world), std::cref(generated), false);
  add("engine_score_explained.generated", WholeRequest, std::ref(world), std::cref(generated), true);

  MicroReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  const domain::ScoringPolicy& policy = world.snapshot->rules->ForRegion("").scoring;
  Note(fmt::format("central pack: {} rules, {} matrices; generated records have {:.1f} activities on average",
                   policy.rules.size(), policy.matrices.size(), generated.mean_activities()));
  Note("ratio: to the central pack without explanation on the same records");
  const auto print = [&](const std::string& kind, const Records& set, Goal goal) {
    const auto* result = reporter.Find(kind + "." + set.name);
    const auto* base = reporter.Find("central." + set.name);
    if (result == nullptr) return;
    std::optional<double> ratio;
    if (base != nullptr && base != result) ratio = base->nanoseconds / result->nanoseconds;
    const std::string name = fmt::format("scoring.{}.{}", kind, set.name);
    Print({name, 1e9 / result->nanoseconds, "records/s/core", ratio, goal});
    Print({name + ".allocations", result->counters.at("allocations"), "per record", std::nullopt, {}});
  };
  for (const Records& set : sets) {
    print("central", set, &set == &generated || set.name == "1_activities" ? AtLeast(kGoal) : Goal{});
    print("central_explained", set, {});
  }
  for (const char* kind : {"regional_decider", "regional_decider_why_not", "engine_score", "engine_score_explained"}) {
    print(kind, generated, {});
  }
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
