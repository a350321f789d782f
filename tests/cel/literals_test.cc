// What type a list or map has: the same in whatever order its items stand.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "test_env.h"

namespace leadline::cel {
namespace {

// The type of the expression, or its first issue.
std::string TypeOf(TestEnv& t, const std::string& source) {
  const CompileResult compiled = Compile(t.env(), source);
  return compiled.program == nullptr ? "issue: " + compiled.issues.front().message
                                     : compiled.program->result_type().ToString();
}

TEST(LiteralsTest, MapsOfDifferentValues) {
  TestEnv t;
  EXPECT_EQ(TypeOf(t, "[{'a': 'x'}, {'a': 'y', 'b': 1}]"), "list(map(string, dyn))");
  EXPECT_EQ(TypeOf(t, "[{'a': 'y', 'b': 1}, {'a': 'x'}]"), "list(map(string, dyn))");
  EXPECT_EQ(t.Eval("[{'a': 'x'}, {'a': 'y', 'b': 1}].exists(m, m.b == 1)"), "true");
  EXPECT_EQ(t.Eval("[{'a': 'y', 'b': 1}, {'a': 'x'}].exists(m, m.b == 1)"), "true");
  EXPECT_EQ(TypeOf(t, "{1: {'a': 'x'}, 2: {'a': 1, 'b': 'y'}}"), "map(int, map(string, dyn))");
  EXPECT_EQ(TypeOf(t, "count == 1 ? {'a': 'x'} : {'a': dyn(1)}"), "map(string, dyn)");
}

TEST(LiteralsTest, TheTypeThatAllFit) {
  TestEnv t;
  EXPECT_EQ(TypeOf(t, "[1, 2]"), "list(int)");
  EXPECT_EQ(TypeOf(t, "[1, 2.0]"), "list(dyn)");
  EXPECT_EQ(TypeOf(t, "[1, null]"), "list(dyn)");
  EXPECT_EQ(TypeOf(t, "[1, null, contact.age]"), "list(int or absent)");
  EXPECT_EQ(TypeOf(t, "[contact.age, contact.email]"), "list(dyn)");
  EXPECT_EQ(TypeOf(t, "[timestamp(0), null]"), "list(timestamp)");
  EXPECT_EQ(TypeOf(t, "[[1], ['a']]"), "list(dyn)");
  EXPECT_EQ(TypeOf(t, "[[1], ['a'], [dyn(1)]]"), "list(list(dyn))");
  EXPECT_EQ(TypeOf(t, "[[1], []]"), "list(list(int))");
  EXPECT_EQ(TypeOf(t, "[{'a': 1}, {1: 'a'}]"), "list(dyn)");
  EXPECT_EQ(TypeOf(t, "[{dyn('a'): 1}, {'a': dyn(1)}]"), "list(map(dyn, dyn))");
  EXPECT_EQ(TypeOf(t, "[int, string]"), "list(type(dyn))");
  EXPECT_EQ(TypeOf(t, "[int, int]"), "list(type(int))");
  EXPECT_EQ(TypeOf(t, "[optional.none(), optional.of(1)]"), "list(optional(int))");
  EXPECT_EQ(TypeOf(t, "1 == 1.0"), "issue: int and double cannot be compared");
}

// Items of every kind of type that a join has to do with.
constexpr const char* kItems[] = {
    "1",
    "1.5",
    "'a'",
    "null",
    "dyn(1)",
    "contact.age",
    "contact.email",
    "timestamp(0)",
    "[]",
    "[1]",
    "['a']",
    "[null]",
    "[dyn(1)]",
    "[contact.age]",
    "{}",
    "{'a': 1}",
    "{'a': 'x'}",
    "{'a': 'x', 'b': 1}",
    "{1: 'x'}",
    "{'a': contact.age}",
    "{'a': null}",
    "{'a': [1]}",
    "{'a': []}",
    "optional.none()",
    "optional.of(1)",
    "optional.of('a')",
    "int",
    "string",
    "activities",
    "activities[0]",
};

// Compiles `frame` with each order of `items` in it, and expects one type or one refusal.
void ExpectOneType(TestEnv& t, std::vector<std::string> items, const std::string& before, const std::string& after) {
  std::set<std::string> found;
  std::string shown;
  std::sort(items.begin(), items.end());
  do {
    shown = fmt::format("{}{}{}", before, fmt::join(items, ", "), after);
    found.insert(TypeOf(t, shown));
  } while (std::next_permutation(items.begin(), items.end()));
  EXPECT_EQ(found.size(), 1u) << fmt::format("{}\n  {}", shown, fmt::join(found, "\n  "));
}

TEST(LiteralsTest, TheOrderOfItemsChangesNothing) {
  TestEnv t;
  const size_t count = std::size(kItems);
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = a + 1; b < count; ++b) {
      ExpectOneType(t, {kItems[a], kItems[b]}, "[", "]");
      for (size_t c = b + 1; c < count; ++c) {
        if ((a + b + c) % 3 != 0) continue;
        const std::vector<std::string> items = {kItems[a], kItems[b], kItems[c]};
        ExpectOneType(t, items, "[", "]");
        // What is asked of the items is accepted in each order or in none.
        if (c % 4 == 0) ExpectOneType(t, items, "[", "].exists(m, m.b == 1)");
        if (c % 4 == 1) ExpectOneType(t, items, "[", "][0] == 'x'");
        if (c % 4 == 2) ExpectOneType(t, items, "[", "][0]['a'] == 1");
      }
    }
  }
}

TEST(LiteralsTest, TheOrderOfFourItemsChangesNothing) {
  TestEnv t;
  const size_t count = std::size(kItems);
  uint64_t seed = 1;
  for (int i = 0; i < 400; ++i) {
    std::vector<std::string> items;
    for (int k = 0; k < 4; ++k) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      items.push_back(kItems[(seed >> 33) % count]);
    }
    ExpectOneType(t, items, "[", "]");
  }
}

// The same for the values of a map.
TEST(LiteralsTest, TheOrderOfEntriesChangesNothing) {
  TestEnv t;
  const size_t count = std::size(kItems);
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = a + 1; b < count; ++b) {
      const size_t c = (a * 7 + b * 3) % count;
      ExpectOneType(
          t, {fmt::format("'k': {}", kItems[a]), fmt::format("'l': {}", kItems[b]), fmt::format("'m': {}", kItems[c])},
          "{", "}");
      ExpectOneType(t, {fmt::format("'k': {}", kItems[a]), fmt::format("2: {}", kItems[b])}, "{", "}");
      // A refusal names the two types in their order.
      const std::string one = TypeOf(t, fmt::format("count == 1 ? {} : {}", kItems[a], kItems[b]));
      const std::string other = TypeOf(t, fmt::format("count == 1 ? {} : {}", kItems[b], kItems[a]));
      EXPECT_TRUE(one == other || (one.starts_with("issue") && other.starts_with("issue"))) << one << "\n" << other;
    }
  }
}

}  // namespace
}  // namespace leadline::cel
