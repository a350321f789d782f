#include "domain/reports/cell_sums.h"

#include <algorithm>
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
    visit(other);
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

Additions& CellSums::At(Cells& cells, const CellKey& key) {
  return cells[{key.kind, key.grouping, key.values}][{key.section, key.level, key.period}];
}

void CellSums::Add(const ReportInput& input, const Lifecycle& lifecycle, Names& names, int64_t times) {
  // The record's groups; few.
  std::vector<std::pair<const GroupKey*, Places*>> groups;
  const auto places_of = [&](const CellKey& key) -> Places& {
    for (const auto& [group, places] : groups) {
      if (group->grouping == key.grouping && group->values == key.values) return *places;
    }
    const auto found = least_.try_emplace({key.kind, key.grouping, key.values}).first;
    groups.emplace_back(&found->first, &found->second);
    return found->second;
  };
  ContributeLeast(input, lifecycle, names, [&](const CellKey& key, const Additions& additions) {
    Additions& cell = places_of(key)[{key.section, key.level, key.period}];
    for (const Addition& addition : additions) {
      Addition& added = cell.emplace_back();
      added.key = addition.key;
      added.sum.Add(addition.sum, times);
    }
  });
}

template <typename Larger>
void CellSums::Settle(Cells& cells, const Larger& larger, std::vector<CellAdditions>& all) {
  for (auto& [group, places] : cells) {
    for (auto& [place, additions] : places) {
      Combine(additions);
      if (additions.empty()) continue;
      const CellKey key{.kind = group.kind,
                        .section = std::get<Section>(place),
                        .grouping = group.grouping,
                        .level = std::get<Level>(place),
                        .period = std::get<int64_t>(place),
                        .values = group.values};
      larger(key, additions);
      all.push_back({key, std::move(additions)});
    }
  }
  cells.clear();
}

std::vector<CellAdditions> CellSums::Take() {
  std::vector<CellAdditions> all;
  Cells regions, whole, periods;
  const auto add_to_whole = [&](const CellKey& key, const Additions& additions) {
    if (key.grouping == Grouping::kRegion) Append(additions, At(whole, With(key, Grouping::kAll, "")));
  };
  // From the smallest groups to the largest, and then from days to weeks, months and years. Each lead is in one cell of
  // a region and source, but perhaps in several of a region and product.
  Settle(
      least_,
      [&](const CellKey& key, const Additions& additions) {
        if (key.grouping == Grouping::kRegionSource) {
          Append(additions, At(regions, With(key, Grouping::kRegion, SplitValues(key.values).first)));
        }
        add_to_whole(key, additions);
      },
      all);
  Settle(regions, add_to_whole, all);
  Settle(
      whole, [](const CellKey&, const Additions&) {}, all);
  for (const CellAdditions& cell : all) {
    ForEachLongerTime(cell.key, [&](const CellKey& longer) { Append(cell.additions, At(periods, longer)); });
  }
  Settle(
      periods, [](const CellKey&, const Additions&) {}, all);
  std::sort(all.begin(), all.end(), [](const CellAdditions& a, const CellAdditions& b) { return a.key < b.key; });
  return all;
}

}  // namespace leadline::domain
