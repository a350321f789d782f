// What a check of packs may use, and what it says when that is not enough.
#include "packs/check_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "fmt/format.h"
#include "packs/cases/test_suite.h"
#include "packs/loader.h"
#include "tests/packs/hostile/hostile_packs.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using Limit = CheckBudget::Limit;

std::vector<Diagnostic> WithCode(const std::vector<Diagnostic>& all, const std::string& code) {
  std::vector<Diagnostic> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](const Diagnostic& d) { return d.code == code; });
  return out;
}

LoadResult Load(const PackSet& set, CheckBudget& budget) {
  LoadOptions options;
  options.budget = &budget;
  return LoadRuleSet(set, options);
}

bool Says(const Diagnostic& d, const std::string& text) {
  return (d.message + "\n" + d.hint).find(text) != std::string::npos;
}

TEST(CheckBudgetTest, CountsForEachPackByItself) {
  CheckLimits limits;
  limits.steps = 100;
  CheckBudget budget(limits);
  budget.BeginPack("central");
  EXPECT_TRUE(budget.Spend(60));
  budget.BeginPack("emea");
  EXPECT_TRUE(budget.Spend(100));
  EXPECT_FALSE(budget.Spend(1));
  EXPECT_TRUE(budget.stopped());
  budget.BeginPack("central");
  EXPECT_FALSE(budget.stopped());
  EXPECT_TRUE(budget.Spend(40));
  EXPECT_FALSE(budget.Spend(1));
  EXPECT_EQ(budget.Of("emea").steps, 101u);
  EXPECT_EQ(budget.Of("nowhere").steps, 0u);
}

TEST(CheckBudgetTest, WhatIsReleasedCanBeHeldAgain) {
  CheckLimits limits;
  limits.bytes = 100;
  CheckBudget budget(limits);
  {
    HeldBytes held(budget);
    EXPECT_TRUE(held.Add(100));
  }
  EXPECT_TRUE(budget.Hold(100));
  EXPECT_FALSE(budget.Hold(1));
  EXPECT_EQ(budget.Of("").reached, Limit::kBytes);
  EXPECT_FALSE(budget.Spend(1));
}

TEST(CheckBudgetTest, APackBeyondItsStepsGetsOneErrorAndTheOthersStand) {
  CheckBudget whole;
  ASSERT_NE(Load(ManyRoutes(200), whole).rules, nullptr);
  CheckLimits limits;
  limits.steps = whole.Of("emea").steps / 2;
  ASSERT_GT(limits.steps, whole.Of("central").steps);
  CheckBudget budget(limits);
  const LoadResult result = Load(ManyRoutes(200), budget);
  EXPECT_EQ(result.rules, nullptr);
  const std::vector<Diagnostic> stopped = WithCode(result.diagnostics, "LL1301");
  ASSERT_EQ(stopped.size(), 1u) << FormatDiagnostics(result.diagnostics);
  EXPECT_EQ(stopped[0].layer, "emea");
  EXPECT_TRUE(stopped[0].position.known());
  EXPECT_TRUE(stopped[0].position.file.ends_with("/routing.yaml")) << stopped[0].position.file;
  EXPECT_TRUE(Says(stopped[0], "while it looked for routes that get no lead")) << FormatDiagnostic(stopped[0]);
  EXPECT_TRUE(
      Says(stopped[0], "not looked for: routes that get no lead; values that no table gives; whether the tests pass"));
  ASSERT_EQ(result.packs.size(), 2u);
  EXPECT_TRUE(result.packs[0].sound());
  EXPECT_FALSE(result.packs[1].sound());
}

TEST(CheckBudgetTest, CountsTheSameEveryTime) {
  CheckBudget first, second;
  Load(ManyRoutes(50), first);
  Load(ManyRoutes(50), second);
  EXPECT_GT(first.Of("emea").steps, 0u);
  EXPECT_EQ(first.Of("emea").steps, second.Of("emea").steps);
  EXPECT_EQ(first.Of("emea").most_bytes, second.Of("emea").most_bytes);
}

