#include "domain/funnel.h"

#include <algorithm>
#include <set>
#include <utility>

namespace leadline::domain {
namespace {

std::string GroupOf(ReportGroup group, const std::string& source, const std::string& region, Time created_at) {
  switch (group) {
    case ReportGroup::kNone:
      return "";
    case ReportGroup::kSource:
      return source;
    case ReportGroup::kRegion:
      return region;
    case ReportGroup::kMonth:
      return MonthOf(created_at);
  }
  return "";
}

// A stay in one status, remapped; steps that do not leave the status are one stay.
struct Stay {
  std::string_view status;
  Time begin = 0;
};

std::vector<Stay> Stays(const Lifecycle& lifecycle, const Journey& journey) {
  std::vector<Stay> stays;
  stays.reserve(journey.steps.size() + 1);
  for (const StatusStep& step : journey.steps) {
    std::string_view status = lifecycle.Current(step.to);
    if (stays.empty() || stays.back().status != status) stays.push_back({status, step.time});
  }
  // A record that never had a status still counts, under no name.
  if (stays.empty()) stays.push_back({"", journey.created_at});
  return stays;
}

int OrderOf(const Lifecycle& lifecycle, std::string_view status) {
  const StatusDef* def = lifecycle.Find(status);
  return def == nullptr ? -1 : def->order;
}

// The statuses in the lifecycle's order, then those that occur besides, by name.
std::vector<std::string> StatusOrder(const Lifecycle& lifecycle, const std::set<std::string>& occurring) {
  std::vector<std::string> order;
  for (const StatusDef& def : lifecycle.statuses) order.push_back(def.id);
  for (const std::string& status : occurring) {
    if (lifecycle.Find(status) == nullptr) order.push_back(status);
  }
  return order;
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

// Largest first; then by name.
template <typename Report>
void SortGroups(std::vector<Report>& reports) {
  std::sort(reports.begin(), reports.end(), [](const Report& a, const Report& b) {
    return a.total != b.total ? a.total > b.total : a.group < b.group;
  });
}

// Nearest rank: the smallest sample that `percent` of them do not exceed. `samples` is sorted and not empty.
Duration Percentile(const std::vector<Duration>& samples, size_t percent) {
  return samples[(samples.size() * percent + 99) / 100 - 1];
}

Duration Mean(const std::vector<Duration>& samples) {
  // Years of microseconds over millions of records need more than 64 bits.
  __extension__ using Wide = __int128;
  Wide sum = 0;
  for (Duration sample : samples) sum += sample;
  return static_cast<Duration>(sum / static_cast<Wide>(samples.size()));
}

DurationStats StatsOf(const std::string& status, std::vector<Duration> ended, std::vector<Duration> open) {
  DurationStats stats;
  stats.status = status;
  stats.count = static_cast<int64_t>(ended.size());
  stats.open = static_cast<int64_t>(open.size());
  if (!ended.empty()) {
    std::sort(ended.begin(), ended.end());
    stats.median = Percentile(ended, 50);
    stats.p90 = Percentile(ended, 90);
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
  auto found = map.find(status);
  return found == map.end() ? std::vector<Duration>() : found->second;
}

}  // namespace

void FunnelFold::Add(const Journey& journey) {
  std::string group = GroupOf(group_, journey.source, journey.region, journey.created_at);
  auto [entry, added] = groups_.try_emplace(group);
  Funnel& funnel = entry->second;
  if (added) {
    funnel.group = group;
    for (const StatusDef& def : lifecycle_.statuses) StageOf(funnel, def.id);
  }
  ++funnel.total;
  std::vector<Stay> stays = Stays(lifecycle_, journey);
  ++StageOf(funnel, stays.back().status).current;
  // From the last stay backwards, the furthest that is still to come is known at each.
  int furthest = -1;
  std::set<std::string_view> advanced;
  std::set<std::string_view> entered;
  for (size_t i = stays.size(); i-- > 0;) {
    int order = OrderOf(lifecycle_, stays[i].status);
    entered.insert(stays[i].status);
    if (furthest > order) advanced.insert(stays[i].status);
    if (i > 0) {
      int before = OrderOf(lifecycle_, stays[i - 1].status);
      if (before >= 0 && order >= 0 && order < before) ++funnel.steps_back;
      if (before >= 0 && order > before && SkipsAStatus(lifecycle_, before, order)) ++funnel.jumps;
    }
    furthest = std::max(furthest, order);
  }
  for (std::string_view status : entered) ++StageOf(funnel, status).entered;
  for (std::string_view status : advanced) ++StageOf(funnel, status).advanced;
}

std::vector<Funnel> FunnelFold::Result() const {
  std::vector<Funnel> funnels;
  for (const auto& [group, folded] : groups_) {
    Funnel funnel = folded;
    // Other statuses were appended as they came.
    std::sort(funnel.stages.begin() + static_cast<std::ptrdiff_t>(lifecycle_.statuses.size()), funnel.stages.end(),
              [](const FunnelStage& a, const FunnelStage& b) { return a.status < b.status; });
    for (FunnelStage& stage : funnel.stages) {
      if (stage.entered > 0)
        stage.conversion = static_cast<double>(stage.advanced) / static_cast<double>(stage.entered);
    }
    funnels.push_back(std::move(funnel));
  }
  SortGroups(funnels);
  return funnels;
}

void VelocityFold::Add(const Journey& journey) {
  Samples& samples = groups_[GroupOf(group_, journey.source, journey.region, journey.created_at)];
  ++samples.total;
  std::vector<Stay> stays = Stays(lifecycle_, journey);
  bool won = false;
  for (size_t i = 0; i < stays.size(); ++i) {
    std::string status(stays[i].status);
    bool last = i + 1 == stays.size();
    // Imported history may end before it began: such a way took no time.
    Duration stayed = std::max<Duration>(0, (last ? now_ : stays[i + 1].begin) - stays[i].begin);
    (last ? samples.open : samples.stays)[status].push_back(stayed);
    const StatusDef* def = lifecycle_.Find(stays[i].status);
    if (def == nullptr || !def->won || won) continue;
    won = true;
    samples.to_customer.push_back(std::max<Duration>(0, stays[i].begin - journey.created_at));
  }
}

std::vector<Velocity> VelocityFold::Result() const {
  std::vector<Velocity> velocities;
  for (const auto& [group, samples] : groups_) {
    Velocity velocity;
    velocity.group = group;
    velocity.total = samples.total;
    std::set<std::string> occurring;
    for (const auto& [status, durations] : samples.stays) occurring.insert(status);
    for (const auto& [status, durations] : samples.open) occurring.insert(status);
    for (const std::string& status : StatusOrder(lifecycle_, occurring)) {
      velocity.stages.push_back(StatsOf(status, SamplesOf(samples.stays, status), SamplesOf(samples.open, status)));
    }
    velocity.creation_to_customer = StatsOf("", samples.to_customer, {});
    velocities.push_back(std::move(velocity));
  }
  SortGroups(velocities);
  return velocities;
}

std::vector<SlaCompliance> FoldSla(std::span<const SlaSample> samples, ReportGroup group, Time now) {
  struct Folded {
    SlaCompliance compliance;
    std::vector<Duration> responses;
  };
  std::map<std::pair<std::string, std::string>, Folded> groups;
  for (const SlaSample& sample : samples) {
    std::string name = GroupOf(group, sample.source, sample.region, sample.created_at);
    Folded& folded = groups[{sample.clock.sla_id, name}];
    SlaCompliance& compliance = folded.compliance;
    compliance.sla_id = sample.clock.sla_id;
    compliance.group = std::move(name);
    ++compliance.started;
    SlaState state = sample.clock.state;
    if (state == SlaState::kCancelled) {
      ++compliance.cancelled;
    } else if (state == SlaState::kMet) {
      ++compliance.met;
    } else if (state == SlaState::kMetLate || state == SlaState::kBreached || now >= sample.clock.due) {
      ++compliance.breached;
    } else {
      ++compliance.running;
    }
    if (state == SlaState::kMet || state == SlaState::kMetLate) folded.responses.push_back(sample.response);
  }
  std::vector<SlaCompliance> result;
  for (auto& [key, folded] : groups) {
    SlaCompliance& compliance = folded.compliance;
    int64_t decided = compliance.met + compliance.breached;
    if (decided > 0) compliance.compliance = static_cast<double>(compliance.met) / static_cast<double>(decided);
    std::sort(folded.responses.begin(), folded.responses.end());
    if (!folded.responses.empty()) compliance.median_response = Percentile(folded.responses, 50);
    result.push_back(std::move(compliance));
  }
  std::stable_sort(result.begin(), result.end(), [](const SlaCompliance& a, const SlaCompliance& b) {
    if (a.sla_id != b.sla_id) return a.sla_id < b.sla_id;
    return a.started > b.started;
  });
  return result;
}

std::string MonthOf(Time t) { return FormatTime(t).substr(0, 7); }

}  // namespace leadline::domain
