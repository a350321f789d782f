#include "base/source_position.h"

#include <gtest/gtest.h>

namespace leadline {
namespace {

TEST(DiagnosticTest, PointsAtTheCharacter) {
  Diagnostic d{.code = "LL2103",
               .position = {"a.yaml", 17, 11},
               .length = 8,
               .message = "contact has no field \"senority\"",
               .hint = "did you mean \"seniority\"?",
               .source_line = "    when: contact.senority"};
  EXPECT_EQ(FormatDiagnostic(d),
            "a.yaml:17:11: error[LL2103]: contact has no field \"senority\"\n"
            "   17 |     when: contact.senority\n"
            "      |           ^^^^^^^^ did you mean \"seniority\"?\n");
}

TEST(NearestNameTest, OnlyLikelySlips) {
  EXPECT_EQ(NearestName("senority", {"title", "seniority"}), "seniority");
  EXPECT_EQ(NearestName("tilte", {"title", "seniority"}), "title");
  EXPECT_EQ(NearestName("zebra", {"title", "seniority"}), "");
}

}  // namespace
}  // namespace leadline
