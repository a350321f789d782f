#include "base/suggestion.h"

#include <gtest/gtest.h>

#include "base/field_path.h"

namespace leadline {
namespace {

TEST(LikelyNameTest, SlipsCapitalsDashesAndBeginnings) {
  const std::vector<std::string> names = {"website", "contact_me", "no_answer", "no_show", "direct_mail"};
  EXPECT_EQ(LikelyName("webiste", names), "website");
  EXPECT_EQ(LikelyName("contact-me", names), "contact_me");
  EXPECT_EQ(LikelyName("CONTACT ME", names), "contact_me");
  EXPECT_EQ(LikelyName("Website", names), "website");
  EXPECT_EQ(LikelyName("WEBSITE", names), "website");
  EXPECT_EQ(LikelyName("direct", names), "direct_mail");
  EXPECT_EQ(LikelyName("no_", names), "") << "two begin so";
  EXPECT_EQ(LikelyName("telegram", names), "");
  EXPECT_EQ(LikelyName("", names), "");
  EXPECT_EQ(LikelyName("x", {}), "");
}

TEST(DidYouMeanTest, NamesTheNearestOrAll) {
  EXPECT_EQ(DidYouMean("hihg", {"low", "medium", "high"}), "did you mean \"high\"?");
  EXPECT_EQ(DidYouMean("gigantic", {"low", "medium", "high"}), "use one of: low, medium or high");
  EXPECT_EQ(DidYouMean("x", {}), "");
}

TEST(QuotedTest, CutsBetweenCharacters) {
  EXPECT_EQ(Quoted("Spain"), "\"Spain\"");
  EXPECT_EQ(Quoted(std::string(64, 'x')), "\"" + std::string(64, 'x') + "\"");
  EXPECT_EQ(Quoted(std::string(65, 'x')), "\"" + std::string(61, 'x') + "...\"");
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "ü";
  EXPECT_EQ(Cut(umlauts, 10).size(), 9u) << "no half character";
}

TEST(FieldPathTest, IsWrittenAsTheClientKnowsIt) {
  const FieldPath root;
  EXPECT_EQ(root.ToString(), "");
  EXPECT_EQ((root / "enquiry" / "activities")[2].ToString(), "enquiry.activities[2]");
  EXPECT_EQ((root / "lead" / "attributes").Key("budget").ToString(), "lead.attributes[\"budget\"]");
  EXPECT_EQ((root / "a").Key("b").operator/("number_value").ToString(), "a[\"b\"].number_value");
  EXPECT_EQ((root / "a").Key("say \"b\\\"").ToString(), "a[\"say \\\"b\\\\\\\"\"]");
}

}  // namespace
}  // namespace leadline
