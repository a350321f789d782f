// The packs' own tests: outcomes and their words, coverage, and changes that no test notices.
#include "engine/packtest/pack_tests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/packtest/coverage.h"
#include "engine/packtest/mutation.h"
#include "engine/packtest/mutation_edits.h"
#include "packs/cases/test_suite.h"
#include "packs/loader.h"

namespace leadline::engine {
namespace {

constexpr char kTestRules[] = LEADLINE_SOURCE_DIR "/rules";

// The repository's packs with one file of tests in the place of their own.
packs::PackSet WithTests(const std::string& pack, const std::string& text) {
  packs::PackSet set = packs::ReadPackSet(kTestRules).set;
  set.root = "rules";
  for (packs::PackFiles& files : set.packs) {
    std::erase_if(files.files, [](const auto& file) { return file.first.starts_with("tests/"); });
    if (files.name == pack) files.files["tests/a_test.yaml"] = text;
  }
  return set;
}

std::shared_ptr<const Snapshot> SnapshotOf(const packs::PackSet& set) {
  packs::LoadResult loaded = packs::LoadRuleSet(set);
  EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  return MakeTestSnapshot(loaded.rules);
}

PackTestReport RunText(const std::string& pack, const std::string& cases) {
  const packs::PackSet set = WithTests(pack, "suite: Trial\nnow: 2026-06-01T12:00:00Z\ncases:\n" + cases);
  return RunPackTests(SnapshotOf(set), set);
}

class PacksOwnTests : public testing::TestWithParam<const char*> {};

// The shipped packs, and beside them those of the public data sets.
INSTANTIATE_TEST_SUITE_P(Folders, PacksOwnTests, testing::Values("", "/samples"),
                         [](const auto& param) { return std::string(*param.param == 0 ? "Shipped" : "Samples"); });

TEST_P(PacksOwnTests, Pass) {
  const packs::PackSet set = packs::ReadPackSet(std::string(kTestRules) + GetParam()).set;
  const PackTestReport report = RunPackTests(SnapshotOf(set), set);
  EXPECT_TRUE(report.ok()) << FormatDiagnostics(report.diagnostics);
  for (const PackTestCase& test : report.cases) {
    EXPECT_NE(test.outcome, PackTestCase::Outcome::kFailed) << test.name << ": " << test.message;
  }
  EXPECT_GT(report.passed, 1000);
}

// Cases count, and with them what they give; where they are too many the pack gets one error, and another pack's run.
TEST(PackTestsTest, TestsBeyondTheBudgetAreOneError) {
  std::string cases;
  for (int i = 0; i < 200; ++i) cases += "  - {name: c" + std::to_string(i) + ", expect: {region: none}}\n";
  const packs::PackSet set = WithTests("emea", "suite: Trial\nnow: 2026-06-01T12:00:00Z\ncases:\n" + cases);
  const std::shared_ptr<const Snapshot> snapshot = SnapshotOf(set);
  packs::CheckBudget whole;
  const PackTestReport all = RunPackTests(snapshot, set, {}, &whole);
  EXPECT_EQ(all.cases.size(), 200u);
  packs::CheckLimits limits;
  limits.steps = whole.Of("emea").steps * 9 / 10;
  packs::CheckBudget budget(limits);
  const PackTestReport some = RunPackTests(snapshot, set, {}, &budget);
  EXPECT_FALSE(some.ok());
  EXPECT_LT(some.cases.size(), 200u);
  ASSERT_EQ(some.diagnostics.size(), 1u) << FormatDiagnostics(some.diagnostics);
  EXPECT_EQ(some.diagnostics[0].code, "LL1301");
  EXPECT_EQ(some.diagnostics[0].layer, "emea");
  EXPECT_NE(some.diagnostics[0].message.find("while it ran the tests"), std::string::npos);
}

// Each case expects something else than what comes; the message names both, and the rule that made it.
TEST(PackTestsTest, FailuresSayWhatCameAndFromWhere) {
  const struct {
    std::string lines;
    std::vector<std::string> parts;
  } wrong[] = {
      {"with: {contact: {title: Leiter Einkauf}}\n    expect: {normalize: {contact.seniority: manager}}",
       {"expected contact.seniority manager, got head by rules/regions/emea/normalize.yaml:"}},
      {"with: {contact: {title: Leiter}}\n    expect: {normalize: {contact.seniority: {value: head, by: central}}}",
       {"from central", "regions/emea/normalize.yaml"}},
      {"with: {contact: {seniority: head}}\n    expect: {score: {central: 23, qualified: true}}",
       {"expected a central score of 23, got 22", "is qualified, got 22 of 100", "from title.head 22"}},
      {"with: {contact: {seniority: head}}\n    expect: {fired: {title.head: 21, title.vp: 28}}",
       {"expected 21 points of title.head, got 22 (rules/central/scoring.yaml:", "expected title.vp to fire"}},
      {"with: {contact: {seniority: head}}\n    expect: {not_fired: [title.head]}", {"not to fire; it gave 22"}},
      {"with: {contact: {seniority: head, phone: '+4930123456'}}\n    expect: {fired: [title.head], only: true}",
       {"no other rule", "phone.known gave 5"}},
      {"with: {activities: [{response: visit}]}\n    expect: {entry: {status: raw}}",
       {"expected raw, got inquiry by entry.inquiry (rules/central/status.yaml:"}},
      {"with: {score: {central: 20}}\n    expect: {transition: {from: inquiry, on: activity, to: maql, by: "
       "inquiry.to_maql}}",
       {"expected maql, got no transition; inquiry.to_maql (rules/central/status.yaml:", "score.warm is false"}},
      {"expect: {transition: {from: mql, on: reject, to: re_market, reason_required: false}}",
       {"expected mql.rejected to need no reason"}},
      {"with: {contact: {email: a@firma.de}, lead: {country: DE, language: de}}\n    expect: {route: {team: "
       "emea_fast_response}}",
       {"expected team emea_fast_response, got emea-", "by emea.language"}},
      {"with: {contact: {email: a@firma.de}, lead: {country: DE, language: de}}\n    expect: {route: {by: emea.hot}}",
       {"emea.hot (rules/regions/emea/"}},
      {"with: {lead: {status: mql}}\n    expect: {sla: {level: mql, due: in 1h}}",
       {"expected it due at 2026-06-01T13:00:00Z, got 2026-06-01T16:00:00Z on calendar berlin"}},
      {"with: {lead: {status: raw}}\n    expect: {sla: {level: mql}}", {"expected service level mql, got none"}},
      {"with: {lead: {country: FR}}\n    expect: {territory: dach, region: none}",
       {"in region none, got emea", "in territory dach, got france_benelux"}},
      {"with: {activities: [{response: visit}]}\n    expect: {entry: {status: inquiry}, route: {team: emea_sales}}",
       {"entering inquiry does not route"}},
  };
  for (const auto& test : wrong) {
    SCOPED_TRACE(test.lines);
    const PackTestReport report = RunText("emea", "  - name: a\n    " + test.lines + "\n");
    ASSERT_EQ(report.cases.size(), 1u) << FormatDiagnostics(report.diagnostics);
    EXPECT_EQ(report.failed, 1);
    EXPECT_FALSE(report.ok());
    const std::string& message = report.cases[0].message;
    EXPECT_TRUE(message.starts_with("rules/regions/emea/tests/a_test.yaml:")) << message;
    for (const std::string& part : test.parts) EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

TEST(PackTestsTest, WithoutItsPluginACaseIsSkipped) {
  const PackTestReport report = RunText(
      "emea", "  - name: a\n    needs_plugin: org.leadline.title_seniority\n    expect: {entry: {status: mql}}\n");
  EXPECT_EQ(report.skipped, 1);
  EXPECT_TRUE(report.ok());
  EXPECT_NE(report.cases[0].message.find("org.leadline.title_seniority"), std::string::npos);
}

TEST(PackTestsTest, AFileThatCannotBeReadIsAFailure) {
  const PackTestReport report = RunText("latam", "  - name: a\n    expect: {entry: {status: mq}}\n");
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.failed, 0);
  ASSERT_EQ(report.diagnostics.size(), 1u);
  EXPECT_EQ(report.diagnostics[0].code, "LL3104");
}

// What the item of this name lacks; "none such" when there is none.
// Of the first of that name, in `layer` where one is given: regions count the centre's levels again.
std::string Missing(const std::vector<CoverageItem>& items, const std::string& kind, const std::string& name,
                    const std::string& layer = "") {
  for (const CoverageItem& item : items) {
    if (item.kind != kind || item.name != name || (!layer.empty() && item.layer != layer)) continue;
    std::string out;
    for (const std::string& side : item.missing) out += (out.empty() ? "" : ", ") + side;
    return out;
  }
  return "none such";
}

std::vector<CoverageItem> CoverageOf(const std::string& pack, const std::string& cases) {
  const packs::PackSet set = WithTests(pack, "suite: Trial\nnow: 2026-06-01T12:00:00Z\ncases:\n" + cases);
  const auto snapshot = SnapshotOf(set);
  PackCoverage coverage(snapshot);
  const packs::TestSuites suites = packs::ReadTestSuites(set, *snapshot->rules);
  EXPECT_TRUE(suites.diagnostics.empty()) << FormatDiagnostics(suites.diagnostics);
  RunTestCases(snapshot, suites.cases, &coverage);
  return coverage.Items();
}

TEST(PackCoverageTest, CountsRulesBranchesAndLayers) {
  const std::vector<CoverageItem> items = CoverageOf("emea", R"(
  - name: a
    with:
      account: {country: DE, industry: manufacturing, employees: 250}
      activities: [{channel: event, investment: high, response: attend}]
    expect: {score: {central: 49}}
  - name: b
    with: {score: {central: 60}, lead: {language: de, country: DE}}
    expect:
      transition: {from: inquiry, on: activity, to: maql}
      territory: dach
)");
  EXPECT_EQ(Missing(items, "scoring rules", "size.mid_market"), "not fire");
  EXPECT_EQ(Missing(items, "scoring rules", "size.small"), "fire");
  EXPECT_EQ(Missing(items, "branches", "size.small: account.employees >= 20"), "false");
  EXPECT_EQ(Missing(items, "branches", "size.small: account.employees < 200"), "true");
  EXPECT_EQ(Missing(items, "matrix cells", "event / high / attend"), "");
  EXPECT_EQ(Missing(items, "matrix cells", "event / high / meeting"), "met");
  EXPECT_EQ(Missing(items, "scoring rules", "emea.set.response.event.high.attend"), "not fire");
  EXPECT_EQ(Missing(items, "transitions", "inquiry.to_maql on activity"), "not fire");
  EXPECT_EQ(Missing(items, "transitions", "inquiry.to_maql on rescore"), "fire, not fire");
  EXPECT_EQ(Missing(items, "transitions", "engaged.to_mql on activity"), "fire");
  EXPECT_EQ(Missing(items, "territories", "dach"), "");
  EXPECT_EQ(Missing(items, "territories", "iberia"), "met");
  for (const auto& [layer, kind, count] : PackCoverage::Count(items)) {
    EXPECT_LE(count.covered, count.total);
    if (layer == "latam") {
      EXPECT_EQ(count.covered, 0) << kind;
    }
  }
  EXPECT_GT(PackCoverage::Percent(items), 0);
  EXPECT_LT(PackCoverage::Percent(items), 50);
}

// A rule that fires where nobody looks is not tested.
TEST(PackCoverageTest, OnlyWhatACaseLooksAtCounts) {
  const std::vector<CoverageItem> items = CoverageOf("central", R"(
  - name: a
    with: {contact: {seniority: head, title: Head}, lead: {status: mql, country: US}}
    expect: {sla: {level: mql}}
)");
  EXPECT_EQ(Missing(items, "scoring rules", "title.head"), "fire, not fire");
  EXPECT_EQ(Missing(items, "normalise rows", "contact.seniority = head", "central"), "fire");
  EXPECT_EQ(Missing(items, "routes", "no_way_to_reach"), "chosen, passed over");
  EXPECT_EQ(Missing(items, "service levels", "mql", "central"), "");
  EXPECT_EQ(Missing(items, "service levels", "hot", "central"), "chosen");
}

// Every change of the packs that ship, by pack; planned once.
class ShippedMutants {
 public:
  ShippedMutants() {
    set_.root = "rules";
    const auto snapshot = SnapshotOf(set_);
    for (const packs::PackFiles& pack : set_.packs) {
      planned_[pack.name] = PlanMutants(pack, "rules/" + pack.name, *snapshot->rules);
    }
  }
  const packs::PackSet& set() const { return set_; }
  // Null: there is none whose text holds `change`.
  const PlannedMutant* Find(const std::string& pack, const std::string& rule, const std::string& change) const {
    const auto& planned = planned_.at(pack);
    const auto found = std::find_if(planned.begin(), planned.end(), [&](const PlannedMutant& p) {
      return p.mutant.rule == rule && p.mutant.change.find(change) != std::string::npos;
    });
    return found == planned.end() ? nullptr : &*found;
  }

 private:
  packs::PackSet set_ = packs::ReadPackSet(kTestRules).set;
  std::map<std::string, std::vector<PlannedMutant>> planned_;
};

const ShippedMutants& Shipped() {
  static const auto* const shipped = new ShippedMutants;
  return *shipped;
}

TEST(PackMutationTest, ChangesEveryPartOfARule) {
  const struct {
    const char *pack, *rule, *change;
  } changes[] = {
      {"central", "size.mid_market", "the rule is removed"},
      {"central", "size.mid_market", "negated"},
      {"central", "size.mid_market", "`>=` becomes `>` in account.employees >= 200"},
      {"central", "size.mid_market", "`<` becomes `<=`"},
      {"central", "size.mid_market", "200 becomes 201"},
      {"central", "size.mid_market", "200 becomes 199"},
      {"central", "size.mid_market", "`&&` becomes `||`"},
      {"central", "size.mid_market", "points 15 becomes 16"},
      {"central", "size.mid_market", "points 15 becomes -15"},
      {"central", "form.demo_request", "half-life 30d becomes 60d"},
      {"central", "form.demo_request", "max_points 60 is lifted"},
      {"central", "form.demo_request", "\"demo_request\" becomes another text"},
      {"central", "event / high / attend", "points 20 becomes 21"},
      {"central", "engaged.to_mql", "from maql is removed"},
      {"north_america", "us_canada", "countries VI is removed"},
      {"north_america", "north_america.language", "match_language true becomes false"},
      {"central", "unsubscribed", "the reason is removed"},
      {"central", "unsubscribed", "responses unsubscribe is removed"},
      {"central", "unsubscribed", "until subscribe is removed"},
      {"central", "mail_bounced", "channels email is removed"},
      {"central", "no_interaction", "the condition is negated"},
      {"central", "disqualified", "marketable false becomes true"},
      {"central", "threshold.mql", "points 100 becomes 99"},
      {"central", "touches", "touches machine_open is removed"},
      {"central", "contact_requests", "within 30d becomes 60d"},
      {"central", "hot", "start_on_enter mql is removed"},
  };
  for (const auto& [pack, rule, change] : changes) {
    EXPECT_NE(Shipped().Find(pack, rule, change), nullptr) << pack << ": " << rule << ": " << change;
  }
}

// `until: [subscribe]` without its only value is `until: []`: what was said stands for good.
TEST(PackMutationTest, TakesTheOnlyValueOfAListOut) {
  const PlannedMutant* planned = Shipped().Find("central", "unsubscribed", "until subscribe is removed");
  ASSERT_NE(planned, nullptr);
  const std::string& text = Shipped().set().Find("central")->files.at("consent.yaml");
  EXPECT_NE(Edited(text, planned->edits).find("responses: [unsubscribe], until: []}"), std::string::npos);
}

TEST(PackMutationTest, TellsWhatNoTestNotices) {
  packs::PackSet set = WithTests("central", R"(suite: Trial
now: 2026-06-01T12:00:00Z
tables:
  - name: employees
    columns: [account.employees, expect.score.central]
    rows: [[199, 8], [200, 15], [1000, 20]]
)");
  const auto snapshot = SnapshotOf(set);
  const packs::TestSuites suites = packs::ReadTestSuites(set, *snapshot->rules);
  // Only the rules of the company's size.
  std::string& scoring = set.packs[0].files["scoring.yaml"];
  const size_t from = scoring.find("  - id: size.mid_market");
  const size_t to = scoring.find("  - id: size.small");
  ASSERT_LT(from, to);
  const int32_t first =
      static_cast<int32_t>(std::count(scoring.begin(), scoring.begin() + static_cast<int>(from), '\n')) + 1;
  const int32_t last =
      static_cast<int32_t>(std::count(scoring.begin(), scoring.begin() + static_cast<int>(to), '\n')) + 1;
  const MutationReport report = MutatePacks(snapshot, set, suites.cases,
                                            [&](const Mutant& mutant) {
                                              return mutant.position.file.ends_with("central/scoring.yaml") &&
                                                     mutant.position.line >= first && mutant.position.line < last;
                                            },
                                            {});
  std::vector<std::string> survived;
  for (const Mutant& mutant : report.mutants) {
    if (mutant.outcome == Mutant::Outcome::kSurvived) survived.push_back(mutant.change);
    if (mutant.outcome == Mutant::Outcome::kNoticed) {
      EXPECT_NE(mutant.by.find("employees: "), std::string::npos);
    }
  }
  // No case has 999 employees, where the rule ends. All else is noticed.
  const std::vector<std::string> expected = {"1000 becomes 999"};
  EXPECT_EQ(survived, expected);
  EXPECT_EQ(report.noticed + report.refused + report.survived, static_cast<int>(report.mutants.size()));
  EXPECT_GT(report.noticed, 10);
}

// A score that a case gives is warm by the bars of the rules that are tried.
TEST(PackMutationTest, AGivenScoreGoesByTheChangedBars) {
  const packs::PackSet set = WithTests("central", R"(suite: Trial
now: 2026-06-01T12:00:00Z
tables:
  - name: new
    columns: [activity.response, score.central, expect.entry.status]
    rows: [[visit, 49.99, inquiry], [visit, 50, maql]]
)");
  const auto snapshot = SnapshotOf(set);
  const packs::TestSuites suites = packs::ReadTestSuites(set, *snapshot->rules);
  ASSERT_EQ(suites.cases.size(), 2u) << FormatDiagnostics(suites.diagnostics);
  const MutationReport report = MutatePacks(snapshot, set, suites.cases,
                                            [](const Mutant& mutant) { return mutant.rule == "threshold.maql"; }, {});
  EXPECT_EQ(report.noticed, 2);
  EXPECT_EQ(report.survived, 0);
}

TEST(PackMutationTest, EditsKeepTheRest) { EXPECT_EQ(Edited("abcdef", {{1, 2, "X"}, {4, 4, "++"}}), "aXcd++ef"); }

}  // namespace
}  // namespace leadline::engine
