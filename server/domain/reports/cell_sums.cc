#include "domain/reports/cell_sums.h"

#include <algorithm>
#include <functional>
#include <string>

namespace leadline::domain {
namespace {

void Append(const Additions& from, Additions& to) { to.insert(to.end(), from.begin(), from.end()); }

CellKey With(const CellKey& key, Grouping grouping, std::string_view values) {
  CellKey larger = key;
  larger.grouping = grouping;
  larger.values = values;
  return larger;
}

template <typename Visit>
void ForEachLongerTime(const CellKey& key, const Visit& visit) {
  const auto longer = [&](Level level) {
    CellKey other = key;
    other.level = level;
    other.period = PeriodNumber(level, BeginOf(key.level, key.period));
    visit(std::move(other));
  };
  if (key.level == Level::kDay) {
    longer(Level::kWeek);
    longer(Level::kMonth);
    longer(Level::kYear);
  } else if (key.level == Level::kDueDay) {
    longer(Level::kDueWeek);
    longer(Level::kDueMonth);
  }
}

}  // namespace

size_t CellSums::Hash::operator()(const CellKey& key) const {
  const size_t small = (static_cast<size_t>(key.section) << 24) ^ (static_cast<size_t>(key.grouping) << 16) ^
                       (static_cast<size_t>(key.level) << 8) ^ static_cast<size_t>(key.kind);
  return std::hash<std::string>()(key.values) * 31 + small * 0x9E3779B97F4A7C15ULL +
         static_cast<size_t>(key.period) * 0xC2B2AE3D27D4EB4FULL;
}

void CellSums::Add(const ReportInput& input, const Lifecycle& lifecycle, Names& names, int64_t times) {
  ContributeLeast(input, lifecycle, names, [&](const CellKey& key, const Additions& additions) {
    Additions& cell = least_[key];
    for (const Addition& addition : additions) {
      Addition& added = cell.emplace_back();
      added.key = addition.key;
      added.sum.Add(addition.sum, times);
    }
  });
}

template <typename Larger>
void CellSums::Settle(Cells& cells, const Larger& larger, std::vector<CellAdditions>& all) {
  for (auto& [key, additions] : cells) {
    Combine(additions);
    if (additions.empty()) continue;
    larger(key, additions);
    all.push_back({key, std::move(additions)});
  }
  cells.clear();
}

std::vector<CellAdditions> CellSums::Take() {
  std::vector<CellAdditions> all;
  Cells regions, whole, periods;
  const auto add_to_whole = [&](const CellKey& key, const Additions& additions) {
    if (key.grouping == Grouping::kRegion) Append(additions, whole[With(key, Grouping::kAll, "")]);
  };
  // From the smallest groups to the largest, and then from days to weeks, months and years. Each lead is in one cell of
  // a region and source, but perhaps in several of a region and product.
  Settle(
      least_,
      [&](const CellKey& key, const Additions& additions) {
        if (key.grouping == Grouping::kRegionSource) {
          Append(additions, regions[With(key, Grouping::kRegion, SplitValues(key.values).first)]);
        }
        add_to_whole(key, additions);
      },
      all);
  Settle(regions, add_to_whole, all);
  Settle(
      whole, [](const CellKey&, const Additions&) {}, all);
  for (const CellAdditions& cell : all) {
    ForEachLongerTime(cell.key, [&](CellKey&& longer) { Append(cell.additions, periods[std::move(longer)]); });
  }
  Settle(
      periods, [](const CellKey&, const Additions&) {}, all);
  std::sort(all.begin(), all.end(), [](const CellAdditions& a, const CellAdditions& b) { return a.key < b.key; });
  return all;
}

}  // namespace leadline::domain
