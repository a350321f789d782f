#include "packs/exclusivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packs/fields.h"

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
    Add("score.central", cel::Type::Double());
    Add("score.qualified", cel::Type::Bool());
  }

  ExclusivityResult Check(const std::vector<std::string>& conditions) {
    std::vector<Branch> branches;
    for (const std::string& condition : conditions) {
      const cel::CompileResult result = cel::Compile(env_, condition);
      EXPECT_NE(result.program, nullptr) << condition;
      branches.push_back({condition, condition, result.program});
    }
    return CheckExclusivity(fields_, branches, 100);
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

TEST_F(Exclusivity, NumbersThatCannotBeDoNotCount) { EXPECT_FALSE(Check({"count == 0", "count >= 1"}).gap); }

TEST_F(Exclusivity, SearchesWhatItCannotProveAndSaysSo) {
  const ExclusivityResult clean =
      Check({"text != null && text.startsWith(\"Dr\")", "text == null || !text.startsWith(\"Dr\")"});
  EXPECT_FALSE(clean.proved);
  EXPECT_GT(clean.tried, 10'000u);
  EXPECT_LT(clean.first, 0);
  EXPECT_FALSE(clean.gap);
  const ExclusivityResult overlap = Check({"text != null && text.startsWith(\"Dr\")", "true"});
  EXPECT_FALSE(overlap.proved);
  EXPECT_THAT(overlap.overlap_example, HasSubstr("Dr"));
}

}  // namespace
}  // namespace leadline::packs
