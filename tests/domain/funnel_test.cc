#include "domain/reports/funnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "domain/reports/sla_compliance.h"
#include "domain/reports/velocity.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;

constexpr Time kStart = 1'767'225'600LL * kSecond;  // 2026-01-01

Lifecycle Standard() {
  Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "raw", .order = 0},
                        {.id = "inquiry", .order = 1},
                        {.id = "mql", .order = 2},
                        {.id = "sal", .order = 3},
                        {.id = "customer", .order = 4, .won = true},
                        {.id = "re_market", .order = -1},
                        {.id = "disqualified", .order = -1, .terminal = true}};
  lifecycle.remaps = {{"contacted", "inquiry"}};
  return lifecycle;
}

Journey Way(std::vector<std::string> statuses, std::string source = "web", Duration step = kDay) {
  Journey journey{.record = {.source = std::move(source), .region = "emea", .created_at = kStart}};
  for (size_t i = 0; i < statuses.size(); ++i) {
    journey.steps.push_back({statuses[i], kStart + static_cast<Time>(i) * step});
  }
  return journey;
}

Division By(ReportDimension dimension) { return {.dimensions = {dimension}}; }

std::vector<SlaCompliance> FoldSla(const std::vector<SlaSample>& samples, Division division, Time now) {
  SlaFold fold(std::move(division), now);
  for (const SlaSample& sample : samples) fold.Add(sample);
  return fold.Result();
}

const FunnelStage& Stage(const Funnel& funnel, std::string_view status) {
  for (const FunnelStage& stage : funnel.stages) {
    if (stage.status == status) return stage;
  }
  ADD_FAILURE() << "no stage " << status;
  return funnel.stages.front();
}

const DurationStats& Stay(const Velocity& velocity, std::string_view status) {
  for (const DurationStats& stats : velocity.stages) {
    if (stats.status == status) return stats;
  }
  ADD_FAILURE() << "no stage " << status;
  return velocity.stages.front();
}

TEST(FunnelFoldTest, CountsRecordsNotVisits) {
  Lifecycle lifecycle = Standard();
  FunnelFold fold(lifecycle, Division());
  fold.Add(Way({"raw", "inquiry", "mql", "re_market", "mql", "sal"}));
  fold.Add(Way({"inquiry", "mql"}));
  fold.Add(Way({"raw"}));
  auto funnels = fold.Result();
  ASSERT_EQ(funnels.size(), 1U);
  const Funnel& funnel = funnels[0];
  EXPECT_TRUE(funnel.group.empty());
  EXPECT_EQ(funnel.total, 3);
  EXPECT_EQ(Stage(funnel, "mql").entered, 2);
  EXPECT_EQ(Stage(funnel, "mql").current, 1);
  EXPECT_EQ(Stage(funnel, "mql").advanced, 1);
  EXPECT_EQ(Stage(funnel, "mql").conversion, 0.5);
  EXPECT_EQ(Stage(funnel, "raw").entered, 2);
  EXPECT_EQ(Stage(funnel, "raw").advanced, 1);
  EXPECT_EQ(Stage(funnel, "re_market").advanced, 1);
  EXPECT_EQ(Stage(funnel, "customer").entered, 0);
  EXPECT_EQ(Stage(funnel, "customer").conversion, 0);
  EXPECT_EQ(funnel.jumps, 0);
  EXPECT_EQ(funnel.steps_back, 0);
}

TEST(FunnelFoldTest, JumpsAndStepsBack) {
  Lifecycle lifecycle = Standard();
  FunnelFold fold(lifecycle, Division());
  fold.Add(Way({"raw", "mql", "inquiry", "customer", "re_market", "raw"}));
  Funnel funnel = fold.Result().at(0);
  EXPECT_EQ(funnel.jumps, 2);
  EXPECT_EQ(funnel.steps_back, 1);
}

TEST(FunnelFoldTest, EveryStatusInOrderThenTheRest) {
  Lifecycle lifecycle = Standard();
  FunnelFold fold(lifecycle, Division());
  fold.Add(Way({"zombie"}));
  fold.Add(Way({"alien", "contacted"}));
  fold.Add(Way({}));
  std::vector<std::string> names;
  Funnel funnel = fold.Result().at(0);
  for (const FunnelStage& stage : funnel.stages) names.push_back(stage.status);
  EXPECT_THAT(names, ElementsAre("raw", "inquiry", "mql", "sal", "customer", "re_market", "disqualified", "", "alien",
                                 "zombie"));
  EXPECT_EQ(Stage(funnel, "inquiry").current, 1) << "remapped";
  EXPECT_EQ(Stage(funnel, "").current, 1) << "a record without a status is not lost";
}

