// Conditions in a few words, for people who do not read expressions.
#include "packs/explain/in_words.h"

#include <gtest/gtest.h>

#include <string>

#include "cel/env.h"
#include "cel/program.h"
#include "packs/condition/text_functions.h"

namespace leadline::packs {
namespace {

using cel::Type;

class InWordsTest : public ::testing::Test {
 protected:
  InWordsTest() {
    AddTextFunctions(env_);
    Add("account.employees", Type::Wrapper(Type::Int()));
    Add("contact.seniority", Type::Wrapper(Type::String()));
    Add("contact.do_not_email", Type::Bool());
    Add("lead.products", Type::List(Type::String()));
  }

  std::string Words(const std::string& text) const {
    const cel::CompileResult result = cel::Compile(env_, text);
    EXPECT_NE(result.program, nullptr) << text;
    return result.program == nullptr ? "" : InWords(result.program->ast(), fields_);
  }

 private:
  void Add(const std::string& name, const Type& type) {
    ASSERT_TRUE(env_.AddVariable(name, type).ok());
    fields_.emplace_back().name = name;
  }

  cel::Env env_;
  std::vector<FieldDef> fields_;
};

TEST_F(InWordsTest, OneComparison) {
  EXPECT_EQ(Words("account.employees >= 100"), "account employees: at least 100");
  EXPECT_EQ(Words("100 > account.employees"), "account employees: less than 100");
  EXPECT_EQ(Words("contact.seniority in [\"head\", \"manager\"]"), "contact seniority: one of head, manager");
  EXPECT_EQ(Words("contact.seniority != null"), "contact seniority: present");
  EXPECT_EQ(Words("contact.do_not_email"), "contact do not email: true");
  EXPECT_EQ(Words("\"suite\" in lead.products"), "lead products: among them suite");
  EXPECT_EQ(Words("contact.seniority.contains(\"chief\")"), "contact seniority: containing \"chief\"");
}

TEST_F(InWordsTest, SeveralOfWhichAllOrOneIsEnough) {
  EXPECT_EQ(Words("account.employees >= 20 && account.employees < 200"),
            "account employees: at least 20 and less than 200");
  EXPECT_EQ(Words("account.employees >= 20 && contact.do_not_email"),
            "account employees: at least 20, contact do not email: true");
  EXPECT_EQ(Words("contact.seniority == \"head\" || \"suite\" in lead.products"),
            "contact seniority: head or lead products: among them suite");
}

TEST_F(InWordsTest, WhatIsAskedNot) {
  EXPECT_EQ(Words("!contact.do_not_email"), "contact do not email: false");
  EXPECT_EQ(Words("!(account.employees > 5)"), "account employees: at most 5");
  EXPECT_EQ(Words("!!contact.do_not_email && !(\"suite\" in lead.products)"),
            "contact do not email: true, lead products: without suite");
}

TEST_F(InWordsTest, NothingWhereItTakesMore) {
  EXPECT_EQ(Words("size(lead.products) > 2"), "");
  EXPECT_EQ(Words("contact.do_not_email && (account.employees > 5 || account.employees < 2)"), "");
  EXPECT_EQ(Words("!(contact.do_not_email && account.employees > 5)"), "");
}

}  // namespace
}  // namespace leadline::packs
