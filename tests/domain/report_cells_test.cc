// What one record adds to cells, and what reports make of them; that cells follow histories is in tests/engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "domain/reports/cell_fold.h"
#include "domain/reports/cell_plan.h"
#include "domain/reports/cell_sums.h"
#include "domain/reports/contribution.h"
#include "domain/reports/log_buckets.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time kBegin = 1'767'225'600LL * kSecond;  // 2026-01-01, a Thursday

Lifecycle Plain() {
  Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "inquiry", .order = 0},    {.id = "mql", .order = 1},
                        {.id = "sql", .order = 2},        {.id = "customer", .order = 3, .won = true},
                        {.id = "re_market", .order = -1}, {.id = "disqualified", .order = -1, .terminal = true}};
  lifecycle.transitions = {{.from = {"mql"}, .to = "sql", .trigger = Trigger::kAccept}};
  lifecycle.remaps = {{"contacted", "mql"}};
  return lifecycle;
}

ReportInput Went(const std::vector<std::string>& statuses, Duration step = kDay) {
  ReportInput input;
  input.record = {.source = "web", .region = "emea", .created_at = kBegin};
  Time time = kBegin;
  for (const std::string& status : statuses) {
    input.steps.push_back({status, time});
    time += step;
  }
  return input;
}

// The reports of these records, from cells.
struct Told {
  std::vector<Funnel> funnels;
  std::vector<Velocity> velocities;
  std::vector<Flow> flows;
};
Told Tell(const std::vector<ReportInput>& inputs, const Division& division = {}, Time now = kBegin + 100 * kDay) {
  const Lifecycle lifecycle = Plain();
  Names names;
  Told told;
  for (const Section section : {Section::kFunnel, Section::kVelocity, Section::kFlow}) {
    const auto plan = PlanOf(section, {}, division);
    EXPECT_TRUE(plan.has_value());
    CellFold fold(section, division, names, lifecycle);
    for (const ReportInput& input : inputs) {
      Contribute(input, lifecycle, names, section, [&](const CellKey& cell, const Additions& additions) {
        if (cell.grouping != plan->grouping || cell.level != plan->ranges.front().level) return;
        Additions in_order = additions;
        Combine(in_order);
        fold.Add(cell, in_order);
      });
    }
    if (section == Section::kFunnel) told.funnels = fold.Funnels();
    if (section == Section::kVelocity) told.velocities = fold.Velocities(now);
    if (section == Section::kFlow) told.flows = fold.Flows();
  }
  return told;
}

TEST(LogBucketsTest, EachIsNarrowerThanOnePercentAndNoneIsLeftOut) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto length = static_cast<Duration>(random() >> (2 + random() % 61));
    const uint32_t bucket = BucketOf(length);
    const Duration shortest = ShortestOf(bucket), next = ShortestOf(bucket + 1);
    ASSERT_LE(shortest, length);
    ASSERT_LT(length, next);
    ASSERT_LE(next - shortest, std::max<Duration>(1, shortest / 100)) << length;
    ASSERT_LT(bucket, 1U << 13);
  }
  EXPECT_EQ(BucketOf(-5), 0U);
  EXPECT_EQ(BucketOf(0), 0U);
}

TEST(PeriodsTest, BeginWhereTheirNamesDo) {
  for (int64_t day = -1000; day < 40'000; day += 1) {
    const Time noon = day * kDay + 12 * kHour;
    const Time week = BeginOf(Level::kWeek, WeekNumber(noon)), month = BeginOf(Level::kMonth, MonthNumber(noon));
    ASSERT_EQ(WeekOf(week), WeekOf(noon));
    ASSERT_NE(WeekOf(week - 1), WeekOf(noon));
    ASSERT_EQ(MonthOf(month), MonthOf(noon));
    ASSERT_NE(MonthOf(month - 1), MonthOf(noon));
  }
}

TEST(PlanTest, WholeMonthsAndTheDaysAtTheEnds) {
  const auto ranges = [](Time start, Time end, std::vector<ReportDimension> by = {}) {
    const auto plan = PlanOf(Section::kFunnel, {.start = start, .end = end}, {.dimensions = std::move(by)});
    return plan ? plan->ranges : std::vector<CellRange>();
  };
  const int64_t january = MonthNumber(kBegin), first = DayNumber(kBegin);
  EXPECT_THAT(ranges(kBegin + kDay, kBegin + 61 * kDay), ElementsAre(CellRange{Level::kMonth, january + 1, january + 2},
                                                                     CellRange{Level::kDay, first + 1, first + 31},
                                                                     CellRange{Level::kDay, first + 59, first + 61}));
  EXPECT_THAT(ranges(kBegin, kBegin + 31 * kDay), ElementsAre(CellRange{Level::kMonth, january, january + 1}));
  EXPECT_THAT(ranges(kBegin, kBegin + 3 * kDay), ElementsAre(CellRange{Level::kDay, first, first + 3}));
  EXPECT_THAT(ranges(kBegin - 31 * kDay, 0),
              ElementsAre(CellRange{Level::kYear, 56, INT32_MAX}, CellRange{Level::kMonth, january - 1, january}));
  EXPECT_THAT(ranges(0, 0, {ReportDimension::kWeek}), SizeIs(1));
  EXPECT_THAT(ranges(kBegin + 1, 0), IsEmpty()) << "an instant within a day is for the records";
}

