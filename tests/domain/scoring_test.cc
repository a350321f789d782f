#include "domain/scoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "domain/activities/days.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Time kNow = 1'800'000'000LL * kSecond;

int64_t Micros(double points) { return std::llround(points * 1e6); }

Activity Made(std::string id, Time time, std::string channel = "email", std::string investment = "high",
              std::string response = "contact_me") {
  return {.id = std::move(id),
          .channel = std::move(channel),
          .investment = std::move(investment),
          .response = std::move(response),
          .time = time};
}

ScoringRule Rule(std::string id, std::string dimension, double points) {
  return {.id = std::move(id),
          .layer = "central",
          .source = "scoring.yaml:3",
          .dimension = std::move(dimension),
          .points = points};
}

// A policy of every kind of rule, and hits and activities to go with it.
struct Case {
  ScoringPolicy policy;
  std::vector<Activity> activities;
  std::vector<RuleHit> hits;
};

Case RandomCase(std::mt19937_64& random) {
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); };
  const std::string kChannels[] = {"email", "event", "web"};
  const std::string kInvestments[] = {"low", "high"};
  const std::string kResponses[] = {"open", "click", "contact_me"};
  const std::string kDimensions[] = {"behaviour", "demographic", "a dimension with a name beyond the short ones"};
  Case c;
  c.policy.adjustment_cap = 15;
  for (int i = 0; i < 30; ++i) {
    ScoringRule rule = Rule("rule" + std::to_string(i), kDimensions[pick(3)], (pick(4000) - 1000) / 37.0);
    rule.each_activity = pick(2) == 0;
    if (rule.each_activity && pick(3) > 0) rule.half_life = (1 + pick(60)) * kDay;
    if (pick(3) == 0) rule.max_points = pick(60);
    rule.regional = pick(4) == 0;
    if (rule.regional) rule.layer = "emea";
    c.policy.rules.push_back(rule);
  }
  ScoringMatrix matrix{.id = "response", .layer = "central", .dimension = "behaviour", .half_life = 30 * kDay};
  for (const std::string& channel : kChannels) {
    matrix.cells.push_back({channel, "*", kResponses[pick(3)], pick(100) / 7.0});
  }
  c.policy.matrices.push_back(matrix);
  int count = pick(20);
  for (int i = 0; i < count; ++i) {
    // Ids and times collide now and then; some lie in the future.
    c.activities.push_back(Made("act" + std::to_string(pick(15)), kNow - pick(180) * kDay + kDay, kChannels[pick(3)],
                                kInvestments[pick(2)], kResponses[pick(3)]));
  }
  for (int r = 0; r < 30; ++r) {
    if (pick(2) == 0) continue;
    if (!c.policy.rules[static_cast<size_t>(r)].each_activity) {
      c.hits.push_back({r, -1});
      continue;
    }
    // As conditions would: the same content gives the same answer.
    for (int a = 0; a < count; ++a) {
      if (c.activities[static_cast<size_t>(a)].response == kResponses[r % 3]) c.hits.push_back({r, a});
    }
  }
  return c;
}

bool SameBytes(double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); }

void ExpectSameBytes(const Score& a, const Score& b) {
  EXPECT_TRUE(SameBytes(a.total, b.total)) << a.total << " " << b.total;
  EXPECT_TRUE(SameBytes(a.central, b.central));
  EXPECT_TRUE(SameBytes(a.adjustment, b.adjustment));
  ASSERT_EQ(a.dimensions.size(), b.dimensions.size());
  for (const auto& [name, points] : a.dimensions) EXPECT_TRUE(SameBytes(points, b.dimensions.at(name))) << name;
  EXPECT_EQ(a.qualified, b.qualified);
}

TEST(DistinctActivitiesTest, OldestFirstEachIdOnceNothingFromTheFuture) {
  std::vector<Activity> activities = {Made("c", 30), Made("a", 10), Made("c", 20), Made("d", 41), Made("b", 40)};
  EXPECT_THAT(DistinctActivities(activities, 40), ElementsAre(1, 2, 4));
  EXPECT_THAT(DistinctActivities(activities, 5), IsEmpty());
  EXPECT_THAT(DistinctActivities({}, 40), IsEmpty());
}

