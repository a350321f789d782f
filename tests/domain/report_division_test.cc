// Reports divided by any dimensions and times, against a fold that takes each entry by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <random>
#include <set>

#include "domain/reports/division.h"
#include "domain/reports/funnel.h"
#include "domain/reports/sla_compliance.h"
#include "domain/reports/velocity.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using enum ReportDimension;

constexpr Time kStart = 1'767'225'600LL * kSecond;  // 2026-01-01, a Thursday
constexpr Time kNow = kStart + 200 * kDay;

Lifecycle Standard() {
  Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "raw", .order = 0},
                        {.id = "inquiry", .order = 1},
                        {.id = "mql", .order = 2},
                        {.id = "sal", .order = 3},
                        {.id = "customer", .order = 4, .won = true},
                        {.id = "re_market", .order = -1}};
  lifecycle.remaps = {{"contacted", "inquiry"}};
  return lifecycle;
}

std::map<std::string, std::string, std::less<>> Teams() {
  return {{"ana", "north"}, {"ben", "south"}, {"cy", "south"}};
}

using Random = std::mt19937_64;

template <size_t n>
const char* One(Random& random, const char* const (&words)[n]) {
  return words[random() % n];
}

ReportedRecord RandomRecord(Random& random) {
  ReportedRecord record{.source = One(random, {"web", "ads", ""}),
                        .region = One(random, {"emea", "latam"}),
                        .assignee = One(random, {"ana", "ben", "cy", "gone", ""}),
                        .created_at = kStart + static_cast<Time>(random() % 90) * kDay};
  for (uint64_t n = random() % 4; n > 0; --n) record.products.emplace_back(One(random, {"crm", "erp", "bi"}));
  return record;
}

std::vector<Journey> RandomJourneys(Random& random) {
  std::vector<Journey> journeys(60 + random() % 60);
  for (Journey& journey : journeys) {
    journey.record = RandomRecord(random);
    Time time = journey.record.created_at;
    for (uint64_t n = random() % 7; n > 0; --n) {
      journey.steps.push_back(
          {One(random, {"raw", "inquiry", "contacted", "mql", "sal", "customer", "re_market", "old"}), time});
      time += static_cast<Time>(random() % 20) * kDay - kDay;
    }
  }
  return journeys;
}

Division RandomDivision(Random& random, std::vector<TimeBasis> bases) {
  std::vector<ReportDimension> all = {kSource, kRegion, kProduct, kOwner, kTeam, kWeek, kMonth};
  std::shuffle(all.begin(), all.end(), random);
  all.resize(random() % (kMostReportDimensions + 1));
  Division division{.dimensions = all, .basis = bases[random() % bases.size()], .teams = Teams()};
  if (division.basis != TimeBasis::kCreation && random() % 2 == 0) {
    division.start = kStart + 20 * kDay;
    division.end = kStart + 70 * kDay;
  }
  return division;
}

std::string Formatted(Time time, const char* format) {
  const std::time_t seconds = time / kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof(text), format, &parts)};
}

// Every key that the record has at the time.
std::set<GroupKey> NaiveKeys(const Division& division, const ReportedRecord& record, Time time) {
  std::set<std::string> products(record.products.begin(), record.products.end());
  if (products.empty()) products.insert("");
  std::set<GroupKey> keys;
  for (const std::string& product : products) {
    GroupKey key;
    for (const ReportDimension dimension : division.dimensions) {
      const auto team = division.teams.find(record.assignee);
      key.push_back(dimension == kSource    ? record.source
                    : dimension == kRegion  ? record.region
                    : dimension == kProduct ? product
                    : dimension == kOwner   ? record.assignee
                    : dimension == kTeam    ? (team == division.teams.end() ? "" : team->second)
                    : dimension == kWeek    ? Formatted(time, "%G-W%V")
                                            : Formatted(time, "%Y-%m"));
    }
    keys.insert(key);
  }
  return keys;
}

