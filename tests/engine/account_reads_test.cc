// Who reads accounts' scores, and who may.
#include "engine/decide/account_reads.h"

#include "engine/decide/plugin_loader.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {
namespace {

using domain::AccountScore;
using testing::HasSubstr;

class AccountReadsTest : public PluginSlots {
 protected:
  // The small packs with accounts' scores, and rules of these conditions that read them.
  static std::shared_ptr<const packs::RuleSet> RulesWith(const std::vector<std::string>& conditions,
                                                         const Uses& uses = {}) {
    packs::PackSet set = PacksWith(uses);
    packs::PackFiles central = *set.Find("central");
    const auto replace = [](std::string& text, const std::string& from, const std::string& to) {
      ASSERT_NE(text.find(from), std::string::npos) << from;
      text.replace(text.find(from), from.size(), to);
    };
    replace(central.files["schema.yaml"], "  contact:\n",
            "  account:\n    score: {type: double}\n    people: {type: int}\n    products: {type: list}\n  contact:\n");
    std::string& scoring = central.files["scoring.yaml"];
    replace(scoring, "dimensions: [demographic, behaviour]",
            "dimensions: [demographic, behaviour, group]\naccount_score: {people: [behaviour], once: [demographic]}");
    std::string rules;
    for (size_t i = 0; i < conditions.size(); ++i) {
      rules += fmt::format("  - {{id: reads.{}, dimension: group, points: 1, when: '{}'}}\n", i, conditions[i]);
    }
    replace(scoring, "matrices:\n", rules + "matrices:\n");
    set.Put(central);
    packs::LoadOptions options;
    options.analyze = false;
    const packs::LoadResult loaded = packs::LoadRuleSet(set, options);
    EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    return loaded.rules;
  }

  static AccountReads ReadsOf(const std::vector<std::string>& conditions) {
    const auto rules = RulesWith(conditions);
    AccountReads reads;
    for (const packs::Condition& condition : rules->ForRegion("").conditions) reads.AddCondition(*rules, condition);
    return reads;
  }

  static AccountScore Of(double total, int64_t people, std::vector<std::string> products = {}) {
    AccountScore score;
    score.total = total;
    score.people = people;
    for (std::string& product : products) score.products.push_back({std::move(product), total});
    return score;
  }
};

TEST_F(AccountReadsTest, OnlyWhatRulesCompareWithMatters) {
  const AccountReads reads = ReadsOf({"account.score >= 150.0", "account.score < 20.0 && lead.total_visits > 2"});
  EXPECT_FALSE(reads.ReadOtherwise(Of(30, 1), Of(149.9, 90, {"suite"})));
  EXPECT_TRUE(reads.ReadOtherwise(Of(149.9, 1), Of(150, 1)));
  EXPECT_TRUE(reads.ReadOtherwise(Of(20, 1), Of(19, 1)));
  EXPECT_TRUE(reads.ReadOtherwise(Of(30, 1), std::nullopt)) << "nothing is compared with anything";
  EXPECT_TRUE(reads.ReadOtherwise(std::nullopt, Of(30, 1)));
  EXPECT_FALSE(reads.ReadOtherwise(std::nullopt, std::nullopt));
}

TEST_F(AccountReadsTest, EachFieldByItself) {
  const AccountReads people = ReadsOf({"account.people in [2, 5]"});
  EXPECT_FALSE(people.ReadOtherwise(Of(1, 3), Of(900, 4, {"suite"})));
  EXPECT_TRUE(people.ReadOtherwise(Of(1, 4), Of(1, 5)));
  const AccountReads products = ReadsOf({"\"suite\" in account.products"});
  EXPECT_FALSE(products.ReadOtherwise(Of(1, 3, {"suite"}), Of(900, 4, {"suite"}))) << "of how many points is not read";
  EXPECT_TRUE(products.ReadOtherwise(Of(1, 3, {"suite"}), Of(1, 3, {"suite", "platform"})));
}

TEST_F(AccountReadsTest, WhatIsReadInAnotherFormMattersAtOnce) {
  EXPECT_TRUE(ReadsOf({"account.score > double(account.people) * 50.0"}).ReadOtherwise(Of(60, 1), Of(61, 1)));
  EXPECT_TRUE(ReadsOf({"account.score > 10.0 && account.score > lead.number"}).ReadOtherwise(Of(60, 1), Of(61, 1)));
}

TEST_F(AccountReadsTest, WhatNobodyReadsDoesNotMatter) {
  EXPECT_FALSE(ReadsOf({"lead.total_visits > 2"}).ReadOtherwise(std::nullopt, Of(900, 4, {"suite"})));
  const auto rules = RulesWith({});
  AccountReads reads;
  reads.AddField(*rules, rules->FieldSlot("lead.source"));
  EXPECT_FALSE(reads.ReadOtherwise(Of(1, 1), Of(2, 1)));
  reads.AddField(*rules, rules->FieldSlot("account.score"));
  EXPECT_TRUE(reads.ReadOtherwise(Of(1, 1), Of(2, 1))) << "nobody knows what a plugin makes of it";
}

// As LL2214 holds rules to: points that count towards the score must not follow from it.
TEST_F(AccountReadsTest, PluginsThatFeedTheScoreMayNotAskForIt) {
  const auto rules = RulesWith({});
  const auto asks = [&](const char* plugin, const char* field) {
    const std::vector<int> slots = {rules->FieldSlot("lead.source"), rules->FieldSlot(field)};
    return CheckAccountFields(*rules, plugin, slots);
  };
  const absl::Status fit = asks(kFit, "account.score");
  EXPECT_EQ(fit.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(fit.message()),
              HasSubstr("plugin org.test.fit asks for account.score, but its points count into the dimension "
                        "\"demographic\", and so towards accounts' scores"));
  EXPECT_THAT(std::string(asks(kTitles, "account.people").message()), HasSubstr("goes by what was given alone"));
  EXPECT_TRUE(asks(kFit, "lead.total_visits").ok());
  EXPECT_TRUE(asks(kHabit, "account.products").ok()) << "a region's points count nowhere in it";
  EXPECT_TRUE(asks(kGate, "account.score").ok());
}

}  // namespace
}  // namespace leadline::engine