TEST(PlanTest, WhatNoGroupingHasTogetherIsForTheRecords) {
  using D = ReportDimension;
  const auto answers = [](CellFilter filter, std::vector<D> by) {
    return PlanOf(Section::kFunnel, filter, {.dimensions = std::move(by)}).has_value();
  };
  EXPECT_TRUE(answers({}, {D::kRegion, D::kTeam, D::kWeek}));
  EXPECT_TRUE(answers({.region = "emea", .source = "web"}, {D::kMonth}));
  EXPECT_FALSE(answers({}, {D::kSource, D::kOwner}));
  EXPECT_FALSE(answers({.source = "web"}, {D::kProduct}));
  EXPECT_FALSE(answers({.product = "press"}, {D::kProduct}));
}

TEST(ContributionTest, MovesReturnsAndRecycling) {
  const Told told = Tell({Went({"inquiry", "mql", "re_market", "mql", "sql", "customer"}),
                          Went({"inquiry", "contacted"}), Went({"inquiry", "disqualified"})});
  ASSERT_THAT(told.flows, SizeIs(1));
  const Flow& flow = told.flows[0];
  EXPECT_EQ(flow.total, 3);
  EXPECT_EQ(flow.returns, 1);
  EXPECT_EQ(flow.returned, 1);
  EXPECT_EQ(flow.recycled, 1) << "an end is no recycling";
  EXPECT_EQ(flow.recycled_won, 1);
  std::vector<std::string> moves;
  for (const StatusMove& move : flow.moves) moves.push_back(move.from + ">" + move.to + std::to_string(move.count));
  EXPECT_THAT(moves, ElementsAre("inquiry>mql2", "inquiry>disqualified1", "mql>sql1", "mql>re_market1", "sql>customer1",
                                 "re_market>mql1"));
}

TEST(ContributionTest, FirstTouchAndWhoIsLeftBehind) {
  ReportInput soon = Went({"inquiry"}), late = Went({"mql"}), never = Went({"inquiry"}), ended = Went({"disqualified"});
  soon.touched_at = kBegin + 5 * kMinute;
  late.touched_at = kBegin + kHour + kSecond;
  late.step_due = true;
  const Told told = Tell({soon, late, never, ended});
  const Flow& flow = told.flows.at(0);
  EXPECT_EQ(flow.touched, 2);
  EXPECT_EQ(flow.never_touched, 2);
  EXPECT_EQ(flow.touched_in_5_minutes, 1);
  EXPECT_EQ(flow.touched_in_15_minutes, 1);
  EXPECT_EQ(flow.touched_in_60_minutes, 1) << "a second too late";
  EXPECT_EQ(flow.touch_p95, kHour + kSecond) << "exact, since its bucket has one";
  ASSERT_THAT(flow.left_behind, SizeIs(1)) << "neither who has a step due nor who came to an end";
  EXPECT_EQ(flow.left_behind[0].status, "inquiry");
  EXPECT_EQ(flow.left_behind[0].count, 2);
}

TEST(ContributionTest, WhoWasWonMayGoRound) {
  const Told told =
      Tell({Went({"customer"}), Went({"sql", "customer", "re_market"}), Went({"customer", "re_market", "customer"}),
            Went({"customer", "disqualified"}), Went({"customer", "re_market", "mql", "re_market"}),
            Went({"customer", "mql", "customer", "sql", "customer"}), Went({"inquiry", "re_market", "mql"})});
  const Flow& flow = told.flows.at(0);
  EXPECT_EQ(flow.won, 6);
  EXPECT_EQ(flow.new_round, 2) << "neither to be warmed again nor an end is on the way to the sale";
  EXPECT_EQ(flow.won_again, 1) << "each record once, however often it goes round";
}

TEST(ContributionTest, LeadsByWhereTheirEnquirerStoodBefore) {
  const auto of = [](const std::string& enquirer, const std::vector<std::string>& statuses) {
    ReportInput input = Went(statuses);
    input.enquirer_status = enquirer;
    return input;
  };
  ReportInput person = of("", {"customer"});
  person.kind = RecordKind::kContact;
  const std::vector<ReportInput> leads = {of("", {"inquiry"}),
                                          of("re_market", {"mql", "customer", "mql", "customer"}),
                                          of("contacted", {"customer"}),
                                          of("", {"sql", "customer"}),
                                          of("mql", {"inquiry"}),
                                          of("gone", {"inquiry"}),
                                          of("", {"inquiry"})};
  const Told told = Tell(leads);
  const Flow& flow = told.flows.at(0);
  std::vector<std::string> crossings;
  int64_t all = 0;
  for (const StatusCrossing& crossing : flow.crossings) {
    crossings.push_back(fmt::format("{} {} {}", crossing.status, crossing.leads, crossing.won));
    all += crossing.leads;
  }
  EXPECT_THAT(crossings, ElementsAre(" 3 1", "mql 2 1", "re_market 1 1", "gone 1 0"))
      << "new people first; a status that was renamed counts under today's name";
  EXPECT_EQ(all, flow.total);
  EXPECT_THAT(Tell({person}).flows.at(0).crossings, IsEmpty());
}

