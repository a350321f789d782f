#include "domain/reports/cell_fold.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "domain/reports/contribution.h"
#include "domain/reports/log_buckets.h"

namespace leadline::domain {
namespace {

__extension__ using WideSum = __int128;

// What a record counts as once in its section.
bool CountsSize(Section section, Measure measure) {
  if (section == Section::kSla) return measure == Measure::kClock || measure == Measure::kRunning;
  return measure == (section == Section::kFeedback ? Measure::kSent : Measure::kRecords);
}

Time BeginOfSlot(Measure measure, uint32_t slot) {
  switch (measure) {
    case Measure::kOpen:
      return slot * kDay;
    case Measure::kRunning:
      return slot * kSecond;
    default:
      return ShortestOf(slot);
  }
}

// The mean of those in a slot.
Time MeanOfSlot(const Addition& addition) {
  return BeginOfSlot(MeasureOf(addition.key), SlotOf(addition.key)) + addition.sum.offset / addition.sum.count;
}

// Slots in their order, all of one measure of one thing.
using Slots = std::span<const Addition>;

int64_t CountOf(Slots slots) {
  int64_t count = 0;
  for (const Addition& slot : slots) count += slot.sum.count;
  return count;
}

// Nearest rank, as Percentile; 0 where there is nothing.
Time PercentileOf(Slots slots, int64_t percent) {
  const int64_t rank = (CountOf(slots) * percent + 99) / 100;
  int64_t before = 0;
  for (const Addition& slot : slots) {
    before += slot.sum.count;
    if (before >= rank) return MeanOfSlot(slot);
  }
  return 0;
}

Duration MeanOf(Slots slots) {
  WideSum sum = 0;
  for (const Addition& slot : slots) {
    sum += WideSum{BeginOfSlot(MeasureOf(slot.key), SlotOf(slot.key))} * slot.sum.count + slot.sum.offset;
  }
  const int64_t count = CountOf(slots);
  return count == 0 ? 0 : static_cast<Duration>(sum / count);
}

// Of one group, in the order of their keys.
class SortedSums {
 public:
  explicit SortedSums(Additions all) : all_(std::move(all)) {}

  int64_t Count(Measure measure, uint32_t a = 0, uint32_t b = 0) const { return CountOf(Of(measure, a, b)); }
  Slots Of(Measure measure, uint32_t a = 0, uint32_t b = 0) const {
    return Between(KeyOf(measure, a, b), KeyOf(measure, a, b, UINT32_MAX));
  }
  Slots All(Measure measure) const {
    return Between(KeyOf(measure), KeyOf(measure, kMostNames - 1, kMostNames - 1, UINT32_MAX));
  }

  Slots Between(MeasureKey first, MeasureKey last) const {
    const auto less = [](const Addition& a, MeasureKey key) { return a.key < key; };
    const auto more = [](MeasureKey key, const Addition& a) { return key < a.key; };
    return {std::lower_bound(all_.begin(), all_.end(), first, less),
            std::upper_bound(all_.begin(), all_.end(), last, more)};
  }