TEST(FunnelFoldTest, ARemapIsNoMove) {
  Lifecycle lifecycle = Standard();
  FunnelFold fold(lifecycle, Division());
  fold.Add(Way({"contacted", "inquiry", "inquiry"}));
  Funnel funnel = fold.Result().at(0);
  EXPECT_EQ(Stage(funnel, "inquiry").entered, 1);
  EXPECT_EQ(Stage(funnel, "inquiry").advanced, 0);
}

TEST(FunnelFoldTest, GroupsTheLargestFirstThenByName) {
  Lifecycle lifecycle = Standard();
  FunnelFold fold(lifecycle, By(ReportDimension::kSource));
  for (const char* source : {"web", "event", "event", "ads", ""}) fold.Add(Way({"raw"}, source));
  std::vector<std::string> groups;
  for (const Funnel& funnel : fold.Result()) groups.push_back(funnel.group.at(0));
  EXPECT_THAT(groups, ElementsAre("event", "", "ads", "web"));
}

TEST(FunnelFoldTest, GroupsByRegionAndMonth) {
  Lifecycle lifecycle = Standard();
  FunnelFold regions(lifecycle, By(ReportDimension::kRegion));
  FunnelFold months(lifecycle, By(ReportDimension::kMonth));
  regions.Add(Way({"raw"}));
  months.Add(Way({"raw"}));
  EXPECT_THAT(regions.Result().at(0).group, ElementsAre("emea"));
  EXPECT_THAT(months.Result().at(0).group, ElementsAre("2026-01"));
}

TEST(FunnelProperty, CurrentsAddUpToTheTotal) {
  std::mt19937_64 random(81);
  Lifecycle lifecycle = Standard();
  const char* kStatuses[] = {"raw",       "inquiry",      "mql",       "sal", "customer",
                             "re_market", "disqualified", "contacted", "old"};
  for (const Division& group : {Division(), By(ReportDimension::kSource), By(ReportDimension::kMonth)}) {
    FunnelFold fold(lifecycle, group);
    VelocityFold velocity(lifecycle, group, kStart + 100 * kDay);
    int64_t added = 0;
    for (; added < 2000; ++added) {
      std::vector<std::string> way;
      for (uint64_t n = random() % 8; n > 0; --n) way.emplace_back(kStatuses[random() % std::size(kStatuses)]);
      Journey journey = Way(way, "source" + std::to_string(random() % 5));
      journey.record.created_at -= static_cast<Time>(random() % 90) * kDay;
      fold.Add(journey);
      velocity.Add(journey);
    }
    int64_t total = 0;
    for (const Funnel& funnel : fold.Result()) {
      int64_t current = 0;
      for (const FunnelStage& stage : funnel.stages) {
        current += stage.current;
        EXPECT_LE(stage.current, stage.entered);
        EXPECT_LE(stage.advanced, stage.entered);
        EXPECT_LE(stage.conversion, 1);
      }
      EXPECT_EQ(current, funnel.total) << funnel.group.size();
      total += funnel.total;
    }
    EXPECT_EQ(total, added);
    int64_t open = 0;
    for (const Velocity& v : velocity.Result()) {
      for (const DurationStats& stats : v.stages) open += stats.open;
    }
    EXPECT_EQ(open, added);
  }
}

TEST(VelocityFoldTest, StaysAndTheWayToTheCustomer) {
  Lifecycle lifecycle = Standard();
  VelocityFold fold(lifecycle, Division(), kStart + 10 * kDay);
  fold.Add(Way({"raw", "mql", "customer"}, "web", kDay));
  fold.Add(Way({"raw", "mql", "customer"}, "web", 3 * kDay));
  fold.Add(Way({"raw", "mql"}, "web", 4 * kDay));
  Velocity velocity = fold.Result().at(0);
  EXPECT_EQ(velocity.total, 3);
  EXPECT_EQ(Stay(velocity, "raw").count, 3);
  EXPECT_EQ(Stay(velocity, "raw").median, 3 * kDay);
  EXPECT_EQ(Stay(velocity, "raw").p90, 4 * kDay);
  EXPECT_EQ(Stay(velocity, "raw").mean, 8 * kDay / 3);
  EXPECT_EQ(Stay(velocity, "raw").open, 0);
  EXPECT_EQ(Stay(velocity, "mql").count, 2);
  EXPECT_EQ(Stay(velocity, "mql").open, 1);
  EXPECT_EQ(Stay(velocity, "mql").open_median, 6 * kDay);
  EXPECT_EQ(Stay(velocity, "sal").count, 0);
  EXPECT_EQ(velocity.creation_to_customer.count, 2);
  EXPECT_EQ(velocity.creation_to_customer.median, 2 * kDay);
  EXPECT_EQ(velocity.creation_to_customer.p90, 6 * kDay);
}