TEST(DistinctActivitiesTest, WithoutAnIdAllCount) {
  std::vector<Activity> activities = {Made("", 10), Made("", 10), Made("", 20)};
  EXPECT_EQ(DistinctActivities(activities, 40).size(), 3U);
}

TEST(DistinctActivitiesTest, ManyWithFewIds) {
  std::vector<Activity> activities;
  for (int i = 0; i < 1000; ++i) activities.push_back(Made("act" + std::to_string(i % 37), i));
  std::vector<int> distinct = DistinctActivities(activities, 2000);
  ASSERT_EQ(distinct.size(), 37U);
  for (int i = 0; i < 37; ++i) EXPECT_EQ(distinct[static_cast<size_t>(i)], i);
}

TEST(FoldScoreTest, NothingScoresNothing) {
  ScoreResult result = FoldScore({}, {}, {}, kNow, true);
  EXPECT_EQ(result.score.total, 0);
  EXPECT_FALSE(result.score.qualified);
  EXPECT_EQ(result.score.threshold, 100);
  EXPECT_EQ(result.score.as_of, kNow);
  EXPECT_TRUE(result.score.dimensions.empty());
  EXPECT_TRUE(result.reasons.empty());
}

TEST(FoldScoreTest, RecordRulesCountOnceHoweverOftenTheyAreHit) {
  ScoringPolicy policy;
  policy.rules = {Rule("title.manager", "demographic", 20), Rule("size", "firmographic", 12.5)};
  std::vector<RuleHit> hits = {{1, -1}, {0, -1}, {0, -1}};
  ScoreResult result = FoldScore(policy, hits, {}, kNow, true);
  EXPECT_EQ(result.score.total, 32.5);
  EXPECT_EQ(result.score.dimensions.at("demographic"), 20);
  EXPECT_EQ(result.score.dimensions.at("firmographic"), 12.5);
  ASSERT_EQ(result.reasons.size(), 2U);
  EXPECT_EQ(result.reasons[0].rule_id, "title.manager");
  EXPECT_EQ(result.reasons[0].source, "scoring.yaml:3");
}

