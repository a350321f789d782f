// Long work on the command line: started, listed, waited for, cancelled and forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tests/e2e/cli_fixture.h"
#include "tests/e2e/pack_client.h"

namespace leadline::e2e {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

class OperationCommandsTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    std::filesystem::create_directories(emea_);
    for (const auto& [path, content] : EmeaVersion("2026.2.7", 7)) {
      std::ofstream(emea_ + "/" + path, std::ios::binary) << content;
    }
  }

  TempFolder folder_;
  const std::string emea_ = folder_.path() + "/regions/emea";
};

TEST_F(OperationCommandsTest, FromItsStartToItsEnd) {
  Submit("ana@acme.example");
  const nlohmann::json started = Json({"pack", "diff", emea_, "--async", "--request-id", "compare-1"});
  const std::string name = started.value("name", "");
  EXPECT_THAT(name, StartsWith("operations/"));
  EXPECT_EQ(started["metadata"].value("method", ""), "DiffPack");
  EXPECT_EQ(started["metadata"].value("actor", ""), "olga");
  const Ended again = Run({"pack", "diff", emea_, "--async", "--request-id", "compare-1"});
  EXPECT_THAT(again.output, HasSubstr(name)) << "a retry finds the first one";

  const Ended waited = Run({"operation", "wait", name});
  EXPECT_EQ(waited.exit_code, 0) << waited.output;
  EXPECT_THAT(waited.output, ContainsRegex(name + " +DiffPack +packs/emea +olga .* done"));
  const nlohmann::json ended = Json({"operation", "get", name.substr(sizeof("operations/") - 1)});
  EXPECT_EQ(ended["response"].value("leadCount", ""), "1") << ended;
  EXPECT_EQ(ended["metadata"].value("doneCount", ""), "1");

  const Ended listed = Run({"operation", "list", "--filter", "metadata.method = DiffPack AND done = true"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.output, HasSubstr(name));
  const Ended wrong = Run({"operation", "list", "--filter", "state = done"});
  EXPECT_EQ(wrong.exit_code, 1) << wrong.output;
  EXPECT_THAT(wrong.output, HasSubstr("metadata.method = METHOD"));
  EXPECT_EQ(Run({"operation", "cancel", name}).exit_code, 0) << "it has ended, so nothing happens";
  EXPECT_EQ(Run({"operation", "delete", name}).exit_code, 0);
  EXPECT_EQ(Run({"operation", "get", name}).exit_code, 1);
}

TEST_F(OperationCommandsTest, AFailureIsTheCommands) {
  const std::string nothing(64, 'a');
  const Ended failed = Run({"pack", "diff", nothing});
  EXPECT_EQ(failed.exit_code, 1) << failed.output;
  EXPECT_THAT(failed.output, HasSubstr("no version of a pack with the hash"));
  const std::string name = Json({"pack", "diff", nothing, "--async"}).value("name", "");
  const Ended waited = Run({"operation", "wait", name});
  EXPECT_EQ(waited.exit_code, 1) << waited.output;
  EXPECT_THAT(waited.output, HasSubstr("failed"));
  EXPECT_THAT(waited.output, HasSubstr("no version of a pack"));
}

// A command that waits finds the next server.
TEST_F(OperationCommandsTest, ARestartIsWaitedFor) {
  Submit("ana@acme.example");
  ASSERT_EQ(server_.Stop().exit_code, 0);
  ServerSetup setup;
  setup.data = server_.data();
  setup.listen = server_.address();
  const std::string stall = folder_.path() + "/stall";
  std::filesystem::create_symlink(LEADLINE_BINARY_DIR "/unruly_checker", stall);
  setup.flags = {"--pack-checker", stall, "--check-seconds", "600"};
  Ended compared;
  std::thread command;
  {
    ServerProcess stalled(setup);
    ASSERT_TRUE(stalled.Start()) << stalled.output();
    command = std::thread([&] { compared = Run({"pack", "diff", emea_}); });
    // The comparison is at work once it says that it runs, or how far it is.
    const auto at_work = [&] {
      const std::string listed = Run({"operation", "list"}).output;
      return listed.find(" runs") != std::string::npos || listed.find(" of 1") != std::string::npos;
    };
    for (int i = 0; i < 1000 && !at_work(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(stalled.Stop().exit_code, 0);
  }
  setup.flags = {};
  ServerProcess sound(setup);
  EXPECT_TRUE(sound.Start()) << sound.output();
  command.join();
  EXPECT_EQ(compared.exit_code, 0) << compared.output;
  EXPECT_THAT(compared.output, HasSubstr("of 1 leads"));
}

}  // namespace
}  // namespace leadline::e2e
