// Points that a region sets for central rules and matrices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/scoring.h"

namespace leadline::domain {
namespace {

using testing::HasSubstr;

constexpr Time kNow = 1'800'000'000LL * kSecond;

Activity Made(std::string id, Time time, std::string channel = "website", std::string response = "contact_me") {
  return {.id = std::move(id),
          .channel = std::move(channel),
          .investment = "high",
          .response = std::move(response),
          .time = time};
}

ScoringRule Rule(std::string id, double points) {
  return {.id = std::move(id), .layer = "central", .dimension = "behaviour", .points = points, .each_activity = true};
}

// A region that sets central points adds what is left of the limit that both share.
TEST(SetPointsTest, WhatARegionSetsStaysWithinTheCentralLimit) {
  ScoringPolicy policy;
  policy.adjustment_cap = 100;
  ScoringRule central = Rule("form", 60), set = Rule("emea.set.form", 5);
  central.half_life = set.half_life = 30 * kDay;
  central.max_points = 90;
  set.regional = true;
  set.sets_rule = 0;
  policy.rules = {central, set};
  const auto fold = [&](int count, Time age = 0) {
    std::vector<Activity> activities;
    std::vector<RuleHit> hits;
    for (int i = 0; i < count; ++i) {
      activities.push_back(Made(std::to_string(i), kNow - age));
      hits.insert(hits.end(), {{0, i}, {1, i}});
    }
    return FoldScore(policy, hits, activities, kNow, true);
  };
  EXPECT_EQ(fold(1).score.adjustment, 5);
  EXPECT_EQ(fold(2).score.central, 90);
  EXPECT_EQ(fold(2).score.adjustment, 0) << "65 twice is 90 at most, as is 60 twice";
  const ScoreResult three = fold(3);
  EXPECT_EQ(three.score.adjustment, 0);
  EXPECT_THAT(three.reasons[1].message, HasSubstr("limited to 0 of 15 points"));
  // As the central points fall below the limit, the others begin to count: by then the score was looked at again.
  EXPECT_EQ(fold(2, 30 * kDay).score.adjustment, 5);
  ASSERT_EQ(fold(2).decaying.size(), 3U);
  EXPECT_EQ(fold(2).decaying[1].points, 130);
  EXPECT_EQ(fold(2).decaying[2].points, -120);
}

TEST(SetPointsTest, WhatARegionSetsOfAMatrixStaysWithinItsLimit) {
  ScoringPolicy policy;
  policy.adjustment_cap = 100;
  policy.matrices = {{.id = "response", .layer = "central", .dimension = "behaviour", .max_points = 80, .cells = {}}};
  policy.matrices[0].cells = {{"event", "high", "attend", 20, ""}, {"email", "high", "click", 30, ""}};
  for (const char* id : {"emea.set.attend", "emea.set.click"}) {
    ScoringRule set = Rule(id, 4);
    set.regional = true;
    set.sets_matrix = 0;
    policy.rules.push_back(set);
  }
  std::vector<Activity> activities;
  std::vector<RuleHit> hits;
  const auto add = [&](const char* channel, const char* response, int rule) {
    hits.push_back({rule, static_cast<int>(activities.size())});
    activities.push_back(Made(std::to_string(activities.size()), kNow, channel, response));
    return FoldScore(policy, hits, activities, kNow, false).score;
  };
  EXPECT_EQ(add("event", "attend", 0).adjustment, 4);
  EXPECT_EQ(add("email", "click", 1).adjustment, 8);
  const Score both = add("event", "attend", 0);
  EXPECT_EQ(both.central, 70);
  EXPECT_EQ(both.adjustment, 10) << "82 would be over the limit of 80";
  const Score full = add("email", "click", 1);
  EXPECT_EQ(full.central, 80);
  EXPECT_EQ(full.adjustment, 0);
}

}  // namespace
}  // namespace leadline::domain