// Records by what they did, a set so that each counts once.
struct NaiveGroup {
  std::set<size_t> records;
  std::map<std::string, std::set<size_t>> entered, advanced, current;
  std::map<std::string, std::vector<Duration>> stays, open;
  std::vector<Duration> to_customer;
  int64_t jumps = 0, steps_back = 0;
};
using NaiveGroups = std::map<GroupKey, NaiveGroup>;

int OrderIn(const Lifecycle& lifecycle, const std::string& status) {
  const StatusDef* def = lifecycle.Find(status);
  return def == nullptr ? -1 : def->order;
}

bool LeavesOneOut(const Lifecycle& lifecycle, int from, int to) {
  for (const StatusDef& def : lifecycle.statuses) {
    if (from < def.order && def.order < to) return true;
  }
  return false;
}

void NaiveAdd(const Lifecycle& lifecycle, const Division& division, size_t id, const Journey& journey,
              NaiveGroups& groups) {
  std::vector<StatusStep> way;
  for (const StatusStep& step : journey.steps) {
    const std::string status = step.to == "contacted" ? "inquiry" : step.to;
    // What is told of an earlier time tells anew what came from then on.
    while (!way.empty() && way.back().time > step.time) way.pop_back();
    if (way.empty() || way.back().to != status) way.push_back({status, step.time});
  }
  if (way.empty()) way.push_back({"", journey.record.created_at});
  bool won = false;
  for (size_t i = 0; i < way.size(); ++i) {
    const bool wins = way[i].to == "customer" && !won;
    won = won || wins;
    const bool by_entry = division.basis == TimeBasis::kEntry;
    if (by_entry && division.start != 0 && way[i].time < division.start) continue;
    if (by_entry && division.end != 0 && way[i].time >= division.end) continue;
    const int order = OrderIn(lifecycle, way[i].to);
    const int before = i == 0 ? -1 : OrderIn(lifecycle, way[i - 1].to);
    bool goes_on = false;
    for (size_t j = i + 1; j < way.size(); ++j) goes_on = goes_on || OrderIn(lifecycle, way[j].to) > order;
    const bool last = i + 1 == way.size();
    const Duration stayed = std::max<Duration>(0, (last ? kNow : way[i + 1].time) - way[i].time);
    for (const GroupKey& key :
         NaiveKeys(division, journey.record, by_entry ? way[i].time : journey.record.created_at)) {
      NaiveGroup& group = groups[key];
      group.records.insert(id);
      group.entered[way[i].to].insert(id);
      if (goes_on) group.advanced[way[i].to].insert(id);
      if (last) group.current[way[i].to].insert(id);
      (last ? group.open : group.stays)[way[i].to].push_back(stayed);
      if (wins) group.to_customer.push_back(std::max<Duration>(0, way[i].time - journey.record.created_at));
      if (before >= 0 && order >= 0 && order < before) ++group.steps_back;
      if (before >= 0 && order > before && LeavesOneOut(lifecycle, before, order)) ++group.jumps;
    }
  }
}

int64_t Size(const std::map<std::string, std::set<size_t>>& sets, const std::string& status) {
  const auto found = sets.find(status);
  return found == sets.end() ? 0 : static_cast<int64_t>(found->second.size());
}

void ExpectSame(const Funnel& funnel, const NaiveGroup& naive) {
  EXPECT_EQ(funnel.total, static_cast<int64_t>(naive.records.size()));
  EXPECT_EQ(funnel.jumps, naive.jumps);
  EXPECT_EQ(funnel.steps_back, naive.steps_back);
  size_t entered = 0;
  for (const FunnelStage& stage : funnel.stages) {
    EXPECT_EQ(stage.entered, Size(naive.entered, stage.status)) << stage.status;
    EXPECT_EQ(stage.advanced, Size(naive.advanced, stage.status)) << stage.status;
    EXPECT_EQ(stage.current, Size(naive.current, stage.status)) << stage.status;
    entered += stage.entered > 0 ? 1 : 0;
  }
  EXPECT_EQ(entered, naive.entered.size());
}

