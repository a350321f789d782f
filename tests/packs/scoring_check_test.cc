#include <gtest/gtest.h>

#include "packs/check/scoring.h"

namespace leadline::packs {
namespace {

domain::ScoringRule Each(double points, std::optional<double> max_points) {
  domain::ScoringRule rule;
  rule.points = points;
  rule.each_activity = true;
  rule.max_points = max_points;
  return rule;
}

TEST(HighestCentralScore, CapsAddUpAndPenaltiesAndRegionsDoNotCount) {
  RegionRules rules;
  rules.scoring.rules = {Each(20, 30), Each(10, 25), Each(-50, std::nullopt)};
  domain::ScoringRule once;
  once.points = 12;
  rules.scoring.rules.push_back(once);
  once.points = 400;
  once.regional = true;
  rules.scoring.rules.push_back(once);
  EXPECT_EQ(HighestCentralScore({}, rules), 67);
  // A plugin may give all that it is let; what it takes away and what a region's gives do not count.
  rules.scoring.plugins = {{.id = "fit", .min_points = -50, .max_points = 20},
                           {.id = "penalty", .min_points = -30, .max_points = -5},
                           {.id = "zone.fit", .max_points = 90, .regional = true}};
  EXPECT_EQ(HighestCentralScore({}, rules), 87);
}

// However many rules there are, one that activities lift without end reaches every bar.
TEST(HighestCentralScore, ARuleWithoutCapBehindManyOthersHasNoBound) {
  RegionRules rules;
  for (int i = 0; i < 60; ++i) rules.scoring.rules.push_back(Each(1, 1));
  EXPECT_EQ(HighestCentralScore({}, rules), 60);
  rules.scoring.rules.push_back(Each(0.5, std::nullopt));
  EXPECT_GE(HighestCentralScore({}, rules), rules.scoring.bars.mql);
}

}  // namespace
}  // namespace leadline::packs
