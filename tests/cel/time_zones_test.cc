// Local times by the zones of the environment.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/zones/zone_folder.h"
#include "tests/base/zic_folder.h"
#include "tests/bench/allocation_count.h"
#include "tests/cel/test_env.h"

namespace leadline::cel {
namespace {

TEST(TimeZonesTest, TheTablesOfTheSystemCount) {
  TestEnv t;
  // No summer time there since 2022, which the tables compiled into ICU 72 do not know.
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T15:00:00Z').getHours('America/Mexico_City')"), "9");
  EXPECT_EQ(t.Eval("timestamp('2026-01-06T15:00:00Z').getHours('America/Mexico_City')"), "9");
  EXPECT_EQ(t.Eval("timestamp('2021-07-06T15:00:00Z').getHours('America/Mexico_City')"), "10");
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T03:00:00Z').getDate('America/Ciudad_Juarez')"), "5");
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T02:30:00Z').getDayOfWeek('America/Coyhaique')"), "0");
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T02:30:00Z').getMinutes('Asia/Kolkata')"), "0");
  EXPECT_EQ(t.Eval("timestamp('2026-01-01T02:30:00Z').getFullYear('America/Argentina/Buenos_Aires')"), "2025");
}

TEST(TimeZonesTest, FixedOffsetsNeedNoTables) {
  TestEnv t;
  t.env().UseTimeZones(std::make_shared<const TimeZones>("none"));
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T15:00:00Z').getHours('+05:30')"), "20");
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T15:00:00Z').getMinutes('-02:15')"), "45");
  EXPECT_EQ(t.Eval("timestamp('2026-07-06T15:00:00Z').getHours('UTC')"), "15");
  const CompileResult madrid = Compile(t.env(), "timestamp('2026-07-06T15:00:00Z').getHours('Europe/Madrid')");
  ASSERT_EQ(madrid.issues.size(), 1u);
  EXPECT_EQ(madrid.issues[0].hint,
            "write a name of the IANA database, such as Europe/Madrid; this machine has no others than UTC: none");
}

TEST(TimeZonesTest, OnlyNamesOfTheDatabase) {
  TestEnv t;
  for (const std::string zone : {"", "Mars/Base", "europe/madrid", "EST5EDT4", "GMT+3:15", "+24:00",
                                 "Fixed/UTC+05:30:00", "localtime", "/usr/share/zoneinfo/Europe/Madrid",
                                 "file:Europe/Madrid", "../zoneinfo/Europe/Madrid", "right/Europe/Madrid"}) {
    t.Set("region", Value::String(zone));
    EXPECT_EQ(t.Eval("timestamp('2026-01-01T00:00:00Z').getHours(region)"), "error(\"there is no such time zone\")")
        << zone;
    EXPECT_EQ(t.Eval("timestamp('2026-01-01T00:00:00Z').getHours('" + zone + "')"),
              "issue: \"" + zone + "\" is not a time zone");
  }
  t.Set("region", Value::String("UK"));
  EXPECT_EQ(t.Eval("timestamp('2026-01-01T00:00:00Z').getHours(region)"), "error(\"there is no such time zone\")");
}

// Every function that takes a zone, by the compiler's word.
TEST(TimeZonesTest, AMisspeltZoneIsToldWhereItIsWritten) {
  TestEnv t;
  for (const char* function : {"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear",
                               "getHours", "getMinutes", "getSeconds", "getMilliseconds"}) {
    const std::string source = fmt::format("timestamp('2026-07-06T15:00:00Z').{}('America/Mexco_City') == 9", function);
    const CompileResult compiled = Compile(t.env(), source);
    EXPECT_EQ(compiled.program, nullptr) << function;
    ASSERT_EQ(compiled.issues.size(), 1u) << function;
    const Issue& issue = compiled.issues[0];
    EXPECT_EQ(issue.kind, Issue::Kind::kUnknownName);
    EXPECT_EQ(source.substr(issue.span.begin, issue.span.end - issue.span.begin), "'America/Mexco_City'") << function;
    EXPECT_EQ(issue.message, "\"America/Mexco_City\" is not a time zone");
    EXPECT_EQ(issue.hint, "did you mean \"America/Mexico_City\"?");
  }
}

TEST(TimeZonesTest, EachMisspeltZoneOfAChoiceIsTold) {
  TestEnv t;
  const CompileResult both = Compile(
      t.env(), "timestamp('2026-07-06T15:00:00Z').getHours(region == 'MX' ? 'Mexico City' : 'europe/madrid') == 9");
  ASSERT_EQ(both.issues.size(), 2u);
  EXPECT_EQ(both.issues[0].hint, "did you mean \"America/Mexico_City\"?");
  EXPECT_EQ(both.issues[1].hint, "did you mean \"Europe/Madrid\"?");
  const CompileResult never =
      Compile(t.env(), "count > 100 && timestamp('2026-07-06T15:00:00Z').getHours('Atlantis/Harbour') == 9");
  ASSERT_EQ(never.issues.size(), 1u) << "also where it may never be asked";
  EXPECT_EQ(never.issues[0].hint, "write a name of the IANA database, such as Europe/Madrid");
}

TEST(TimeZonesTest, AProgramKeepsTheZonesThatItWasCompiledWith) {
  const std::string source = "timestamp('2026-11-16T16:00:00Z').getHours(region == 'UK' ? 'Canada/Pacific' : 'UTC')";
  ZicFolder files;
  ZoneFolder folder(files.path());
  TestEnv t;
  Arena arena;
  files.Compile("2025b", kVancouver2025);
  t.env().UseTimeZones(*folder.Look());
  const CompileResult before = Compile(t.env(), source);
  ASSERT_NE(before.program, nullptr) << before.issues[0].message;
  files.Compile("2026f", kVancouver2026);
  t.env().UseTimeZones(*folder.Look());
  const CompileResult after = Compile(t.env(), source);
  ASSERT_NE(after.program, nullptr);
  EXPECT_EQ(ToDisplayString(before.program->Evaluate(t.slots(), arena)), "8");
  EXPECT_EQ(ToDisplayString(after.program->Evaluate(t.slots(), arena)), "9");
}

TEST(TimeZonesTest, AZoneCostsNoMemory) {
  TestEnv t;
  const CompileResult compiled = Compile(
      t.env(), "timestamp('2026-07-06T15:00:00Z').getHours(region == 'UK' ? 'America/Mexico_City' : 'UTC') == 9");
  ASSERT_NE(compiled.program, nullptr) << compiled.issues[0].message;
  Arena arena;
  const int64_t before = bench::AllocationCount();
  EXPECT_TRUE(compiled.program->EvaluateQuietly(t.slots(), arena).is_true());
  EXPECT_EQ(bench::AllocationCount(), before);
}

TEST(TimeZonesTest, OperandsOfOtherKinds) {
  TestEnv t;
  CompileOptions unchecked;
  unchecked.check = false;
  EXPECT_EQ(t.Eval("dyn(1).getHours('UTC')", unchecked),
            "error(\"\\\"getHours\\\" cannot be applied to int and string\")");
  EXPECT_EQ(t.Eval("timestamp('2026-01-01T00:00:00Z').getHours(dyn(1))", unchecked),
            "error(\"\\\"getHours\\\" cannot be applied to timestamp and int\")");
  EXPECT_EQ(t.Eval("duration('2h').getHours()"), "2");
}

}  // namespace
}  // namespace leadline::cel
