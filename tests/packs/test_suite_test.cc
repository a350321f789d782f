// Tests of packs as they are read: what a case gives and expects, and what is wrong with a file.
#include "packs/cases/test_suite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "packs/pack_files.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

// The file as the one test of the pack.
TestSuites Read(const std::string& text, const RuleSet& rules, const std::string& pack = "emea",
                const std::string& file = "a_test.yaml") {
  PackSet set;
  set.root = "rules";
  set.Put({pack, {{"tests/" + file, text}}});
  return ReadTestSuites(set, rules);
}

TestSuites Read(const std::string& text, const std::string& pack = "emea", const std::string& file = "a_test.yaml") {
  return Read(text, Rules(), pack, file);
}

std::string WithCase(const std::string& lines) {
  return "suite: Trial\nnow: 2026-06-01T12:00:00Z\nfixtures:\n  person: {contact: {title: Leiter}}\ncases:\n"
         "  - name: one\n    given: person\n" +
         lines;
}

// "LL3102 8:20" of the first finding; its hint must hold `hint`.
std::string FirstFinding(const TestSuites& suites, const std::string& hint) {
  if (suites.diagnostics.empty()) return "nothing";
  const Diagnostic& d = suites.diagnostics.front();
  EXPECT_NE((d.message + "\n" + d.hint).find(hint), std::string::npos) << FormatDiagnostic(d);
  EXPECT_EQ(d.layer, "emea");
  return d.code + " " + std::to_string(d.position.line) + ":" + std::to_string(d.position.column);
}

TEST(TestSuiteTest, AnUnknownFixtureIsNamedWithTheNearest) {
  std::string text = WithCase("    expect: {score: {central: 1}}\n");
  text.replace(text.find("given: person"), 13, "given: [person, persn]");
  EXPECT_EQ(FirstFinding(Read(text), "did you mean \"person\"?"), "LL3101 7:21");
}

TEST(TestSuiteTest, FixturesAndWithAreLaidOverEachOther) {
  const TestSuites suites = Read(R"(
suite: Trial
now: 2026-06-01T12:00:00Z
fixtures:
  berlin:
    contact: {title: Leiter, email: a@firma.de}
    lead: {country: DE, budget: approved}
    activities: [{channel: website, investment: low, response: visit, ago: 2h}]
  hamburg:
    contact: {title: Vorstand}
cases:
  - name: one
    given: [berlin, hamburg]
    with:
      lead: {budget: absent, days_since_activity: 4}
      activities: [{channel: event, investment: high, response: attend, ago: 1d}]
    expect: {score: {central: 1}}
)");
  ASSERT_TRUE(suites.diagnostics.empty()) << FormatDiagnostics(suites.diagnostics);
  ASSERT_EQ(suites.cases.size(), 1u);
  const TestCase& test = suites.cases[0];
  EXPECT_EQ(test.pack, "emea");
  EXPECT_EQ(test.now, kNow);
  EXPECT_EQ(test.input.contact.title, "Vorstand");
  EXPECT_EQ(test.input.contact.email, "a@firma.de");
  EXPECT_FALSE(test.input.lead.attributes.contains("budget"));
  EXPECT_EQ(test.input.lead.last_activity_at, kNow - 4 * kDay);
  EXPECT_EQ(test.input.lead.region, "emea");
  EXPECT_FALSE(test.input.has_account);
  ASSERT_EQ(test.input.activities.size(), 2u);
  EXPECT_EQ(test.input.activities[0].channel, "event");  // the older one first
  EXPECT_EQ(test.input.activities[1].time, kNow - 2 * kHour);
}

TEST(TestSuiteTest, TablesAndValuesOfForEachBecomeCases) {
  const TestSuites suites = Read(R"(
suite: Trial
now: 2026-06-01T12:00:00Z
cases:
  - name: country
    for_each: {lead.country: [DE, AT]}
    expect: {territory: dach}
tables:
  - name: moves
    with: {lead: {language: de}}
    expect: {transition: {on: activity}}
    columns: [lead.status, activity.response, score.central, expect.transition.to]
    rows:
      - [raw, visit, 50, maql]
      - [mql, ~, 120, stay]
)");
  ASSERT_TRUE(suites.diagnostics.empty()) << FormatDiagnostics(suites.diagnostics);
  ASSERT_EQ(suites.cases.size(), 4u);
  EXPECT_EQ(suites.cases[0].name, "country: DE");
  EXPECT_EQ(suites.cases[1].input.lead.country, "AT");
  const TestCase& first = suites.cases[2];
  EXPECT_EQ(first.name, "moves: raw, visit, 50");
  EXPECT_EQ(first.position.line, 14);
  EXPECT_EQ(first.input.lead.language, "de");
  ASSERT_EQ(first.input.activities.size(), 1u);
  ASSERT_TRUE(first.input.score.has_value());
  EXPECT_FALSE(first.input.score->qualified);
  ASSERT_TRUE(first.expect.transition.has_value());
  EXPECT_EQ(first.expect.transition->position.line, 14);
  EXPECT_EQ(first.expect.transition->from, "raw");
  EXPECT_EQ(first.expect.transition->to, "maql");
  const TestCase& second = suites.cases[3];
  EXPECT_TRUE(second.input.activities.empty());
  EXPECT_TRUE(second.input.score->qualified);
  EXPECT_EQ(second.expect.transition->to, "");
}

