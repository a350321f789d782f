#include "domain/linkage/quality.h"

#include <map>
#include <utility>

namespace leadline::linkage {
namespace {

Accuracy AccuracyOf(double right, double found, double true_ones) {
  Accuracy out;
  if (found > 0) out.precision = right / found;
  if (true_ones > 0) out.recall = right / true_ones;
  if (out.precision + out.recall > 0) out.f1 = 2 * out.precision * out.recall / (out.precision + out.recall);
  return out;
}

double PairsIn(double count) { return count * (count - 1) / 2; }

}  // namespace

Quality Assess(std::span<const uint32_t> truth, std::span<const uint32_t> entity_of, std::span<const RecordPair> same) {
  std::map<uint32_t, double> true_sizes, found_sizes;
  std::map<std::pair<uint32_t, uint32_t>, double> both;
  for (size_t i = 0; i < truth.size(); ++i) {
    ++true_sizes[truth[i]];
    ++found_sizes[entity_of[i]];
    ++both[{entity_of[i], truth[i]}];
  }
  double true_pairs = 0, found_pairs = 0, right_pairs = 0, precision = 0, recall = 0, right_same = 0;
  for (const auto& [entity, count] : true_sizes) true_pairs += PairsIn(count);
  for (const auto& [entity, count] : found_sizes) found_pairs += PairsIn(count);
  for (const auto& [entities, count] : both) {
    right_pairs += PairsIn(count);
    precision += count * count / found_sizes[entities.first];
    recall += count * count / true_sizes[entities.second];
  }
  for (const RecordPair& pair : same) right_same += truth[pair.a] == truth[pair.b] ? 1 : 0;
  const auto records = static_cast<double>(truth.size());
  Quality quality;
  quality.pairwise = AccuracyOf(right_same, static_cast<double>(same.size()), true_pairs);
  quality.cluster_pairwise = AccuracyOf(right_pairs, found_pairs, true_pairs);
  if (records > 0) {
    quality.b_cubed = {precision / records, recall / records, 0};
    const auto& [p, r, f] = quality.b_cubed;
    quality.b_cubed.f1 = p + r > 0 ? 2 * p * r / (p + r) : 0;
  }
  return quality;
}

}  // namespace leadline::linkage
