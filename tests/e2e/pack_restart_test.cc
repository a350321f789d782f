// What decides outlives the server: restarts with another folder, and kill -9 at any moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "tests/e2e/pack_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

TEST(PackRestartTest, TheStoresPacksDecideAlthoughTheFolderDiffers) {
  TempFolder folder;
  ServerSetup setup;
  setup.rules = folder.path() + "/rules";
  std::filesystem::copy(std::string(LEADLINE_SOURCE_DIR) + "/rules", setup.rules,
                        std::filesystem::copy_options::recursive);
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  v1::SnapshotRef activated;
  {
    PackClient ops(server.channel(), "olga");
    v1::ActivatePackResponse response;
    ASSERT_TRUE(ops.Activate(ops.Kept("emea", EmeaVersion("2026.2.0", 7)), &response).ok());
    activated = response.snapshot();
    const std::string next = ops.Kept("emea", EmeaVersion("2026.3.0", 6));
    ASSERT_TRUE(ops.Activate(ActivationOf(next, v1::ACTIVATION_MODE_SHADOW), &response).ok());
  }
  // Neither the new version nor what the folder becomes now stands in the folder that decided first.
  std::ofstream(setup.rules + "/regions/latam/pack.yaml", std::ios::app) << "# another one\n";
  server.Kill();
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_THAT(server.output(), HasSubstr("the packs of the folder are not those that decide"));
  {
    PackClient ops(server.channel(), "olga");
    EXPECT_EQ(ops.Snapshot().SerializeAsString(), activated.SerializeAsString());
    EXPECT_EQ(ops.Rollout().trial().ref().version(), "2026.3.0") << "the trial goes on";
    EXPECT_EQ(ops.Rollout().candidates_size(), 2);
    v1::RollbackPackResponse back;
    ASSERT_TRUE(ops.Rollback("emea", &back).ok());
    EXPECT_GT(back.snapshot().generation(), activated.generation());
  }

  // Asked for, the folder decides.
  EXPECT_EQ(server.Stop().exit_code, 0);
  ServerSetup adopting = setup;
  adopting.data = server.data();
  adopting.flags = {"--adopt-rules"};
  ServerProcess adopted(adopting);
  ASSERT_TRUE(adopted.Start()) << adopted.output();
  EXPECT_THAT(adopted.output(), Not(HasSubstr("are not those that decide")));
  PackClient ops(adopted.channel(), "olga");
  EXPECT_NE(HashOf(ops.Snapshot(), "latam"), HashOf(activated, "latam"));
  EXPECT_EQ(ops.Timeline("latam").back().pack_changed().action(), "activated");
}

// The last activation that was acknowledged decides after the crash, or one that was under way.
TEST(PackRestartTest, AcknowledgedActivationsSurvive) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  std::vector<std::string> versions;
  {
    PackClient ops(server.channel(), "olga");
    for (int points : {5, 6, 7}) {
      versions.push_back(ops.Kept("emea", EmeaVersion("2026.2." + std::to_string(points), points)));
    }
  }
  std::mt19937 random(5);
  int64_t acknowledged_in_all = 0;
  for (int round = 0; round < 4; ++round) {
    std::string acknowledged, under_way;
    int64_t generation = 0;
    std::atomic<int> count{0};
    std::thread changing([&] {
      PackClient ops(server.NewChannel(), "olga");
      acknowledged = HashOf(ops.Snapshot(), "emea");
      while (true) {
        size_t next = random() % versions.size();
        if (versions[next] == acknowledged) next = (next + 1) % versions.size();
        under_way = versions[next];
        v1::ActivatePackResponse response;
        if (!ops.Activate(under_way, &response).ok()) return;
        acknowledged = under_way;
        EXPECT_GT(response.snapshot().generation(), generation);
        generation = response.snapshot().generation();
        ++count;
      }
    });
    while (count < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 37));
    server.Kill();
    changing.join();
    acknowledged_in_all += count;
    ASSERT_TRUE(server.Start()) << server.output();
    PackClient ops(server.channel(), "olga");
    const v1::SnapshotRef now = ops.Snapshot();
    EXPECT_THAT(HashOf(now, "emea"), AnyOf(Eq(acknowledged), Eq(under_way)));
    EXPECT_GE(now.generation(), generation);
    // The ledger tells the same.
    const std::vector<v1::Event> events = ops.Timeline("emea");
    EXPECT_EQ(events.back().pack_changed().sha256(), HashOf(now, "emea"));
    EXPECT_EQ(events.back().pack_changed().generation(), now.generation());
    for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].sequence(), static_cast<int64_t>(i) + 1);
  }
  EXPECT_GE(acknowledged_in_all, 8);
}

}  // namespace
}  // namespace leadline::e2e