// Twice the routes are at most a little more than twice the work for each, not eight times in all.
TEST(CheckBudgetTest, TheCostOfRoutesGrowsWithThoseThatOverlap) {
  CheckBudget small, large;
  EXPECT_NE(Load(ManyRoutes(200), small).rules, nullptr);
  EXPECT_NE(Load(ManyRoutes(800), large).rules, nullptr);
  EXPECT_LT(large.Of("emea").steps, 8 * small.Of("emea").steps);
}

// "LL1303" stands where the first hidden finding does.
TEST(CheckBudgetTest, FindingsAreCountedBeyondFiveHundred) {
  std::string countries;
  for (int i = 0; i < 700; ++i) countries += countries.empty() ? "a" : ", a";
  const PackSet set = With("emea", "routing.yaml", "territories:\n  - {id: spain, countries: [" + countries + "]}\n");
  CheckBudget budget;
  const LoadResult result = Load(set, budget);
  size_t of_region = 0;
  for (const Diagnostic& d : result.diagnostics) of_region += d.layer == "emea" ? 1 : 0;
  EXPECT_LE(of_region, 501u);
  const std::vector<Diagnostic> hidden = WithCode(result.diagnostics, "LL1303");
  ASSERT_EQ(hidden.size(), 1u);
  EXPECT_EQ(hidden[0].severity, Severity::kError);
  EXPECT_TRUE(Says(hidden[0], "further findings in this pack are not shown")) << hidden[0].message;
  ASSERT_EQ(result.packs.size(), 2u);
  EXPECT_GE(result.packs[1].errors, 700);
}

