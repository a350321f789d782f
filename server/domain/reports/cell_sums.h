// What many records add to cells together. Of each record only what the rest follows from is taken; the cells of larger
// groups and of longer times are made from that at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/reports/cell.h"
#include "domain/reports/contribution.h"

namespace leadline::domain {

struct CellAdditions {
  CellKey key;
  Additions additions;  // in the order of their keys, each once
};

// Not synchronised.
class CellSums {
 public:
  // `times`: -1 takes the record out.
  void Add(const ReportInput& input, const Lifecycle& lifecycle, Names& names, int64_t times);
  // What is added to each cell where anything is, in the order of their keys. Nothing is left.
  std::vector<CellAdditions> Take();

 private:
  struct Hash {
    size_t operator()(const CellKey& key) const;
  };
  using Cells = std::unordered_map<CellKey, Additions, Hash>;
  // Combines the cells, adds each to the cells that `larger` names for it, and moves them to `all`.
  template <typename Larger>
  static void Settle(Cells& cells, const Larger& larger, std::vector<CellAdditions>& all);

  Cells least_;
};

}  // namespace leadline::domain
