#include "domain/reports/funnel.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace leadline::domain {
namespace {

int OrderOf(const Lifecycle& lifecycle, std::string_view status) {
  const StatusDef* def = lifecycle.Find(status);
  return def == nullptr ? -1 : def->order;
}

FunnelStage& StageOf(Funnel& funnel, std::string_view status) {
  for (FunnelStage& stage : funnel.stages) {
    if (stage.status == status) return stage;
  }
  FunnelStage& stage = funnel.stages.emplace_back();
  stage.status = status;
  return stage;
}

bool SkipsAStatus(const Lifecycle& lifecycle, int from, int to) {
  return std::any_of(lifecycle.statuses.begin(), lifecycle.statuses.end(),
                     [&](const StatusDef& def) { return def.order > from && def.order < to; });
}

// What one record adds to each of its groups.
struct FunnelShare {
  std::map<std::string_view, bool> entered;  // and whether it went on
  std::string_view current;
  bool stands = false;  // in `current`, now
  int64_t jumps = 0, steps_back = 0;
};

FunnelShare ShareOf(const std::vector<Stay>& stays, const std::vector<StayEntry>& entries,
                    const std::vector<size_t>& places) {
  FunnelShare share;
  for (const size_t i : places) {
    share.entered[stays[i].status] |= entries[i].advanced;
    share.jumps += entries[i].jumped ? 1 : 0;
    share.steps_back += entries[i].stepped_back ? 1 : 0;
    if (i + 1 < stays.size()) continue;
    share.stands = true;
    share.current = stays[i].status;
  }
  return share;
}

void AddTo(Funnel& funnel, const FunnelShare& share) {
  ++funnel.total;
  for (const auto& [status, advanced] : share.entered) {
    FunnelStage& stage = StageOf(funnel, status);
    ++stage.entered;
    stage.advanced += advanced ? 1 : 0;
  }
  if (share.stands) ++StageOf(funnel, share.current).current;
  funnel.jumps += share.jumps;
  funnel.steps_back += share.steps_back;
}

}  // namespace

std::vector<StayEntry> EntriesOf(const Lifecycle& lifecycle, const std::vector<Stay>& stays) {
  std::vector<StayEntry> entries(stays.size());
  // From the last stay backwards, the furthest that is still to come is known at each.
  int furthest = -1;
  int after = -1;
  for (size_t i = stays.size(); i-- > 0;) {
    const int order = OrderOf(lifecycle, stays[i].status);
    entries[i].advanced = furthest > order;
    if (i + 1 < stays.size() && order >= 0) {
      entries[i + 1].stepped_back = after >= 0 && after < order;
      entries[i + 1].jumped = after > order && SkipsAStatus(lifecycle, order, after);
    }
    after = order;
    furthest = std::max(furthest, order);
  }
  return entries;
}

void Funnel::Merge(const Funnel& other) {
  total += other.total;
  jumps += other.jumps;
  steps_back += other.steps_back;
  for (const FunnelStage& from : other.stages) {
    FunnelStage& stage = StageOf(*this, from.status);
    stage.entered += from.entered;
    stage.current += from.current;
    stage.advanced += from.advanced;
  }
}

void FunnelFold::Add(const Journey& journey) {
  const std::vector<Stay> stays = StaysOf(lifecycle_, journey);
  const std::vector<StayEntry> entries = EntriesOf(lifecycle_, stays);
  for (const StaysOfPeriod& period : PeriodsOf(division_, journey, stays)) {
    const FunnelShare share = ShareOf(stays, entries, period.stays);
    keys_.ForEachKey(journey.record, period.time, [&](const GroupKey& key) { AddTo(groups_.At(key), share); });
  }
}

std::vector<Funnel> FunnelFold::Result() const {
  std::vector<Funnel> funnels;
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Funnel>::Entry& entry) {
    // Statuses were appended as they came.
    Funnel funnel;
    funnel.group = entry.key;
    funnel.rest = entry.rest;
    for (const StatusDef& def : lifecycle_.statuses) StageOf(funnel, def.id);
    funnel.Merge(*entry.group);
    std::sort(funnel.stages.begin() + static_cast<std::ptrdiff_t>(lifecycle_.statuses.size()), funnel.stages.end(),
              [](const FunnelStage& a, const FunnelStage& b) { return a.status < b.status; });
    for (FunnelStage& stage : funnel.stages) {
      if (stage.entered == 0) continue;
      stage.conversion = static_cast<double>(stage.advanced) / static_cast<double>(stage.entered);
    }
    funnels.push_back(std::move(funnel));
  });
  return funnels;
}

}  // namespace leadline::domain
