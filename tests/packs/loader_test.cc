// The rules of the repository load, whole and clean, and say what the work order asks of them.
#include "packs/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "domain/iso_codes.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

TEST(Loader, TheRepositoryRulesHaveNoDiagnostics) {
  EXPECT_EQ(FormatDiagnostics(WithoutPins(RepositoryRules().diagnostics)), "");
  ASSERT_NE(RepositoryRules().rules, nullptr);
  EXPECT_EQ(Rules().regions(), (std::vector<std::string>{"apac", "emea", "latam", "north_america"}));
}

TEST(Loader, TheCentralPackIsLargeEnoughAndTheBarStays) {
  const RegionRules& central = Rules().ForRegion("");
  size_t cells = 0;
  for (const auto& matrix : central.scoring.matrices) cells += matrix.cells.size();
  std::printf("central: %zu rules, %zu cells, %zu routes, %zu reps, %zu conditions\n", central.scoring.rules.size(),
              cells, central.routing.routes.size(), Rules().reps().size(), central.conditions.size());
  EXPECT_GE(central.scoring.rules.size(), 40u);
  EXPECT_EQ(central.scoring.bars.mql, 100);
  EXPECT_EQ(central.scoring.bars.maql, 50);
  EXPECT_GE(cells, 60u);
}

TEST(Loader, WhatIsReadyForSalesIsSignedByBothSidesAndReviewedInTime) {
  const SalesReady& agreed = Rules().ForRegion("").sales_ready;
  EXPECT_FALSE(agreed.definition.empty());
  ASSERT_EQ(agreed.signatures.size(), 2u);
  EXPECT_EQ(agreed.signatures[0].side, "marketing");
  EXPECT_EQ(agreed.signatures[1].side, "sales");
  // A region stands on the same.
  EXPECT_EQ(Rules().ForRegion("emea").sales_ready.definition, agreed.definition);
  const auto codes = [](Time now) {
    LoadOptions options;
    options.now = now;
    std::string out;
    for (const Diagnostic& d :
         WithoutPins(LoadRuleSet(ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set, options).diagnostics)) {
      EXPECT_EQ(d.severity, Severity::kWarning);
      if (d.code == "LL2212" || d.code == "LL2213") out += d.code;  // rates and days off have their own tests
    }
    return out;
  };
  EXPECT_EQ(codes(agreed.review_by + kDay - 1), "");  // the day itself is still in time
  EXPECT_EQ(codes(agreed.review_by + kDay), "LL2212");
  // Sales signed after marketing: a day before that, one of the two is of a day to come.
  EXPECT_EQ(codes(agreed.signatures[1].day - kDay), "");
  EXPECT_EQ(codes(agreed.signatures[1].day - kDay - 1), "LL2213");
}

TEST(Loader, PacksAreNamedHashedAndCounted) {
  ASSERT_EQ(Rules().packs().size(), 5u);
  EXPECT_EQ(Rules().packs()[0].ref.pack, "central");
  EXPECT_EQ(Rules().packs()[1].extends, "central");
  std::set<std::string> hashes;
  for (const PackInfo& pack : Rules().packs()) {
    EXPECT_EQ(pack.ref.sha256.size(), 64u);
    hashes.insert(pack.ref.sha256);
    EXPECT_FALSE(pack.owner.empty());
    EXPECT_GT(pack.scoring_rules, 0);
    EXPECT_EQ(pack.reps > 0, pack.ref.pack != "central") << pack.ref.pack;
  }
  EXPECT_EQ(hashes.size(), 5u);
  EXPECT_EQ(LoadRuleSet(LEADLINE_SOURCE_DIR "/rules/").rules->packs()[1].ref, Rules().packs()[1].ref);
}

TEST(Loader, EveryCountryStandsInExactlyOneTerritory) {
  std::set<std::string> seen;
  for (const std::string region : {"", "apac", "emea", "latam", "north_america"}) {
    for (const auto& territory : Rules().ForRegion(region).routing.territories) {
      if (territory.layer != (region.empty() ? "central" : region)) continue;
      for (const std::string& country : territory.countries) EXPECT_TRUE(seen.insert(country).second) << country;
    }
  }
  std::string missing;
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      const std::string code{a, b};
      if (domain::IsCountryCode(code) && !seen.contains(code)) missing += code + " ";
    }
  }
  EXPECT_EQ(missing, "AQ BV TF ");  // nobody lives there
  EXPECT_EQ(Rules().RegionOfCountry("DE"), "emea");
  EXPECT_EQ(Rules().RegionOfCountry("BR"), "latam");
  EXPECT_EQ(Rules().RegionOfCountry("IN"), "apac");
  EXPECT_EQ(Rules().RegionOfCountry("US"), "north_america");
  EXPECT_EQ(Rules().RegionOfCountry(""), "");
}

TEST(Loader, RegionsPutTheirRoutesBeforeMostAndKeepTheCentralLifecycle) {
  const RegionRules& emea = Rules().ForRegion("emea");
  EXPECT_EQ(emea.region, "emea");
  EXPECT_EQ(emea.routing.routes[0].id, "account_owner");
  EXPECT_EQ(emea.routing.routes[1].id, "no_way_to_reach");
  EXPECT_EQ(emea.routing.routes[2].id, "emea.fast_lane");
  EXPECT_EQ(emea.routing.routes.back().hold, "unassigned");
  EXPECT_EQ(emea.lifecycle.transitions.size(), Rules().ForRegion("").lifecycle.transitions.size());
  EXPECT_EQ(emea.sla.Find("contact_me")->calendar, "berlin");
  EXPECT_EQ(emea.sla.Find("contact_me")->due_after, 30 * kMinute);
  EXPECT_EQ(&Rules().ForRegion("nowhere"), &Rules().ForRegion(""));
}

