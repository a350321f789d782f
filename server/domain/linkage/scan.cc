#include "domain/linkage/scan.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "domain/linkage/parallel.h"

namespace leadline::linkage {
namespace {

constexpr size_t kPairsAtATime = 10'000;

void Weigh(const RecordTable& table, int threads, ScanResult& result) {
  // Many pairs agree in the same way.
  absl::flat_hash_map<Pattern, double> of_pattern;
  for (const Pattern pattern : result.patterns) {
    const auto [found, is_new] = of_pattern.try_emplace(pattern, 0);
    if (is_new) found->second = PatternWeight(result.model, pattern);
  }
  InParallel(result.pairs.size(), kPairsAtATime, threads, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Pattern pattern = result.patterns[i];
      result.pairs[i].weight =
          of_pattern.find(pattern)->second - FrequencyWeight(table, result.model, result.pairs[i].pair, pattern);
    }
  });
}

}  // namespace

ScanResult Scan(const RecordTable& table, const ScanOptions& options) {
  ScanResult result;
  Candidates candidates = FindCandidates(table, options.blocking, options.threads);
  result.keys = std::move(candidates.keys);
  result.compared = static_cast<int64_t>(candidates.pairs.size());
  for (const RecordPair& pair : candidates.pairs) result.pairs.push_back({pair, 0});
  result.patterns.resize(result.pairs.size());
  InParallel(result.pairs.size(), kPairsAtATime, options.threads, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      result.patterns[i] = table.Compare(result.pairs[i].pair.a, result.pairs[i].pair.b);
    }
  });
  result.model = Train(table, result.patterns, options.training);
  const EntityOptions entities{.threshold = std::log2(options.match_probability / (1 - options.match_probability))};
  const auto weigh = [&](const RecordPair& pair) {
    return WeightOf(table, result.model, pair, table.Compare(pair.a, pair.b));
  };
  Weigh(table, options.threads, result);
  result.entity_of = FindEntities(table.size(), result.pairs, entities, weigh);
  // Once more, with values counted once for each entity.
  SetFrequencies(table, result.entity_of, result.model);
  Weigh(table, options.threads, result);
  result.entity_of = FindEntities(table.size(), result.pairs, entities, weigh);
  for (size_t key = 0; key < candidates.found.size(); ++key) {
    for (const uint32_t place : candidates.found[key]) {
      result.keys[key].same += ProbabilityOfWeight(result.pairs[place].weight);
    }
  }
  return result;
}

}  // namespace leadline::linkage
