#include "domain/linkage/entities.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace leadline::linkage {
namespace {

// A pair may fail to join two groups that are alike only once each has grown.
constexpr int kRounds = 3;

class Grouping {
 public:
  Grouping(uint32_t records, std::span<const WeighedPair> pairs, const EntityOptions& options,
           const std::function<double(const RecordPair&)>& weigh)
      : options_(options), weigh_(weigh), group_of_(records), members_(records) {
    std::iota(group_of_.begin(), group_of_.end(), 0);
    for (uint32_t i = 0; i < records; ++i) members_[i] = {i};
    known_.reserve(pairs.size());
    for (const WeighedPair& pair : pairs) known_[KeyOf(pair.pair)] = pair.weight;
  }

  // Whether it joined two groups.
  bool Consider(const RecordPair& pair) {
    uint32_t into = group_of_[pair.a], from = group_of_[pair.b];
    if (into == from || MeanBetween(into, from) <= options_.threshold) return false;
    if (members_[into].size() < members_[from].size()) std::swap(into, from);
    for (const uint32_t record : members_[from]) group_of_[record] = into;
    members_[into].insert(members_[into].end(), members_[from].begin(), members_[from].end());
    members_[from] = {};
    return true;
  }

  std::vector<uint32_t> Entities() const {
    std::vector<uint32_t> first(group_of_.size(), UINT32_MAX), out(group_of_.size());
    for (uint32_t i = 0; i < group_of_.size(); ++i) first[group_of_[i]] = std::min(first[group_of_[i]], i);
    for (uint32_t i = 0; i < group_of_.size(); ++i) out[i] = first[group_of_[i]];
    return out;
  }

 private:
  static uint64_t KeyOf(const RecordPair& pair) { return uint64_t{pair.a} << 32 | pair.b; }

  double WeightBetween(uint32_t a, uint32_t b) {
    const RecordPair pair{std::min(a, b), std::max(a, b)};
    const auto [found, is_new] = known_.try_emplace(KeyOf(pair), 0);
    if (is_new) found->second = weigh_(pair);
    return std::clamp(found->second, -options_.most_of_a_pair, options_.most_of_a_pair);
  }
  double MeanBetween(uint32_t x, uint32_t y) {
    const size_t left = std::min<size_t>(members_[x].size(), options_.most_compared);
    const size_t right = std::min<size_t>(members_[y].size(), options_.most_compared);
    double sum = 0;
    for (size_t i = 0; i < left; ++i) {
      for (size_t j = 0; j < right; ++j) sum += WeightBetween(members_[x][i], members_[y][j]);
    }
    return sum / static_cast<double>(left * right);
  }

  const EntityOptions& options_;
  const std::function<double(const RecordPair&)>& weigh_;
  std::vector<uint32_t> group_of_;
  std::vector<std::vector<uint32_t>> members_;
  absl::flat_hash_map<uint64_t, double> known_;
};

}  // namespace

std::vector<uint32_t> FindEntities(uint32_t records, std::span<const WeighedPair> pairs, const EntityOptions& options,
                                   const std::function<double(const RecordPair&)>& weigh) {
  std::vector<WeighedPair> order;
  for (const WeighedPair& pair : pairs) {
    if (pair.weight > options.threshold) order.push_back(pair);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const WeighedPair& a, const WeighedPair& b) { return a.weight > b.weight; });
  Grouping grouping(records, order, options, weigh);
  bool joined = true;
  for (int round = 0; round < kRounds && joined; ++round) {
    joined = false;
    for (const WeighedPair& pair : order) joined |= grouping.Consider(pair.pair);
  }
  return grouping.Entities();
}

}  // namespace leadline::linkage