// Nearest rank, and 0 of none.
Duration NaiveMedian(std::vector<Duration> samples) {
  std::sort(samples.begin(), samples.end());
  return samples.empty() ? 0 : samples[(samples.size() + 1) / 2 - 1];
}

void ExpectSame(const Velocity& velocity, NaiveGroup naive) {
  EXPECT_EQ(velocity.total, static_cast<int64_t>(naive.records.size()));
  for (const DurationStats& stats : velocity.stages) {
    EXPECT_EQ(stats.count, static_cast<int64_t>(naive.stays[stats.status].size())) << stats.status;
    EXPECT_EQ(stats.open, static_cast<int64_t>(naive.open[stats.status].size())) << stats.status;
    EXPECT_EQ(stats.median, NaiveMedian(naive.stays[stats.status])) << stats.status;
    EXPECT_EQ(stats.open_median, NaiveMedian(naive.open[stats.status])) << stats.status;
  }
  EXPECT_EQ(velocity.creation_to_customer.count, static_cast<int64_t>(naive.to_customer.size()));
  EXPECT_EQ(velocity.creation_to_customer.median, NaiveMedian(naive.to_customer));
}

int64_t CurrentOf(const std::vector<Funnel>& funnels) {
  int64_t sum = 0;
  for (const Funnel& funnel : funnels) {
    for (const FunnelStage& stage : funnel.stages) sum += stage.current;
  }
  return sum;
}

std::vector<Funnel> FunnelsOf(const Lifecycle& lifecycle, const Division& division, const std::vector<Journey>& all) {
  FunnelFold fold(lifecycle, division);
  for (const Journey& journey : all) fold.Add(journey);
  return fold.Result();
}

std::vector<Velocity> VelocitiesOf(const Lifecycle& lifecycle, const Division& division,
                                   const std::vector<Journey>& all) {
  VelocityFold fold(lifecycle, division, kNow);
  for (const Journey& journey : all) fold.Add(journey);
  return fold.Result();
}

// Largest first, then by key; the rest last.
template <typename Report>
void ExpectInOrder(const std::vector<Report>& reports) {
  for (size_t i = 1; i < reports.size(); ++i) {
    EXPECT_FALSE(reports[i - 1].rest);
    if (reports[i].rest) continue;
    EXPECT_TRUE(reports[i - 1].total > reports[i].total ||
                (reports[i - 1].total == reports[i].total && reports[i - 1].group < reports[i].group));
  }
}

TEST(ReportDivisionProperty, FunnelAndVelocityAreThoseOfANaiveFold) {
  Random random(41);
  const Lifecycle lifecycle = Standard();
  for (int round = 0; round < 150; ++round) {
    SCOPED_TRACE(round);
    const Division division = RandomDivision(random, {TimeBasis::kCreation, TimeBasis::kEntry});
    const std::vector<Journey> journeys = RandomJourneys(random);
    NaiveGroups naive;
    for (size_t i = 0; i < journeys.size(); ++i) NaiveAdd(lifecycle, division, i, journeys[i], naive);
    const std::vector<Funnel> funnels = FunnelsOf(lifecycle, division, journeys);
    const std::vector<Velocity> velocities = VelocitiesOf(lifecycle, division, journeys);
    ASSERT_EQ(funnels.size(), naive.size());
    ASSERT_EQ(velocities.size(), naive.size());
    for (const Funnel& funnel : funnels) ExpectSame(funnel, naive[funnel.group]);
    for (const Velocity& velocity : velocities) ExpectSame(velocity, naive[velocity.group]);
    ExpectInOrder(funnels);
    ExpectInOrder(velocities);
    if (!division.Has(kProduct) && division.start == 0) {
      EXPECT_EQ(CurrentOf(funnels), static_cast<int64_t>(journeys.size())) << "the counts of now are all records";
    }
  }
}