TEST(ContributionTest, TakingAwayWhatWasAddedLeavesNothing) {
  const Lifecycle lifecycle = Plain();
  Names names;
  std::map<CellKey, Sums> cells;
  ReportInput input = Went({"inquiry", "mql", "sql"}, 7'777'777'777);
  input.record.products = {"press", "lathe", "press"};
  input.clocks.push_back({.sla_id = "first",
                          .state = SlaState::kMet,
                          .start = kBegin,
                          .due = kBegin + kHour,
                          .stopped = kBegin + kMinute,
                          .response = kMinute});
  for (const int times : {1, 1, -1, -1}) {
    Contribute(input, lifecycle, names, [&](const CellKey& key, const Additions& additions) {
      for (const Addition& addition : additions) AddTo(cells[key], addition, times);
    });
  }
  EXPECT_GT(cells.size(), 50U);
  for (const auto& [key, sums] : cells) EXPECT_THAT(sums, IsEmpty());
}

// A record of any kind, region, products, history and clocks.
ReportInput Any(std::mt19937_64& random) {
  const auto one_of = [&](std::vector<std::string> words) { return words[random() % words.size()]; };
  const std::vector<std::string> statuses = {"inquiry", "mql", "sql", "customer", "re_market", "contacted"};
  std::vector<std::string> went;
  for (size_t i = 0; i <= random() % 4; ++i) went.push_back(one_of(statuses));
  ReportInput input = Went(went, static_cast<Duration>(random() % (20 * kDay)));
  const auto later = static_cast<Duration>(random() % (60 * kDay));
  input.record.created_at += later;
  for (StatusStep& step : input.steps) {
    step.time += later;
    step.cause = static_cast<StepCause>(random() % 3);
    if (step.cause == StepCause::kReject) step.reject_reason = one_of({"timing", "no_need"});
    if (step.to == "mql" && random() % 2 == 0) {
      step.score = SentScore{static_cast<uint32_t>(random() % 23), {one_of({"a", "b"}), one_of({"c", "d"})}};
    }
  }
  input.record.region = one_of({"emea", "apac", ""});
  if (random() % 4 == 0) {
    input.kind = RecordKind::kContact;
    input.record.source.clear();
    return input;
  }
  input.record.source = one_of({"web", "fair", ""});
  input.record.assignee = one_of({"ann", "bob", ""});
  for (size_t i = 0; i < random() % 4; ++i) input.record.products.push_back(one_of({"press", "lathe", ""}));
  for (size_t i = 0; i < random() % 3; ++i) {
    input.clocks.push_back({.sla_id = one_of({"first", "second"}),
                            .state = static_cast<SlaState>(1 + random() % 6),
                            .start = input.record.created_at,
                            .due = input.record.created_at + static_cast<Duration>(random() % (40 * kDay)),
                            .response = static_cast<Duration>(random() % kDay)});
  }
  if (random() % 2 == 0) input.touched_at = input.record.created_at + static_cast<Duration>(random() % kDay);
  input.step_due = random() % 2 == 0;
  input.enquirer_status = one_of({"", "customer", "re_market", "contacted"});
  return input;
}

TEST(CellSumsTest, LargerCellsAreThoseThatTheRecordsThemselvesAddUpTo) {
  const Lifecycle lifecycle = Plain();
  std::mt19937_64 random(5);
  for (const int count : {1, 3, 200}) {
    Names names;
    CellSums sums;
    std::map<CellKey, Sums> told;
    for (int i = 0; i < count; ++i) {
      const ReportInput input = Any(random);
      const int times = random() % 3 == 0 ? -1 : 1;
      sums.Add(input, lifecycle, names, times);
      Contribute(input, lifecycle, names, [&](const CellKey& key, const Additions& additions) {
        for (const Addition& addition : additions) AddTo(told[key], addition, times);
      });
    }
    std::erase_if(told, [](const auto& cell) { return cell.second.empty(); });
    const std::vector<CellAdditions> cells = sums.Take();
    ASSERT_EQ(cells.size(), told.size());
    auto expected = told.begin();
    for (const CellAdditions& cell : cells) {
      ASSERT_EQ(cell.key, expected->first) << cell.key.values;
      ASSERT_EQ(cell.additions, Sorted(expected->second));
      ++expected;
    }
    EXPECT_THAT(sums.Take(), IsEmpty());
  }
}

TEST(ContributionTest, TheLifecycleComesBackFromItsText) {
  const std::string text = LifecycleText(Plain());
  EXPECT_EQ(LifecycleText(LifecycleOfText(text)), text);
  Lifecycle other = Plain();
  other.statuses[4].terminal = true;
  EXPECT_NE(LifecycleText(other), text);
}

}  // namespace
}  // namespace leadline::domain
