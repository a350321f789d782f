#include "cli/output/diagnostics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace leadline::cli {
namespace {

using nlohmann::json;

std::vector<Diagnostic> Two() {
  Diagnostic unknown;
  unknown.code = "LL2103";
  unknown.position = {"./rules/regions/são paulo/scoring.yaml", 4, 19};
  unknown.length = 8;
  unknown.message = "contact has no field \"senority\"";
  unknown.hint = "did you mean \"seniority\"?";
  unknown.rule = "emea.title";
  unknown.layer = "emea";
  Diagnostic sealed;
  sealed.code = "LL2301";
  sealed.severity = Severity::kWarning;
  sealed.position = {"rules/regions/emea/pack.yaml", 0, 0};
  sealed.message = "a region cannot redefine \xFF";
  sealed.related = {"rules/central/scoring.yaml", 6, 11};
  sealed.related_message = "sealed here (`seal: final`)";
  return {unknown, sealed, unknown};
}

TEST(Sarif, HasWhatCodeHostsAsk) {
  const json sarif = json::parse(DiagnosticsToSarif(Two(), "1.2.3"));
  EXPECT_EQ(sarif["version"], "2.1.0");
  const json& run = sarif["runs"][0];
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  const json& driver = run["tool"]["driver"];
  EXPECT_EQ(driver["name"], "leadline");
  EXPECT_EQ(driver["version"], "1.2.3");
  ASSERT_EQ(driver["rules"].size(), 2u);
  EXPECT_EQ(driver["rules"][0]["id"], "LL2103");
  EXPECT_EQ(driver["rules"][0]["shortDescription"]["text"], "an unknown name");
  ASSERT_EQ(run["results"].size(), 3u);
  for (const json& result : run["results"]) {
    EXPECT_EQ(driver["rules"][result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
  }
  const json& first = run["results"][0];
  EXPECT_EQ(first["level"], "error");
  EXPECT_EQ(first["message"]["text"], "contact has no field \"senority\"; did you mean \"seniority\"?");
  const json& place = first["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "rules/regions/s%C3%A3o%20paulo/scoring.yaml");
  EXPECT_EQ(place["region"], json({{"startLine", 4}, {"startColumn", 19}, {"endColumn", 27}}));
  EXPECT_FALSE(first.contains("relatedLocations"));
}

TEST(Sarif, ShowsTheOtherPlaceAndFilesWithoutLines) {
  const json sarif = json::parse(DiagnosticsToSarif(Two(), "1.2.3"));
  const json& second = sarif["runs"][0]["results"][1];
  EXPECT_EQ(second["level"], "warning");
  EXPECT_EQ(second["locations"][0]["physicalLocation"]["region"], json({{"startLine", 1}}));
  const json& related = second["relatedLocations"][0];
  EXPECT_EQ(related["physicalLocation"]["artifactLocation"]["uri"], "rules/central/scoring.yaml");
  EXPECT_EQ(related["physicalLocation"]["region"], json({{"startLine", 6}, {"startColumn", 11}}));
  EXPECT_EQ(related["message"]["text"], "sealed here (`seal: final`)");
}

TEST(Sarif, WithoutProblemsIsARunWithoutResults) {
  const json sarif = json::parse(DiagnosticsToSarif({}, "1"));
  EXPECT_EQ(sarif["runs"][0]["results"], json::array());
  EXPECT_EQ(sarif["runs"][0]["tool"]["driver"]["rules"], json::array());
}

TEST(Json, HoldsEveryDiagnosticAndThePacks) {
  packs::LoadResult result;
  result.diagnostics = Two();
  result.packs = {{"central", "ab", true, 0}, {"emea", "cd", true, 2}};
  const json out = json::parse(DiagnosticsToJson(result));
  EXPECT_EQ(out["ok"], false);
  EXPECT_EQ(out["errors"], 2);
  EXPECT_EQ(out["warnings"], 1);
  EXPECT_EQ(out["packs"][0]["sound"], true);
  EXPECT_EQ(out["packs"][1]["sound"], false);
  EXPECT_EQ(out["diagnostics"].size(), 3u);
  EXPECT_EQ(out["diagnostics"][0]["column"], 19);
  EXPECT_EQ(out["diagnostics"][1]["related"]["line"], 6);
}

TEST(Soundness, IsOneLineForEachPack) {
  EXPECT_EQ(DescribeSoundness({{"central", "", true, 0}, {"emea", "", true, 3}, {"latam", "", true, 0}}),
            "central: good\nemea: breaks with this central pack (3 errors)\nlatam: fits\n");
  EXPECT_EQ(DescribeSoundness({{"central", "", true, 1}, {"emea", "", false, 0}}),
            "central: 1 error\nemea: not checked, since the central pack cannot be read\n");
  EXPECT_EQ(DescribeSoundness({}), "");
}

}  // namespace
}  // namespace leadline::cli
