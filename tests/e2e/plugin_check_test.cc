// The plugin checker on the command line: what it prints, and its exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Ended Check(std::vector<std::string> arguments) {
  std::vector<std::string> command = {kClient, "plugin", "check"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, std::chrono::milliseconds(120'000));
}

constexpr char kExample[] = LEADLINE_BINARY_DIR "/plugins/title_seniority.so";

std::string Broken(const std::string& name) { return LEADLINE_BINARY_DIR "/plugin_broken/" + name + ".so"; }

TEST(PluginCheckTest, ASoundPluginPasses) {
  Ended ended = Check({kExample, "--rules", LEADLINE_SOURCE_DIR "/rules"});
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("org.leadline.title_seniority 1.0.0, config {}"), HasSubstr(" 0 failed")));
}

TEST(PluginCheckTest, ABrokenOneDoesNot) {
  Ended ended = Check({Broken("writes_beyond"), "--json"});
  EXPECT_EQ(ended.exit_code, 1);
  nlohmann::json report = nlohmann::json::parse(ended.output, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(report.is_object()) << ended.output;
  EXPECT_EQ(report["counts"]["failed"], 1);
  for (const auto& check : report["checks"])
    EXPECT_EQ(check["outcome"] == "failed", check["id"] == "batch-write-bounds");
}

TEST(PluginCheckTest, WrongCommandLines) {
  EXPECT_EQ(Check({}).exit_code, 2);
  EXPECT_EQ(Check({"/nowhere/x.so"}).exit_code, 2);
  EXPECT_EQ(Check({kExample, "--only", "no-such-check"}).exit_code, 2);
  EXPECT_EQ(Check({kExample, "--config", "/nowhere/config.json"}).exit_code, 2);
  EXPECT_EQ(Check({kExample, "--rules", "/nowhere"}).exit_code, 2);
}

TEST(PluginCheckTest, ListsWhatItProves) {
  Ended ended = Check({"--list"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("batch-write-bounds"), HasSubstr("It writes no output outside")));
}

}  // namespace
}  // namespace leadline::e2e
