// The filters of lists: what is taken, and what is said of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "engine/listing/filter.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using testing::HasSubstr;

// "status=mql|sal; -score<5.5; product:*".
std::string TermsOf(std::string_view filter) {
  const auto terms = ParseFilter(filter);
  if (!terms.ok()) return std::string(terms.status().message());
  std::string told;
  for (const FilterTerm& term : *terms) {
    if (!told.empty()) told += "; ";
    told += fmt::format("{}{}{}", term.negated ? "-" : "", term.field, TextOf(term.op));
    for (size_t i = 0; i < term.values.size(); ++i) {
      if (i > 0) told += "|";
      told += term.values[i].any ? "*" : term.values[i].quoted ? "'" + term.values[i].text + "'" : term.values[i].text;
    }
  }
  return told;
}

TEST(ListFilterTest, TermsAndTheirValues) {
  EXPECT_EQ(TermsOf(""), "");
  EXPECT_EQ(TermsOf("  \t\n"), "");
  EXPECT_EQ(TermsOf("status = \"mql\""), "status='mql'");
  EXPECT_EQ(TermsOf("status=mql AND score>=60.5"), "status=mql; score>=60.5");
  EXPECT_EQ(TermsOf("a!=1 AND b<2 AND c<=3 AND d>4 AND e>=-5 AND f:6 AND g=7"),
            "a!=1; b<2; c<=3; d>4; e>=-5; f:6; g=7");
  EXPECT_EQ(TermsOf("create_time >= 2026-01-31T09:30:00.25+02:00"), "create_time>=2026-01-31T09:30:00.25+02:00");
  EXPECT_EQ(TermsOf("assignee = reps/emea-tom"), "assignee=reps/emea-tom");
  EXPECT_EQ(TermsOf("email = ana.silva+x@acme.es"), "email=ana.silva+x@acme.es");
  EXPECT_EQ(TermsOf("attributes.external_id = 'a \"b\" \\' \\\\ c'"), "attributes.external_id='a \"b\" ' \\ c'");
  EXPECT_EQ(TermsOf("source = \"\""), "source=''");
  EXPECT_EQ(TermsOf("product:suite AND assignee:*"), "product:suite; assignee:*");
  EXPECT_EQ(TermsOf("country = \"\xC3\xA9\""), "country='\xC3\xA9'");
}

TEST(ListFilterTest, NegationsAndAlternatives) {
  EXPECT_EQ(TermsOf("-assignee:* AND NOT status = mql"), "-assignee:*; -status=mql");
  EXPECT_EQ(TermsOf("status = (mql OR \"sal\")"), "status=mql|'sal'");
  EXPECT_EQ(TermsOf("(status = mql OR status = sal) AND region = emea"), "status=mql|sal; region=emea");
  EXPECT_EQ(TermsOf("region = emea AND status = mql OR status = sal"), "region=emea; status=mql|sal")
      << "OR binds more tightly";
  EXPECT_EQ(TermsOf("(status = mql AND region = emea) AND score > 5"), "status=mql; region=emea; score>5");
  EXPECT_EQ(TermsOf("( product:a OR product:(b OR c) )"), "product:a|b|c");
  EXPECT_EQ(TermsOf("-status = (a OR b)"), "-status=a|b") << "neither";
  EXPECT_EQ(TermsOf("status IN (mql, \"sal\",sql )"), "status=mql|'sal'|sql");
  EXPECT_EQ(TermsOf("NOT country IN( IN,DE) AND score > 5"), "-country=IN|DE; score>5") << "India is a value";
  EXPECT_EQ(TermsOf("(status IN (a) OR status = b)"), "status=a|b");
  EXPECT_EQ(TermsOf("status IN (a, b) OR status = c"), "status=a|b|c");
}

