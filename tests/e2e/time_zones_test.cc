// The system's time zones under a running server, whose package is replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <thread>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "tests/base/zic_folder.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The zones that the shipped packs name.
constexpr std::string_view kZones = R"(
Zone Etc/UTC 0 - UTC
Zone America/New_York -5:00 - EST
Zone Asia/Singapore 8:00 - %z
Zone Europe/Berlin 1:00 - CET
Zone America/Sao_Paulo -3:00 - %z
Zone America/Bogota -5:00 - %z
Zone America/Mexico_City -6:00 - CST
Zone America/Chicago -6:00 - CST
Zone America/Los_Angeles -8:00 - PST
)";

v1::GetSnapshotResponse SnapshotOf(const ServerProcess& server) {
  v1::GetSnapshotResponse snapshot;
  const grpc::Status status =
      v1::AdminService::NewStub(server.channel())->GetSnapshot(NewContext().get(), {}, &snapshot);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return snapshot;
}

TEST(TimeZonesTest, AReplacedPackageDecidesWithoutARestart) {
  ZicFolder zic;
  zic.Compile("2024a", kZones);
  ServerSetup setup;
  setup.flags = {"--time-zones-interval=1s"};
  ServerProcess server(setup);
  setenv("TZDIR", zic.path().c_str(), 1);
  const bool started = server.Start();
  unsetenv("TZDIR");
  ASSERT_TRUE(started) << server.output();
  EXPECT_THAT(server.output(), AllOf(HasSubstr("\"time_zones\":\"2024a\""), HasSubstr("\"phone_metadata\":\"lib"),
                                     HasSubstr("the time zones are older than a year")));
  v1::GetSnapshotResponse before = SnapshotOf(server);
  EXPECT_EQ(before.snapshot().generation(), 1);
  EXPECT_EQ(before.reference().time_zones(), "2024a");
  EXPECT_NE(before.reference().public_suffix_list(), "");
  EXPECT_NE(before.reference().country_codes(), "");

  zic.Compile("2026f", kZones);
  v1::GetSnapshotResponse after = before;
  for (int i = 0; i < 200 && after.snapshot().generation() == 1; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    after = SnapshotOf(server);
  }
  EXPECT_EQ(after.snapshot().generation(), 2) << server.output();
  EXPECT_EQ(after.reference().time_zones(), "2026f");
  EXPECT_EQ(after.snapshot().packs(0).sha256(), before.snapshot().packs(0).sha256());
  EXPECT_THAT(server.output(), HasSubstr("new time zones decide"));

  const std::string client = LEADLINE_BINARY_DIR "/bin/leadline";
  const Ended shown = RunProgram({client, "--server", server.address(), "snapshot"});
  EXPECT_THAT(shown.output, AllOf(HasSubstr("generation 2"), HasSubstr("time zones"), HasSubstr("2026f"),
                                  HasSubstr("libphonenumber"), HasSubstr("public suffix list")));
  EXPECT_EQ(server.Stop().exit_code, 0);
  EXPECT_THAT(server.output(), Not(HasSubstr("cannot decide with new time zones")));
}

}  // namespace
}  // namespace leadline::e2e