TEST(FoldScoreTest, DecayHalvesPerHalfLife) {
  ScoringPolicy policy;
  ScoringRule rule = Rule("form.contact_me", "behaviour", 60);
  rule.each_activity = true;
  rule.half_life = 30 * kDay;
  policy.rules = {rule};
  std::vector<Activity> activities = {Made("now", kNow), Made("month", kNow - 30 * kDay),
                                      Made("quarter", kNow - 90 * kDay), Made("ages", kNow - 30'000 * kDay)};
  std::vector<RuleHit> hits = {{0, 0}, {0, 1}, {0, 2}, {0, 3}};
  ScoreResult result = FoldScore(policy, hits, activities, kNow, true);
  EXPECT_EQ(result.score.total, 60 + 30 + 7.5);
  ASSERT_EQ(result.reasons.size(), 1U);
  const Reason& reason = result.reasons[0];
  EXPECT_THAT(reason.message, HasSubstr("halves every 30d"));
  ASSERT_EQ(reason.evidence.size(), 4U);
  EXPECT_EQ(reason.evidence[3].field, "activity");
  EXPECT_EQ(reason.evidence[3].value, "email / high / contact_me (now)");
  EXPECT_EQ(reason.evidence[3].contribution, 60);
  EXPECT_EQ(reason.evidence[3].time, kNow);
  EXPECT_EQ(reason.evidence[1].contribution, 7.5);
  EXPECT_EQ(reason.evidence[0].contribution, 0);
}

// So that all activities of a day count alike, and can be counted instead of listed.
TEST(FoldScoreTest, AnActivityGrowsOldByWholeDaysInUtc) {
  ScoringPolicy policy;
  ScoringRule rule = Rule("form.contact_me", "behaviour", 60);
  rule.each_activity = true;
  rule.half_life = kDay;
  policy.rules = {rule};
  const Time midnight = StartOfDay(DayOf(kNow));
  auto score = [&](Time happened, Time now) {
    const std::vector<Activity> activities = {Made("a", happened)};
    return FoldScore(policy, std::vector<RuleHit>{{0, 0}}, activities, now, false).score.total;
  };
  EXPECT_EQ(score(midnight, midnight), 60);
  EXPECT_EQ(score(midnight, midnight + kDay - 1), 60);
  EXPECT_EQ(score(midnight, midnight + kDay), 30);
  EXPECT_EQ(score(midnight - 1, midnight), 30);
  EXPECT_EQ(score(midnight - kDay, midnight), 30);
  EXPECT_EQ(score(midnight - kDay - 1, midnight), 15);
  // Days before 1970 are days as well.
  EXPECT_EQ(DayOf(-1), -1);
  EXPECT_EQ(DayOf(-kDay), -1);
  EXPECT_EQ(DayOf(0), 0);
  EXPECT_EQ(AgeInDays(-1, 0), 1);
  EXPECT_EQ(AgeInDays(kNow, kNow - kDay), 0);
}

TEST(FoldScoreTest, MaxPointsLimitsBothWaysAndSaysSo) {
  ScoringPolicy policy;
  ScoringRule rule = Rule("visits", "behaviour", 20);
  rule.each_activity = true;
  rule.max_points = 50;
  policy.rules = {rule};
  std::vector<Activity> activities;
  std::vector<RuleHit> hits;
  for (int i = 0; i < 4; ++i) {
    activities.push_back(Made("act" + std::to_string(i), kNow - i));
    hits.push_back({0, i});
  }
  ScoreResult result = FoldScore(policy, hits, activities, kNow, true);
  EXPECT_EQ(result.score.total, 50);
  const Reason& reason = result.reasons.at(0);
  EXPECT_THAT(reason.message, HasSubstr("limited to 50 of 80"));
  EXPECT_EQ(reason.evidence.back().field, "max_points");
  EXPECT_EQ(reason.evidence.back().contribution, -30);
  policy.rules[0].points = -20;
  EXPECT_EQ(FoldScore(policy, hits, activities, kNow, false).score.total, -50);
}

TEST(FoldScoreTest, RegionalPointsAreCappedAndApart) {
  ScoringPolicy policy;
  policy.adjustment_cap = 15;
  policy.rules = {Rule("central", "fit", 90), Rule("emea.a", "fit", 10), Rule("emea.b", "other", 12)};
  policy.rules[1].regional = policy.rules[2].regional = true;
  std::vector<RuleHit> hits = {{0, -1}, {1, -1}, {2, -1}};
  ScoreResult result = FoldScore(policy, hits, {}, kNow, true);
  EXPECT_EQ(result.score.central, 90);
  EXPECT_EQ(result.score.adjustment, 15);
  EXPECT_EQ(result.score.total, 105);
  EXPECT_FALSE(result.score.qualified) << "a region's points never qualify";
  EXPECT_EQ(result.score.dimensions.size(), 1U);
  ASSERT_EQ(result.reasons.size(), 4U);
  EXPECT_EQ(result.reasons[3].rule_id, "regional_adjustment");
  EXPECT_EQ(result.reasons[3].points, -7);
  policy.rules[1].points = -30;
  EXPECT_EQ(FoldScore(policy, hits, {}, kNow, false).score.adjustment, -15);
}

TEST(FoldScoreTest, PluginsCountWithinTheirBoundsAndSayWhy) {
  ScoringPolicy policy;
  policy.adjustment_cap = 15;
  policy.plugins = {{.id = "fit", .layer = "central", .dimension = "account", .min_points = -5, .max_points = 20},
                    {.id = "emea.fit", .layer = "emea", .dimension = "account", .max_points = 50, .regional = true},
                    {.id = "silent", .layer = "central", .dimension = "nothing", .max_points = 9}};
  const std::vector<PluginPoints> said = {
      {0, 31.5, ReasonOutcome::kFired, "uses SAP", {{"org.test.fit", "uses SAP", 31.5, 0}}},
      {1, 40, ReasonOutcome::kFired, "a neighbour", {}},
      {2, 0, ReasonOutcome::kFired, "knows nothing", {}}};
  ScoreResult result = FoldScore(policy, {}, {}, kNow, true, said);
  EXPECT_EQ(result.score.central, 20);
  EXPECT_EQ(result.score.adjustment, 15);
  EXPECT_EQ(result.score.dimensions.at("account"), 20);
  EXPECT_EQ(result.score.dimensions.size(), 1U);  // no points, no dimension
  ASSERT_EQ(result.reasons.size(), 3U);
  EXPECT_EQ(result.reasons[0].rule_id, "fit");
  EXPECT_EQ(result.reasons[0].points, 20);
  EXPECT_EQ(result.reasons[0].message, "uses SAP; limited to 20 of 31.5 points");
  EXPECT_EQ(result.reasons[0].evidence, said[0].evidence);
  EXPECT_EQ(result.reasons[1].layer, "emea");
  EXPECT_EQ(result.reasons[2].rule_id, "regional_adjustment");

  const std::vector<PluginPoints> low = {{0, -1e300, ReasonOutcome::kFired, "", {}},
                                         {1, NAN, ReasonOutcome::kError, "the plugin was skipped: down", {}}};
  result = FoldScore(policy, {}, {}, kNow, true, low);
  EXPECT_EQ(result.score.total, -5);
  ASSERT_EQ(result.reasons.size(), 2U);
  EXPECT_EQ(result.reasons[1].outcome, ReasonOutcome::kError);
  EXPECT_EQ(result.reasons[1].points, 0);
  EXPECT_EQ(result.reasons[1].message, "the plugin was skipped: down");
  ExpectSameBytes(result.score, FoldScore(policy, {}, {}, kNow, false, low).score);
}

TEST(FoldScoreTest, OnlyTheSumInMillionthsQualifies) {
  auto qualified = [](double points) {
    ScoringPolicy policy;
    policy.rules = {Rule("r", "d", points)};
    std::vector<RuleHit> hits = {{0, -1}};
    return FoldScore(policy, hits, {}, kNow, false).score.qualified;
  };
  EXPECT_TRUE(qualified(100));
  EXPECT_TRUE(qualified(100.000001));
  // Shown with two digits as 100.00, and yet not there.
  EXPECT_FALSE(qualified(99.995));
  EXPECT_FALSE(qualified(99.999999));
  EXPECT_FALSE(qualified(99.9999994));
  // 100.000000 in millionths.
  EXPECT_TRUE(qualified(99.9999996));
}

TEST(FoldScoreTest, ManySmallPartsDoNotDriftOverTheBar) {
  // 0.1 added a thousand times is not 100 in doubles; in millionths it is.
  ScoringPolicy policy;
  ScoringRule rule = Rule("tenth", "d", 0.1);
  rule.each_activity = true;
  policy.rules = {rule};
  std::vector<Activity> activities;
  std::vector<RuleHit> hits;
  for (int i = 0; i < 1000; ++i) {
    activities.push_back(Made("act" + std::to_string(i), kNow - i));
    hits.push_back({0, i});
  }
  EXPECT_TRUE(FoldScore(policy, hits, activities, kNow, false).score.qualified);
  hits.pop_back();
  Score below = FoldScore(policy, hits, activities, kNow, false).score;
  EXPECT_EQ(below.central, 99.9);
  EXPECT_FALSE(below.qualified);
}

TEST(FoldScoreTest, DuplicateActivitiesCountOnce) {
  ScoringPolicy policy;
  ScoringRule rule = Rule("each", "d", 7);
  rule.each_activity = true;
  policy.rules = {rule};
  policy.matrices = {{.id = "m", .dimension = "d", .cells = {{"*", "*", "*", 3}}}};
  std::vector<Activity> activities = {Made("a", kNow - 5), Made("a", kNow - 5), Made("b", kNow - 4),
                                      Made("a", kNow - 3)};
  std::vector<RuleHit> hits = {{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 2}};
  EXPECT_EQ(FoldScore(policy, hits, activities, kNow, false).score.total, 2 * 7 + 2 * 3);
}

TEST(FoldScoreTest, HitsThatCannotCountAreIgnored) {
  ScoringPolicy policy;
  ScoringRule rule = Rule("each", "d", 7);
  rule.each_activity = true;
  policy.rules = {rule};
  std::vector<Activity> activities = {Made("a", kNow + 1)};
  std::vector<RuleHit> hits = {{0, 0}, {0, -1}, {0, 5}, {-1, -1}, {3, -1}};
  ScoreResult result = FoldScore(policy, hits, activities, kNow, true);
  EXPECT_EQ(result.score.total, 0);
  EXPECT_TRUE(result.reasons.empty());
}

TEST(FoldScoreTest, PointsThatAreNoNumbersDoNotSpread) {
  ScoringPolicy policy;
  policy.rules = {Rule("nan", "d", std::nan("")), Rule("inf", "d", HUGE_VAL), Rule("fine", "d", 1)};
  std::vector<RuleHit> hits = {{0, -1}, {2, -1}};
  EXPECT_EQ(FoldScore(policy, hits, {}, kNow, false).score.total, 1);
  std::vector<RuleHit> all = {{0, -1}, {1, -1}, {2, -1}};
  EXPECT_TRUE(std::isfinite(FoldScore(policy, all, {}, kNow, false).score.total));
}

TEST(FoldScoreProperty, SameBytesWhateverTheOrderOfActivitiesAndHits) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    Case c = RandomCase(random);
    ScoreResult plain = FoldScore(c.policy, c.hits, c.activities, kNow, true);
    std::vector<int> order(c.activities.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::shuffle(order.begin(), order.end(), random);
    std::vector<Activity> shuffled;
    std::vector<int> new_place(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      shuffled.push_back(c.activities[static_cast<size_t>(order[i])]);
      new_place[static_cast<size_t>(order[i])] = static_cast<int>(i);
    }
    std::vector<RuleHit> hits = c.hits;
    for (RuleHit& hit : hits) {
      if (hit.activity >= 0) hit.activity = new_place[static_cast<size_t>(hit.activity)];
    }
    std::shuffle(hits.begin(), hits.end(), random);
    ScoreResult other = FoldScore(c.policy, hits, shuffled, kNow, true);
    ExpectSameBytes(plain.score, other.score);
    EXPECT_EQ(plain.reasons, other.reasons);
  }
}

TEST(FoldScoreProperty, ReasonsAndDimensionsAddUpExactly) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    Case c = RandomCase(random);
    ScoreResult result = FoldScore(c.policy, c.hits, c.activities, kNow, true);
    int64_t sum = 0;
    for (const Reason& reason : result.reasons) {
      sum += Micros(reason.points);
      if (reason.evidence.empty()) continue;
      int64_t parts = 0;
      bool by_activity = false;
      for (const Evidence& evidence : reason.evidence) {
        parts += Micros(evidence.contribution);
        by_activity = by_activity || evidence.field == "activity";
      }
      if (by_activity) {
        EXPECT_EQ(parts, Micros(reason.points)) << reason.rule_id;
      }
    }
    EXPECT_EQ(sum, Micros(result.score.total));
    int64_t central = 0;
    for (const auto& [name, points] : result.score.dimensions) central += Micros(points);
    EXPECT_EQ(central, Micros(result.score.central));
    EXPECT_EQ(Micros(result.score.total), central + Micros(result.score.adjustment));
    ExpectSameBytes(result.score, FoldScore(c.policy, c.hits, c.activities, kNow, false).score);
  }
}

