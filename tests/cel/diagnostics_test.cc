#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_env.h"

namespace leadline::cel {
namespace {

using ::testing::ElementsAre;

// Each issue as "the text at fault: message (hint)".
std::vector<std::string> Issues(std::string_view source, const CompileOptions& options = {}) {
  TestEnv t;
  const CompileResult compiled = Compile(t.env(), source, options);
  EXPECT_EQ(compiled.program == nullptr, !compiled.issues.empty());
  std::vector<std::string> out;
  for (const Issue& i : compiled.issues) {
    EXPECT_LE(i.span.begin, i.span.end);
    EXPECT_LE(i.span.end, source.size());
    out.push_back(fmt::format("{}: {}{}", source.substr(i.span.begin, i.span.end - i.span.begin), i.message,
                              i.hint.empty() ? "" : " (" + i.hint + ")"));
  }
  return out;
}

TEST(DiagnosticsTest, UnknownNames) {
  EXPECT_THAT(Issues("contact.senority == \"x\""),
              ElementsAre("senority: contact has no field \"senority\" (did you mean \"seniority\"?)"));
  EXPECT_THAT(Issues("has(contact.emial)"),
              ElementsAre("emial: contact has no field \"emial\" (did you mean \"email\"?)"));
  EXPECT_THAT(Issues("activities.exists(a, a.chanel == 'web')"),
              ElementsAre("chanel: activity has no field \"chanel\" (did you mean \"channel\"?)"));
  EXPECT_THAT(Issues("amout > 1.0"),
              ElementsAre("amout: there is nothing called \"amout\" (did you mean \"amount\"?)"));
  EXPECT_THAT(
      Issues("region == manager"),
      ElementsAre("manager: there is nothing called \"manager\" (if you mean the text, write \"manager\" in quotes)"));
  EXPECT_THAT(
      Issues("contact == 1"),
      ElementsAre(
          "contact: \"contact\" is a group of fields, not a value (name one of its fields: contact.seniority)"));
  EXPECT_THAT(Issues("region.endswith('x')"),
              ElementsAre("endswith: there is no function \"endswith\" (did you mean \"endsWith\"?)"));
}

TEST(DiagnosticsTest, Types) {
  EXPECT_THAT(Issues("amount == 5000"),
              ElementsAre("amount == 5000: double and int cannot be compared (write the whole number with a point, "
                          "such as 10.0, or convert with double())"));
  EXPECT_THAT(Issues("region > 5"), ElementsAre("region > 5: string and int cannot be ordered by \">\""));
  EXPECT_THAT(Issues("region && true"),
              ElementsAre("region: && needs a condition here, this is string (write `region != \"\"`)"));
  EXPECT_THAT(
      Issues("contact.email.endsWith(5)"),
      ElementsAre("contact.email.endsWith(5): there is no string.endsWith(int) (there is: string.endsWith(string))"));
  EXPECT_THAT(Issues("'vip' in region"), ElementsAre("region: \"in\" needs a list or a map on its right, this is "
                                                     "string (to search inside a text write `text.contains(part)`)"));
  EXPECT_THAT(Issues("region.matches('a(')"), ElementsAre("'a(': this is not a regular expression: missing ): a("));
  CompileOptions options;
  options.expected_type = Type::Bool();
  EXPECT_THAT(Issues("count + 1", options), ElementsAre("count + 1: this gives int, but bool is wanted"));
}

// Each source, and the first issue with its hint.
void ExpectHints(std::span<const std::pair<const char*, const char*>> cases) {
  for (const auto& [source, wanted] : cases) {
    const std::vector<std::string> issues = Issues(source);
    ASSERT_FALSE(issues.empty()) << source;
    EXPECT_EQ(issues[0], wanted) << source;
  }
}

TEST(DiagnosticsTest, FunctionsOfOtherLanguages) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"len(tags) > 1", "len: there is no function \"len\" (write `size(tags)`)"},
      {"tags.length() > 1", "length: there is no function \"length\" (write `size(tags)`)"},
      {"region.toLowerCase() == 'uk'",
       "toLowerCase: there is no function \"toLowerCase\" (write `region.lowerAscii()`)"},
      {"tags.includes('vip')", "includes: there is no function \"includes\" (write `'vip' in tags`)"},
      {"tags.contains('vip')",
       "tags.contains('vip'): there is no list(string).contains(string) (write `'vip' in tags`)"},
      {"min(1, 2) == 1", "min: there is no function \"min\" (write `math.least(a, b)` or `math.least(list)`)"},
      {"[1, 2].max() == 2", "max: there is no function \"max\" (write `math.greatest(a, b)` or `math.greatest(list)`)"},
      {"math.max(1, 2) == 2",
       "math.max: there is no function \"math.max\" (write `math.greatest(a, b)` or `math.greatest(list)`)"},
      {"math.flor(1.5) == 1.0", "math.flor: there is no function \"math.flor\" (did you mean \"math.floor\"?)"},
      {"lists.rnge(3) == []", "lists.rnge: there is no function \"lists.rnge\" (did you mean \"lists.range\"?)"},
      {"regex.extract(region, 'a') == 'a'",
       "regex.extract: there is no function \"regex.extract\" (parts of a match are not given out; write "
       "`text.matches(pattern)`, or split() and substring())"},
      {"tags.some(x, x == 'vip')", "some: there is no function \"some\" (write `list.exists(x, condition)`)"},
      {"tags.sorted() == tags", "sorted: there is no function \"sorted\" (write `tags.sort()`)"},
      {"tags.unique() == tags", "unique: there is no function \"unique\" (write `tags.distinct()`)"},
      {"tags.filter('vip') == tags",
       "filter: there is no function \"filter\" that is called like this (write `list.filter(x, condition)`)"},
      {"exists(contact.email)",
       "exists: there is no function \"exists\" that is called like this (write `list.exists(x, condition)`)"},
      {"[[1]].sort() == [[1]]",
       "[[1]].sort(): there is no list(list(int)).sort() (to sort what has no order of its own write `list.sortBy(x, "
       "x.field)`)"},
      {"tags.srt() == tags", "srt: there is no function \"srt\" (did you mean \"sort\"?)"},
      {"tags.transformLst(i, x, x) == tags",
       "transformLst: there is no function \"transformLst\" (did you mean \"transformList\"?)"},
      {"{'a': 1}.transformMapEntri(k, v, {v: k}) == {1: 'a'}",
       "transformMapEntri: there is no function \"transformMapEntri\" (did you mean \"transformMapEntry\"?)"},
      {"optional.of(1).optMapp(x, x) == optional.of(1)",
       "optMapp: there is no function \"optMapp\" (did you mean \"optMap\"?)"},
      {"region.in(['UK'])", "in: found \"in\" where a name should be (write `x in list`)"},
      {"region IN ('UK', 'CH')",
       "IN: found \"IN\" where the end of the expression should be (write `region in ['UK', 'CH']`)"},
  };
  ExpectHints(kCases);
}

