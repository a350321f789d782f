// Attributes that a region declares for its own rules. (What it may not declare stands in broken/.)
#include <gtest/gtest.h>

#include "domain/scoring.h"
#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

// The small packs, in which the centre opens attributes of leads and emea declares one and scores it.
PackSet WithAttribute() {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  std::string& pack = central.files["pack.yaml"];
  pack.insert(pack.find("  scoring_adjustments"), "  attributes: [lead, contact]\n");
  set.Put(central);
  PackFiles emea = *set.Find("emea");
  emea.files["schema.yaml"] = "records:\n  lead:\n    emea_size: {type: string, values: [small, large]}\n";
  std::string& scoring = emea.files["scoring.yaml"];
  scoring.insert(scoring.find("rules:\n") + 7,
                 "  - {id: emea.large, dimension: demographic, when: lead.emea_size == \"large\", points: 7}\n");
  set.Put(emea);
  return set;
}

std::string Text(const PackSet& set) { return FormatDiagnostics(WithoutPins(LoadRuleSet(set).diagnostics)); }

TEST(RegionAttributes, CountForTheRegionAndNowhereElse) {
  const LoadResult result = LoadRuleSet(WithAttribute());
  ASSERT_NE(result.rules, nullptr) << FormatDiagnostics(result.diagnostics);
  const FieldDef* field = result.rules->FindField("lead.emea_size");
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(field->layer, "emea");
  EXPECT_EQ(field->values.size(), 2u);
  domain::Lead lead;
  lead.attributes["emea_size"] = std::string("large");
  const auto score = [&](const std::string& region) {
    const RegionRules& rules = result.rules->ForRegion(region);
    Evaluation evaluation(*result.rules);
    evaluation.Bind(rules, {&lead, nullptr, nullptr, {}, kNow});
    std::vector<domain::RuleHit> hits;
    evaluation.ScoringHits(hits);
    return domain::FoldScore(rules.scoring, hits, {}, kNow, false).score;
  };
  EXPECT_EQ(score("emea").adjustment, 7);
  EXPECT_EQ(score("emea").central, 0);
  EXPECT_EQ(score("").total, 0);
}

// A field of the same name that the centre declares later takes nothing away silently: the region is told.
TEST(RegionAttributes, GiveWayToTheCentres) {
  PackSet set = WithAttribute();
  PackFiles central = *set.Find("central");
  std::string& schema = central.files["schema.yaml"];
  schema.insert(schema.find("    competitor:"), "    emea_size: {type: int}\n");
  set.Put(central);
  EXPECT_NE(Text(set).find("error[LL2301]: a region cannot redefine the central field lead.emea_size"),
            std::string::npos)
      << Text(set);
}

// "emea_north_size" would be emea's by its first letters.
TEST(RegionAttributes, AreNotNamedAfterARegionWithALongerName) {
  PackSet set = WithAttribute();
  set.Put({"emea-north", {{"pack.yaml", "pack: emea-north\nextends: central\nversion: 1.0.0\nowner: x\n"}}});
  EXPECT_EQ(Text(set).find("error"), std::string::npos) << Text(set);
  PackFiles emea = *set.Find("emea");
  emea.files["schema.yaml"] += "    emea_north_size: {type: int}\n";
  set.Put(emea);
  EXPECT_NE(Text(set).find("error[LL2305]"), std::string::npos) << Text(set);
}

// "a-b" and "a_b" would both begin with "a_b_".
TEST(RegionAttributes, TwoRegionsCannotShareAName) {
  PackSet set = WithAttribute();
  for (const char* name : {"a-b", "a_b"}) {
    set.Put({name,
             {{"pack.yaml", std::string("pack: ") + name + "\nextends: central\nversion: 1.0.0\nowner: x\n"},
              {"schema.yaml", "records:\n  lead:\n    a_b_size: {type: int}\n"}}});
  }
  EXPECT_NE(Text(set).find("error[LL1106]: the attribute lead.a_b_size is defined twice"), std::string::npos)
      << Text(set);
}

}  // namespace
}  // namespace leadline::packs