TEST(FoldScoreProperty, RegionalRulesNeverTouchTheCentre) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    Case c = RandomCase(random);
    Score with = FoldScore(c.policy, c.hits, c.activities, kNow, false).score;
    std::vector<RuleHit> central_hits;
    for (const RuleHit& hit : c.hits) {
      if (!c.policy.rules[static_cast<size_t>(hit.rule)].regional) central_hits.push_back(hit);
    }
    Score without = FoldScore(c.policy, central_hits, c.activities, kNow, false).score;
    EXPECT_TRUE(SameBytes(with.central, without.central));
    EXPECT_EQ(with.dimensions, without.dimensions);
    EXPECT_EQ(with.qualified, without.qualified);
    EXPECT_EQ(without.adjustment, 0);
    EXPECT_LE(std::abs(with.adjustment), c.policy.adjustment_cap);
  }
}

TEST(FoldScoreProperty, BatchesLeaveNoTrace) {
  // One thread's folds share memory: each must be as if it were the first.
  std::mt19937_64 random(4);
  std::vector<Case> cases;
  std::vector<ScoreResult> first;
  for (int i = 0; i < 50; ++i) {
    cases.push_back(RandomCase(random));
    const Case& c = cases.back();
    first.push_back(FoldScore(c.policy, c.hits, c.activities, kNow, true));
  }
  for (size_t i = cases.size(); i-- > 0;) {
    const Case& c = cases[i];
    ScoreResult again = FoldScore(c.policy, c.hits, c.activities, kNow, true);
    ExpectSameBytes(first[i].score, again.score);
    EXPECT_EQ(first[i].reasons, again.reasons);
  }
}

}  // namespace
}  // namespace leadline::domain
