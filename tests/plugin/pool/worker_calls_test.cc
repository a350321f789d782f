// What a worker may ask of the kernel: its own matters are granted, those of others are not, and nothing breaks by it.
// Asked from inside of a real worker, by a plugin that tells the errno.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "tests/plugin/pool/worker_testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

// About whom.
constexpr double kAsker = 0;
constexpr double kOwnProcess = -1;
double Server() { return getpid(); }

class WorkerCallsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    LoadOptions options;
    options.worker.quarantine_after = 1'000;
    options.worker.call_timeout = milliseconds(20'000);
    options.worker.memory_bytes = 256 << 20;
    options.max_instances = 1;
    auto plugin = LoadWorker(scratch_, "caller", options);
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    plugin_ = *plugin;
  }
  // The errno.
  int Ask(std::string_view mode, double about = kAsker) { return static_cast<int>(Number(mode, about)); }
  double Number(std::string_view mode, double number) {
    auto result = ScoreMode(*plugin_, mode, number);
    EXPECT_TRUE(result.ok()) << mode << ": " << result.status();
    return result.ok() ? result->points : -1;
  }
  std::string EndOf(std::string_view mode, double about = kAsker) {
    return std::string(ScoreMode(*plugin_, mode, about).status().message());
  }

  ScratchFolder scratch_;
  std::shared_ptr<Plugin> plugin_;
};

TEST_F(WorkerCallsTest, OnlyItsOwnSchedulingIsItsBusiness) {
  for (const char* mode : {"set affinity", "get affinity", "get scheduler", "get priority"}) {
    EXPECT_EQ(Ask(mode), 0) << mode;
    EXPECT_EQ(Ask(mode, kOwnProcess), 0) << mode;
  }
  EXPECT_EQ(Ask("set affinity", Server()), EPERM);
  EXPECT_EQ(Ask("get scheduler", Server()), EPERM);
  EXPECT_EQ(Ask("get priority", Server()), EPERM);
  // As if the kernel did not know the question: what libraries do then is harmless.
  EXPECT_EQ(Ask("get affinity", Server()), ENOSYS);
  EXPECT_EQ(Ask("stack of a thread"), 0);
  EXPECT_EQ(plugin_->health().deaths, 0u);
}

TEST_F(WorkerCallsTest, OnlyItsOwnListOfLocksIsTold) {
  EXPECT_EQ(Ask("robust list"), 0);
  EXPECT_EQ(Ask("robust list", kOwnProcess), EPERM);
  EXPECT_EQ(Ask("robust list", Server()), EPERM);
}

TEST_F(WorkerCallsTest, OnlyItsOwnClocksTick) {
  for (const char* mode : {"clock", "clock resolution", "clock sleep", "clock timer"}) {
    EXPECT_EQ(Ask(mode), 0) << mode;
    EXPECT_EQ(Ask(mode, kOwnProcess), 0) << mode;
    EXPECT_EQ(Ask(mode, Server()), EINVAL) << mode;
  }
  EXPECT_EQ(plugin_->health().deaths, 0u);
}

TEST_F(WorkerCallsTest, MemoryIsItsOwnAndAdviceStaysWithIt) {
  for (const char* mode : {"memory", "give back", "wake", "barrier", "pipe", "descriptor does not block"}) {
    EXPECT_EQ(Ask(mode), 0) << mode;
  }
  EXPECT_EQ(Ask("page out"), EINVAL);
  EXPECT_EQ(Ask("merge"), EINVAL);
  EXPECT_EQ(Ask("barrier of all"), EINVAL);
  EXPECT_EQ(Ask("lend priority"), ENOSYS);
  EXPECT_EQ(Ask("huge pages"), EPERM);
  EXPECT_EQ(Ask("droppable"), EPERM);
  EXPECT_EQ(Ask("pipe of notices"), EINVAL);
  EXPECT_EQ(plugin_->health().deaths, 0u);
}

TEST_F(WorkerCallsTest, NothingWrittenIsRunWhileItIsOpened) {
  EXPECT_EQ(Ask("memory to run while opened"), EPERM);
  EXPECT_EQ(Ask("memory made to run while opened"), EPERM);
}