TEST(DiagnosticsTest, PatternsOfOtherEngines) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"region.matches('U(?=K)')",
       "'U(?=K)': regular expressions have no look-ahead here (write two conditions, such as  text.matches(\"a\") && "
       "!text.matches(\"b\"))"},
      {"region.matches('U(?!K)')",
       "'U(?!K)': regular expressions have no look-ahead here (write two conditions, such as  text.matches(\"a\") && "
       "!text.matches(\"b\"))"},
      {"matches(region, '(?<=U)K')",
       "'(?<=U)K': regular expressions have no look-behind here (write two conditions, such as  text.matches(\"a\") && "
       "!text.matches(\"b\"))"},
      {"region.matches('(?<!U)K')",
       "'(?<!U)K': regular expressions have no look-behind here (write two conditions, such as  text.matches(\"a\") && "
       "!text.matches(\"b\"))"},
      {"region.matches(r'(a)\\1')",
       "r'(a)\\1': regular expressions have no back-references here (compare the parts by themselves, for example of "
       "text.split(\"-\"))"},
      {"region.matches('(?>a)b')",
       "'(?>a)b': regular expressions have no atomic groups here (write (?:...); a pattern is matched in time linear "
       "in the text without them)"},
      {"region.matches('a(')", "'a(': this is not a regular expression: missing ): a("},
      {"region.matches('(?<1-a>b)')",
       "'(?<1-a>b)': this is not a regular expression: invalid named capture group: (?<1-a>"},
      {"region.matches('(?P<1-a>b)')",
       "'(?P<1-a>b)': this is not a regular expression: invalid named capture group: (?P<1-a>"},
  };
  ExpectHints(kCases);
}

