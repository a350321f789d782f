// What matching costs: by the text, by the size of the pattern once it is compiled, and for each item of a loop.
#include <gtest/gtest.h>

#include <string>

#include "cel/functions/pattern.h"
#include "test_env.h"

namespace leadline::cel {
namespace {

// 4,000 bytes of text, a list of 20 texts, and a pattern, none of them known before.
class PatternCostTest : public testing::Test {
 protected:
  PatternCostTest() {
    Add("message", Type::String(), {.max_items = 0, .max_len = 4000});
    Add("tags", Type::List(Type::String()), {.max_items = 20, .max_len = 32});
    Add("pattern", Type::String(), {.max_items = 0, .max_len = 4000});
    slots_ = {Value::String("abcd"), Value::List({}), Value::String("b.d")};
  }

  CompileResult Compiled(const std::string& source, uint64_t max_cost = UINT64_MAX) {
    CompileOptions options;
    options.max_cost = max_cost;
    return Compile(env_, source, options);
  }
  uint64_t Cost(const std::string& source) {
    const CompileResult compiled = Compiled(source);
    EXPECT_NE(compiled.program, nullptr) << source;
    return compiled.program == nullptr ? 0 : compiled.program->cost();
  }
  std::string WithPattern(const std::string& pattern) {
    slots_[2] = Value::String(pattern);
    const CompileResult compiled = Compiled("message.matches(pattern)");
    Arena arena;
    return ToDisplayString(compiled.program->Evaluate(slots_, arena));
  }

 private:
  void Add(const char* name, Type type, Bounds bounds) {
    EXPECT_TRUE(env_.AddVariable(name, std::move(type), bounds).ok());
  }

  Env env_;
  std::vector<Value> slots_;
};

// Each byte of the text may go through all of the program: 4,000 * 2,006 instructions, seven times.
TEST_F(PatternCostTest, ALargePatternIsNotLinearInTheText) {
  constexpr uint64_t kLimit = 100'000;  // that of conditions in packs
  const std::string large = "message.matches('a[ab]{0,1000}c')";
  EXPECT_GT(Cost(large), kLimit);
  std::string seven = large;
  for (int i = 0; i < 6; ++i) seven += " || " + large;
  EXPECT_GT(Cost(seven), 7 * kLimit);
  const CompileResult refused = Compiled(seven, kLimit);
  ASSERT_EQ(refused.issues.size(), 1u);
  EXPECT_EQ(refused.issues[0].kind, Issue::Kind::kCost);
  EXPECT_NE(refused.issues[0].hint.find("write patterns in quotes and make them smaller"), std::string::npos);

  // What people ask for stays cheap.
  EXPECT_LT(Cost("message.matches('(?i)pricing|quote|demo|angebot')"), 5'000u);
  EXPECT_LT(Cost("message.matches('a' + 'b')"), 5'000u);
}

TEST_F(PatternCostTest, CountsForEachItemOfALoop) {
  const uint64_t one = Cost("tags[0].matches('a[ab]{0,200}c')");
  EXPECT_GT(one, 1'000u);
  EXPECT_GT(Cost("tags.exists(t, t.matches('a[ab]{0,200}c'))"), 20 * one - 100);
  EXPECT_GT(Cost("tags.exists(t, tags.all(u, u.matches('a[ab]{0,200}c') && t != u))"), 20 * 20 * (one - 10));
  EXPECT_GT(Cost("tags.filter(t, matches(t, 'a[ab]{0,200}c')).size()"), 20 * (one - 10));
}

TEST_F(PatternCostTest, APatternThatIsNoConstantCountsAsALargeOne) {
  const uint64_t large = Cost("message.matches('a[ab]{0,300}c')");
  EXPECT_GT(Cost("message.matches(pattern)"), large);
  EXPECT_GT(Cost("matches(message, message == '' ? 'a' : 'b')"), large);
  EXPECT_GT(Cost("tags.exists(t, 'abc'.matches(t))"), 20u * 4u * kMostProgramOfRun);
}

// So that it never costs more than that.
TEST_F(PatternCostTest, APatternThatIsNoConstantIsBounded) {
  EXPECT_EQ(WithPattern("b.d"), "true");
  EXPECT_EQ(WithPattern("a[ab]{0,300}c"), "true");
  EXPECT_EQ(WithPattern("a[ab]{0,1000}c"), "error(\"the pattern is too large once it is compiled\")");
  EXPECT_EQ(WithPattern(R"(\pL\pL\pL\pL)"), "error(\"the pattern is too large once it is compiled\")");
  EXPECT_EQ(WithPattern("a("), "error(\"the pattern is not a regular expression\")");
  EXPECT_EQ(WithPattern(std::string(kMostPatternOfRun, 'a')), "false");
  EXPECT_EQ(WithPattern(std::string(kMostPatternOfRun + 1, 'a')),
            "error(\"a pattern that is no constant has 256 bytes at most\")");
}

}  // namespace
}  // namespace leadline::cel