TEST(TestSuiteTest, FaultsAreToldAtTheirPlace) {
  const std::string good = "    expect: {score: {central: 1}}\n";
  const struct {
    std::string lines;
    std::string finding;
    std::string hint;
  } faults[] = {
      {"    with: {contact: {titel: x}}\n" + good, "LL3102 8:22", "\"contact.title\""},
      {"    with: {contact: {has_public_mail: true}}\n" + good, "LL3102 8:22", "give contact.email"},
      {"    with: {contact: {seniority: manger}}\n" + good, "LL3103 8:33", "did you mean \"manager\"?"},
      {"    with: {lead: {country: UK}}\n" + good, "LL3103 8:28", "stored as \"GB\""},
      {"    with: {lead: {country: XX}}\n" + good, "LL3103 8:28", "ISO 3166-1"},
      {"    with: {contact: {language: de-1}}\n" + good, "LL3103 8:32", "write de"},
      {"    with: {account: {employees: 2.5}}\n" + good, "LL3103 8:33", "a whole number"},
      {"    with: {lead: {competitor: maybe}}\n" + good, "LL3103 8:31", "true or false"},
      {"    with: {activities: [{channel: websit}]}\n" + good, "LL3103 8:35", "did you mean \"website\"?"},
      {"    with: {activities: [{ago: soon}]}\n" + good, "LL3106 8:31", "30d"},
      {"    with: {reps: {emea-ana-weber: {open: 1}}}\n" + good, "LL3104 8:19", "emea-anna-weber"},
      {"    expect: {scores: {central: 1}}\n", "LL1101 8:14", "did you mean \"score\"?"},
      {"    expect: {fired: {title.haed: 1}}\n", "LL3104 8:22", "did you mean \"title.head\"?"},
      {"    expect: {entry: {status: mqll}}\n", "LL3104 8:30", "did you mean \"mql\"?"},
      {"    expect: {transition: {from: mql, on: accept, to: sal, by: maql.accept}}\n", "LL3104 8:63", "accepted"},
      {"    expect: {route: {by: emea.fastlane}}\n", "LL3104 8:26", "emea.fast_lane"},
      {"    expect: {sla: {level: mqll}}\n", "LL3104 8:27", "mql"},
      {"    expect: {sla: {level: mql, due: soon}}\n", "LL3106 8:37", "in 1h"},
      {"    expect: {normalize: {contact.title: x}}\n", "LL3104 8:26", "normalised field"},
      {"    expect: {route: {hold: data_quality, rep: emea-anna-weber}}\n", "LL3105 8:28", "either held"},
      {"    expect: {}\n", "LL3105 8:13", "expects nothing"},
      {"    with: {score: {central: 5}}\n    expect: {score: {central: 5}}\n", "LL3105 9:13", "gives the score"},
  };
  for (const auto& fault : faults) {
    SCOPED_TRACE(fault.lines);
    const TestSuites suites = Read(WithCase(fault.lines));
    EXPECT_EQ(FirstFinding(suites, fault.hint), fault.finding);
    EXPECT_TRUE(suites.cases.empty());
  }
}