TEST(CheckBudgetTest, AfterVeryManyFindingsNobodyCounts) {
  std::string countries;
  for (int i = 0; i < 20'000; ++i) countries += countries.empty() ? "a" : ",a";
  CheckBudget budget;
  const LoadResult result =
      Load(With("emea", "routing.yaml", "territories:\n  - {id: spain, countries: [" + countries + "]}\n"), budget);
  ASSERT_EQ(WithCode(result.diagnostics, "LL1303").size(), 1u);
  EXPECT_TRUE(Says(WithCode(result.diagnostics, "LL1303")[0], "the check stopped counting"));
  EXPECT_TRUE(WithCode(result.diagnostics, "LL1301").empty());
}

// Also when all that was found are warnings: the rest of the pack was not looked at.
TEST(CheckBudgetTest, AfterVeryManyWarningsThePackIsNotGood) {
  PackSet set = SmallPacks();
  PackFiles emea = *set.Find("emea");
  std::string& routing = emea.files["routing.yaml"];
  std::string routes;
  for (int r = 0; r < 110; ++r) {
    std::string regions;
    for (int i = 0; i < 100; ++i) regions += fmt::format("{}\"q{}zz{}\"", i == 0 ? "" : ", ", r, i);
    routes += fmt::format("  - {{id: emea.r{}, when: 'lead.region in [{}]', team: emea_desk}}\n", r, regions);
  }
  routing.insert(routing.find("routes:\n") + 8, routes);
  set.Put(emea);
  CheckBudget budget;
  const LoadResult result = Load(set, budget);
  EXPECT_EQ(result.rules, nullptr);
  EXPECT_EQ(WithCode(result.diagnostics, "LL2109").size(), 500u);
  const std::vector<Diagnostic> stopped = WithCode(result.diagnostics, "LL1303");
  ASSERT_EQ(stopped.size(), 1u);
  EXPECT_EQ(stopped[0].severity, Severity::kError);
  EXPECT_FALSE(result.packs[1].sound());
}

// What a case gives is held to what a record can have: "LL3111" at the value itself.
TEST(CheckBudgetTest, NumbersOfACaseAreBounded) {
  const LoadResult loaded = LoadRuleSet(SmallPacks());
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  const auto first = [&](const std::string& with) {
    PackSet set;
    set.root = "rules";
    set.Put({"emea",
             {{"tests/a_test.yaml", "suite: A\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: one\n    with: " + with +
                                        "\n    expect: {region: none}\n"}}});
    const TestSuites suites = ReadTestSuites(set, *loaded.rules);
    if (suites.diagnostics.empty()) return fmt::format("{} cases", suites.cases.size());
    const Diagnostic& d = suites.diagnostics[0];
    return fmt::format("{} {}:{}", d.code, d.position.line, d.position.column);
  };
  EXPECT_EQ(first("{lead: {contact_count: 100}}"), "1 cases");
  EXPECT_EQ(first("{lead: {contact_count: 101}}"), "LL3111 5:34");
  EXPECT_EQ(first("{lead: {contact_count: 900000000000000}}"), "LL3111 5:34");
  EXPECT_EQ(first("{lead: {activity_count: 5000}}"), "1 cases");
  EXPECT_EQ(first("{lead: {activity_count: 1e300}}"), "LL3111 5:35");
  EXPECT_EQ(first("{lead: {age_days: 100000000000}}"), "LL3111 5:29");
  EXPECT_EQ(first("{lead: {value_amount: 1e18}}"), "LL3111 5:33");
  EXPECT_EQ(first("{lead: {source: " + std::string(256, 'x') + "}}"), "1 cases");
  EXPECT_EQ(first("{lead: {source: " + std::string(257, 'x') + "}}"), "LL3111 5:27");
  EXPECT_EQ(first("{lead: {products: [a, b, c, d, e, f, g, h]}}"), "1 cases");
  EXPECT_EQ(first("{lead: {products: [a, b, c, d, e, f, g, h, i]}}"), "LL3111 5:29");
  EXPECT_EQ(first("{activities: [{channel: website, investment: low, response: visit, ago: 20000d}]}"), "1 cases");
  EXPECT_EQ(first("{activities: [{channel: website, investment: low, response: visit, ago: 100000000d}]}"),
            "LL3111 5:83");
  EXPECT_EQ(first("{score: {central: 1e300}}"), "LL3111 5:29");
}

TEST(CheckBudgetTest, ForEachReadsTheCaseForEachValue) {
  const LoadResult loaded = LoadRuleSet(SmallPacks());
  ASSERT_NE(loaded.rules, nullptr);
  PackSet set;
  set.Put({"emea",
           {{"tests/a_test.yaml",
             "suite: A\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: one\n    for_each: {lead.source: [a, b, c]}\n"
             "    expect: {region: none}\n"}}});
  const TestSuites suites = ReadTestSuites(set, *loaded.rules);
  ASSERT_EQ(suites.cases.size(), 3u) << FormatDiagnostics(suites.diagnostics);
  EXPECT_EQ(suites.cases[2].name, "one: c");
  EXPECT_EQ(suites.cases[2].input.lead.source, "c");
  EXPECT_EQ(suites.cases[0].input.lead.source, "a");
}

TEST(CheckBudgetTest, ALargePatternIsRefusedAtItsPlace) {
  const LoadResult result =
      LoadRuleSet(With("emea", "routing.yaml",
                       "teams:\n  - {id: t}\nreps:\n  - {id: r, name: R, team: t, languages: [es]}\nroutes:\n"
                       "  - {id: emea.a, when: 'contact.title.matches(r\"\\pL{1,1000}\")', team: t}\n"));
  EXPECT_EQ(result.rules, nullptr);
  const std::vector<Diagnostic> costs = WithCode(result.diagnostics, "LL2104");
  ASSERT_EQ(costs.size(), 1u) << FormatDiagnostics(result.diagnostics);
  EXPECT_TRUE(Says(costs[0], "too large once it is compiled"));
  EXPECT_EQ(costs[0].position.line, 6);
}

}  // namespace
}  // namespace leadline::packs