TEST_F(WorkerCallsTest, WhatReachesForOthersEndsIt) {
  EXPECT_EQ(Ask("limits"), 0);
  EXPECT_EQ(Ask("limits", kOwnProcess), 0);
  EXPECT_EQ(Ask("signal", kOwnProcess), 0);
  EXPECT_THAT(EndOf("limits", Server()), HasSubstr("(prlimit64)"));
  EXPECT_THAT(EndOf("signal", Server()), HasSubstr("(kill)"));
  EXPECT_THAT(EndOf("signal"), HasSubstr("(kill)"));  // 0: all of a group
  EXPECT_THAT(EndOf("signal thread", Server()), HasSubstr("(tgkill)"));
  EXPECT_THAT(EndOf("signals of a descriptor"), HasSubstr("(fcntl)"));
  EXPECT_THAT(EndOf("thread with descriptors of its own"), HasSubstr("(clone)"));
  EXPECT_EQ(plugin_->health().deaths, 6u);
  EXPECT_EQ(Ask("memory"), 0);
}

TEST_F(WorkerCallsTest, EveryLimitIsSetAndCannotBeRaised) {
  struct Limit {
    int resource;
    double most;
  };
  for (const Limit& limit :
       {Limit{RLIMIT_CORE, 0}, Limit{RLIMIT_FSIZE, 0}, Limit{RLIMIT_MSGQUEUE, 0}, Limit{RLIMIT_MEMLOCK, 0},
        Limit{RLIMIT_RTPRIO, 0}, Limit{RLIMIT_NICE, 0}, Limit{RLIMIT_NOFILE, 64}, Limit{RLIMIT_SIGPENDING, 256},
        Limit{RLIMIT_NPROC, 4'096}, Limit{RLIMIT_STACK, 8 << 20}, Limit{RLIMIT_DATA, 256 << 20}}) {
    const double is = Number("limit", limit.resource);
    EXPECT_GE(is, 0) << limit.resource;
    EXPECT_LE(is, limit.most) << limit.resource;
  }
}

TEST_F(WorkerCallsTest, TimersAndSignalsThatWaitAreFew) {
  const double timers = Number("timers", 0);
  EXPECT_GT(timers, 0);
  EXPECT_LE(timers, 256);
}

// ------------------------------------------------------------------------------------------------ Without Landlock

Sandbox WithoutLandlock() { return {0, true, true}; }

class LandlockTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::shared_ptr<Plugin>> LoadCaller(PluginMode mode, std::function<Sandbox()> probe, bool without) {
    LoadOptions options{
        .fields = TestField, .cache_dir = scratch_ / "cache", .trust = AnyTrust(), .worker = TestWorkers()};
    options.worker.call_timeout = milliseconds(20'000);
    options.worker.probe = std::move(probe);
    options.worker.without_landlock = without;
    return Load({.id = "org.test.caller", .mode = mode, .path = FixturePath("caller")}, options);
  }

  ScratchFolder scratch_;
};

TEST_F(LandlockTest, WithoutItNoWorkerIsStartedUnlessTheServerIsTold) {
  auto refused = LoadCaller(PluginMode::kWorker, &WithoutLandlock, /*without=*/false);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("this kernel has no Landlock"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("start the server with --plugin-without-landlock"));
  EXPECT_TRUE(Children().empty());

  auto plugin = LoadCaller(PluginMode::kWorker, &WithoutLandlock, /*without=*/true);
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_EQ((*plugin)->info().sandbox, WithoutLandlock());
  EXPECT_EQ(Describe(*(*plugin)->info().sandbox), "no landlock, seccomp, no_new_privs");
  EXPECT_EQ(ScoreMode(**plugin, "file while opened")->points, 0);
}

TEST_F(LandlockTest, WithItFilesAreShutOff) {
  if (ProbeSandbox().landlock_abi == 0) GTEST_SKIP() << "this kernel has no Landlock";
  auto plugin = LoadCaller(PluginMode::kWorker, &ProbeSandbox, /*without=*/false);
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_GT((*plugin)->info().sandbox->landlock_abi, 0);
  EXPECT_EQ(ScoreMode(**plugin, "file while opened")->points, EACCES);
}

// What may run in the server itself is tried apart before, wherever that is possible.
TEST_F(LandlockTest, APluginOfTheServersOwnProcessNeedsNone) {
  auto plugin = LoadCaller(PluginMode::kLocal, &WithoutLandlock, /*without=*/false);
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_EQ((*plugin)->info().sandbox, std::nullopt);
}

// A kernel that says it has Landlock and does not give it is no reason to go on without.
TEST_F(LandlockTest, WhatWasPromisedMustHold) {
  if (ProbeSandbox().landlock_abi != 0) GTEST_SKIP() << "this kernel has Landlock";
  auto plugin = LoadCaller(
      PluginMode::kWorker,
      [] {
        return Sandbox{1, true, true};
      },
      /*without=*/true);
  EXPECT_THAT(std::string(plugin.status().message()), HasSubstr("files cannot be shut off"));
}

}  // namespace
}  // namespace leadline::plugin
