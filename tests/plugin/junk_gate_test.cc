// plugins/examples/junk_gate, written in Rust, in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/plugin/example_plugin.h"

namespace leadline::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JunkGateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(ExamplePath("junk_gate"))) GTEST_SKIP() << "built without cargo";
  }

  std::shared_ptr<Plugin> Loaded(std::string config = "") {
    auto plugin = LoadExample(scratch_, "junk_gate", std::move(config));
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }

  static StatusResult Gate(Plugin& plugin, const FieldValues::Given& given, std::string_view to = "inquiry") {
    FieldValues values(plugin, given);
    Transition transition{values.record(), StrOf("raw"), StrOf(to)};
    StatusResult result;
    absl::Status status = plugin.Gate({&transition, 1}, {&result, 1});
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }

  static std::vector<std::string> Texts(const StatusResult& result) {
    std::vector<std::string> texts;
    for (const Reason& reason : result.reasons) texts.push_back(reason.text);
    return texts;
  }

  ScratchFolder scratch_;
};

TEST_F(JunkGateTest, DeniesJunkWithAReasonForEachFinding) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  EXPECT_TRUE(plugin->info().concurrent && plugin->info().pure);
  StatusResult result = Gate(*plugin, {{"contact.given_name", StringValue("Asdfgh")},
                                       {"contact.family_name", StringValue("buy www.pills.example")},
                                       {"contact.email_domain", StringValue("mailinator.com")},
                                       {"lead.total_visits", IntValue(2)},
                                       {"lead.time_on_site_seconds", IntValue(3)},
                                       {"lead.page_views_per_visit", DoubleValue(20)},
                                       {"account.employees", IntValue(-1)}});
  EXPECT_EQ(result.verdict, Verdict::kDeny);
  EXPECT_THAT(Texts(result),
              ElementsAre("the mail address is a disposable one of mailinator.com",
                          "the given name holds \"asdfg\", a run of keys", "the family name holds an address",
                          "40 pages in 3 seconds is faster than anybody reads", "no company has -1 employees"));
}

TEST_F(JunkGateTest, AllowsPeopleFromEverywhere) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  for (const auto& [given, family] : {std::pair{"Henrikh", "Mkhitaryan"},
                                      {"Nguyễn", "Ng"},
                                      {"Vlk", "Krč"},
                                      {"Grzegorz", "Brzęczyszczykiewicz"},
                                      {"小龍", "李"},
                                      {"محمد", "عبد الله"},
                                      {"Þórbjörg", "Þórðardóttir"},
                                      {"Siobhán", "O'Neill"},
                                      {"Jo", ""}}) {
    StatusResult result = Gate(*plugin, {{"contact.given_name", StringValue(given)},
                                         {"contact.family_name", StringValue(family)},
                                         {"contact.email_domain", StringValue("gmail.com")}});
    EXPECT_EQ(result.verdict, Verdict::kAllow) << given << " " << family;
    EXPECT_THAT(Texts(result), IsEmpty());
  }
  EXPECT_EQ(Gate(*plugin, {}).verdict, Verdict::kAllow) << "what is not known is not held against anybody";
}

TEST_F(JunkGateTest, JunkMayBeSetAside) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  const FieldValues::Given junk = {{"contact.email_domain", StringValue("yopmail.com")}};
  for (const char* aside : {"raw", "re_market", "disqualified"}) {
    EXPECT_EQ(Gate(*plugin, junk, aside).verdict, Verdict::kAbstain) << aside;
  }
  EXPECT_EQ(Gate(*plugin, junk, "customer").verdict, Verdict::kDeny);
}

TEST_F(JunkGateTest, TheConfigChoosesChecksAndDomains) {
  auto plugin = Loaded(R"({"checks": ["disposable_mail"], "allowed_domains": ["Yopmail.com"],
                           "disposable_domains": ["brief.example"], "guarded_statuses": ["mql"]})");
  ASSERT_NE(plugin, nullptr);
  auto domain = [](std::string_view name) {
    return FieldValues::Given{{"contact.email_domain", StringValue(name)}, {"contact.given_name", StringValue("asdf")}};
  };
  EXPECT_EQ(Gate(*plugin, domain("yopmail.com"), "mql").verdict, Verdict::kAllow);
  EXPECT_EQ(Gate(*plugin, domain("eu.brief.example"), "mql").verdict, Verdict::kDeny);
  EXPECT_EQ(Gate(*plugin, domain("eu.brief.example"), "inquiry").verdict, Verdict::kAbstain);
  auto wrong = LoadExample(scratch_, "junk_gate", R"({"checks": ["mind_reading"]})");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("config[checks]"));
}

TEST_F(JunkGateTest, ABatchIsJudgedItemByItem) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  FieldValues junk(*plugin, {{"contact.given_name", StringValue("qwerty")}});
  FieldValues good(*plugin, {{"contact.given_name", StringValue("Quentin")}});
  std::vector<Transition> transitions;
  for (int i = 0; i < 3000; ++i) {
    transitions.push_back({i % 3 == 0 ? junk.record() : good.record(), StrOf(""), StrOf("inquiry")});
  }
  std::vector<StatusResult> results(transitions.size());
  ASSERT_TRUE(plugin->Gate(transitions, results).ok());
  for (size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(results[i].verdict, i % 3 == 0 ? Verdict::kDeny : Verdict::kAllow) << i;
    ASSERT_EQ(results[i].reasons.size(), i % 3 == 0 ? 1u : 0u) << i;
  }
}

}  // namespace
}  // namespace leadline::plugin
