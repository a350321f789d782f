// The groups of reports in words.
#include "cli/commands/report/division.h"

#include <gmock/gmock.h>

namespace leadline::cli {
namespace {

using testing::ElementsAre;

TEST(Division, ValuesAreSeparatedByCommas) {
  EXPECT_THAT(SplitValues("emea"), ElementsAre("emea"));
  EXPECT_THAT(SplitValues("emea,2026-01,(none)"), ElementsAre("emea", "2026-01", "(none)"));
  EXPECT_THAT(SplitValues("emea,"), ElementsAre("emea", ""));
  EXPECT_THAT(SplitValues(""), ElementsAre(""));
}

TEST(Division, ABackslashMakesACommaPartOfAValue) {
  EXPECT_THAT(SplitValues(R"(fair\, spring,emea)"), ElementsAre("fair, spring", "emea"));
  EXPECT_THAT(SplitValues(R"(a\,b\,c)"), ElementsAre("a,b,c"));
  EXPECT_THAT(SplitValues(R"(disk c:\\,emea)"), ElementsAre(R"(disk c:\)", "emea"));
  EXPECT_THAT(SplitValues(R"(a\b\)"), ElementsAre(R"(a\b\)")) << "before anything else it stands for itself";
}

}  // namespace
}  // namespace leadline::cli
