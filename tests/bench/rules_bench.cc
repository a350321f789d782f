// Rule sets of 1 to 10,000 rules in process, on generated records, on one core: what a rule costs, what a territory
// costs among a thousand, and what a rule set costs before its first answer.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fmt/format.h"
#include "packs/loader.h"
#include "packs/pack_files.h"
#include "packs/run/evaluation.h"
#include "packs/run/scoring_plan.h"
#include "tests/bench/figure.h"
#include "tests/bench/micro_reporter.h"
#include "tests/bench/plain_rules.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

constexpr int kRecords = 256;
constexpr int kFirst = 1, kThousand = 1000;
constexpr int kCounts[] = {kFirst, 10, 100, kThousand, 10'000};

// Conditions of one form.
struct Form {
  std::string name;
  std::function<std::string(int)> condition;
};

const std::vector<Form>& Forms() {
  static const std::vector<Form> forms = {
      {"territory", [](int i) { return fmt::format(R"(lead.campaign == "territory {}")", i); }},
      {"territory_and_size",
       [](int i) { return fmt::format(R"(lead.campaign == "territory {}" && account.employees >= {})", i, i % 50); }},
      {"ranges",
       [](int i) {
         return fmt::format("account.employees >= {} && lead.total_visits < {}", 10 * (i % 500), 1 + i % 30);
       }},
  };
  return forms;
}

// The central pack with `count` scoring rules, or that many routes before its own.
struct RuleCount {
  std::string name;
  int count = 0;
  bool routes = false;
  packs::PackSet set;
  std::shared_ptr<const packs::RuleSet> rules;
  std::vector<engine::ScoringRecord> records;

  const packs::RegionRules& region() const { return rules->ForRegion(""); }
};

[[noreturn]] void Exit(const std::string& message) {
  std::cerr << message << std::endl;
  std::exit(1);
}

std::shared_ptr<const packs::RuleSet> LoadOrExit(const packs::PackSet& set) {
  packs::LoadResult loaded = packs::LoadRuleSet(set, {.analyze = false});
  if (loaded.rules == nullptr) Exit(FormatDiagnostic(loaded.diagnostics.at(0)));
  return loaded.rules;
}

packs::PackSet SetOf(const Form& form, int count, bool routes) {
  packs::PackSet set{"rules", {*packs::ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set.Find("central")}};
  std::string added;
  for (int i = 0; i < count; ++i) {
    added += fmt::format("  - {{id: t{}, when: '{}', {}}}\n", i, form.condition(i),
                         routes ? "hold: unassigned" : "dimension: product, points: 1");
  }
  if (routes) {
    std::string& routing = set.packs[0].files["routing.yaml"];
    const std::string mark = "\nroutes:";
    routing.insert(routing.find('\n', routing.find(mark) + 1) + 1, added);
  } else {
    set.packs[0].files["scoring.yaml"] =
        "threshold: {mql: 100}\nregional_adjustment: {cap: 15}\ndimensions: [product]\nrules:\n" + added;
  }
  return set;
}

RuleCount Made(const Form& form, int count, bool routes, std::vector<engine::ScoringRecord> records) {
  RuleCount out;
  out.name = fmt::format("{}{}.{}", form.name, routes ? "_routes" : "", count);
  out.count = count;
  out.routes = routes;
  out.set = SetOf(form, count, routes);
  out.rules = LoadOrExit(out.set);
  out.records = std::move(records);
  for (size_t i = 0; i < out.records.size(); ++i) {
    // Spread over the territories, so that each record is of one of them.
    const size_t territory = i * 7919 % static_cast<size_t>(count);
    out.records[i].lead.attributes["campaign"] = fmt::format("territory {}", territory);
    out.records[i].lead.attributes["total_visits"] = static_cast<double>(i % 20);
  }
  return out;
}

packs::RecordView ViewOf(const engine::ScoringRecord& record, Time now) {
  return {&record.lead, &record.contact, &record.account, record.activities, now};
}

// Ends the program unless the index gives what the conditions say one by one.
void Check(const RuleCount& set, Time now) {
  packs::Evaluation evaluation(*set.rules);
  PlainRules plain(*set.rules);
  std::vector<domain::RuleHit> fast, slow;
  size_t found = 0;
  for (const engine::ScoringRecord& record : set.records) {
    evaluation.Bind(set.region(), ViewOf(record, now));
    evaluation.ScoringHits(fast);
    plain.ScoringHits(set.region(), ViewOf(record, now), slow);
    found += set.routes ? 1 : fast.size();
    const bool same = std::equal(fast.begin(), fast.end(), slow.begin(), slow.end(), [](const auto& a, const auto& b) {
      return a.rule == b.rule && a.activity == b.activity;
    });
    if (!same || evaluation.NextRoute(0) != plain.FirstRoute(set.region(), ViewOf(record, now))) {
      Exit(set.name + ": the index and the conditions disagree");
    }
  }
  if (found < set.records.size() / 20) Exit(set.name + ": no rule holds for any record");
}

template <typename Use>
void ForRecords(benchmark::State& state, const RuleCount& set, Use use) {
  size_t next = 0;
  for (const engine::ScoringRecord& record : set.records) use(record);
  CountAllocations count(state);
  for (auto _ : state) {
    use(set.records[next]);
    next = next + 1 == set.records.size() ? 0 : next + 1;
  }
}

void Fast(benchmark::State& state, const RuleCount& set, Time now) {
  packs::Evaluation evaluation(*set.rules);
  std::vector<domain::RuleHit> hits;
  ForRecords(state, set, [&](const engine::ScoringRecord& record) {
    evaluation.Bind(set.region(), ViewOf(record, now));
    if (set.routes) {
      benchmark::DoNotOptimize(evaluation.NextRoute(0));
    } else {
      evaluation.ScoringHits(hits);
      benchmark::DoNotOptimize(hits.data());
    }
  });
}

void OneByOne(benchmark::State& state, const RuleCount& set, Time now) {
  PlainRules plain(*set.rules);
  std::vector<domain::RuleHit> hits;
  ForRecords(state, set, [&](const engine::ScoringRecord& record) {
    if (set.routes) {
      benchmark::DoNotOptimize(plain.FirstRoute(set.region(), ViewOf(record, now)));
    } else {
      plain.ScoringHits(set.region(), ViewOf(record, now), hits);
      benchmark::DoNotOptimize(hits.data());
    }
  });
}

void Load(benchmark::State& state, const RuleCount& set) {
  for (auto _ : state) benchmark::DoNotOptimize(LoadOrExit(set.set));
}

void Index(benchmark::State& state, const RuleCount& set) {
  for (auto _ : state) benchmark::DoNotOptimize(packs::MakeScoringPlan(set.region(), set.rules->fields()));
}

// What a thread pays for its first record.
void FirstUse(benchmark::State& state, const RuleCount& set, Time now) {
  const packs::RecordView view = ViewOf(set.records[0], now);
  for (auto _ : state) {
    packs::Evaluation evaluation(*set.rules);
    std::vector<domain::RuleHit> hits;
    evaluation.Bind(set.region(), view);
    evaluation.ScoringHits(hits);
    benchmark::DoNotOptimize(hits.data());
  }
}

void PrintCosts(const MicroReporter& reporter, const std::vector<RuleCount>& sets) {
  const MicroReporter::Result* first = nullptr;
  const MicroReporter::Result* first_load = nullptr;
  for (const RuleCount& set : sets) {
    const auto* fast = reporter.Find(set.name);
    if (fast == nullptr) continue;
    if (set.count == kFirst) first = fast;
    const bool indexed = !set.name.starts_with("ranges");
    std::optional<double> ratio;
    if (first != nullptr && first != fast) ratio = first->nanoseconds / fast->nanoseconds;
    Print({"rules." + set.name, fast->nanoseconds, "ns per record", ratio,
           indexed && set.count == kThousand ? RatioAtLeast(0.5) : Goal{}});
    if (!indexed) Print({"rules." + set.name + ".rule", fast->nanoseconds / set.count, "ns per rule", {}, {}});
    if (const auto* slow = reporter.Find(set.name + ".one_by_one")) {
      Print({"rules." + set.name + ".one_by_one",
             slow->nanoseconds,
             "ns per record",
             fast->nanoseconds / slow->nanoseconds,
             {}});
    }
    if (const auto* load = reporter.Find(set.name + ".load")) {
      if (set.count == kFirst) first_load = load;
      Print({"rules." + set.name + ".load", load->nanoseconds / 1e6, "ms", {}, {}});
      if (first_load != nullptr && first_load != load) {
        const double added = (load->nanoseconds - first_load->nanoseconds) / 1e3 / (set.count - kFirst);
        Print({"rules." + set.name + ".load.rule", added, "us per added rule", {}, {}});
      }
    }
    if (const auto* index = reporter.Find(set.name + ".index")) {
      Print({"rules." + set.name + ".index", index->nanoseconds / 1e3, "us", {}, {}});
    }
    if (const auto* use = reporter.Find(set.name + ".first_use")) {
      Print({"rules." + set.name + ".first_use", use->nanoseconds / 1e3, "us", {}, {}});
    }
  }
}

int Main(int argc, char** argv) {
  if (!ReadBenchmarkFlags(argc, argv)) return 2;
  const Time now = SystemClock().Now();
  const std::vector<engine::ScoringRecord> records = ScoringRecords(LoadSnapshotOrExit(), kRecords, now);
  std::vector<std::vector<RuleCount>> groups;
  for (const Form& form : Forms()) {
    std::vector<RuleCount>& group = groups.emplace_back();
    for (const int count : kCounts) group.push_back(Made(form, count, false, records));
  }
  std::vector<RuleCount>& routes = groups.emplace_back();
  for (const int count : kCounts) routes.push_back(Made(Forms()[0], count, true, records));

  for (const auto& group : groups) {
    for (const RuleCount& set : group) {
      Check(set, now);
      benchmark::RegisterBenchmark(set.name.c_str(), Fast, std::cref(set), now);
      if (set.count == kThousand) {
        benchmark::RegisterBenchmark((set.name + ".one_by_one").c_str(), OneByOne, std::cref(set), now);
      }
      if (set.count == kFirst || set.count >= kThousand) {
        benchmark::RegisterBenchmark((set.name + ".load").c_str(), Load, std::cref(set));
      }
      if (set.count >= kThousand) {
        benchmark::RegisterBenchmark((set.name + ".index").c_str(), Index, std::cref(set));
        benchmark::RegisterBenchmark((set.name + ".first_use").c_str(), FirstUse, std::cref(set), now);
      }
    }
  }
  MicroReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  Note("ratio: of the same with one rule or route to it; of one_by_one: with the index to each condition by itself");
  Note("load: from the files' bytes to a checked rule set, its index among it; first_use: a thread's first record");
  for (const auto& group : groups) PrintCosts(reporter, group);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
