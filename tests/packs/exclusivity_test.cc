#include "packs/prove/exclusivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fmt/format.h"
#include "packs/run/fields.h"

namespace leadline::packs {
namespace {

using testing::HasSubstr;

class Exclusivity : public testing::Test {
 protected:
  Exclusivity() {
    Add("n", cel::Type::Wrapper(cel::Type::Int()));
    Add("count", cel::Type::Int());
    fields_.back().not_negative = true;
    Add("text", cel::Type::Wrapper(cel::Type::String()));
    Add("flag", cel::Type::Bool());
    Add("amount", cel::Type::Wrapper(cel::Type::Double()));
    Add("record.interactions", cel::Type::Int());
    fields_.back().not_negative = true;
    Add("record.last_response", cel::Type::Wrapper(cel::Type::String()));
    Add("record.contact_requested", cel::Type::Bool());
    Add("score.central", cel::Type::Double());
    Add("score.qualified", cel::Type::Bool());
    Add("score.warm", cel::Type::Bool());
  }

  ExclusivityResult Check(const std::vector<std::string>& conditions, const ExclusivityOptions& options = {}) {
    std::vector<Branch> branches;
    for (const std::string& condition : conditions) {
      const cel::CompileResult result = cel::Compile(env_, condition);
      EXPECT_NE(result.program, nullptr) << condition;
      branches.push_back({condition, condition, result.program});
    }
    return CheckExclusivity(fields_, branches, options);
  }

 private:
  void Add(const std::string& name, cel::Type type) {
    FieldDef field;
    field.name = name;
    field.type = type;
    EXPECT_TRUE(env_.AddVariable(name, std::move(type)).ok());
    fields_.push_back(std::move(field));
  }

