// plugins/examples/account_fit: a scorecard whose reasons add up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/plugin/example_plugin.h"

namespace leadline::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AccountFitTest : public ::testing::Test {
 protected:
  std::shared_ptr<Plugin> Loaded(std::string config = "") {
    auto plugin = LoadExample(scratch_, "account_fit", std::move(config));
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }

  // What one record scores; checks that the reasons add up to it.
  static ScoreResult Score(Plugin& plugin, const FieldValues::Given& given) {
    FieldValues values(plugin, given);
    Record record = values.record();
    ScoreResult result;
    absl::Status status = plugin.Score({&record, 1}, {&result, 1});
    EXPECT_TRUE(status.ok()) << status;
    double sum = 0;
    for (const Reason& reason : result.reasons) sum += reason.weight;
    EXPECT_NEAR(sum, result.points, 1e-9);
    return result;
  }

  static std::vector<std::string> Lines(const ScoreResult& result) {
    std::vector<std::string> lines;
    for (const Reason& reason : result.reasons) {
      char points[32];
      snprintf(points, sizeof(points), "%+.1f", reason.weight);
      lines.push_back(reason.text + " " + points);
    }
    return lines;
  }

  ScratchFolder scratch_;
};

TEST_F(AccountFitTest, EveryFactIsAReason) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  ScoreResult result = Score(*plugin, {{"account.employees", IntValue(420)},
                                       {"account.industry", StringValue("logistics")},
                                       {"contact.seniority", StringValue("director")},
                                       {"account.target", BoolValue(false)},
                                       {"contact.has_public_mail", BoolValue(true)}});
  EXPECT_THAT(Lines(result), ElementsAre("200 employees or more +13.0", "industry logistics +8.7",
                                         "contact is director +10.1", "writes from a free mail address -8.7"));
  EXPECT_NEAR(result.points, 23.1, 1e-9);
}

TEST_F(AccountFitTest, WhatIsNotKnownCountsNothing) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  EXPECT_EQ(Score(*plugin, {}).points, 0);
  ScoreResult result = Score(*plugin, {{"account.employees", IntValue(0)},
                                       {"account.industry", StringValue("alchemy")},
                                       {"contact.seniority", StringValue("")}});
  EXPECT_EQ(result.points, 0);
  EXPECT_TRUE(result.reasons.empty());
}

TEST_F(AccountFitTest, BandsBeginAtTheirBound) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  auto points = [&](int64_t n) { return Score(*plugin, {{"account.employees", IntValue(n)}}).points; };
  EXPECT_EQ(points(9), points(1));
  EXPECT_LT(points(9), points(10));
  EXPECT_EQ(points(50), points(199));
  EXPECT_LT(points(199), points(200));
  EXPECT_LT(points(10'000), points(9'999)) << "the largest are hard to win";
  EXPECT_EQ(points(INT64_MAX), points(10'000));
  EXPECT_EQ(points(INT64_MIN), 0);
}

TEST_F(AccountFitTest, TheConfigChangesSingleCoefficients) {
  auto plugin = Loaded(R"({"points_to_double_odds": 20, "industry": {"logistics": 0, "rail \u0026 sea": 1},
                           "technologies": {"sap": 0.8, "shopify": -0.3}, "employees": {"500": 1.3}, "target": 2})");
  ASSERT_NE(plugin, nullptr);
  std::array<Value, 3> list = {StringValue("sap"), StringValue("excel"), StringValue("shopify")};
  ScoreResult result = Score(*plugin, {{"account.technologies", ListValue(list)},
                                       {"account.industry", StringValue("logistics")},
                                       {"account.employees", IntValue(500)}});
  EXPECT_THAT(Lines(result), ElementsAre("500 employees or more +37.5", "uses sap +23.1", "uses shopify -8.7",
                                         "held to at most 50 -1.9"));
  EXPECT_EQ(result.points, 50);
  EXPECT_THAT(Lines(Score(*plugin, {{"contact.seniority", StringValue("intern")}})),
              ElementsAre("contact is intern -34.6", "held to at least -30 +4.6"));
}

TEST_F(AccountFitTest, ConfigsThatMakeNoSenseAreRefused) {
  auto refused = [&](std::string config) {
    return std::string(LoadExample(scratch_, "account_fit", std::move(config)).status().message());
  };
  EXPECT_THAT(refused(R"({"min_points": 10, "max_points": 5})"), HasSubstr("min_points is above max_points"));
  EXPECT_THAT(refused(R"({"employees": {"many": 1}})"), HasSubstr("employees"));
  EXPECT_THAT(refused(R"({"industry": {"retail": 1e9}})"), HasSubstr("config[industry][retail]"));
  EXPECT_THAT(refused(R"({"industries": {}})"), HasSubstr("industries"));
  std::string many = R"({"industry": {)";
  for (int i = 0; i < 300; ++i) many += (i == 0 ? "\"i" : ", \"i") + std::to_string(i) + "\": 1";
  EXPECT_THAT(refused(many + "}}"), HasSubstr("more than 256 coefficients"));
  auto texts = [](std::string_view) { return std::optional<FieldSlot>({LEADLINE_STR, 0}); };
  EXPECT_THAT(std::string(LoadExample(scratch_, "account_fit", "", texts).status().message()),
              HasSubstr("field \"account.employees\" is STR, the plugin asked for it as I64"));
}

// Keys of the config may be long, and end within a character where a reason is cut.
TEST_F(AccountFitTest, LongKeysAreNamedByTheirFactAlone) {
  std::string key;
  for (int i = 0; i < 60; ++i) key += "ü";
  auto plugin = Loaded(R"({"industry": {")" + key + R"(": 1}})");
  ASSERT_NE(plugin, nullptr);
  EXPECT_THAT(Lines(Score(*plugin, {{"account.industry", StringValue(key)}})), ElementsAre("industry +14.4"));
}

}  // namespace
}  // namespace leadline::plugin