// What one region says in its tests holds no other region to anything.
TEST(TestSuiteTest, ARegionsTestsAreAboutItsOwnRegion) {
  const std::string good = "    expect: {entry: {status: raw}}\n";
  const struct {
    std::string lines, finding, hint;
  } faults[] = {
      {"    region: latam\n" + good, "LL3112 8:13", "its own pack"},
      {"    region: north_america\n" + good, "LL3112 8:13", "cannot be about \"north_america\""},
      {"    with: {lead: {region: latam}}\n" + good, "LL3112 8:27", "its own pack"},
      {"    with: {lead: {country: BR}}\n    expect: {region: latam}\n", "LL3112 9:22", "its own pack"},
      {"    expect: {territory: brazil}\n", "LL3104 8:25", "no territory"},
      {"    with: {reps: {latam-ana-silva: {open: 1}}}\n" + good, "LL3112 8:19", "belongs to another region"},
      {"    with: {pools: {latam_sales: {latam-ana-silva: {assigned: 1}}}}\n" + good, "LL3112 8:34", "another region"},
      {"    expect: {route: {rep: latam-ana-silva}}\n", "LL3112 8:27", "belongs to another region"},
      {"    expect: {route: {team: latam_sales}}\n", "LL3112 8:28", "belongs to another region"},
      {"    expect: {route: {without: latam-ana-silva, team: emea_sales}}\n", "LL3112 8:31", "another region"},
  };
  for (const auto& fault : faults) {
    SCOPED_TRACE(fault.lines);
    const TestSuites suites = Read(WithCase(fault.lines));
    EXPECT_EQ(FirstFinding(suites, fault.hint), fault.finding);
    EXPECT_TRUE(suites.cases.empty());
  }
  std::string text = WithCase(good);
  text.insert(text.find("fixtures"), "region: latam\n");
  EXPECT_EQ(FirstFinding(Read(text), "its own pack"), "LL3112 3:9");
  text = WithCase(good);
  text.replace(text.find("{contact: {title: Leiter}}"), 26, "{lead: {region: latam}}");
  EXPECT_EQ(FirstFinding(Read(text), "its own pack"), "LL3112 4:27");
  // Its own region and the centre's names are no others.
  const LoadResult small = LoadRuleSet(LEADLINE_SOURCE_DIR "/tests/packs/base");
  ASSERT_NE(small.rules, nullptr);
  for (const std::string& lines :
       {"    region: emea\n" + good, "    with: {lead: {region: emea}, reps: {avery: {open: 1}}}\n" + good,
        std::string("    expect: {route: {team: desk}}\n"), std::string("    expect: {region: none}\n")}) {
    EXPECT_EQ(FormatDiagnostics(Read(WithCase(lines), *small.rules).diagnostics), "") << lines;
  }
  // The centre may look everywhere.
  const std::string of_latam = WithCase("    region: latam\n    expect: {route: {rep: latam-ana-silva}}\n");
  EXPECT_EQ(FormatDiagnostics(Read(of_latam, "central").diagnostics), "");
}

TEST(TestSuiteTest, FilesThatTestNothingAreTold) {
  EXPECT_EQ(FirstFinding(Read("suite: A\nnow: 2026-06-01T12:00:00Z\n"), "tests nothing"), "LL3105 1:1");
  EXPECT_EQ(FirstFinding(Read("suite: A\n", "emea", "titles.yaml"), "_test.yaml"), "LL3110 0:0");
  const TestSuites twice =
      Read(WithCase("    expect: {entry: {status: raw}}\n  - name: one\n    expect: {entry: {status: raw}}\n"));
  EXPECT_EQ(FirstFinding(twice, "its own name"), "LL3108 9:5");
  EXPECT_EQ(twice.cases.size(), 1u);
  const TestSuites unused = Read(
      "suite: A\nnow: 2026-06-01\nfixtures:\n  x: {lead: {country: DE}}\ncases:\n"
      "  - {name: a, expect: {entry: {status: raw}}}\n");
  EXPECT_EQ(FirstFinding(unused, "remove it"), "LL3109 4:3");
  EXPECT_EQ(unused.diagnostics.front().severity, Severity::kWarning);
  const TestSuites wide = Read(
      "suite: A\nnow: 2026-06-01\ntables:\n  - name: t\n    columns: [lead.country, exp.entry]\n"
      "    rows:\n      - [DE, raw]\n      - [DE, raw, x]\n");
  EXPECT_EQ(FirstFinding(wide, "not a column"), "LL3107 5:29");
  ASSERT_EQ(wide.diagnostics.size(), 2u);
  EXPECT_EQ(wide.diagnostics[1].position.line, 8);
}

TEST(TestSuiteTest, OnlyTheNamedPacksAreRead) {
  PackSet set;
  const std::string text = "suite: A\nnow: 2026-06-01\ncases:\n  - {name: a, expect: {entry: {status: raw}}}\n";
  set.Put({"central", {{"tests/a_test.yaml", text}}});
  set.Put({"latam", {{"tests/a_test.yaml", text}}});
  EXPECT_EQ(ReadTestSuites(set, Rules()).cases.size(), 2u);
  const TestSuites latam = ReadTestSuites(set, Rules(), {"latam"});
  ASSERT_EQ(latam.cases.size(), 1u);
  EXPECT_EQ(latam.cases[0].pack, "latam");
}

}  // namespace
}  // namespace leadline::packs
