// Conditions that exclude each other by the values that they name.
#include "packs/prove/required_values.h"

#include <gtest/gtest.h>

#include <string>

#include "cel/env.h"
#include "cel/program.h"

namespace leadline::packs {
namespace {

class RequiredValuesTest : public testing::Test {
 protected:
  RequiredValuesTest() {
    for (const auto& [name, type] :
         {std::pair("text", cel::Type::Wrapper(cel::Type::String())),
          std::pair("n", cel::Type::Wrapper(cel::Type::Int())), std::pair("flag", cel::Type::Bool())}) {
      EXPECT_TRUE(env_.AddVariable(name, type).ok());
    }
  }

  // Whether they exclude each other, whichever is asked.
  bool Exclude(const std::string& a, const std::string& b) const {
    const cel::CompileResult first = cel::Compile(env_, a), second = cel::Compile(env_, b);
    EXPECT_NE(first.program, nullptr) << a;
    EXPECT_NE(second.program, nullptr) << b;
    const RequiredValues x(first.program.get()), y(second.program.get());
    EXPECT_EQ(x.Exclude(y), y.Exclude(x)) << a << " / " << b;
    return x.Exclude(y);
  }

 private:
  cel::Env env_;
};

TEST_F(RequiredValuesTest, TextsNumbersFlagsAndAbsence) {
  EXPECT_TRUE(Exclude("text == 'a'", "text == 'b'"));
  EXPECT_TRUE(Exclude("text in ['a', 'b'] && n > 1", "flag && text in ['c', 'd']"));
  EXPECT_TRUE(Exclude("text == 'a' || text == 'b'", "text == 'c'"));
  EXPECT_TRUE(Exclude("n == 1", "n in [2, 3]"));
  EXPECT_TRUE(Exclude("flag", "!flag"));
  EXPECT_TRUE(Exclude("text == null", "text == 'a'"));
}

TEST_F(RequiredValuesTest, Bounds) {
  EXPECT_TRUE(Exclude("n >= 10 && n < 20", "n >= 20 && n < 30"));
  EXPECT_TRUE(Exclude("n == 20", "n < 20"));
  EXPECT_TRUE(Exclude("n == null", "n < 20"));
  EXPECT_FALSE(Exclude("n <= 20", "n >= 20"));
  EXPECT_FALSE(Exclude("n == 20", "n <= 20"));
}

TEST_F(RequiredValuesTest, WhatMayHoldTogetherIsLeftToAProof) {
  EXPECT_FALSE(Exclude("text == 'a'", "n == 1"));
  EXPECT_FALSE(Exclude("text in ['a', 'b']", "text in ['b', 'c']"));
  EXPECT_FALSE(Exclude("text == 'a' || flag", "text == 'b'"));
  EXPECT_FALSE(Exclude("text != 'a'", "text == 'b'"));
  EXPECT_FALSE(Exclude("text.contains('a')", "text.contains('b')"));
  EXPECT_FALSE(Exclude("n > 9007199254740992", "n == 9007199254740993"));
  EXPECT_FALSE(Exclude("true", "text == 'b'"));
}

}  // namespace
}  // namespace leadline::packs
