// Functions on lists and sets, and what they may cost.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "test_env.h"

namespace leadline::cel {
namespace {

struct Case {
  const char* source;
  const char* wanted;  // as TestEnv::Eval() shows it
};

void Check(std::span<const Case> cases) {
  TestEnv t;
  for (const Case& c : cases) EXPECT_EQ(t.Eval(c.source), c.wanted) << c.source;
}

constexpr const char* kNoSort = "issue: there is no list(list(int)).sort()";

TEST(ListsTest, Sort) {
  constexpr Case kCases[] = {
      {"[].sort()", "[]"},
      {"[1].sort()", "[1]"},
      {"[4, 3, 2, 1].sort()", "[1, 2, 3, 4]"},
      {"[2.5, -1.0, 0.0].sort()", "[-1.0, 0.0, 2.5]"},
      {"[3u, 1u].sort()", "[1u, 3u]"},
      {"['d', 'a', 'é', 'b'].sort()", "[\"a\", \"b\", \"d\", \"é\"]"},
      {"[b'b', b'a'].sort()", "[b\"a\", b\"b\"]"},
      {"[true, false].sort()", "[false, true]"},
      {"[duration('2h'), duration('1h')].sort()[0]", "duration(\"3600s\")"},
      {"[timestamp(2), timestamp(1)].sort()[0]", "timestamp(\"1970-01-01T00:00:01Z\")"},
      {"tags.sort()", "[\"partner\", \"vip\"]"},
      {"[2.0, 0.0 / 0.0, 1.0].sort()", "[1.0, 2.0, double(\"NaN\")]"},
      {"[1, 'b'].sort()", "error(\"int and string cannot be put in one order\")"},
      {"[1, 2.0].sort()", "error(\"int and double cannot be put in one order\")"},
      {"[dyn(null)].sort()", "error(\"values of type null_type cannot be put in order\")"},
      {"[dyn([1])].sort()", "error(\"values of type list cannot be put in order\")"},
      {"[[1, 2, 3]].sort()", kNoSort},
      {"activities.sort()", "issue: there is no list(activity).sort()"},
      {"'abc'.sort()", "issue: there is no string.sort()"},
      {"dyn({}).sort()", "error(\"\\\"sort\\\" cannot be applied to map\")"},
      {"dyn([2, 1]).sort()", "[1, 2]"},
      {"[contact.age].sort()", "error(\"values of type null_type cannot be put in order\")"},
  };
  Check(kCases);
}

TEST(ListsTest, SortBy) {
  constexpr Case kCases[] = {
      {"[].sortBy(e, e)", "[]"},
      {"['a'].sortBy(e, e)", "[\"a\"]"},
      {"[-3, 1, -5, -2, 4].sortBy(e, -(e * e))", "[-5, 4, -3, -2, 1]"},
      {"[-3, 1, -5, -2, 4].map(e, e * 2).sortBy(e, -(e * e))", "[-10, 8, -6, -4, 2]"},
      {"lists.range(3).sortBy(e, -e)", "[2, 1, 0]"},
      {"['a', 'c', 'b', 'first'].sortBy(e, e == 'first' ? '' : e)", "[\"first\", \"a\", \"b\", \"c\"]"},
      {"activities.sortBy(a, a.channel)[0].channel", "\"phone\""},
      {"[{'x': 4}, {'x': 3}].sortBy(m, m['x'])", "[{\"x\": 3}, {\"x\": 4}]"},
      // Items of equal keys stay as they stand.
      {"['b1', 'a1', 'b2', 'a2', 'b3', 'a3'].sortBy(x, x.charAt(0))",
       "[\"a1\", \"a2\", \"a3\", \"b1\", \"b2\", \"b3\"]"},
      {"[[3], [1, 2]].sortBy(x, -size(x))", "[[1, 2], [3]]"},
      {"[[2, 1], [0]].sortBy(x, x.sortBy(y, y)[0])", "[[0], [2, 1]]"},
      {"[1, 2].sortBy(x, x / 0)", "error(\"division by zero\")"},
      {"[1, 2].sortBy(x, [x])", "issue: sortBy() cannot put list(int) in order"},
      {"activities.sortBy(a, a.points)", "error(\"values of type null_type cannot be put in order\")"},
      {"{'a': 1}.sortBy(k, k)", "issue: sortBy() needs a list, this is map(string, int)"},
      {"region.sortBy(k, k)", "issue: sortBy() needs a list or a map, this is string"},
      {"[1].sortBy(x.y, x)", "issue: sortBy() wants a plain name here"},
      {"[1].sortBy(x)", "issue: there is no function \"sortBy\" that is called like this"},
  };
  Check(kCases);
}

TEST(ListsTest, Distinct) {
  constexpr Case kCases[] = {
      {"[].distinct()", "[]"},
      {"[-2, 5, -2, 1, 1, 5, -2, 1].distinct()", "[-2, 5, 1]"},
      {"['c', 'a', 'a', 'b', 'a', 'b', 'c', 'c'].distinct()", "[\"c\", \"a\", \"b\"]"},
      {"[1, 2.0, 'c', 3, 'c', 1].distinct()", "[1, 2.0, \"c\", 3]"},
      {"[1, 1.0, 2u, 2].distinct()", "[1, 2u]"},
      {"[[1], [1], [2]].distinct()", "[[1], [2]]"},
      {"[{'a': 1}, {'a': 1.0}].distinct()", "[{\"a\": 1}]"},
      {"[0.0 / 0.0, 0.0 / 0.0].distinct().size()", "2"},
      {"activities.map(a, a.channel).distinct()", "[\"web\", \"phone\"]"},
      {"1.distinct()", "issue: there is no int.distinct()"},
  };
  Check(kCases);
}

TEST(ListsTest, Flatten) {
  constexpr Case kCases[] = {
      {"dyn([]).flatten()", "[]"},
      {"dyn([1, 2]).flatten()", "[1, 2]"},
      {"[[1, 2], [3]].flatten()", "[1, 2, 3]"},
      {"[1, [2, [3, 4]]].flatten()", "[1, 2, [3, 4]]"},
      {"[1, 2, [], [], [3, 4]].flatten()", "[1, 2, 3, 4]"},
      {"[1, [2, [3, 4]]].flatten(2)", "[1, 2, 3, 4]"},
      {"[1, [2, [3, [4]]]].flatten(2)", "[1, 2, 3, [4]]"},
      {"[1, [2]].flatten(0)", "[1, [2]]"},
      {"[1, [2, [3, [4]]]].flatten(9223372036854775807)", "[1, 2, 3, 4]"},
      {"[1, [2]].flatten(-1)", "error(\"the number of levels to flatten cannot be negative\")"},
      {"[1, 2].flatten()", "issue: there is no list(int).flatten()"},
      {"dyn({}).flatten()", "error(\"\\\"flatten\\\" cannot be applied to map\")"},
      {"[].flatten(dyn('1'))", "error(\"\\\"flatten\\\" cannot be applied to list and string\")"},
      {"['a b', 'c'].map(t, t.split(' ')).flatten()", "[\"a\", \"b\", \"c\"]"},
  };
  Check(kCases);
}

TEST(ListsTest, Slice) {
  constexpr Case kCases[] = {
      {"[1, 2, 3, 4].slice(0, 4)", "[1, 2, 3, 4]"},
      {"[1, 2, 3, 4].slice(0, 0)", "[]"},
      {"[1, 2, 3, 4].slice(4, 4)", "[]"},
      {"[1, 2, 3, 4].slice(1, 3)", "[2, 3]"},
      {"[1, 2, 3, 4].slice(3, 0)", "error(\"slice(3, 0): the end is before the beginning\")"},
      {"[1, 2, 3, 4].slice(0, 10)", "error(\"slice(0, 10) of a list of 4\")"},
      {"[1, 2, 3, 4].slice(-5, 10)", "error(\"slice(-5, 10): positions in a list begin with 0\")"},
      {"[1, 2, 3, 4].slice(-5, -3)", "error(\"slice(-5, -3): positions in a list begin with 0\")"},
      {"[1].slice(0, 9223372036854775807)", "error(\"slice(0, 9223372036854775807) of a list of 1\")"},
      {"[1].slice(0)", "issue: slice() is not called like this"},
  };
  Check(kCases);
}

TEST(ListsTest, RangeReverseFirstLast) {
  constexpr Case kCases[] = {
      {"lists.range(4)", "[0, 1, 2, 3]"},
      {"lists.range(0)", "[]"},
      {"lists.range(count).size()", "7"},
      {"lists.range(10000).size()", "10000"},
      {"lists.range(-1)", "error(\"lists.range() cannot count to a negative number\")"},
      {"lists.range(10001)", "error(\"lists.range() counts to 10000 at most\")"},
      {"lists.range(9223372036854775807)", "error(\"lists.range() counts to 10000 at most\")"},
      {"lists.range('3')", "issue: there is no lists.range(string)"},
      {"[5, 1, 2, 3].reverse()", "[3, 2, 1, 5]"},
      {"[].reverse()", "[]"},
      {"'añb'.reverse()", "\"bña\""},
      {"dyn([1, 2]).reverse()", "[2, 1]"},
      {"dyn('ab').reverse()", "\"ba\""},
      {"dyn(1).reverse()", "error(\"\\\"reverse\\\" cannot be applied to int\")"},
      {"[1, 2].first()", "optional.of(1)"},
      {"[1, 2].last()", "optional.of(2)"},
      {"[].first()", "optional.none()"},
      {"[].last().hasValue()", "false"},
      {"tags.filter(x, x == 'none').first().orValue('?')", "\"?\""},
      {"tags.last().value()", "\"partner\""},
      {"activities.first().channel", "optional.of(\"web\")"},
      {"activities.first().?points.orValue(1.5)", "0.0"},
      {"region.first()", "issue: there is no string.first()"},
  };
  Check(kCases);
}

TEST(ListsTest, Sets) {
  constexpr Case kCases[] = {
      {"sets.contains([], [])", "true"},
      {"sets.contains([], [1])", "false"},
      {"sets.contains([1, 2, 3, 4], [2, 3])", "true"},
      {"sets.contains([1, 2], [2, 2, 1, 1, 1])", "true"},
      {"sets.contains([1, 2.0, 3u], [dyn(1.0), 2u, 3])", "true"},
      {"sets.contains([[1], [2, 3]], [[2, 3.0]])", "true"},
      {"sets.equivalent([], [])", "true"},
      {"sets.equivalent([1], [1, 1])", "true"},
      {"sets.equivalent([1, 2], [2])", "false"},
      {"sets.equivalent([1, 2, 3], [3u, 2.0, 1])", "true"},
      {"sets.intersects([1], [])", "false"},
      {"sets.intersects([], [])", "false"},
      {"sets.intersects([1], [1, 2])", "true"},
      {"sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])", "true"},
      {"sets.intersects(tags, ['vip', 'gold'])", "true"},
      {"sets.contains(tags, ['vip', 'gold'])", "false"},
      {"sets.contains([0.0 / 0.0], [0.0 / 0.0])", "false"},
      {"sets.contains([1], ['a'])", "issue: there is no sets.contains(list(int), list(string))"},
      {"sets.contains(dyn({}), [1])", "error(\"\\\"sets.contains\\\" cannot be applied to map and list\")"},
  };
  Check(kCases);
}

uint64_t CostOf(const std::string& source) {
  TestEnv t;
  CompileOptions options;
  options.max_cost = UINT64_MAX;
  const auto compiled = Compile(t.env(), source, options);
  EXPECT_NE(compiled.program, nullptr) << source << ": " << compiled.issues.front().message;
  return compiled.program == nullptr ? 0 : compiled.program->cost();
}

// tags: up to 20 texts of 32 bytes. activities: up to 50 records of two fields.
TEST(ListsCostTest, CountsTheWork) {
  EXPECT_GE(CostOf("tags.sort()"), 20u * 4u * 3u);
  EXPECT_GE(CostOf("tags.sortBy(x, x)"), 20u * 4u * 3u);
  EXPECT_GE(CostOf("tags.distinct()"), 20u * 20u * 3u);
  EXPECT_LE(CostOf("tags.distinct()"), 20u * 22u * 3u);
  EXPECT_GE(CostOf("sets.contains(tags, tags)"), 20u * 20u * 3u);
  EXPECT_GE(CostOf("sets.equivalent(tags, tags)"), 2u * 20u * 20u * 3u);
  EXPECT_GE(CostOf("sets.intersects(tags, ['a'])"), 20u * 3u);
  EXPECT_GE(CostOf("activities.distinct()"), 50u * 50u * 2u);
  EXPECT_GE(CostOf("[tags, tags, tags].flatten()"), 60u);
  EXPECT_GE(CostOf("tags.reverse()"), 20u);
  EXPECT_LE(CostOf("tags.first()"), 10u);
  EXPECT_GE(CostOf("lists.range(count)"), 10000u);
  EXPECT_LE(CostOf("lists.range(5)"), 20u);
}

// What a function gives, a loop runs over.
TEST(ListsCostTest, CountsTheItemsOfResults) {
  const auto rounds = [](const std::string& list) { return CostOf(list + ".all(x, x == x)"); };
  EXPECT_GE(rounds("tags.sort()"), 20u);
  EXPECT_GE(rounds("lists.range(500)"), 500u);
  EXPECT_LE(rounds("lists.range(500)"), 500u * 6u);
  EXPECT_GE(rounds("lists.range(count)"), 10000u);
  EXPECT_GE(rounds("tags.map(x, tags).flatten()"), 400u);
  EXPECT_GE(rounds("tags.map(x, tags.map(y, tags)).flatten(2)"), 8000u);
  EXPECT_GE(rounds("tags.map(x, lists.range(50)).flatten()"), 1000u);
}

TEST(ListsCostTest, RangesInsideRangesAreRefused) {
  TestEnv t;
  EXPECT_EQ(t.Eval("lists.range(count).all(a, lists.range(count).all(b, a <= b || a > b))").substr(0, 20),
            "issue: this may take");
}

// Each binding holds the one before it twice: sixty of them are 2^60 values in a few bytes.
std::string Doubled(int times, const std::string& body) {
  std::string source = body;
  for (int i = 0; i < times; ++i) source = "cel.bind(s, [s, s], " + source + ")";
  return "cel.bind(s, [1], " + source + ")";
}

TEST(ListsCostTest, ListsThatShareTheirPartsAreCountedWhole) {
  TestEnv t;
  for (const char* body : {"s == s", "dyn(s) == dyn(s)", "dyn(s) != s", "s in [s]", "s.distinct() == []",
                           "sets.contains(s, s)", "sets.intersects([s], [s])", "dyn(s).flatten(100) == []",
                           "s.flatten().size() == 1", "'%s'.format([s]) == ''", "[s, s].distinct().size() == 1",
                           "[s].map(x, dyn(x)) == [s]", "[s].filter(x, true) == [s]", "s.first() == s.last()"}) {
    EXPECT_EQ(t.Eval(Doubled(50, body)).substr(0, 20), "issue: this may take") << body;
    EXPECT_NE(t.Eval(Doubled(3, body)).substr(0, 20), "issue: this may take") << body;
  }
  // A message does not show it either.
  EXPECT_EQ(t.Eval(Doubled(50, "{1: 2}[dyn(s)]")), "error(\"there is no key a value of type list\")");
}

TEST(ListsCostTest, AddedListsOfUnknownTypeDouble) {
  TestEnv t;
  std::string source = "s.all(x, true)";
  for (int i = 0; i < 40; ++i) source = "cel.bind(s, s + s, " + source + ")";
  EXPECT_EQ(t.Eval("cel.bind(s, dyn([1]), " + source + ")").substr(0, 20), "issue: this may take");
}

}  // namespace
}  // namespace leadline::cel
