#include "domain/phone_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace leadline::domain {
namespace {

using Kind = PhoneRuleProblem::Kind;

PhoneForm Form(std::string_view text) {
  auto form = PhoneForm::Parse(text);
  EXPECT_TRUE(form.ok()) << form.status();
  return form.ok() ? *form : PhoneForm();
}

std::optional<PhoneRuleProblem> Add(PhoneRules& rules, int code, std::string_view old_form, std::string_view new_form) {
  return rules.Add({code, Form(old_form), Form(new_form)});
}

TEST(PhoneFormTest, ShapesOfEveryLength) {
  EXPECT_EQ(Form("01x{8}").shapes().size(), 1U);
  EXPECT_EQ(Form("01x{8}").shapes()[0].size(), 10U);
  const PhoneForm open = Form("[24-79]x{7,9}");
  ASSERT_EQ(open.shapes().size(), 3U);
  EXPECT_EQ(open.shapes()[0].size(), 8U);
  EXPECT_EQ(open.shapes()[2].size(), 10U);
  EXPECT_EQ(open.shapes()[0][0], 0b1011110100);
}

TEST(PhoneFormTest, WhatIsNoForm) {
  for (std::string_view text :
       {"", "x", "xxx", "x{16}", "x{8}x{8}", "x{0}", "x{", "x{a}", "x{8,7}", "x{2,3}x{2,3}", "[", "[]xxxxx", "[2]xxxxx",
        "[9-2]xxxxx", "[2-]xxxxx", "01 xx xx", "+229x{8}", "yyyyyyyy"}) {
    const auto form = PhoneForm::Parse(text);
    ASSERT_FALSE(form.ok()) << text;
    EXPECT_NE(form.status().message().find("is not a form of numbers"), std::string::npos) << form.status();
  }
}

TEST(PhoneRulesTest, OldFormsBecomeNewOnes) {
  PhoneRules rules;
  EXPECT_FALSE(Add(rules, 229, "x{8}", "01x{8}"));
  EXPECT_FALSE(Add(rules, 54, "[23]xx15x{7}", "[23]xxx{7}"));
  EXPECT_FALSE(Add(rules, 52, "1x{10}", "x{10}"));
  EXPECT_EQ(rules.Today("22997123456"), "2290197123456");
  EXPECT_EQ(rules.Today("2290197123456"), "2290197123456");
  EXPECT_EQ(rules.Today("54351154567890"), "543514567890");
  EXPECT_EQ(rules.Today("5215512345678"), "525512345678");
  for (std::string_view other : {"", "2", "229", "2299712345", "34912345678", "54351164567890"}) {
    EXPECT_EQ(rules.Today(other), other);
  }
}

TEST(PhoneRulesTest, RulesThatCannotStand) {
  PhoneRules rules;
  ASSERT_FALSE(Add(rules, 229, "x{8}", "01x{8}"));
  const std::string before = rules.text();
  EXPECT_EQ(Add(rules, 229, "x{7}", "x{7}")->kind, Kind::kItself);
  EXPECT_EQ(Add(rules, 229, "x{7}", "01x{8}")->kind, Kind::kOpenDigits);
  EXPECT_EQ(Add(rules, 229, "[2-5]x{6}", "1x{7}")->kind, Kind::kOpenDigits);
  const auto twice = Add(rules, 229, "[2-9]x{7}", "02[2-9]x{7}");
  EXPECT_EQ(twice->kind, Kind::kTwice);
  EXPECT_EQ(twice->example, "20000000");
  EXPECT_EQ(twice->other, 0);
  EXPECT_EQ(Add(rules, 229, "x{7}", "2x{7}")->kind, Kind::kAgain) << "what it makes, the first changes again";
  EXPECT_EQ(Add(rules, 229, "01x{8}", "001x{8}")->kind, Kind::kAgain) << "it changes what the first makes";
  EXPECT_EQ(Add(rules, 229, "x{4,5}", "1x{4,5}")->kind, Kind::kAgain) << "its own result";
  EXPECT_EQ(rules.text(), before) << "none of them was taken";
  EXPECT_FALSE(Add(rules, 225, "[2-9]x{7}", "02[2-9]x{7}")) << "another country's numbers";
  EXPECT_NE(rules.text(), before);
}

TEST(PhoneRulesTest, ComeBackFromTheirText) {
  PhoneRules rules;
  ASSERT_FALSE(Add(rules, 229, "x{8}", "01x{8}"));
  ASSERT_FALSE(Add(rules, 39, "[24-79]x{7,8}", "0[24-79]x{7,8}"));
  const auto back = PhoneRules::FromText(rules.text());
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->text(), rules.text());
  EXPECT_EQ(back->Today("22997123456"), "2290197123456");
  EXPECT_EQ(back->Today("39212345678"), "390212345678");
  EXPECT_EQ(PhoneRules::FromText("")->text(), "");
  for (std::string_view text : {"+229 x{8}", "229 x{8} 01x{8}", "+x x{8} 01x{8}", "+229 y 01x{8}", "+229 x{8} x{8}"}) {
    EXPECT_FALSE(PhoneRules::FromText(text).ok()) << text;
  }
}

TEST(PhoneRulesTest, WhatIsOfTodayStays) {
  PhoneRules rules;
  ASSERT_FALSE(Add(rules, 55, "[1-9][1-9][6-9]x{7}", "[1-9][1-9]9[6-9]x{7}"));
  ASSERT_FALSE(Add(rules, 39, "[24-79]x{7,8}", "0[24-79]x{7,8}"));
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string digits = random() % 2 == 0 ? "55" : "39";
    for (uint64_t n = random() % 13; n > 0; --n) digits += static_cast<char>('0' + random() % 10);
    const std::string today = rules.Today(digits);
    EXPECT_EQ(rules.Today(today), today) << digits;
  }
}

}  // namespace
}  // namespace leadline::domain
