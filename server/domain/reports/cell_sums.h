// What many records add to cells together. Of each record only what the rest follows from is taken; the cells of larger
// groups and of longer times are made from that at the end.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
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
  struct GroupKey {
    RecordKind kind = RecordKind::kLead;
    Grouping grouping = Grouping::kAll;
    std::string values;
    bool operator==(const GroupKey&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const GroupKey& key) {
      return H::combine(std::move(h), key.kind, key.grouping, key.values);
    }
  };
  // Of one group, by section, level and period.
  using Places = absl::flat_hash_map<std::tuple<Section, Level, int64_t>, Additions>;
  using Cells = absl::node_hash_map<GroupKey, Places>;

  static Additions& At(Cells& cells, const CellKey& key);
  // Combines the cells, calls `larger` with each, and moves them to `all`.
  template <typename Larger>
  static void Settle(Cells& cells, const Larger& larger, std::vector<CellAdditions>& all);

  Cells least_;
};

}  // namespace leadline::domain
