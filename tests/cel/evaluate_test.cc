#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "test_env.h"
#include "tests/bench/allocation_count.h"

namespace leadline::cel {
namespace {

TEST(EvaluateTest, Conditions) {
  TestEnv t;
  EXPECT_EQ(t.Eval("amount <= 5000.0 && region in [\"EU\", \"UK\", \"CH\"] && !(\"sanctioned\" in tags)"), "true");
  EXPECT_EQ(t.Eval("activities.exists(a, a.channel == \"web\" && a.points < 5.0)"), "true");
  EXPECT_EQ(t.Eval("activities.filter(a, has(a.points)).map(a, a.points)"), "[0.0, 10.0]");
  EXPECT_EQ(t.Eval("amount > 4000"), "true");
  EXPECT_EQ(t.Eval("region + \"-\" + string(count)"), "\"UK-7\"");
  EXPECT_EQ(t.Eval("count in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"), "true");
  EXPECT_EQ(t.Eval("region in [\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\",\"H\",\"UK\"]"), "true");
  EXPECT_EQ(t.Eval("dyn(7.0) in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"), "true");
}

TEST(EvaluateTest, AbsentFields) {
  TestEnv t;
  EXPECT_EQ(t.Eval("contact.seniority == \"manager\""), "false");
  EXPECT_EQ(t.Eval("contact.seniority != \"manager\""), "true");
  EXPECT_EQ(t.Eval("contact.seniority == null"), "true");
  EXPECT_EQ(t.Eval("contact.seniority in [\"manager\", \"director\"]"), "false");
  EXPECT_EQ(t.Eval("has(contact.email)"), "false");
  EXPECT_EQ(t.Eval("contact.age > 5"), "error(\"contact.age is absent\")");
  EXPECT_EQ(t.Eval("5 > contact.age"), "error(\"contact.age is absent\")");
  EXPECT_EQ(t.Eval("contact.age + 1"), "error(\"contact.age is absent\")");
  EXPECT_EQ(t.Eval("contact.email.endsWith(\"x\")"), "error(\"contact.email is absent\")");
  EXPECT_EQ(t.Eval("amount > 1.0 && contact.optin"), "error(\"contact.optin is absent\")");
  EXPECT_EQ(t.Eval("!contact.optin"), "error(\"contact.optin is absent\")");
  EXPECT_EQ(t.Eval("has(contact.age) && contact.age > 5"), "false");
  EXPECT_EQ(t.Eval("contact.age > 5 || region == \"UK\""), "true");
  EXPECT_EQ(t.Eval("activities.all(a, a.points >= 0.0)"), "error(\"a.points is absent\")");
  t.Set("contact.age", Value::Int(30));
  EXPECT_EQ(t.Eval("has(contact.age) && contact.age > 5"), "true");
}

TEST(EvaluateTest, ErrorsOfOneSideGiveWay) {
  TestEnv t;
  EXPECT_EQ(t.Eval("1 / 0 > 1 || true"), "true");
  EXPECT_EQ(t.Eval("true || 1 / 0 > 1"), "true");
  EXPECT_EQ(t.Eval("false && 1 / 0 > 1"), "false");
  EXPECT_EQ(t.Eval("1 / 0 > 1 && true"), "error(\"division by zero\")");
  EXPECT_EQ(t.Eval("[1, 0].exists(x, 1 / x > 0)"), "true");
}

TEST(EvaluateTest, Container) {
  TestEnv t("contact");
  t.Set("contact.seniority", Value::String("manager"));
  EXPECT_EQ(t.Eval("seniority == \"manager\""), "true");
  EXPECT_EQ(t.Eval("contact.seniority == \"manager\""), "true");
  EXPECT_EQ(t.Eval(".region"), "\"UK\"");
}

TEST(EvaluateTest, ConstantsAndOwnFunctions) {
  TestEnv t;
  ASSERT_TRUE(t.env().AddConstant("limits.hot", Value::Int(100)).ok());
  FunctionSignature twice;
  twice.parameters = {Type::Int()};
  twice.result = Type::Int();
  twice.function = [](std::span<const Value> a, Arena&) { return Value::Int(a[0].as_int() * 2); };
  ASSERT_TRUE(t.env().AddFunction("own.twice", twice).ok());
  EXPECT_EQ(t.Eval("own.twice(count) < limits.hot"), "true");
  EXPECT_EQ(t.Eval("own.twice(\"x\")"), "issue: there is no own.twice(string)");
}

TEST(EvaluateTest, NothingIsAllocatedOverScalars) {
  TestEnv t;
  const auto compiled =
      Compile(t.env(), "amount <= 5000.0 && tags.all(x, x != \"no\") && activities.exists(a, a.channel == \"web\")");
  ASSERT_NE(compiled.program, nullptr);
  Arena arena;
  const int64_t before = bench::AllocationCount();
  const Value answer = compiled.program->Evaluate(t.slots(), arena);
  const int64_t after = bench::AllocationCount();
  EXPECT_EQ(after - before, 0);
  EXPECT_TRUE(answer.is_true());
  EXPECT_EQ(arena.capacity(), 0u);
  // The counter counts: this one makes a text.
  const auto joining = Compile(t.env(), "region + region == \"UKUK\"");
  ASSERT_NE(joining.program, nullptr);
  EXPECT_TRUE(joining.program->Evaluate(t.slots(), arena).is_true());
  EXPECT_GT(bench::AllocationCount() - after, 0);
}

// Every kind of loop asks for fuel at each round, whatever it does with the answers.
TEST(EvaluateTest, EveryLoopTakesFuel) {
  TestEnv t;
  t.Set("count", Value::Int(0));
  CompileOptions options;
  options.fuel = 3;
  for (const char* loop :
       {"tags4.all(x, true)", "tags4.exists(x, false)", "tags4.exists_one(x, true)", "tags4.map(x, x)",
        "tags4.map(x, false, x)", "tags4.filter(x, false)", "tags4.all(i, x, true)", "tags4.exists(i, x, false)",
        "tags4.existsOne(i, x, false)", "tags4.transformList(i, x, x)", "tags4.transformList(i, x, false, x)",
        "tags4.transformMap(i, x, x)", "tags4.transformMap(i, x, false, x)", "tags4.transformMapEntry(i, x, {x: i})",
        "tags4.transformMapEntry(i, x, false, {x: i})", "tags4.all(x, 1 / count == 1)"}) {
    std::string source = loop;
    source.replace(0, 5, "['a', 'b', 'c', region]");
    options.fuel = 3;
    EXPECT_EQ(t.Eval(source, options), "error(\"the expression runs too long\")") << source;
    options.fuel = 4;
    EXPECT_NE(t.Eval(source, options), "error(\"the expression runs too long\")") << source;
  }
}

TEST(EvaluateTest, FuelEndsLongLoops) {
  TestEnv t;
  CompileOptions options;
  options.fuel = 10;
  EXPECT_EQ(t.Eval("[1,2,3,4].all(a, [1,2,3,4].all(b, a + b > 0))", options),
            "error(\"the expression runs too long\")");
  options.fuel = 100;
  EXPECT_EQ(t.Eval("[1,2,3,4].all(a, [1,2,3,4].all(b, a + b > 0))", options), "true");
}

TEST(EvaluateTest, UsedSlotsAndResultType) {
  TestEnv t;
  const auto compiled = Compile(t.env(), "contact.age == count || has(contact.email)");
  ASSERT_NE(compiled.program, nullptr);
  const auto used = compiled.program->used_slots();
  EXPECT_EQ(std::vector<int>(used.begin(), used.end()),
            (std::vector<int>{t.Slot("contact.email"), t.Slot("contact.age"), t.Slot("count")}));
  EXPECT_TRUE(compiled.program->result_type() == Type::Bool());
}

TEST(EvaluateTest, OneProgramInManyThreads) {
  TestEnv t;
  const auto compiled = Compile(t.env(), "activities.filter(a, a.channel == \"phone\").size() == 2");
  ASSERT_NE(compiled.program, nullptr);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Arena arena;
      for (int k = 0; k < 1000; ++k, arena.Reset()) EXPECT_TRUE(compiled.program->Evaluate(t.slots(), arena).is_true());
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(EvaluateTest, FunctionsBeyondTheConformanceCases) {
  TestEnv t;
  EXPECT_EQ(t.Eval("'abc'.replace('', '-')"), "\"-a-b-c-\"");
  EXPECT_EQ(t.Eval("'abc'.split('')"), "[\"a\", \"b\", \"c\"]");
  EXPECT_EQ(t.Eval("'a,b,c'.split(',', 2)"), "[\"a\", \"b,c\"]");
  EXPECT_EQ(t.Eval("''.split(',')"), "[\"\"]");
  EXPECT_EQ(t.Eval("b'ab' == base64.decode('YWI')"), "true");
  EXPECT_EQ(t.Eval("timestamp('2026-03-29T01:30:00Z').getHours('Europe/Berlin')"), "3");
  EXPECT_EQ(t.Eval("duration('123.321456789s').getMilliseconds()"), "321");
  EXPECT_EQ(t.Eval("{'a': 1}.transformMapEntry(k, v, {v: k})"), "{1: \"a\"}");
  EXPECT_EQ(t.Eval("{1: 2, 3: 4}.map(k, k)"), "[1, 3]");
}

TEST(EvaluateTest, NamedGroupsOfBothForms) {
  TestEnv t;
  t.Set("region", Value::String("x"));
  for (const char* pattern : {"(?<x>b)", "(?P<x>b)", "(?<x>b)(?<y>c)", "a(?<x>(?P<y>b))", R"([(?<]?(?<x>b))",
                              R"(\(?<?b)", R"([]?<(]*(?<x>b))", R"(\Q(?<\E?|(?<x>b))", R"([[:alpha:]](?<x>b))",
                              R"([^]](?<x>b))", R"([\]](?<x>b)|(?<z>b))"}) {
    EXPECT_EQ(t.Eval(fmt::format("'abc'.matches(r'{}')", pattern)), "true") << pattern;
    // Not known before it runs: the text of `region` is "x".
    EXPECT_EQ(t.Eval(fmt::format("'abc'.matches(region == 'x' ? r'{}' : '')", pattern)), "true") << pattern;
  }
  EXPECT_EQ(t.Eval(R"('(?<a>'.matches(r'^\Q(?<a>\E$'))"), "true");
  EXPECT_EQ(t.Eval(R"('<'.matches('^[(?<a]$'))"), "true");
  EXPECT_EQ(t.Eval(R"('P'.matches('^[(?<a]$'))"), "false");
  EXPECT_EQ(t.Eval("'abc'.matches(region == 'x' ? 'a(?=b)' : '')"),
            "error(\"the pattern is not a regular expression\")");
}

TEST(EvaluateTest, FormatGivesTextOnly) {
  TestEnv t;
  EXPECT_EQ(t.Eval("'%\u00e9'.format([1])"), "error(\"%\u00e9 cannot show 1\")");
  EXPECT_EQ(t.Eval("'%s'.format([b'a\\xff\\xc3\\xa9\\xc3'])"), "\"a\uFFFD\u00e9\uFFFD\"");
}

TEST(ExplainTest, ShowsEveryLeafAndItsVariables) {
  TestEnv t;
  const auto compiled = Compile(t.env(), "amount > 9000.0 && (contact.seniority == \"manager\" || count == 7)");
  ASSERT_NE(compiled.program, nullptr);
  Arena arena;
  std::string shown;
  for (const TracePart& part : compiled.program->Explain(t.slots(), arena)) {
    shown += std::string(part.operand ? "  " : "") + part.text + " = " + ToDisplayString(part.value) + "\n";
  }
  EXPECT_EQ(shown,
            "amount > 9000.0 = false\n  amount = 4500.0\n"
            "contact.seniority == \"manager\" = false\n  contact.seniority = null\n"
            "count == 7 = true\n  count = 7\n");
}

TEST(CostTest, GrowsWithBounds) {
  TestEnv t;
  auto cost = [&](const char* source) {
    const auto compiled = Compile(t.env(), source);
    return compiled.program == nullptr ? 0 : compiled.program->cost();
  };
  EXPECT_LT(cost("count == 1"), 10u);
  EXPECT_GT(cost("tags.all(x, x != \"a\")"), 20u);
  EXPECT_GT(cost("activities.all(a, tags.all(x, x != a.channel))"), 50u * 20u);
  EXPECT_LT(cost("activities.all(a, tags.all(x, x != a.channel))"), 50u * 20u * 20u);
  CompileOptions options;
  options.max_cost = 100;
  const auto refused = Compile(t.env(), "activities.all(a, tags.all(x, x != a.channel))", options);
  ASSERT_EQ(refused.issues.size(), 1u);
  EXPECT_EQ(refused.issues[0].kind, Issue::Kind::kCost);
}

// What a loop gives may be larger than what it ran over.
TEST(CostTest, CountsWhatALoopGives) {
  TestEnv t;
  const auto inner = Compile(t.env(), "[1].map(x, activities)[0].all(a, a.channel != \"\")");
  ASSERT_NE(inner.program, nullptr);
  EXPECT_GT(inner.program->cost(), 50u);
  const auto entries =
      Compile(t.env(), "tags.transformMapEntry(i, x, {x: i, 'a' + x: i, 'b' + x: i}).all(k, tags.all(x, x != k))");
  ASSERT_NE(entries.program, nullptr);
  EXPECT_GT(entries.program->cost(), 20u * 3u * 20u);
}

// Numbers become texts, texts become lists.
TEST(CostTest, CountsWhatAFunctionGives) {
  TestEnv t;
  auto cost = [&](const std::string& text) {
    const auto compiled = Compile(t.env(), text + ".split('').all(c, c != 'x')");
    return compiled.program == nullptr ? 0 : compiled.program->cost();
  };
  EXPECT_GT(cost("string(amount)"), 24u);
  EXPECT_GT(cost("'%.1000f'.format([amount])"), 1000u);
  EXPECT_GT(cost("'%s'.format([tags])"), 20u * 32u);
  EXPECT_GT(cost("tags.join(region)"), 20u * (32u + 8u));
  EXPECT_GT(cost("region.replace('', region)"), 9u * 8u + 8u);
  EXPECT_GT(cost("strings.quote(region)"), 2u * 8u + 2u);
}

// Whatever is asked of it then: memory is spent when it is made.
TEST(CostTest, CountsWhatIsMade) {
  TestEnv t;
  auto cost = [&](const std::string& source) {
    CompileOptions options;
    options.max_cost = UINT64_MAX;
    return Compile(t.env(), source, options).program->cost();
  };
  EXPECT_GT(cost("tags[0].replace('', tags[0]) < 'a'"), 33u * 33u / 16);
  EXPECT_GT(cost("tags.join(region) in ['a']"), 20u * 32u * 2u / 16);
  EXPECT_GT(cost("'%.1000f'.format([amount]) < 'a'"), 1400u / 16);
  EXPECT_GT(cost("cel.bind(x, region.split(''), true)"), 8u);
  // Constant texts are made when the expression is compiled: 1 MiB of two times 1 KiB, 1 GiB of two times 32 KiB.
  const auto squared = [](size_t length) {
    const std::string text(length, 'a');
    return "'" + text + "'.replace('', '" + text + "') < 'a'";
  };
  CompileOptions options;
  options.max_cost = 1'000'000;
  EXPECT_NE(Compile(t.env(), squared(1024), options).program, nullptr);
  const CompileResult refused = Compile(t.env(), squared(30 * 1024), options);
  ASSERT_EQ(refused.issues.size(), 1u);
  EXPECT_EQ(refused.issues[0].kind, Issue::Kind::kCost);
}

TEST(CostTest, DoublingTextsAreRefused) {
  TestEnv t;
  std::string source = "s";
  for (int i = 0; i < 60; ++i) source = "cel.bind(s, s + s, " + source + ")";
  source = "cel.bind(s, region, " + source + ") == \"\"";
  const auto refused = Compile(t.env(), source);
  ASSERT_EQ(refused.issues.size(), 1u);
  EXPECT_EQ(refused.issues[0].kind, Issue::Kind::kCost);
}

}  // namespace
}  // namespace leadline::cel