 private:
  Additions all_;
};

// Those of all calendars together.
Additions ByBucket(Slots slots) {
  Additions all(slots.begin(), slots.end());
  for (Addition& slot : all) slot.key = KeyOf(MeasureOf(slot.key), FirstOf(slot.key), 0, SlotOf(slot.key));
  Combine(all);
  return all;
}

DurationStats StatsOfSlots(Slots ended) {
  return {.count = CountOf(ended),
          .median = PercentileOf(ended, 50),
          .p75 = PercentileOf(ended, 75),
          .p90 = PercentileOf(ended, 90),
          .p95 = PercentileOf(ended, 95),
          .mean = MeanOf(ended)};
}

// Names of the first code of some measures, with the codes.
std::map<std::string, uint32_t> NamesOf(const SortedSums& sums, std::initializer_list<Measure> measures,
                                        const Names& names) {
  std::map<std::string, uint32_t> found;
  for (const Measure measure : measures) {
    for (const Addition& addition : sums.All(measure)) {
      found.emplace(names.NameOf(FirstOf(addition.key)), FirstOf(addition.key));
    }
  }
  return found;
}

// In the lifecycle's order; a status that none is in has no code.
template <typename Visit>
void ForEachStatus(const Lifecycle& lifecycle, const std::map<std::string, uint32_t>& occurring, const Visit& visit) {
  std::set<std::string> names;
  for (const auto& [name, code] : occurring) names.insert(name);
  for (const std::string& status : StatusOrder(lifecycle, names)) {
    const auto found = occurring.find(status);
    visit(status, found == occurring.end() ? nullptr : &found->second);
  }
}

// Hundredths of units, of all in one currency.
double SumOf(Slots slots) {
  WideSum sum = 0;
  for (const Addition& slot : slots) sum += slot.sum.offset;
  return static_cast<double>(sum) / 100;
}

// The values of the leads in a status.
void AddValues(const SortedSums& sums, const Names& names, uint32_t status, bool over, const RateOf& rate_of,
               PipelineStage& stage) {
  for (const Addition& valued :
       sums.Between(KeyOf(Measure::kValue, status), KeyOf(Measure::kValue, status, kMostNames - 1, UINT32_MAX))) {
    const uint32_t currency = SecondOf(valued.key);
    const std::optional<double> rate = rate_of(names.NameOf(currency));
    if (!rate) {
      stage.not_converted += valued.sum.count;
      continue;
    }
    stage.valued += valued.sum.count;
    const double value = *rate * static_cast<double>(valued.sum.offset) / 100;
    stage.value += value;
    const double probability = stage.win_probability.value_or(0);
    stage.weighted_value += over ? value * probability
                                 : *rate * (SumOf(sums.Of(Measure::kValueEstimated, status, currency)) +
                                            SumOf(sums.Of(Measure::kValueUnestimated, status, currency)) * probability);
  }
}

void AddGroups(Slots groups, PipelineStage& stage) {
  int64_t together = 0;
  for (const Addition& slot : groups) {
    stage.groups_wanted += slot.sum.count;
    together += slot.sum.offset;
    if (SlotOf(slot.key) == kWholeSlot) stage.groups_complete += slot.sum.count;
  }
  if (stage.groups_wanted == 0) return;
  stage.completeness = static_cast<double>(together) / static_cast<double>(kWholeGroup * stage.groups_wanted);
}

}  // namespace

bool PastDue(const Addition& running, Time now) { return now >= BeginOfSlot(Measure::kRunning, SlotOf(running.key)); }

void CellFold::Summed::Add(Additions additions) {
  runs.push_back(std::move(additions));
  while (runs.size() > 1 && runs[runs.size() - 2].size() < 2 * runs.back().size()) {
    Additions merged = SumOf(runs[runs.size() - 2], runs.back());
    runs.pop_back();
    runs.back() = std::move(merged);
  }
}

void CellFold::Summed::Merge(const Summed& other) {
  for (const Additions& run : other.runs) Add(run);
  size += other.size;
}

Additions CellFold::Summed::All() const {
  Additions all;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) all = SumOf(all, *run);
  return all;
}

GroupKey CellFold::GroupOf(const CellKey& cell) const {
  GroupKey key;
  for (const ReportDimension dimension : division_.dimensions) key.push_back(ValueOf(dimension, division_, cell));
  return key;
}

void CellFold::Add(const CellKey& cell, const Additions& additions) {
  GroupKey key = GroupOf(cell);
  const auto add = [&](const GroupKey& group_key, Additions of_group) {
    Summed& group = groups_.At(group_key);
    for (const Addition& addition : of_group) {
      if (CountsSize(section_, MeasureOf(addition.key))) group.size += addition.sum.count;
    }
    group.Add(std::move(of_group));
  };
  if (section_ != Section::kSla) {
    add(key, additions);
    return;
  }
  // The first part of a group's key is the service level.
  const auto& dimensions = division_.dimensions;
  const auto calendar = std::find(dimensions.begin(), dimensions.end(), ReportDimension::kCalendar);
  std::map<std::pair<uint32_t, uint32_t>, Additions> clocks;  // by level, and by calendar where that is asked for
  for (const Addition& addition : additions) {
    clocks[{FirstOf(addition.key), calendar == dimensions.end() ? 0 : CalendarOf(addition.key)}].push_back(addition);
  }
  key.emplace(key.begin());
  for (auto& [codes, of_level] : clocks) {
    key.front() = names_.NameOf(codes.first);
    if (calendar != dimensions.end()) {
      key[static_cast<size_t>(calendar - dimensions.begin()) + 1] = names_.NameOf(codes.second);
    }
    add(key, std::move(of_level));
  }
}

