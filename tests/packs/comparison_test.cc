// What is recognised as a comparison of a field with constants, in every form that one can be written in, and what is
// not.
#include "packs/condition/comparison.h"

#include <gtest/gtest.h>

#include <string>

#include "cel/env.h"
#include "cel/program.h"
#include "fmt/format.h"
#include "packs/condition/text_functions.h"

namespace leadline::packs {
namespace {

using cel::Type;
using Operator = Comparison::Operator;

class ComparisonTest : public ::testing::Test {
 protected:
  ComparisonTest() {
    AddTextFunctions(env_);
    Add("n", Type::Wrapper(Type::Int()));
    Add("amount", Type::Double());
    Add("title", Type::Wrapper(Type::String()));
    Add("flag", Type::Bool());
    Add("list", Type::List(Type::String()));
    Add("contact.email", Type::Wrapper(Type::String()));
  }

  std::shared_ptr<const cel::Program> Compile(const std::string& text) {
    cel::CompileResult result = cel::Compile(env_, text);
    EXPECT_NE(result.program, nullptr) << text << ": " << (result.issues.empty() ? "" : result.issues[0].message);
    return result.program;
  }

  // "n >= 3", with the words of the operator's name; empty when the whole text is no comparison.
  std::string Recognised(const std::string& text) {
    const auto program = Compile(text);
    if (program == nullptr) return "does not compile";
    const std::optional<Comparison> found = ComparisonAt(program->ast(), program->ast().root());
    return found ? Shown(*found) : "";
  }

  std::string Shown(const Comparison& c) const {
    static constexpr const char* kNames[] = {"is true",  "==",         "!=",       "<",      "<=",
                                             ">",        ">=",         "in",       "has",    "hasWord",
                                             "contains", "startsWith", "endsWith", "matches"};
    std::string out = names_[static_cast<size_t>(c.slot)] + (c.folded ? " folded" : "");
    out += fmt::format(" {}", kNames[static_cast<size_t>(c.op)]);
    for (const cel::Value& constant : c.constants) out += " " + cel::ToDisplayString(constant);
    return out;
  }

 private:
  void Add(const std::string& name, const Type& type) {
    ASSERT_EQ(*env_.AddVariable(name, type), static_cast<int>(names_.size()));
    names_.push_back(name);
  }

  cel::Env env_;
  std::vector<std::string> names_;
};

TEST_F(ComparisonTest, AFieldAndAConstantEitherWayRound) {
  EXPECT_EQ(Recognised("n == 3"), "n == 3");
  EXPECT_EQ(Recognised("3 == n"), "n == 3");
  EXPECT_EQ(Recognised("n != 3"), "n != 3");
  EXPECT_EQ(Recognised("n < 3"), "n < 3");
  EXPECT_EQ(Recognised("3 < n"), "n > 3");
  EXPECT_EQ(Recognised("n <= 3"), "n <= 3");
  EXPECT_EQ(Recognised("3 <= n"), "n >= 3");
  EXPECT_EQ(Recognised("3 > n"), "n < 3");
  EXPECT_EQ(Recognised("3 >= n"), "n <= 3");
  EXPECT_EQ(Recognised("amount >= -1.5"), "amount >= -1.5");
  EXPECT_EQ(Recognised("n > -(5)"), "n > -5");
  EXPECT_EQ(Recognised("title == null"), "title == null");
  EXPECT_EQ(Recognised("title > \"m\""), "title > \"m\"");
}

TEST_F(ComparisonTest, ListsFlagsAndPresence) {
  EXPECT_EQ(Recognised("n in [1, -2]"), "n in 1 -2");
  EXPECT_EQ(Recognised("title in [\"a\"]"), "title in \"a\"");
  EXPECT_EQ(Recognised("\"a\" in list"), "list has \"a\"");
  EXPECT_EQ(Recognised("flag"), "flag is true");
  EXPECT_EQ(Recognised("flag == false"), "flag == false");
  EXPECT_EQ(Recognised("has(contact.email)"), "contact.email != null");
}

TEST_F(ComparisonTest, FunctionsOfText) {
  EXPECT_EQ(Recognised("title.hasWord(\"head\")"), "title hasWord \"head\"");
  EXPECT_EQ(Recognised("title.contains(\"head\")"), "title contains \"head\"");
  EXPECT_EQ(Recognised("title.startsWith(\"head\")"), "title startsWith \"head\"");
  EXPECT_EQ(Recognised("title.endsWith(\"head\")"), "title endsWith \"head\"");
  EXPECT_EQ(Recognised("title.matches(\"head\")"), "title matches \"head\"");
  EXPECT_EQ(Recognised("title.fold() == \"head\""), "title folded == \"head\"");
  EXPECT_EQ(Recognised("\"head\" != title.fold()"), "title folded != \"head\"");
  EXPECT_EQ(Recognised("title.fold() in [\"head\", \"chief\"]"), "title folded in \"head\" \"chief\"");
  EXPECT_EQ(Recognised("title.fold().contains(\"head\")"), "title folded contains \"head\"");
}

TEST_F(ComparisonTest, WhatIsNone) {
  for (const char* text : {"n == n", "n + 1 == 3", "size(title) > 1", "amount in [1.0, amount]", "title in list",
                           "!flag", "n == 1 || n == 2", "true", "\"head\".contains(title)", "title.contains(title)",
                           "title.fold() < \"m\"", "title.fold().fold() == \"m\"", "list == [\"a\"]",
                           "list[0] == \"a\"", "list.exists(x, x == \"a\")", "(flag ? amount : 2.0) == 2.0"}) {
    EXPECT_EQ(Recognised(text), "") << text;
  }
}

// Every comparison of a condition, also inside what is none, with the place of each constant.
TEST_F(ComparisonTest, ComparisonsInACondition) {
  const auto program = Compile("flag && (n in [1, 20] || size(title) > 1) && !(title == \"head\")");
  const std::vector<Comparison> found = ComparisonsIn(program->ast());
  std::string shown;
  for (const Comparison& c : found) {
    shown += Shown(c) + " at";
    ASSERT_EQ(c.spans.size(), c.constants.size());
    for (const SourceSpan span : c.spans) shown += fmt::format(" {}", program->ast().Text(span));
    shown += "\n";
  }
  EXPECT_EQ(shown, "n in 1 20 at 1 20\ntitle == \"head\" at \"head\"\n");
}

}  // namespace
}  // namespace leadline::packs
