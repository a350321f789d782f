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
  EXPECT_THAT(Issues("region == manager"), ElementsAre("manager: there is nothing called \"manager\" (if you mean the "
                                                       "text, write \"manager\" in quotes)"));
  EXPECT_THAT(Issues("contact == 1"), ElementsAre("contact: \"contact\" is a group of fields, not a value (name one of "
                                                  "its fields: contact.seniority)"));
  EXPECT_THAT(Issues("region.endswith('x')"),
              ElementsAre("endswith: there is no function \"endswith\" (did you mean \"endsWith\"?)"));
}

TEST(DiagnosticsTest, Types) {
  EXPECT_THAT(
      Issues("amount == 5000"),
      ElementsAre("amount == 5000: double and int cannot be compared (write the whole number with a point, such "
                  "as 10.0, or convert with double())"));
  EXPECT_THAT(Issues("region > 5"), ElementsAre("region > 5: string and int cannot be ordered by \">\""));
  EXPECT_THAT(Issues("region && true"), ElementsAre("region: && needs a condition here, this is string (a condition is "
                                                    "true or false, such as a comparison)"));
  EXPECT_THAT(Issues("contact.email.endsWith(5)"),
              ElementsAre("contact.email.endsWith(5): there is no string.endsWith(int) (there is: "
                          "string.endsWith(string))"));
  EXPECT_THAT(Issues("'vip' in region"),
              ElementsAre("region: \"in\" needs a list or a map on its right, this is string "
                          "(to search inside a text write text.contains(part))"));
  EXPECT_THAT(Issues("region.matches('a(')"), ElementsAre("'a(': this is not a regular expression: missing ): a("));
  CompileOptions options;
  options.expected_type = Type::Bool();
  EXPECT_THAT(Issues("count + 1", options), ElementsAre("count + 1: this gives int, but bool is wanted"));
}

TEST(DiagnosticsTest, Syntax) {
  EXPECT_THAT(Issues("(count > 5"), ElementsAre("(: this \"(\" is never closed (add \")\")"));
  EXPECT_THAT(Issues("[1, 2"), ElementsAre("[: this \"[\" is never closed (add \"]\")"));
  EXPECT_THAT(Issues("'abc"), ElementsAre("'abc: this text is never closed (end it with ')"));
  EXPECT_THAT(Issues("1 +"), ElementsAre(": the expression ends where a value is missing"));
  EXPECT_THAT(Issues(""), ElementsAre(": the expression ends where a value is missing"));
  EXPECT_THAT(Issues("true and false"),
              ElementsAre("and: found \"and\" where the end of the expression should be (write && for \"and\")"));
  EXPECT_THAT(Issues("'\\q'"), ElementsAre("\\q: \"\\q\" is not an escape (write \\\\ for a backslash)"));
  EXPECT_THAT(Issues("'\\é'"), ElementsAre("\\é: \"\\é\" is not an escape (write \\\\ for a backslash)"));
  EXPECT_THAT(Issues("tags.all(x.y, true)"), ElementsAre("x.y: all() wants a plain name here (for example x)"));
  EXPECT_THAT(Issues("9223372036854775808"),
              ElementsAre("9223372036854775808: this number is too large (whole numbers have at most 64 bits)"));
}

TEST(DiagnosticsTest, AllFaultsInOneRun) {
  EXPECT_THAT(Issues("contact.foo == 1 && region = 'x' && amout > 1.0"),
              ElementsAre("foo: contact has no field \"foo\" (it has: seniority, email, age, optin)",
                          "=: a single = means nothing here (write == to compare)",
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