std::vector<Funnel> CellFold::Funnels() const {
  std::vector<Funnel> funnels;
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Summed>::Entry& entry) {
    const SortedSums sums(entry.group->All());
    Funnel funnel{.group = entry.key, .rest = entry.rest, .total = entry.group->size};
    ForEachStatus(lifecycle_, NamesOf(sums, {Measure::kEntered, Measure::kCurrent}, names_),
                  [&](const std::string& status, const uint32_t* code) {
                    FunnelStage& stage = funnel.stages.emplace_back();
                    stage.status = status;
                    if (code == nullptr) return;
                    stage.entered = sums.Count(Measure::kEntered, *code);
                    stage.current = sums.Count(Measure::kCurrent, *code);
                    stage.advanced = sums.Count(Measure::kAdvanced, *code);
                    if (stage.entered == 0) return;
                    stage.conversion = static_cast<double>(stage.advanced) / static_cast<double>(stage.entered);
                  });
    funnel.jumps = sums.Count(Measure::kJumps);
    funnel.steps_back = sums.Count(Measure::kStepsBack);
    funnels.push_back(std::move(funnel));
  });
  return funnels;
}

std::vector<Velocity> CellFold::Velocities(Time now) const {
  std::vector<Velocity> velocities;
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Summed>::Entry& entry) {
    const SortedSums sums(entry.group->All());
    Velocity velocity{.group = entry.key, .rest = entry.rest, .total = entry.group->size};
    ForEachStatus(lifecycle_, NamesOf(sums, {Measure::kStay, Measure::kOpen}, names_),
                  [&](const std::string& status, const uint32_t* code) {
                    DurationStats stats;
                    if (code != nullptr) {
                      stats = StatsOfSlots(sums.Of(Measure::kStay, *code));
                      const Slots open = sums.Of(Measure::kOpen, *code);
                      stats.open = CountOf(open);
                      // The age that half do not exceed is that of the beginning which half do not precede.
                      const int64_t rank = stats.open == 0 ? 0 : stats.open - (stats.open + 1) / 2 + 1;
                      int64_t before = 0;
                      for (const Addition& slot : open) {
                        before += slot.sum.count;
                        if (before < rank) continue;
                        stats.open_median = std::max<Duration>(0, now - MeanOfSlot(slot));
                        break;
                      }
                    }
                    stats.status = status;
                    velocity.stages.push_back(std::move(stats));
                  });
    velocity.creation_to_customer = StatsOfSlots(sums.Of(Measure::kToWon));
    velocities.push_back(std::move(velocity));
  });
  return velocities;
}

std::vector<SlaCompliance> CellFold::Levels(Time now) const {
  std::vector<SlaCompliance> levels;
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Summed>::Entry& entry) {
    SlaCompliance level{.sla_id = entry.key.front(), .rest = entry.rest, .started = entry.group->size};
    level.group.assign(entry.key.begin() + 1, entry.key.end());
    const SortedSums sums(entry.group->All());
    for (const Addition& clocks : sums.All(Measure::kClock)) {
      const auto state = static_cast<SlaState>(SecondOf(clocks.key));
      (state == SlaState::kCancelled ? level.cancelled
       : state == SlaState::kMet     ? level.met
                                     : level.breached) += clocks.sum.count;
    }
    // Nobody has told yet that these are past due.
    for (const Addition& clocks : sums.All(Measure::kRunning)) {
      (PastDue(clocks, now) ? level.breached : level.running) += clocks.sum.count;
    }
    const int64_t decided = level.met + level.breached;
    if (decided > 0) level.compliance = static_cast<double>(level.met) / static_cast<double>(decided);
    const Additions responses = ByBucket(sums.All(Measure::kResponse));
    if (!responses.empty()) level.median_response = PercentileOf(responses, 50);
    levels.push_back(std::move(level));
  });
  std::stable_sort(levels.begin(), levels.end(),
                   [](const SlaCompliance& a, const SlaCompliance& b) { return a.sla_id < b.sla_id; });
  return levels;
}

