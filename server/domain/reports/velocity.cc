#include "domain/reports/velocity.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "domain/reports/durations.h"

namespace leadline::domain {
namespace {

DurationStats StatsOf(const std::string& status, std::vector<Duration> ended, std::vector<Duration> open) {
  DurationStats stats;
  stats.status = status;
  stats.count = static_cast<int64_t>(ended.size());
  stats.open = static_cast<int64_t>(open.size());
  if (!ended.empty()) {
    std::sort(ended.begin(), ended.end());
    stats.median = Percentile(ended, 50);
    stats.p75 = Percentile(ended, 75);
    stats.p90 = Percentile(ended, 90);
    stats.p95 = Percentile(ended, 95);
    stats.mean = Mean(ended);
  }
  if (!open.empty()) {
    std::sort(open.begin(), open.end());
    stats.open_median = Percentile(open, 50);
  }
  return stats;
}

template <typename Map>
std::vector<Duration> SamplesOf(const Map& map, const std::string& status) {
  const auto found = map.find(status);
  return found == map.end() ? std::vector<Duration>() : found->second;
}

void Append(std::vector<Duration>& to, const std::vector<Duration>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename Map>
void Append(Map& to, const Map& from) {
  for (const auto& [status, durations] : from) Append(to[status], durations);
}

template <typename Map>
void AddSample(Map& map, std::string_view status, Duration sample) {
  auto found = map.find(status);
  if (found == map.end()) found = map.emplace(std::string(status), std::vector<Duration>()).first;
  found->second.push_back(sample);
}

}  // namespace

std::vector<std::string> StatusOrder(const Lifecycle& lifecycle, const std::set<std::string>& occurring) {
  std::vector<std::string> order;
  for (const StatusDef& def : lifecycle.statuses) order.push_back(def.id);
  for (const std::string& status : occurring) {
    if (lifecycle.Find(status) == nullptr) order.push_back(status);
  }
  return order;
}

void VelocityFold::Samples::Merge(const Samples& other) {
  total += other.total;
  Append(stays, other.stays);
  Append(open, other.open);
  Append(to_customer, other.to_customer);
}

size_t FirstWon(const Lifecycle& lifecycle, const std::vector<Stay>& stays) {
  for (size_t i = 0; i < stays.size(); ++i) {
    const StatusDef* def = lifecycle.Find(stays[i].status);
    if (def != nullptr && def->won) return i;
  }
  return stays.size();
}

void VelocityFold::AddTo(Samples& samples, const Journey& journey, const std::vector<Stay>& stays, size_t first_won,
                         const std::vector<size_t>& places) const {
  ++samples.total;
  for (const size_t i : places) {
    const bool last = i + 1 == stays.size();
    // Imported history may end before it began: such a way took no time.
    const Duration stayed = std::max<Duration>(0, (last ? now_ : stays[i + 1].begin) - stays[i].begin);
    AddSample(last ? samples.open : samples.stays, stays[i].status, stayed);
    if (i == first_won)
      samples.to_customer.push_back(std::max<Duration>(0, stays[i].begin - journey.record.created_at));
  }
}

void VelocityFold::Add(const Journey& journey) {
  const std::vector<Stay> stays = StaysOf(lifecycle_, journey);
  const size_t first_won = FirstWon(lifecycle_, stays);
  for (const StaysOfPeriod& period : PeriodsOf(division_, journey, stays)) {
    keys_.ForEachKey(journey.record, period.time,
                     [&](const GroupKey& key) { AddTo(groups_.At(key), journey, stays, first_won, period.stays); });
  }
}

std::vector<Velocity> VelocityFold::Result() const {
  std::vector<Velocity> velocities;
  groups_.ForEachLargest(division_.most_groups, [&](const auto& entry) {
    const Samples& samples = *entry.group;
    Velocity velocity;
    velocity.group = entry.key;
    velocity.rest = entry.rest;
    velocity.total = samples.total;
    std::set<std::string> occurring;
    for (const auto& [status, durations] : samples.stays) occurring.insert(status);
    for (const auto& [status, durations] : samples.open) occurring.insert(status);
    for (const std::string& status : StatusOrder(lifecycle_, occurring)) {
      velocity.stages.push_back(StatsOf(status, SamplesOf(samples.stays, status), SamplesOf(samples.open, status)));
    }
    velocity.creation_to_customer = StatsOf("", samples.to_customer, {});
    velocities.push_back(std::move(velocity));
  });
  return velocities;
}

}  // namespace leadline::domain