TEST(VelocityFoldTest, OnlyTheFirstTimeAsACustomerCounts) {
  Lifecycle lifecycle = Standard();
  VelocityFold fold(lifecycle, Division(), kStart + 10 * kDay);
  fold.Add(Way({"mql", "customer", "inquiry", "customer"}));
  EXPECT_EQ(fold.Result().at(0).creation_to_customer.count, 1);
  EXPECT_EQ(fold.Result().at(0).creation_to_customer.mean, kDay);
}

TEST(VelocityFoldTest, TimeDoesNotRunBackwards) {
  Lifecycle lifecycle = Standard();
  VelocityFold fold(lifecycle, Division(), kStart);
  Journey journey{.record = {.created_at = kStart}};
  journey.steps = {{"mql", kStart}, {"customer", kStart - 5 * kDay}};
  fold.Add(journey);
  EXPECT_EQ(Stay(fold.Result().at(0), "mql").mean, 0);
  EXPECT_EQ(fold.Result().at(0).creation_to_customer.mean, 0);
}

TEST(VelocityFoldTest, ManyLongStaysDoNotOverflow) {
  Lifecycle lifecycle = Standard();
  VelocityFold fold(lifecycle, Division(), kStart + 40'000LL * 365 * kDay / 365);
  Journey journey;
  journey.steps = {{"raw", 0}, {"mql", 100'000 * kDay}};
  for (int i = 0; i < 2000; ++i) fold.Add(journey);
  EXPECT_EQ(Stay(fold.Result().at(0), "raw").mean, 100'000 * kDay);
}

SlaSample Sample(SlaState state, Time due, Duration response = 0, std::string source = "web") {
  SlaSample sample{.record = {.source = std::move(source), .created_at = kStart}, .response = response};
  sample.clock = {.sla_id = "first_contact", .start = kStart, .due = due, .state = state};
  return sample;
}

TEST(FoldSlaTest, EveryClockIsCountedOnce) {
  Time now = kStart + kDay;
  std::vector<SlaSample> samples = {Sample(SlaState::kMet, now, kHour),         Sample(SlaState::kMet, now, 3 * kHour),
                                    Sample(SlaState::kMetLate, now, 9 * kHour), Sample(SlaState::kBreached, now - 1),
                                    Sample(SlaState::kRunning, now + 1),        Sample(SlaState::kWarned, now + 1),
                                    Sample(SlaState::kRunning, now - 1),        Sample(SlaState::kCancelled, now - 1)};
  auto result = FoldSla(samples, Division(), now);
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].sla_id, "first_contact");
  EXPECT_EQ(result[0].started, 8);
  EXPECT_EQ(result[0].met, 2);
  EXPECT_EQ(result[0].breached, 3);
  EXPECT_EQ(result[0].running, 2);
  EXPECT_EQ(result[0].cancelled, 1);
  EXPECT_EQ(result[0].met + result[0].breached + result[0].running + result[0].cancelled, result[0].started);
  EXPECT_EQ(result[0].compliance, 0.4);
  EXPECT_EQ(result[0].median_response, 3 * kHour);
}

TEST(FoldSlaTest, WhereNobodyRespondedThereIsNoMedian) {
  const auto result =
      FoldSla({Sample(SlaState::kBreached, kStart), Sample(SlaState::kCancelled, kStart)}, Division(), kStart + kDay);
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].median_response, std::nullopt);
}

TEST(FoldSlaTest, ByLevelThenLargestGroup) {
  std::vector<SlaSample> samples = {Sample(SlaState::kMet, 0, 0, "ads"), Sample(SlaState::kMet, 0, 0, "web"),
                                    Sample(SlaState::kMet, 0, 0, "web"), Sample(SlaState::kMet, 0, 0, "web")};
  samples[3].clock.sla_id = "a_level";
  auto result = FoldSla(samples, By(ReportDimension::kSource), kStart);
  ASSERT_EQ(result.size(), 3U);
  EXPECT_EQ(result[0].sla_id, "a_level");
  EXPECT_THAT(result[1].group, ElementsAre("web"));
  EXPECT_THAT(result[2].group, ElementsAre("ads"));
  EXPECT_TRUE(FoldSla({}, Division(), 0).empty());
}

TEST(MonthOfTest, Utc) {
  EXPECT_EQ(MonthOf(kStart), "2026-01");
  EXPECT_EQ(MonthOf(kStart - 1), "2025-12");
}

}  // namespace
}  // namespace leadline::domain
