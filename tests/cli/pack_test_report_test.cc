// What the results of pack tests look like to people and to CI.
#include "cli/commands/pack/pack_test_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace leadline::cli {
namespace {

using engine::PackTestCase;

engine::PackTestReport Report() {
  engine::PackTestReport report;
  const SourcePosition place{"rules/central/tests/a_test.yaml", 4, 5};
  report.cases.push_back({"central", "A", "good", place, PackTestCase::Outcome::kPassed, ""});
  report.cases.push_back({"central", "A", "a \"<b>\" & c", place, PackTestCase::Outcome::kFailed, "one\ntwo < three"});
  const SourcePosition other{"rules/regions/emea/tests/b_test.yaml", 9, 5};
  report.cases.push_back({"emea", "B", "later", other, PackTestCase::Outcome::kSkipped, "needs plugin p"});
  report.passed = report.failed = report.skipped = 1;
  Diagnostic unread;
  unread.code = "LL3101";
  unread.position = {"rules/regions/emea/tests/c_test.yaml", 2, 3};
  unread.message = "there is no fixture \"x\"";
  report.diagnostics.push_back(unread);
  return report;
}

TEST(PackTestReportTest, JUnitHasASuiteForEachFileAndErrorsForFilesThatCannotBeRead) {
  EXPECT_EQ(JUnitOf(Report()), R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" skipped="1" errors="1">
  <testsuite name="central: A" tests="2" failures="1" skipped="0" errors="0">
    <testcase classname="central.A" name="good" file="rules/central/tests/a_test.yaml" line="4"/>
    <testcase classname="central.A" name="a &quot;&lt;b&gt;&quot; &amp; c" file="rules/central/tests/a_test.yaml" line="4"><failure message="one&#10;two &lt; three"/></testcase>
  </testsuite>
  <testsuite name="emea: B" tests="1" failures="0" skipped="1" errors="0">
    <testcase classname="emea.B" name="later" file="rules/regions/emea/tests/b_test.yaml" line="9"><skipped message="needs plugin p"/></testcase>
  </testsuite>
  <testsuite name="files" tests="1" failures="0" skipped="0" errors="1">
    <testcase classname="LL3101" name="rules/regions/emea/tests/c_test.yaml:2:3"><error message="there is no fixture &quot;x&quot;"/></testcase>
  </testsuite>
</testsuites>
)");
}

TEST(PackTestReportTest, TextShowsSuitesFailuresAndWhySkipped) {
  EXPECT_EQ(DescribeTests(Report()),
            "FAIL  central: A: 1 passed, 1 failed\n"
            "  failed: a \"<b>\" & c\n"
            "    one\n"
            "    two < three\n"
            "ok    emea: B: 0 passed, 1 skipped\n"
            "  skipped: needs plugin p\n");
  EXPECT_EQ(CountsOf(Report()),
            "3 cases: 1 passed, 1 failed, 1 skipped; 1 error above: cases with an error did not run");
}

TEST(PackTestReportTest, UncoveredIsListedByPlace) {
  const std::vector<engine::CoverageItem> items = {
      {"central", "routes", "world", "rules/central/routing.yaml:100", {"chosen", "passed over"}},
      {"central", "routes", "apac", "rules/central/routing.yaml:91", {}},
      {"emea", "routes", "emea.hot", "rules/regions/emea/routing.yaml:58", {}}};
  EXPECT_EQ(UncoveredOf(items),
            "Not covered\n"
            "rules/central/routing.yaml:100: world (routes): no test saw it: chosen, passed over\n");
  EXPECT_EQ(PercentOf(items), "66.6% covered");
  const nlohmann::json json = ToJson(Report(), items);
  EXPECT_FALSE(json["ok"]);
  EXPECT_EQ(json["cases"].size(), 3u);
  EXPECT_EQ(json["coverage"]["counts"][0]["covered"], 1);
  EXPECT_EQ(json["coverage"]["counts"][0]["total"], 2);
  EXPECT_EQ(json["coverage"]["uncovered"].size(), 1u);
}

}  // namespace
}  // namespace leadline::cli
