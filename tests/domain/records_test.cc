#include "domain/records.h"

#include <gtest/gtest.h>

namespace leadline::domain {
namespace {

TEST(ResourceNameTest, EveryKindThereAndBack) {
  const std::pair<RecordKind, std::string> kNames[] = {{RecordKind::kAccount, "accounts/a1"},
                                                       {RecordKind::kContact, "contacts/a1"},
                                                       {RecordKind::kLead, "leads/a1"},
                                                       {RecordKind::kRep, "reps/a1"},
                                                       {RecordKind::kPack, "packs/a1"}};
  for (const auto& [kind, name] : kNames) {
    EXPECT_EQ(ResourceName(kind, "a1"), name);
    EXPECT_EQ(ResourceName(RecordRef{kind, "a1"}), name);
    auto parsed = ParseResourceName(name);
    ASSERT_TRUE(parsed.has_value()) << name;
    EXPECT_EQ(*parsed, (RecordRef{kind, "a1"}));
  }
}

TEST(ResourceNameTest, PluginsHaveDots) {
  auto parsed = ParseResourceName("plugins/com.example.fit_2");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(*parsed, (RecordRef{RecordKind::kPlugin, "com.example.fit_2"}));
  EXPECT_EQ(ResourceName(*parsed), "plugins/com.example.fit_2");
  EXPECT_FALSE(ParseResourceName("plugins/fit").has_value()) << "no plugin of that id can be loaded";
  EXPECT_FALSE(ParseResourceName("plugins/a." + std::string(127, 'b')).has_value());
}

TEST(ResourceNameTest, OtherFormsAreRefused) {
  for (std::string_view name :
       {"",         "leads",      "leads/",     "lead/a1",      "leads/a1/",          "leads/a1/b", "Leads/a1",
        "leads/A1", " leads/a1",  "leads/a 1",  "/leads/a1",    "tenants/x/leads/a1", "leads/../a", "packs/a.b",
        "plugins/", "plugins/.a", "plugins/a.", "plugins/a..b", "plugins/a/b",        "plugins/A.b"}) {
    EXPECT_FALSE(ParseResourceName(name).has_value()) << name;
  }
}

TEST(RepStateTest, LeaveEnds) {
  RepState state{.rep_id = "ana", .available = false, .unavailable_until = 100};
  EXPECT_FALSE(state.AvailableAt(99));
  EXPECT_TRUE(state.AvailableAt(100));
  state.unavailable_until = 0;
  EXPECT_FALSE(state.AvailableAt(1'000'000));
}

}  // namespace
}  // namespace leadline::domain