  cel::Env env_;
  std::vector<FieldDef> fields_;
};

TEST_F(Exclusivity, ProvesWhatIsExclusiveAndExhaustive) {
  const ExclusivityResult result = Check({"count == 0", "count > 0 && flag", "count > 0 && !flag"});
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
  EXPECT_FALSE(result.gap);
}

TEST_F(Exclusivity, FindsTheBoundary) {
  const ExclusivityResult overlap = Check({"count <= 7", "count >= 7"});
  EXPECT_TRUE(overlap.proved);
  EXPECT_EQ(overlap.first, 0);
  EXPECT_EQ(overlap.second, 1);
  EXPECT_EQ(overlap.overlap_example, "count = 7");
  const ExclusivityResult gap = Check({"count < 7", "count > 7"});
  EXPECT_TRUE(gap.gap);
  EXPECT_EQ(gap.gap_example, "count = 7");
  EXPECT_LT(gap.first, 0);
}

TEST_F(Exclusivity, AbsentFieldsAreRecordsToo) {
  const ExclusivityResult result = Check({"n < 5", "n >= 5"});
  EXPECT_TRUE(result.gap);
  EXPECT_EQ(result.gap_example, "n = absent");
  EXPECT_FALSE(Check({"n == null || n < 5", "n != null && n >= 5"}).gap);
}

TEST_F(Exclusivity, OtherTextsAreTried) {
  const ExclusivityResult result = Check({"text == \"a\"", "text in [\"b\", \"c\"]", "text == null"});
  EXPECT_TRUE(result.proved);
  EXPECT_TRUE(result.gap);
  EXPECT_THAT(result.gap_example, HasSubstr("another value"));
  EXPECT_FALSE(Check({"text == \"a\"", "text != \"a\""}).gap);
}

TEST_F(Exclusivity, ImpossibleScoresDoNotCount) {
  const ExclusivityResult result = Check({"score.qualified", "score.central < 100.0"});
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
  EXPECT_FALSE(result.gap);
}

TEST_F(Exclusivity, WarmGoesByTheLowerBarAndWhoIsQualifiedIsWarm) {
  ExclusivityOptions options;
  options.bars = {100, 50};
  const ExclusivityResult result = Check({"score.warm && !score.qualified", "score.qualified", "!score.warm"}, options);
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
  EXPECT_FALSE(result.gap);
  const ExclusivityResult by_points = Check({"score.warm", "score.central < 50.0"}, options);
  EXPECT_TRUE(by_points.proved);
  EXPECT_LT(by_points.first, 0);
  EXPECT_FALSE(by_points.gap);
  EXPECT_GE(Check({"score.warm", "score.central < 60.0"}, options).first, 0);
  // Nobody is qualified and not warm: these two never hold together.
  EXPECT_LT(Check({"score.qualified", "!score.warm"}, {options.bars, "", false}).first, 0);
}

TEST_F(Exclusivity, WhoAskedToBeContactedHasDoneSomething) {
  const ExclusivityResult result = Check(
      {"record.interactions == 0", "record.contact_requested", "record.interactions > 0 && !record.contact_requested"});
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
  EXPECT_FALSE(result.gap);
}

TEST_F(Exclusivity, NumbersThatCannotBeDoNotCount) { EXPECT_FALSE(Check({"count == 0", "count >= 1"}).gap); }

TEST_F(Exclusivity, ProvesOverPartsItDoesNotLookInto) {
  ExclusivityOptions options;
  options.exhaustive = false;
  const ExclusivityResult result =
      Check({"size(text) > 3 && n > 5", "!(size(text) > 3) && n > 5", "n == null || n <= 5"}, options);
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
  // For an absent text both the first and the second fail.
  EXPECT_TRUE(Check({"size(text) > 3", "!(size(text) > 3)"}).gap);
}

TEST_F(Exclusivity, SearchesWhatItCannotProveAndSaysSo) {
  const ExclusivityResult clean = Check({"text != null && size(text) > 3", "text == null || size(text) <= 3"});
  EXPECT_FALSE(clean.proved);
  EXPECT_GT(clean.searched, 10'000u);
  EXPECT_LT(clean.first, 0);
  EXPECT_FALSE(clean.gap);
  const ExclusivityResult overlap =
      Check({"text != null && size(text) == 4 && text.matches(\"A.*\")", "text == \"Anna\""});
  EXPECT_EQ(overlap.first, 0);
  EXPECT_THAT(overlap.overlap_example, HasSubstr("Anna"));
}

// 5 fields of 40 values each have a hundred million combinations.
TEST_F(Exclusivity, ManyValuesOfManyFieldsAreStillProved) {
  std::vector<std::string> conditions;
  for (const std::string field : {"n", "count", "amount", "score.central"}) {
    std::string outside =
        field == "n" || field == "amount" ? field + " == null" : field + " < " + (field == "count" ? "-5" : "-5.0");
    const std::string unit = field == "amount" || field == "score.central" ? ".0" : "";
    for (int i = 0; i < 40; ++i)
      outside += fmt::format(" || ({0} > {1}{2} && {0} < {3}{2})", field, i * 10, unit, i * 10 + 9);
    conditions.push_back(outside);
  }
  std::vector<std::string> branches = {fmt::format("({}) && ({})", conditions[0], conditions[1]),
                                       fmt::format("({}) && !({})", conditions[0], conditions[1])};
  branches.push_back(fmt::format("!({}) && n != null && ({})", conditions[0], conditions[2]));
  branches.push_back(fmt::format("!({}) && n != null && !({}) && ({})", conditions[0], conditions[2], conditions[3]));
  branches.push_back(fmt::format("!({}) && n != null && !({}) && !({})", conditions[0], conditions[2], conditions[3]));
  const ExclusivityResult result = Check(branches);
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
}

TEST_F(Exclusivity, WithoutAnInteractionThereIsNoLastResponse) {
  const ExclusivityResult result = Check({"record.interactions == 0", "record.last_response == \"contact_me\"",
                                          "record.interactions > 0 && record.last_response != \"contact_me\""});
  EXPECT_TRUE(result.proved);
  EXPECT_LT(result.first, 0);
  EXPECT_FALSE(result.gap);
}

}  // namespace
}  // namespace leadline::packs
