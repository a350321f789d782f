// What a region may do: replace what is open, tighten, set opened numbers. (What it may not do stands in broken/.)
#include <gtest/gtest.h>

#include <algorithm>

#include "domain/scoring.h"
#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

const RuleSet& Base() {
  static const LoadResult* const result = new LoadResult(LoadRuleSet(LEADLINE_SOURCE_DIR "/tests/packs/base"));
  return *result->rules;
}

const domain::Route* FindRoute(const RegionRules& rules, const std::string& id) {
  for (const domain::Route& route : rules.routing.routes) {
    if (route.id == id) return &route;
  }
  return nullptr;
}

bool RouteHolds(const std::string& region, const std::string& id, const domain::Lead& lead) {
  const RegionRules& rules = Base().ForRegion(region);
  Evaluation evaluation(Base());
  evaluation.Bind(rules, {&lead, nullptr, nullptr, {}, kNow});
  return evaluation.Holds(FindRoute(rules, id)->condition);
}

TEST(Layering, AnOpenRouteIsReplacedInItsPlaceAndOnlyForItsRegion) {
  const RegionRules& emea = Base().ForRegion("emea");
  std::vector<std::string> ids;
  for (const domain::Route& route : emea.routing.routes) ids.push_back(route.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"first", "emea.all", "gate", "all"}));
  EXPECT_EQ(FindRoute(emea, "gate")->hold, "emea.review");
  EXPECT_EQ(FindRoute(Base().ForRegion(""), "gate")->hold, "review");
}

TEST(Layering, ATightenedRouteHoldsOnlyWhereTheCentralOneDoes) {
  domain::Lead lead;
  for (const std::string source : {"partner", "web"}) {
    for (const double visits : {0.0, 1.0, 2.0, 5.0}) {
      lead.source = source;
      lead.attributes["total_visits"] = visits;
      const bool central = RouteHolds("", "first", lead);
      EXPECT_EQ(central, source == "partner");
      EXPECT_EQ(RouteHolds("emea", "first", lead), central && visits > 1);
    }
  }
}

TEST(Layering, AServiceLevelIsShortenedWithItsWarning) {
  EXPECT_EQ(Base().ForRegion("").sla.Find("mql")->due_after, 4 * kHour);
  EXPECT_EQ(Base().ForRegion("emea").sla.Find("mql")->due_after, 2 * kHour);
  EXPECT_EQ(Base().ForRegion("emea").sla.Find("mql")->warn_after, 2 * kHour);
}

TEST(Layering, ASetNumberCountsAsItsDifferenceFromTheCentralOne) {
  domain::Lead lead;
  const std::vector<domain::Activity> activities = {MakeActivity("website", "high", "contact_me", 30 * kDay)};
  const auto score = [&](const std::string& region) {
    const RegionRules& rules = Base().ForRegion(region);
    Evaluation evaluation(Base());
    evaluation.Bind(rules, {&lead, nullptr, nullptr, activities, kNow});
    std::vector<domain::RuleHit> hits;
    evaluation.ScoringHits(hits);
    return domain::FoldScore(rules.scoring, hits, activities, kNow, false).score;
  };
  EXPECT_DOUBLE_EQ(score("").central, 30);
  EXPECT_DOUBLE_EQ(score("emea").central, 30);
  EXPECT_DOUBLE_EQ(score("emea").adjustment, 2.5);  // (65 - 60), half a life later
}

TEST(Layering, RepsAndTeamsOfARegionAreNotTheCentres) {
  EXPECT_EQ(Base().ForRegion("").routing.reps.size(), 1u);
  EXPECT_EQ(Base().ForRegion("emea").routing.reps.size(), 2u);
  EXPECT_EQ(Base().reps().size(), 2u);
  EXPECT_EQ(Base().RegionOfCountry("ES"), "emea");
  EXPECT_EQ(Base().RegionOfCountry("CA"), "north_america");
}

}  // namespace
}  // namespace leadline::packs