TEST(ReportDivisionProperty, WhatIsNotAmongTheLargestIsTheRest) {
  Random random(42);
  const Lifecycle lifecycle = Standard();
  for (int round = 0; round < 100; ++round) {
    SCOPED_TRACE(round);
    Division division = RandomDivision(random, {TimeBasis::kCreation, TimeBasis::kEntry});
    const std::vector<Journey> journeys = RandomJourneys(random);
    const std::vector<Funnel> all = FunnelsOf(lifecycle, division, journeys);
    division.most_groups = 1 + random() % 5;
    const std::vector<Funnel> some = FunnelsOf(lifecycle, division, journeys);
    ASSERT_EQ(some.size(), std::min(all.size(), division.most_groups + 1));
    Funnel rest;
    for (size_t i = 0; i < all.size(); ++i) {
      if (i < division.most_groups) {
        EXPECT_EQ(some[i].group, all[i].group);
        EXPECT_EQ(some[i].total, all[i].total);
      } else {
        rest.Merge(all[i]);
      }
    }
    EXPECT_EQ(CurrentOf(some), CurrentOf(all));
    EXPECT_EQ(some.back().rest, all.size() > division.most_groups);
    if (!some.back().rest) continue;
    EXPECT_TRUE(some.back().group.empty());
    EXPECT_EQ(some.back().total, rest.total);
    EXPECT_EQ(some.back().jumps, rest.jumps);
    int64_t open = 0;
    const std::vector<Velocity> velocities = VelocitiesOf(lifecycle, division, journeys);
    for (const DurationStats& stats : velocities.back().stages) open += stats.open;
    EXPECT_EQ(open, CurrentOf({rest}));
    // And when so many are not even told apart while folding: what is told is the same, and nothing is lost.
    division.most_folded = 1;
    division.most_groups = 100;
    const std::vector<Funnel> folded = FunnelsOf(lifecycle, division, journeys);
    ASSERT_EQ(folded.size(), 2U);
    EXPECT_TRUE(folded.back().rest);
    EXPECT_EQ(CurrentOf(folded), CurrentOf(all));
    for (const Funnel& funnel : folded) {
      const auto same = std::find_if(all.begin(), all.end(), [&](const Funnel& f) { return f.group == funnel.group; });
      if (!funnel.rest) {
        EXPECT_EQ(funnel.total, same->total);
      }
    }
  }
}

std::vector<SlaSample> RandomClocks(Random& random) {
  std::vector<SlaSample> samples(100);
  for (SlaSample& sample : samples) {
    sample.record = RandomRecord(random);
    sample.clock.sla_id = One(random, {"accept", "contact"});
    sample.clock.due = sample.record.created_at + static_cast<Time>(random() % 30) * kDay;
    sample.clock.state = static_cast<SlaState>(1 + random() % 6);
    sample.response = static_cast<Duration>(random() % 100) * kMinute;
  }
  return samples;
}

