#include "app/config_notify.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace leadline::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ConfigNotifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-notify-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    Put("crm-2026", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    Put("crm-2025", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    Put("bad", "whsec_TOPSECRET");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Put(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  absl::StatusOr<NotifySettings> Read(const std::string& text) {
    Put("notify.yaml", text);
    return ReadNotifySettings((folder_ / "notify.yaml").string());
  }
  std::string Problems(const std::string& text) {
    const auto read = Read(text);
    EXPECT_FALSE(read.ok()) << text;
    return std::string(read.status().message());
  }

  std::filesystem::path folder_;
};

TEST_F(ConfigNotifyTest, ReadsEndpointsWithTheirSecrets) {
  const auto read = Read(R"(source: https://leads.example.com
endpoints:
  - id: crm
    url: https://crm.example.com/hook
    secrets: [crm-2026, crm-2025]
    regions: [emea, apac]
    most_per_second: 5
    keep_waiting: 3d
    timeout: 5s
  - {id: inside, url: "http://10.0.0.5/hook", secrets: [crm-2025], allow_private_addresses: true}
)");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->source, "https://leads.example.com");
  ASSERT_THAT(read->endpoints, SizeIs(2));
  const Endpoint& crm = read->endpoints[0];
  EXPECT_THAT(crm.secrets, ElementsAre(SizeIs(24), "0123456789abcdef0123456789abcdef"));
  EXPECT_THAT(crm.regions, ElementsAre("apac", "emea"));
  EXPECT_EQ(crm.limits.most_per_second, 5);
  EXPECT_EQ(crm.limits.keep_waiting, 3 * kDay);
  EXPECT_EQ(crm.limits.keep_dead, EndpointLimits().keep_dead);
  EXPECT_FALSE(crm.allow_private_addresses);
  EXPECT_TRUE(read->endpoints[1].allow_private_addresses);
}

TEST_F(ConfigNotifyTest, TellsAllThatIsWrongWithItsPlaceAndNoSecret) {
  const std::string problems = Problems(R"(sorce: x
endpoints:
  - {id: CRM, url: "ftp://x", secrets: [crm-2026, crm-2025, bad]}
  - {id: a, url: "http://x/", secrets: [missing], timeout: 1h, urls: x}
  - {id: a, url: "https://me:pw@x/", secrets: [], most_per_second: 0, allow_private_addresses: maybe}
  - x
)");
  EXPECT_THAT(problems, HasSubstr("notify.yaml:1:1: the file has no \"sorce\"; did you mean \"source\"?"));
  EXPECT_THAT(problems, HasSubstr("notify.yaml:3:10: an id has small letters"));
  EXPECT_THAT(problems, HasSubstr("a url begins with https://"));
  EXPECT_THAT(problems, HasSubstr("one secret, or two"));
  EXPECT_THAT(problems, HasSubstr("http:// is not encrypted"));
  EXPECT_THAT(problems, HasSubstr("missing"));
  EXPECT_THAT(problems, HasSubstr("\"timeout\" is a time from 1s to 1m"));
  EXPECT_THAT(problems, HasSubstr("an endpoint has no \"urls\"; did you mean \"url\"?"));
  EXPECT_THAT(problems, HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(problems, HasSubstr("holds no name and password"));
  EXPECT_THAT(problems, HasSubstr("\"most_per_second\" is a whole number from 1 to 1000"));
  EXPECT_THAT(problems, HasSubstr("\"allow_private_addresses\" must be true or false"));
  EXPECT_THAT(problems, HasSubstr("\"secrets\" must be a list with something in it"));
  EXPECT_THAT(problems, HasSubstr("an endpoint must be a map"));
  EXPECT_THAT(problems, Not(HasSubstr("TOPSECRET")));
}

TEST_F(ConfigNotifyTest, ASecretInThePlaceOfItsNameIsNotShown) {
  const std::string begin = "endpoints:\n  - {id: a, url: \"https://x/\", secrets: ";
  EXPECT_THAT(Problems(begin + "whsec_TOPSECRET}\n"),
              AllOf(HasSubstr("\"secrets\" must be a list"), Not(HasSubstr("TOPSECRET"))));
  EXPECT_THAT(Problems(begin + "[whsec_TOPSECRET]}\n"),
              AllOf(HasSubstr("\"secrets\" is a list of names"), Not(HasSubstr("TOPSECRET"))));
  EXPECT_THAT(Problems("endpoints:\n  - id: a\n    secrets: @TOPSECRET\n"),
              AllOf(HasSubstr("notify.yaml:3:14: "), Not(HasSubstr("TOPSECRET"))));
  EXPECT_THAT(Problems("endpoints:\n  - id: a\n   secrets: [TOPSECRET\n"),
              AllOf(HasSubstr("notify.yaml:"), Not(HasSubstr("TOPSECRET"))));
}

TEST_F(ConfigNotifyTest, WhatIsThereTwiceOrEmptyIsTold) {
  const std::string problems = Problems(R"(source: ""
endpoints:
  - {id: a, url: "https://x/", secrets: [crm-2025], regions: []}
)");
  EXPECT_THAT(problems, HasSubstr("notify.yaml:1:9: \"source\" is empty"));
  EXPECT_THAT(problems, HasSubstr("\"regions\" must be a list with something in it"));
  EXPECT_THAT(Problems("source: a\nsource: b\n"), HasSubstr("notify.yaml:2:1: the key \"source\" is used twice"));
}

TEST_F(ConfigNotifyTest, AFileHoldsOneMebibyteAtMost) {
  const std::string file = "endpoints: [{id: a, url: \"https://x/\", secrets: [crm-2025]}]\n";
  EXPECT_TRUE(Read(file + std::string((1 << 20) - file.size(), '\n')).ok());
  EXPECT_THAT(Problems(file + std::string((1 << 20) - file.size() + 1, '\n')), HasSubstr("holds more than 1 MiB"));
}

TEST_F(ConfigNotifyTest, AFileThatIsNoneIsRefused) {
  EXPECT_THAT(Problems("[1, 2"), HasSubstr("notify.yaml:"));
  EXPECT_THAT(Problems("- a"), HasSubstr("must be a map"));
  EXPECT_THAT(Problems(""), HasSubstr("the file is empty"));
  EXPECT_THAT(Problems("source: x"), HasSubstr("needs \"endpoints\""));
  EXPECT_THAT(std::string(ReadNotifySettings((folder_ / "none").string()).status().message()),
              HasSubstr("cannot be read"));
  EXPECT_THAT(std::string(ReadNotifySettings(folder_.string()).status().message()), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace leadline::app