std::vector<Flow> CellFold::Flows() const {
  std::vector<Flow> flows;
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Summed>::Entry& entry) {
    const SortedSums sums(entry.group->All());
    Flow flow{.group = entry.key, .rest = entry.rest, .total = entry.group->size};
    std::map<std::string, std::map<std::string, int64_t>> moves;
    std::set<std::string> statuses;
    for (const Addition& move : sums.All(Measure::kMoves)) {
      const std::string &from = names_.NameOf(FirstOf(move.key)), &to = names_.NameOf(SecondOf(move.key));
      moves[from][to] += move.sum.count;
      statuses.insert({from, to});
    }
    std::map<std::string, int64_t> left;
    for (const Addition& of_status : sums.All(Measure::kLeftBehind)) {
      left[names_.NameOf(FirstOf(of_status.key))] += of_status.sum.count;
      statuses.insert(names_.NameOf(FirstOf(of_status.key)));
    }
    std::map<std::string, StatusCrossing> crossings;
    for (const Addition& of_status : sums.All(Measure::kCrossed)) {
      const std::string& status = names_.NameOf(FirstOf(of_status.key));
      statuses.insert(status);
      crossings[status] = {status, of_status.sum.count, sums.Count(Measure::kCrossedWon, FirstOf(of_status.key))};
    }
    // New people stand in no status, and come first.
    if (crossings.contains("")) flow.crossings.push_back(crossings.extract("").mapped());
    const std::vector<std::string> order = StatusOrder(lifecycle_, statuses);
    for (const std::string& from : order) {
      if (crossings.contains(from)) flow.crossings.push_back(crossings[from]);
      if (left.contains(from)) flow.left_behind.push_back({from, left[from]});
      for (const std::string& to : order) {
        if (moves.contains(from) && moves[from].contains(to)) flow.moves.push_back({from, to, moves[from][to]});
      }
    }
    flow.returns = sums.Count(Measure::kReturns);
    flow.returned = sums.Count(Measure::kReturned);
    flow.recycled = sums.Count(Measure::kRecycled);
    flow.recycled_won = sums.Count(Measure::kRecycledWon);
    flow.won = sums.Count(Measure::kWon);
    flow.new_round = sums.Count(Measure::kNewRound);
    flow.won_again = sums.Count(Measure::kWonAgain);
    const Slots touched = sums.Of(Measure::kTouched);
    flow.touched = CountOf(touched);
    flow.never_touched = sums.Count(Measure::kNeverTouched);
    flow.touch_median = PercentileOf(touched, 50);
    flow.touch_p75 = PercentileOf(touched, 75);
    flow.touch_p95 = PercentileOf(touched, 95);
    flow.touched_in_5_minutes = sums.Count(Measure::kTouchedIn, 5);
    flow.touched_in_15_minutes = sums.Count(Measure::kTouchedIn, 15);
    flow.touched_in_60_minutes = sums.Count(Measure::kTouchedIn, 60);
    flows.push_back(std::move(flow));
  });
  return flows;
}

std::vector<Pipeline> CellFold::Pipelines(const RateOf& rate_of) const {
  std::vector<Pipeline> pipelines;
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Summed>::Entry& entry) {
    const SortedSums sums(entry.group->All());
    Pipeline pipeline{.group = entry.key, .rest = entry.rest, .total = entry.group->size};
    ForEachStatus(lifecycle_, NamesOf(sums, {Measure::kEntered, Measure::kCurrent}, names_),
                  [&](const std::string& status, const uint32_t* code) {
                    PipelineStage& stage = pipeline.stages.emplace_back();
                    stage.status = status;
                    const StatusDef* def = lifecycle_.Find(status);
                    const bool over = def != nullptr && def->over();
                    if (def != nullptr) stage.win_probability = def->win_probability;
                    if (code == nullptr) return;
                    stage.leads = sums.Count(Measure::kCurrent, *code);
                    AddValues(sums, names_, *code, over, rate_of, stage);
                    AddGroups(sums.Of(Measure::kBuyingGroup, *code), stage);
                    if (over) return;
                    pipeline.open += stage.leads;
                    pipeline.open_value += stage.value;
                    pipeline.open_weighted_value += stage.weighted_value;
                  });
    pipelines.push_back(std::move(pipeline));
  });
  return pipelines;
}

std::vector<Feedback> CellFold::Feedbacks() const {
  std::vector<Feedback> feedbacks;
  const size_t most_rules = MostRulesOf(std::min(division_.most_groups, groups_.size()));
  groups_.ForEachLargest(division_.most_groups, [&](const Groups<Summed>::Entry& entry) {
    FeedbackSums sums;
    for (const Addition& addition : entry.group->All()) sums.Add(addition, names_);
    Feedback& feedback = feedbacks.emplace_back(sums.Told(most_rules));
    feedback.group = entry.key;
    feedback.rest = entry.rest;
  });
  return feedbacks;
}

}  // namespace leadline::domain
