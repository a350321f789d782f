// Which records are one entity, from how alike pairs of them are.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "domain/linkage/blocking.h"

namespace leadline::linkage {

struct WeighedPair {
  RecordPair pair;
  double weight = 0;  // log2 of the odds that the two are the same
};

struct EntityOptions {
  double threshold = 0;       // mean weight between two groups from which they are one, in bits
  double most_of_a_pair = 8;  // a pair counts at most so much, for and against: no single one joins or parts two groups
  uint32_t most_compared = 64;  // records of a group that are compared with those of another
};

// Groups grow by joining two whose records are alike on the whole, the likeliest pair first (average linkage: Sokal and
// Michener 1958): so a record matches a group and no chain, and a weak bridge between two groups does not join them.
// Of `pairs`, ascending, those above the threshold count; `weigh` gives the weight of any other pair.
// Gives the number of each record's entity: that of its first record.
std::vector<uint32_t> FindEntities(uint32_t records, std::span<const WeighedPair> pairs, const EntityOptions& options,
                                   const std::function<double(const RecordPair&)>& weigh);

}  // namespace leadline::linkage