// The centre keeps nobody's teams, and no region counts a service level on the hours of nowhere.
TEST(Loader, TeamsAndCalendarsAreTheRegions) {
  const RegionRules& central = Rules().ForRegion("");
  EXPECT_TRUE(central.routing.reps.empty());
  EXPECT_TRUE(central.routing.territories.empty());
  for (const domain::Route& route : central.routing.routes) EXPECT_EQ(route.team, "") << route.id;
  std::set<std::string> started;
  for (const domain::SlaDef& level : central.sla.levels) {
    if (level.start_on_enter.empty()) continue;  // of a queue, whose owner is the centre's
    started.insert(level.start_on_enter.begin(), level.start_on_enter.end());
    for (const std::string& region : Rules().regions()) {
      EXPECT_NE(Rules().ForRegion(region).sla.Find(level.id)->calendar, level.calendar) << region << " " << level.id;
    }
  }
  EXPECT_EQ(started, (std::set<std::string>{"maql", "lal", "mql", "sal", "sql"}));
}

TEST(Loader, PluginsAreNamedOnceForEachSlotAndMayBeMissing) {
  std::set<std::string> uses;
  for (const PluginUse& use : Rules().plugins()) {
    EXPECT_TRUE(uses.insert(use.id + " " + use.slot).second) << use.id << " " << use.slot;
    EXPECT_TRUE(use.optional);
  }
  EXPECT_TRUE(uses.contains("org.leadline.title_seniority normalize contact.seniority"));
  EXPECT_TRUE(uses.contains("org.leadline.territory_balance route strategy"));
  const auto& routes = Rules().ForRegion("emea").routing.routes;
  const auto territory =
      std::find_if(routes.begin(), routes.end(), [](const auto& r) { return r.id == "emea.territory"; });
  ASSERT_NE(territory, routes.end());
  EXPECT_EQ(territory->strategy, "plugin:org.leadline.territory_balance");
}

TEST(Loader, AMissingFolderIsOneDiagnostic) {
  const LoadResult result = LoadRuleSet("/nowhere/at/all");
  EXPECT_EQ(result.rules, nullptr);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].code, "LL1008");
}

// What could take memory or time without end is refused early, with one diagnostic.
TEST(Loader, FilesMadeToBeHeavyAreRefused) {
  const auto repeated = [](const char* part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
  };
  std::string keys;
  for (int i = 0; i < 100'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  const std::pair<std::string, const char*> heavy[] = {{repeated("[", 1'000'000), "LL1008"},
                                                       {"rules: " + repeated("{a", 1'000'000), "LL1008"},
                                                       {repeated("- ", 1'000'000), "LL1009"},
                                                       {"rules: " + repeated("[", 40'000), "LL1009"},
                                                       {keys, "LL1008"},
                                                       {"rules: " + repeated("x: ", 1'000'000), "LL1001"}};
  for (const auto& [text, code] : heavy) {
    PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
    PackFiles emea = *set.Find("emea");
    emea.files["scoring.yaml"] = text;
    set.Put(emea);
    const LoadResult result = LoadRuleSet(set);
    ASSERT_EQ(result.diagnostics.size(), 1u) << text.substr(0, 20);
    EXPECT_EQ(result.diagnostics[0].code, code) << text.substr(0, 20);
    EXPECT_LT(FormatDiagnostics(result.diagnostics).size(), 2000u);
  }
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles emea = *set.Find("emea");
  emea.files["scoring.yaml"] = repeated("\t", 1'000'000);
  set.Put(emea);
  EXPECT_LE(LoadRuleSet(set).diagnostics.size(), 60u);
}

// A file that cannot be read as YAML and ends with nothing but entry marks and spaces.
TEST(Loader, AFaultBeforeAnUnfinishedListIsShown) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles emea = *set.Find("emea");
  emea.files["scoring.yaml"] = "(- - ' - - on_failure: - territories:\n- - - -  ";
  set.Put(emea);
  const LoadResult result = LoadRuleSet(set);
  ASSERT_FALSE(result.diagnostics.empty());
  EXPECT_EQ(result.diagnostics[0].code, "LL1001");
}

TEST(Loader, AFileThatIsTooLargeIsOneDiagnosticAndNotRead) {
  const std::filesystem::path root = testing::TempDir() + "leadline_large_pack";
  std::filesystem::remove_all(root);
  std::filesystem::copy(LEADLINE_SOURCE_DIR "/tests/packs/base", root, std::filesystem::copy_options::recursive);
  std::ofstream(root / "central" / "scoring.yaml", std::ios::app) << std::string(kMaxPackFileBytes, '#');
  const LoadResult result = LoadRuleSet(root.string());
  std::filesystem::remove_all(root);
  EXPECT_EQ(result.rules, nullptr);
  ASSERT_EQ(result.diagnostics.size(), 1u) << FormatDiagnostics(result.diagnostics);
  EXPECT_EQ(result.diagnostics[0].code, "LL1008");
  EXPECT_EQ(result.diagnostics[0].message, "the file is larger than 4 MiB");
}

}  // namespace
}  // namespace leadline::packs