TEST(DiagnosticsTest, FormatsAndWhatTheyShow) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"'%s'.format(['a', 'b']) == 'a'",
       "['a', 'b']: the format asks for 1 value, the list has 2 (write %s for each value that is to be shown)"},
      {"'100%%'.format([region]) == ''",
       "[region]: the format asks for 0 values, the list has 1 (write %s for each value that is to be shown)"},
      {"'%s of %d'.format([region]) == ''",
       "[region]: the format asks for 2 values, the list has 1 (write %% for a percent sign)"},
  };
  ExpectHints(kCases);
  TestEnv t;
  EXPECT_EQ(t.Eval("'%s'.format(dyn(['a', 'b']))"), "error(\"the format asks for 1 value, the list has 2\")");
  EXPECT_EQ(t.Eval("(region + '%s').format(['a', 'b'])"), "error(\"the format asks for 1 value, the list has 2\")");
  EXPECT_EQ(t.Eval("'%s%s'.format(tags)"), "\"vippartner\"");
  EXPECT_EQ(t.Eval("'%s'.format([?optional.none(), ?optional.of('a')])"), "\"a\"");
  EXPECT_EQ(t.Eval("'%'.format([])"), "error(\"the format ends after %\")");
  EXPECT_EQ(t.Eval("'%.3'.format([1])"), "error(\"the format ends after %\")");
  EXPECT_EQ(t.Eval("'%%%s%%'.format([1])"), "\"%1%\"");
  EXPECT_EQ(t.Eval("'%d'.format([[1]])"), "error(\"%d cannot show a value of type list\")");
}

TEST(DiagnosticsTest, Syntax) {
  EXPECT_THAT(Issues("(count > 5"), ElementsAre("(: this \"(\" is never closed (add \")\")"));
  EXPECT_THAT(Issues("[1, 2"), ElementsAre("[: this \"[\" is never closed (add \"]\")"));
  EXPECT_THAT(Issues("'abc"), ElementsAre("'abc: this text is never closed (end it with ')"));
  EXPECT_THAT(Issues("1 +"), ElementsAre(": the expression ends where a value is missing"));
  EXPECT_THAT(Issues(""), ElementsAre(": the expression ends where a value is missing"));
  EXPECT_THAT(Issues("true and false"),
              ElementsAre("and: found \"and\" where the end of the expression should be (write `&&` for \"and\")"));
  EXPECT_THAT(Issues("'\\q'"), ElementsAre("\\q: \"\\q\" is not an escape (write \\\\ for a backslash)"));
  EXPECT_THAT(Issues("'\\é'"), ElementsAre("\\é: \"\\é\" is not an escape (write \\\\ for a backslash)"));
  EXPECT_THAT(Issues("tags.all(x.y, true)"), ElementsAre("x.y: all() wants a plain name here (for example x)"));
  EXPECT_THAT(Issues("9223372036854775808"),
              ElementsAre("9223372036854775808: this number is too large (whole numbers have at most 64 bits)"));
}

TEST(DiagnosticsTest, AllFaultsInOneRun) {
  EXPECT_THAT(Issues("contact.foo == 1 && region = 'x' && amout > 1.0"),
              ElementsAre("foo: contact has no field \"foo\" (it has: seniority, email, age, optin)",
                          "=: a single = means nothing here (write `==` to compare)",
                          "amout: there is nothing called \"amout\" (did you mean \"amount\"?)"));
  EXPECT_THAT(Issues("[contact.a1, contact.b1]").size(), 2u);
}

TEST(DiagnosticsTest, Bounds) {
  const std::string deep = std::string(300, '(') + "1" + std::string(300, ')');
  EXPECT_THAT(Issues(deep), ElementsAre(testing::HasSubstr("nested more than 250 deep")));
  std::string chain = "1";
  for (int i = 0; i < 300; ++i) chain += " + 1";
  EXPECT_THAT(Issues(chain), ElementsAre(testing::HasSubstr("nested more than 250 deep")));
  std::string wide = "region == 'a0'";
  for (int i = 1; i < 2000; ++i) wide += fmt::format(" || region == 'a{}'", i);
  EXPECT_THAT(Issues(wide), ElementsAre());
  EXPECT_THAT(Issues(std::string(70000, ' ') + "1"), ElementsAre(testing::HasSubstr("more than 65536 bytes")));
  EXPECT_THAT(Issues("'\xff'"), ElementsAre(testing::HasSubstr("not valid UTF-8")));
}

TEST(DiagnosticsTest, UncheckedIssuesStandInTheOrderOfTheSource) {
  CompileOptions options;
  options.check = false;
  EXPECT_THAT(Issues("duration('32)", options), ElementsAre("(: this \"(\" is never closed (add \")\")",
                                                            "'32): this text is never closed (end it with ')"));
}

// Any cut of a valid expression is either valid or refused with issues.
TEST(DiagnosticsTest, EveryPrefixIsHandled) {
  const std::string source =
      R"(contact.age > 5 && [1, {"a": 2u}["b"]].map(x, x ? r'\d' : b"\x00").exists(k, v, k in v) || -1.5e3 == .x?y[?0])";
  for (size_t i = 0; i <= source.size(); ++i) {
    Issues(source.substr(0, i));
    Issues(source.substr(i));
  }
}

}  // namespace
}  // namespace leadline::cel
