// buying_groups.yaml and probabilities of winning: what rules read of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "packs/loader.h"
#include "packs/run/evaluation.h"
#include "packs/run/fingerprint.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kGroups[] = R"(roles:
  - {id: decision_maker, also: [sponsor]}
  - {id: user}
buying_groups:
  - {id: large, products: [platform], wanted: {decision_maker: 1, user: 2}}
)";

// The small packs with a scoring rule for each condition.
PackSet WithRules(const std::vector<std::string>& conditions, const std::string& groups = kGroups,
                  const std::string& probability = "0.2") {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  if (!groups.empty()) central.files["buying_groups.yaml"] = groups;
  central.files["currencies.yaml"] = "currency: EUR\nas_of: 2026-03-01\nrates: {USD: 0.5}\n";
  std::string& status = central.files["status.yaml"];
  status.replace(status.find("order: 5}"), 9, "order: 5, win_probability: " + probability + "}");
  std::string& schema = central.files["schema.yaml"];
  schema.insert(schema.find("  lead:\n") + 8,
                "    buying_group_completeness: {type: double}\n    missing_roles: {type: list}\n"
                "    win_probability: {type: double}\n    weighted_value: {type: double}\n");
  std::string& scoring = central.files["scoring.yaml"];
  for (size_t i = 0; i < conditions.size(); ++i) {
    scoring.insert(
        scoring.find("rules:\n") + 7,
        "  - {id: asked." + std::to_string(i) + ", dimension: behaviour, when: '" + conditions[i] + "', points: 7}\n");
  }
  set.Put(std::move(central));
  return set;
}

// Which of the conditions hold of the lead.
std::vector<int> Holding(const std::vector<std::string>& conditions, const domain::Lead& lead,
                         const std::string& groups = kGroups) {
  const LoadResult loaded = LoadRuleSet(WithRules(conditions, groups));
  EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  std::vector<int> holding;
  if (loaded.rules == nullptr) return holding;
  Sample sample;
  sample.lead = lead;
  Evaluation evaluation(*loaded.rules);
  const RegionRules& rules = loaded.rules->ForRegion("");
  evaluation.Bind(rules, sample.view());
  std::vector<domain::RuleHit> hits;
  evaluation.ScoringHits(hits);
  for (size_t i = 0; i < conditions.size(); ++i) {
    for (const domain::RuleHit& hit : hits) {
      const std::string& id = rules.scoring.rules[static_cast<size_t>(hit.rule)].id;
      if (id == "asked." + std::to_string(i)) holding.push_back(static_cast<int>(i));
    }
  }
  return holding;
}

domain::Lead LeadWith(std::vector<std::string> products, const std::vector<std::string>& roles) {
  domain::Lead lead;
  lead.products = std::move(products);
  for (const std::string& role : roles) lead.contacts.push_back({"c" + std::to_string(lead.contacts.size()), role});
  return lead;
}

TEST(BuyingGroupsTest, RulesReadHowMuchOfItIsThereAndWhoIsMissing) {
  const std::vector<std::string> conditions = {
      "lead.buying_group_completeness >= 1.0",    "lead.buying_group_completeness < 1.0",
      "lead.buying_group_completeness == null",   "\"user\" in lead.missing_roles",
      "\"decision_maker\" in lead.missing_roles", "lead.missing_roles == null"};
  EXPECT_THAT(Holding(conditions, LeadWith({"platform"}, {"enquirer"})), ElementsAre(1, 3, 4));
  EXPECT_THAT(Holding(conditions, LeadWith({"platform"}, {"user", "sponsor"})), ElementsAre(1, 3));
  EXPECT_THAT(Holding(conditions, LeadWith({"platform"}, {"user", "sponsor", "user"})), ElementsAre(0, 5));
  EXPECT_THAT(Holding(conditions, LeadWith({"addon"}, {"user"})), ElementsAre(2, 5));
  EXPECT_THAT(Holding(conditions, LeadWith({"platform"}, {"user"}), ""), ElementsAre(2, 5));
}

TEST(BuyingGroupsTest, RulesReadWhatALeadIsLikelyWorth) {
  const std::vector<std::string> conditions = {"lead.win_probability == 0.2", "lead.win_probability == 0.7",
                                               "lead.weighted_value == 100.0", "lead.weighted_value == null"};
  domain::Lead lead;
  lead.status = "sal";
  EXPECT_THAT(Holding(conditions, lead), ElementsAre(0, 3));
  lead.value = domain::Money{"USD", 1'000'000'000};
  EXPECT_THAT(Holding(conditions, lead), ElementsAre(0, 2));
  lead.probability = 0.7;
  EXPECT_THAT(Holding(conditions, lead), ElementsAre(1));
  lead.value->currency = "GBP";  // no rate
  EXPECT_THAT(Holding(conditions, lead), ElementsAre(1, 3));
  lead = {};
  lead.status = "inquiry";  // says nothing
  lead.value = domain::Money{"EUR", 1'000'000'000};
  EXPECT_THAT(Holding(conditions, lead), ElementsAre(3));
}

// Whoever has a score by the old groups or probabilities is scored again when they change, and nobody else.
TEST(BuyingGroupsTest, TheyBelongToWhatDecidesWhereARuleReadsThem) {
  const auto fingerprint = [](const PackSet& set) {
    const LoadResult loaded = LoadRuleSet(set);
    EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    return FingerprintOf(*loaded.rules, loaded.rules->ForRegion(""), [](std::string_view) { return std::string(); });
  };
  std::string other = kGroups;
  other.replace(other.find("user: 2"), 7, "user: 3");
  for (const char* reading : {"lead.buying_group_completeness >= 0.5", "\"user\" in lead.missing_roles"}) {
    EXPECT_NE(fingerprint(WithRules({reading})), fingerprint(WithRules({reading}, other))) << reading;
    EXPECT_EQ(fingerprint(WithRules({reading})), fingerprint(WithRules({reading}, kGroups, "0.3"))) << reading;
  }
  for (const char* reading : {"lead.win_probability >= 0.5", "lead.weighted_value >= 0.5"}) {
    EXPECT_NE(fingerprint(WithRules({reading})), fingerprint(WithRules({reading}, kGroups, "0.3"))) << reading;
    EXPECT_EQ(fingerprint(WithRules({reading})), fingerprint(WithRules({reading}, other))) << reading;
  }
  EXPECT_EQ(fingerprint(WithRules({})), fingerprint(WithRules({}, other, "0.3")));
}

TEST(BuyingGroupsTest, ARegionHasNone) {
  PackSet set = WithRules({});
  PackFiles region = *set.Find("emea");
  region.files["buying_groups.yaml"] = kGroups;
  set.Put(std::move(region));
  const LoadResult loaded = LoadRuleSet(set);
  EXPECT_EQ(loaded.rules, nullptr);
  EXPECT_NE(FormatDiagnostics(loaded.diagnostics).find("LL2301"), std::string::npos);
}

}  // namespace
}  // namespace leadline::packs