TEST(ListFilterTest, WhatIsWrongIsToldWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"status = mql region = emea", "character 14: write AND or OR between two terms; side by side"},
      {"status = mql and region = emea", "character 14: write AND in capitals"},
      {"a = 1 && b = 2", "character 7: write AND instead of &&"},
      {"a = 1 || b = 2", "character 7: write OR instead of ||"},
      {"status IN [mql, sal]", "character 11: after IN stand values in parentheses: status IN (\"a\", \"b\")"},
      {"status IN", "at its end, character 10: after IN stand values"},
      {"status in (a)", "character 8: write IN in capitals"},
      {"status IN ()", "character 12: expected a value after status IN:"},
      {"status IN (a,)", "character 14: expected a value after status IN:"},
      {"status NOT IN (a)", "character 8: NOT stands before the field, such as NOT status IN (\"a\", \"b\")"},
      {"status !IN (a)", "character 8: NOT stands before the field"},
      {"status IN (a OR b)", "character 14: expected a comma and another value, or ')'"},
      {"status IN (a; b)", "expected a comma and another value"},
      {"status IN (a, b", "expected a comma and another value, or ')'"},
      {"status IN (*)", "is asked with status:*"},
      {"status = a, b", "character 11: a value with this character stands in quotes"},
      {"status = \"a\", b", "character 13: expected a blank after the text"},
      {"status == mql", "character 8: write = instead of =="},
      {"status", "after status expected one of = != < <= > >= : IN"},
      {"status =", "at its end, character 9: expected a value after status ="},
      {"status = AND a = 1", "character 10: expected a value"},
      {"a = 1 AND", "ends where a term is expected"},
      {"AND a = 1", "expected a field"},
      {"\"acme\"", "a text alone asks for a search"},
      {"acme", "after acme expected"},
      {"(a = 1", "before ')' closes"},
      {"a = 1)", "no '(' that this ')' closes"},
      {"((a = 1))", "character 2: parentheses stand one level deep"},
      {"a = ((b))", "character 6: parentheses stand one level deep"},
      {"a = (b OR c", "expected OR and another value"},
      {"a < (1 OR 2)", "several values stand after = or :"},
      {"-(a = 1)", "NOT and - stand before one term"},
      {"a = 1 OR b = 2", "OR joins values of one field"},
      {"a = 1 OR a > 2", "OR joins terms with = alone"},
      {"a = 1 OR -a = 2", "OR joins terms with = alone"},
      {"(a = 1 AND b = 2) OR c = 3", "must be one term"},
      {"a = \"x", "character 5: the text that begins here has no \" at its end"},
      {"a = \"\\n\"", "after \\ comes a quote"},
      {"a = x*", "no wildcards"},
      {"a = *", "is asked with a:*"},
      {"a.b(c)", "functions are not part"},
      {"a. = 1", "is not the name of a field"},
      {"1a = 1", "is not the name of a field"},
      {"\xC3\xA9 = 1", "character 1: expected a field"},
      {"a = \xC3\xA9 b", "character 7: write AND"},
      {"a = \"\xC3\"", "not UTF-8"},
  };
  for (const auto& [filter, message] : cases) {
    const auto terms = ParseFilter(filter);
    EXPECT_EQ(terms.status().code(), absl::StatusCode::kInvalidArgument) << filter;
    EXPECT_THAT(std::string(terms.status().message()), HasSubstr(message)) << filter;
    const auto violations = FieldViolationsOf(terms.status());
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].field, "filter");
  }
}

TEST(ListFilterTest, ItIsBounded) {
  EXPECT_THAT(TermsOf("a = \"" + std::string(kMostFilterBytes, 'x') + "\""), HasSubstr("is the most"));
  std::string filter = "a = 0";
  for (size_t i = 1; i < kMostFilterValues; ++i) filter += " OR a = 1";
  EXPECT_EQ(ParseFilter(filter)->front().values.size(), kMostFilterValues);
  EXPECT_THAT(TermsOf(filter + " AND b = 1"), HasSubstr("more than 50 values"));
  EXPECT_THAT(TermsOf(filter + " AND b IN (1)"), HasSubstr("more than 50 values"));
  EXPECT_THAT(TermsOf(std::string(4000, '(')), HasSubstr("one level deep"));
}

}  // namespace
}  // namespace leadline::engine
