// Which roles a lead's products want, and how many of them are there; what a status says of winning.
#include "domain/deals/buying_group.h"

#include <gmock/gmock.h>

#include "domain/lifecycle.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

BuyingGroups Groups() {
  BuyingGroups groups;
  groups.roles = {{"decision_maker", {"sponsor", "economic_buyer"}}, {"buyer", {}}, {"user", {"key_user"}}};
  groups.templates = {{"large", {"platform"}, {{"user", 2}, {"decision_maker", 1}}},
                      {"small", {"addon", "starter"}, {{"buyer", 1}, {"user", 1}}}};
  return groups;
}

Lead LeadOf(std::vector<std::string> products, const std::vector<std::string>& roles) {
  Lead lead;
  lead.products = std::move(products);
  for (const std::string& role : roles) lead.contacts.push_back({"c" + std::to_string(lead.contacts.size()), role});
  return lead;
}

TEST(BuyingGroupTest, RolesAreWantedByTheProductsTogether) {
  const BuyingGroups groups = Groups();
  EXPECT_THAT(NeedsOf(groups, LeadOf({"platform"}, {"enquirer"})),
              ElementsAre(RoleNeed{"decision_maker", 1, 0}, RoleNeed{"user", 2, 0}));
  // Of each role as many as the product that wants most of it; in the order of the roles, whatever that of the
  // products.
  const auto both = ElementsAre(RoleNeed{"decision_maker", 1, 0}, RoleNeed{"buyer", 1, 0}, RoleNeed{"user", 2, 1});
  EXPECT_THAT(NeedsOf(groups, LeadOf({"addon", "platform", "starter"}, {"key_user"})), both);
  EXPECT_THAT(NeedsOf(groups, LeadOf({"platform", "addon"}, {"key_user"})), both);
}

TEST(BuyingGroupTest, OtherWordsStandForARole) {
  const auto needs = NeedsOf(Groups(), LeadOf({"platform"}, {"sponsor", "economic_buyer", "user", "spectator"}));
  EXPECT_THAT(needs, ElementsAre(RoleNeed{"decision_maker", 1, 2}, RoleNeed{"user", 2, 1}));
  // The second decision maker is no user.
  EXPECT_DOUBLE_EQ(CompletenessOf(needs), 2.0 / 3);
}

TEST(BuyingGroupTest, WithoutATemplateNothingIsWanted) {
  EXPECT_THAT(NeedsOf(Groups(), LeadOf({"other"}, {"user"})), IsEmpty());
  EXPECT_THAT(NeedsOf(Groups(), LeadOf({}, {"user"})), IsEmpty());
  EXPECT_THAT(NeedsOf({}, LeadOf({"platform"}, {"user"})), IsEmpty());
  EXPECT_EQ(CompletenessOf({}), 1);
}

TEST(BuyingGroupTest, CompletenessGrowsWithEachWhoIsWanted) {
  std::vector<std::string> roles = {"enquirer"};
  double before = CompletenessOf(NeedsOf(Groups(), LeadOf({"platform"}, roles)));
  EXPECT_EQ(before, 0);
  for (const char* next : {"user", "sponsor", "key_user"}) {
    roles.emplace_back(next);
    const double now = CompletenessOf(NeedsOf(Groups(), LeadOf({"platform"}, roles)));
    EXPECT_GT(now, before) << next;
    before = now;
  }
  EXPECT_EQ(before, 1);
}

TEST(WinProbabilityTest, AnEstimateStandsBeforeTheStatusUntilTheEnd) {
  Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "raw"},
                        {.id = "sql", .win_probability = 0.4},
                        {.id = "customer", .won = true, .win_probability = 1},
                        {.id = "disqualified", .terminal = true, .win_probability = 0}};
  lifecycle.remaps = {{"opportunity", "sql"}};
  Lead lead;
  const auto in = [&](const std::string& status, double estimate) {
    lead.status = status;
    lead.probability = estimate;
    return WinProbability(lifecycle, lead);
  };
  EXPECT_EQ(in("raw", 0), std::nullopt);
  EXPECT_EQ(in("raw", 0.3), 0.3);
  EXPECT_EQ(in("sql", 0), 0.4);
  EXPECT_EQ(in("sql", 0.9), 0.9);
  EXPECT_EQ(in("opportunity", 0), 0.4);
  EXPECT_EQ(in("customer", 0.9), 1);
  EXPECT_EQ(in("disqualified", 0.9), 0);
  EXPECT_EQ(in("unknown", 0), std::nullopt);
  EXPECT_EQ(in("unknown", 0.2), 0.2);
}

}  // namespace
}  // namespace leadline::domain