TEST(ReportDivisionProperty, ServiceLevelsAreThoseOfANaiveFold) {
  Random random(43);
  for (int round = 0; round < 100; ++round) {
    SCOPED_TRACE(round);
    Division division = RandomDivision(random, {TimeBasis::kCreation, TimeBasis::kDue});
    const std::vector<SlaSample> samples = RandomClocks(random);
    const Time now = kStart + 60 * kDay;
    std::map<std::pair<std::string, GroupKey>, std::vector<const SlaSample*>> naive;
    for (const SlaSample& sample : samples) {
      const bool by_due = division.basis == TimeBasis::kDue;
      if (by_due && division.start != 0 && sample.clock.due < division.start) continue;
      if (by_due && division.end != 0 && sample.clock.due >= division.end) continue;
      for (const GroupKey& key :
           NaiveKeys(division, sample.record, by_due ? sample.clock.due : sample.record.created_at)) {
        naive[{sample.clock.sla_id, key}].push_back(&sample);
      }
    }
    const auto fold_all = [&] {
      SlaFold fold(division, now);
      for (const SlaSample& sample : samples) fold.Add(sample);
      return fold.Result();
    };
    const std::vector<SlaCompliance> levels = fold_all();
    ASSERT_EQ(levels.size(), naive.size());
    int64_t started = 0;
    for (const SlaCompliance& level : levels) {
      const auto& expected = naive[{level.sla_id, level.group}];
      const auto in = [&](std::set<SlaState> states, std::set<bool> late) {
        return std::count_if(expected.begin(), expected.end(), [&](const SlaSample* s) {
          return states.contains(s->clock.state) && late.contains(s->clock.due <= now);
        });
      };
      EXPECT_EQ(level.started, static_cast<int64_t>(expected.size()));
      EXPECT_EQ(level.met, in({SlaState::kMet}, {false, true}));
      EXPECT_EQ(level.cancelled, in({SlaState::kCancelled}, {false, true}));
      EXPECT_EQ(level.running, in({SlaState::kRunning, SlaState::kWarned}, {false}));
      EXPECT_EQ(level.breached, level.started - level.met - level.cancelled - level.running);
      started += level.started;
    }
    division.most_groups = 1;
    int64_t of_rest = 0, of_largest = 0;
    for (const SlaCompliance& level : fold_all()) (level.rest ? of_rest : of_largest) += level.started;
    EXPECT_EQ(of_rest + of_largest, started);
    if (levels.size() > 1) {
      EXPECT_GT(of_rest, 0);
    }
  }
}

TEST(WeekOfTest, TheYearOfAWeekIsThatOfItsThursday) {
  EXPECT_EQ(WeekOf(kStart), "2026-W01");
  EXPECT_EQ(WeekOf(kStart - 3 * kDay), "2026-W01") << "Monday, 2025-12-29";
  EXPECT_EQ(WeekOf(kStart - 3 * kDay - 1), "2025-W52");
  EXPECT_EQ(WeekOf(kStart + 365 * kDay), "2026-W53") << "Friday, 2027-01-01";
  EXPECT_EQ(WeekOf(kStart + 368 * kDay), "2027-W01");
  Random random(44);
  for (int i = 0; i < 10'000; ++i) {
    const Time time = static_cast<Time>(random() % 4'000'000'000ULL) * kSecond;
    ASSERT_EQ(WeekOf(time), Formatted(time, "%G-W%V")) << time;
    ASSERT_EQ(MonthOf(time), Formatted(time, "%Y-%m")) << time;
  }
}

TEST(FunnelFoldTest, ByEntryEachMoveCountsInItsOwnWeek) {
  const Lifecycle lifecycle = Standard();
  FunnelFold fold(lifecycle, {.dimensions = {kWeek}, .basis = TimeBasis::kEntry});
  Journey journey{.record = {.created_at = kStart}};
  journey.steps = {{"inquiry", kStart}, {"mql", kStart + kDay}, {"customer", kStart + 10 * kDay}};
  fold.Add(journey);
  const std::vector<Funnel> funnels = fold.Result();
  ASSERT_EQ(funnels.size(), 2U);
  EXPECT_THAT(funnels[0].group, ElementsAre("2026-W01"));
  EXPECT_EQ(funnels[0].stages[1].entered, 1);
  EXPECT_EQ(funnels[0].stages[2].advanced, 1) << "it went on, if in another week";
  EXPECT_EQ(funnels[0].jumps, 0);
  EXPECT_EQ(CurrentOf({funnels[0]}), 0);
  EXPECT_THAT(funnels[1].group, ElementsAre("2026-W02"));
  EXPECT_EQ(funnels[1].stages[1].entered, 0);
  EXPECT_EQ(funnels[1].stages[4].current, 1);
  EXPECT_EQ(funnels[1].jumps, 1);
}

}  // namespace
}  // namespace leadline::domain
