#include "domain/linkage/scan.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace leadline::linkage {
namespace {

// Calls `work` with ranges of [0, size) on so many threads, and waits.
template <typename Work>
void InParallel(size_t size, int threads, const Work& work) {
  const size_t parts = static_cast<size_t>(std::max(1, threads));
  if (parts == 1 || size < 1'000) return work(size_t{0}, size);
  std::vector<std::thread> running;
  for (size_t i = 0; i < parts; ++i) {
    running.emplace_back([&, i] { work(size * i / parts, size * (i + 1) / parts); });
  }
  for (std::thread& thread : running) thread.join();
}

void Weigh(const RecordTable& table, int threads, ScanResult& result) {
  InParallel(result.pairs.size(), threads, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      result.pairs[i].weight = WeightOf(table, result.model, result.pairs[i].pair, result.patterns[i]);
    }
  });
}

}  // namespace

ScanResult Scan(const RecordTable& table, const ScanOptions& options) {
  ScanResult result;
  Candidates candidates = FindCandidates(table, options.blocking);
  result.keys = std::move(candidates.keys);
  result.compared = static_cast<int64_t>(candidates.pairs.size());
  for (const RecordPair& pair : candidates.pairs) result.pairs.push_back({pair, 0});
  result.patterns.resize(result.pairs.size());
  InParallel(result.pairs.size(), options.threads, [&](size_t begin, size_t end) {
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
  for (size_t key = 0; key < result.keys.size(); ++key) {
    for (const uint32_t place : candidates.found[key]) {
      result.keys[key].same += ProbabilityOfWeight(result.pairs[place].weight);
    }
  }
  return result;
}

}  // namespace leadline::linkage
