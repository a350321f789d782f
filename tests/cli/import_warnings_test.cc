#include "cli/import/import_warnings.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadline::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

v1::ImportWarning Warning(const std::string& value, int64_t rows, int64_t first, const std::string& nearest = "") {
  v1::ImportWarning out;
  out.set_field("lead.source_detail");
  out.set_value(value);
  out.set_row_count(rows);
  out.set_first_row(first);
  out.set_nearest(nearest);
  return out;
}

// As one answer has them.
void Add(ImportWarnings& all, const std::vector<v1::ImportWarning>& warnings, int64_t left_out = 0) {
  v1::ImportLeadsResponse response;
  for (const v1::ImportWarning& warning : warnings) *response.add_warnings() = warning;
  all.Add(response.warnings(), left_out);
}

TEST(ImportWarningsTest, NothingIsSaidOfNothing) {
  ImportWarnings all;
  Add(all, {});
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(all.Describe(), "");
}

TEST(ImportWarningsTest, AnswersAreSummedUpAndTheMostComeFirst) {
  ImportWarnings all;
  Add(all, {Warning("fair", 1, 7), Warning("webiste", 1200, 2, "website")});
  Add(all, {Warning("webiste", 34, 1300, "website")});
  EXPECT_THAT(all.Describe(),
              StartsWith("warning: lead.source_detail: \"webiste\" in 1,234 rows, the first in line 2; did you mean "
                         "\"website\"?\nwarning: lead.source_detail: \"fair\" in line 7\n  schema.yaml does not list"));
  EXPECT_EQ(all.ByRows()[0].row_count(), 1234);
}

TEST(ImportWarningsTest, WhatIsKeptAndShownIsBounded) {
  ImportWarnings all;
  for (size_t i = 0; i < ImportWarnings::kMostValues + 3; ++i) Add(all, {Warning(fmt::format("v{}", i), 2, 1)});
  Add(all, {Warning("v0", 1, 5)}, 4);
  EXPECT_EQ(all.ByRows().size(), ImportWarnings::kMostValues);
  EXPECT_EQ(all.ByRows()[0].value(), "v0") << "known values go on being counted";
  EXPECT_THAT(all.Describe(), HasSubstr("  and 990 more values\n  and others in 10 rows\n"));
}

}  // namespace
}  // namespace leadline::cli
