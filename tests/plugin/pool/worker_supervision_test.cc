// Spares, quarantine, and that nothing is left of workers: no process, no zombie, no descriptor.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include "base/executor.h"
#include "plugin/worker/death_window.h"
#include "plugin/worker/worker_program.h"
#include "tests/plugin/pool/worker_testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

class SupervisionTest : public ::testing::Test {
 protected:
  std::shared_ptr<Plugin> Hostile(LoadOptions options) {
    auto plugin = LoadWorker(scratch_, "hostile", std::move(options));
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }
  static LoadOptions Options(uint32_t workers) {
    LoadOptions options;
    options.max_instances = workers;
    options.worker.call_timeout = milliseconds(20'000);
    options.worker.quarantine_after = 1'000'000;
    return options;
  }

  ScratchFolder scratch_;
};

TEST_F(SupervisionTest, ASpareStandsReadyAndTakesOver) {
  auto plugin = Hostile(Options(1));
  ASSERT_TRUE(SpareStands());
  const std::vector<pid_t> before = Children();
  const auto first = static_cast<pid_t>(ScoreMode(*plugin, "gone pid")->points);
  EXPECT_THAT(before, ::testing::Contains(first));
  EXPECT_EQ(ScoreMode(*plugin, "crash").status().code(), kUnavailable);
  const auto second = static_cast<pid_t>(ScoreMode(*plugin, "gone pid")->points);
  EXPECT_NE(second, first);
  EXPECT_THAT(before, ::testing::Contains(second));
  EXPECT_TRUE(Eventually([&] { return Children().size() == 2 && kill(first, 0) != 0; }));
}

// A thread that waits for a plugin, or for a worker that could be asked, is not one that others wait for.
TEST_F(SupervisionTest, WhoWaitsForAPluginHoldsNobodyUp) {
  Executor executor(1, /*max_waiting=*/10, /*spare_threads=*/2);
  auto plugin = Hostile(Options(1));
  const auto deadline = steady_clock::now() + milliseconds(3'000);
  std::atomic<bool> waited = false;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(executor.TryRun([&] {
      EXPECT_EQ(ScoreMode(*plugin, "hang", 0, {.deadline = deadline}).status().code(), kLate);
      waited = true;
    }));
  }
  std::promise<bool> others;
  ASSERT_TRUE(executor.TryRun([&] { others.set_value(!waited); }));
  EXPECT_TRUE(others.get_future().get());
  executor.Stop();
}

TEST_F(SupervisionTest, NothingIsLeftOfWorkers) {
  const size_t descriptors = OpenDescriptors();
  ASSERT_TRUE(Children().empty());
  for (int round = 0; round < 5; ++round) {
    auto plugin = Hostile(Options(3));
    EXPECT_EQ(ScoreMode(*plugin, "crash").status().code(), kUnavailable);
    EXPECT_EQ(ScoreMode(*plugin, "socket").status().code(), kUnavailable);
    EXPECT_TRUE(ScoreMode(*plugin, "plain").ok());
    // The owner that goes last may do so while another worker is being started.
    EXPECT_TRUE(round % 2 == 1 || SpareStands());
    plugin.reset();
    EXPECT_TRUE(Children().empty());
    EXPECT_EQ(OpenDescriptors(), descriptors);
  }
}

TEST_F(SupervisionTest, AWorkerThatIsKilledWhileIdleIsReplaced) {
  auto plugin = Hostile(Options(1));
  ASSERT_TRUE(SpareStands());
  const std::vector<pid_t> before = Children();
  for (pid_t pid : before) ASSERT_EQ(kill(pid, SIGKILL), 0);
  EXPECT_TRUE(Eventually([&] {
    std::vector<pid_t> now = Children();
    return now.size() == 2 && now[0] != before[0] && now[1] != before[1] && now[0] != before[1];
  }));
  EXPECT_TRUE(ScoreMode(*plugin, "plain").ok());
  EXPECT_EQ(plugin->health().deaths, 2u);
  EXPECT_THAT(plugin->health().last_failure, HasSubstr("plugin org.test.hostile: its worker was killed by signal 9"));
}

TEST_F(SupervisionTest, AsManyWorkersAsCallsAtOnceUpToTheLimit) {
  auto plugin = Hostile(Options(3));
  std::atomic<int> failed = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      while (!stop) failed += ScoreMode(*plugin, "sleep", 5).ok() ? 0 : 1;
    });
  }
  EXPECT_TRUE(Eventually([] { return Children().size() == 4; }));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_LE(Children().size(), 4u);
}

TEST_F(SupervisionTest, EveryCallGetsAnAnswerWhileWorkersAreKilled) {
  auto plugin = Hostile(Options(3));
  std::atomic<int> good = 0, bad = 0, wrong = 0;
  std::vector<std::thread> threads;
  std::atomic<bool> done = false;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const double number = t * 1'000 + i;
        auto result = ScoreMode(*plugin, i % 10 == 0 ? "sleep" : "plain", i % 10 == 0 ? 2 : number);
        if (result.ok()) {
          ++good;
          wrong += result->points == (i % 10 == 0 ? 2 : number) ? 0 : 1;
        } else {
          ++bad;
          wrong += result.status().code() == kUnavailable ? 0 : 1;
        }
      }
    });
  }
  // Never faster than calls go through: on a slow machine no worker would come up.
  std::thread killer([&] {
    for (int seen = 0; !done; std::this_thread::sleep_for(milliseconds(1))) {
      if (good < seen + 20) continue;
      seen = good;
      std::vector<pid_t> children = Children();
      if (!children.empty()) kill(children.front(), SIGKILL);
    }
  });
  for (std::thread& thread : threads) thread.join();
  done = true;
  killer.join();
  EXPECT_EQ(good + bad, 1'200);
  EXPECT_GT(good, 0);
  EXPECT_GT(plugin->health().deaths, 5u);
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(Eventually([&] { return ScoreMode(*plugin, "plain").ok(); }));
}

TEST_F(SupervisionTest, OneThatDiesDoesNotHoldUpAnother) {
  auto dying = Hostile(Options(1));
  auto healthy = LoadWorker(scratch_, "good", Options(1), R"({"size": 3})");
  ASSERT_TRUE(healthy.ok()) << healthy.status();
  std::atomic<bool> stop = false;
  std::thread crasher([&] {
    while (!stop) EXPECT_FALSE(ScoreMode(*dying, "crash").ok());
  });
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(ScoreMode(**healthy, "plain", i).ok());
  stop = true;
  crasher.join();
  EXPECT_EQ((*healthy)->health().failures, 0u);
  EXPECT_EQ((*healthy)->health().calls, 500u);
}

TEST_F(SupervisionTest, QuarantineAfterTooManyDeaths) {
  LoadOptions options = Options(2);
  options.worker.quarantine_after = 3;
  options.worker.quarantine_window = std::chrono::hours(1);
  auto plugin = Hostile(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ScoreMode(*plugin, "crash").status().code(), kUnavailable);
  absl::Status status = ScoreMode(*plugin, "plain").status();
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(Message(status),
              HasSubstr("plugin org.test.hostile: quarantined: its workers died 3 times within 3600 s"));
  EXPECT_THAT(Message(status), HasSubstr("(SIGSEGV)"));
  EXPECT_EQ(plugin->health().state, PluginHealth::State::kQuarantined);
  EXPECT_TRUE(Eventually([] { return Children().empty(); }));
  // Loading it anew is what releases it.
  auto again = Hostile(options);
  EXPECT_TRUE(ScoreMode(*again, "plain").ok());
  EXPECT_EQ(ScoreMode(*plugin, "plain").status().code(), kUnavailable);
}

TEST_F(SupervisionTest, TheDeathsThatCountAreThoseWithinTheWindow) {
  DeathWindow window(3, milliseconds(100));
  const steady_clock::time_point start = steady_clock::now();
  auto at = [&](int ms) { return start + milliseconds(ms); };
  EXPECT_FALSE(window.Add(at(0)));
  EXPECT_FALSE(window.Add(at(50)));
  EXPECT_FALSE(window.Add(at(100)));  // the first one lies 100 ms back: no longer within
  EXPECT_TRUE(window.Add(at(149)));
  EXPECT_FALSE(window.Add(at(300)));
  DeathWindow once(1, milliseconds(100));
  EXPECT_TRUE(once.Add(start));
}

TEST_F(SupervisionTest, AnImpatientCallerGetsItsAnswerAndTheWorkerStays) {
  auto plugin = Hostile(Options(1));
  ASSERT_TRUE(SpareStands());
  const auto pid = ScoreMode(*plugin, "gone pid")->points;
  const auto start = steady_clock::now();
  auto late = ScoreMode(*plugin, "sleep", 200, {.deadline = start + milliseconds(10)});
  EXPECT_EQ(late.status(),
            absl::DeadlineExceededError("plugin org.test.hostile: the deadline passed before it answered"));
  // The late answer is nobody's: the next call gets its own.
  auto next = ScoreMode(*plugin, "plain", 77);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->points, 77);
  EXPECT_EQ(ScoreMode(*plugin, "gone pid")->points, pid);
  EXPECT_EQ(plugin->health().deaths, 0u);
  EXPECT_EQ(plugin->health().timeouts, 1u);
}

TEST_F(SupervisionTest, AHangIsEndedThoughItsCallerLeftEarlier) {
  LoadOptions options = Options(1);
  options.worker.call_timeout = milliseconds(200);
  auto plugin = Hostile(options);
  auto late = ScoreMode(*plugin, "hang", 0, {.deadline = steady_clock::now() + milliseconds(10)});
  EXPECT_EQ(late.status().code(), kLate);
  EXPECT_TRUE(Eventually([&] { return plugin->health().deaths == 1; }));
  EXPECT_TRUE(ScoreMode(*plugin, "plain").ok());
}

TEST_F(SupervisionTest, ACancelledCallEnds) {
  auto plugin = Hostile(Options(1));
  std::atomic<bool> cancelled = false;
  std::thread caller([&] {
    EXPECT_EQ(ScoreMode(*plugin, "sleep", 400, {.cancelled = &cancelled}).status().code(),
              absl::StatusCode::kCancelled);
  });
  std::this_thread::sleep_for(milliseconds(30));
  cancelled = true;
  caller.join();
  EXPECT_TRUE(ScoreMode(*plugin, "plain").ok());
}

TEST_F(SupervisionTest, TheWorkersProgramIsFoundBesideThisOne) {
  EXPECT_TRUE(std::filesystem::equivalent(WorkerProgramBesideThisOne(), kWorkerProgram));
}

TEST_F(SupervisionTest, AProgramThatIsNoneIsRefused) {
  for (const char* program : {"", "/nowhere/leadline-plugin-worker", "/bin/true"}) {
    LoadOptions options = Options(1);
    options.fields = TestField;
    options.cache_dir = scratch_ / "cache";
    options.trust = AnyTrust();
    options.worker.executable = program;
    auto plugin =
        Load({.id = "org.test.hostile", .mode = PluginMode::kWorker, .path = FixturePath("hostile")}, options);
    EXPECT_FALSE(plugin.ok()) << program;
    EXPECT_TRUE(Children().empty());
  }
}

TEST_F(SupervisionTest, ACopyThatWasTamperedWithIsNotStarted) {
  auto plugin = Hostile(Options(1));
  ASSERT_TRUE(SpareStands());
  const std::string copy = scratch_ / ("cache/" + plugin->info().sha256 + ".so");
  // Another file under the name: the one that is mapped stays.
  std::filesystem::remove(copy);
  WriteAll(copy, ReadAll(FixturePath("good")));
  EXPECT_FALSE(ScoreMode(*plugin, "crash").ok());
  EXPECT_TRUE(Eventually(
      [&] { return plugin->health().last_failure.find("no longer what was admitted") != std::string::npos; }));
}

// A server that is killed leaves no worker behind. Another program stands for the server.
TEST_F(SupervisionTest, WorkersDieWithTheServer) {
  int report[2];
  ASSERT_EQ(pipe2(report, O_CLOEXEC), 0);
  // Its workers become ours when it dies.
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const std::string program = LEADLINE_BINARY_DIR "/plugin_fixtures/small_server";
  std::vector<std::string> arguments = {program, kWorkerProgram, FixturePath("hostile"), scratch_ / "cache"};
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, report[1], STDOUT_FILENO);
  pid_t server = 0;
  ASSERT_EQ(posix_spawn(&server, program.c_str(), &files, nullptr, argv.data(), environ), 0);
  posix_spawn_file_actions_destroy(&files);
  close(report[1]);
  pid_t workers[2] = {0, 0};
  ASSERT_EQ(read(report[0], workers, sizeof(workers)), static_cast<ssize_t>(sizeof(workers)));
  ASSERT_EQ(kill(server, SIGKILL), 0);
  EXPECT_EQ(waitpid(server, nullptr, 0), server);
  for (pid_t worker : workers) {
    int how = 0;
    EXPECT_EQ(waitpid(worker, &how, 0), worker);
    EXPECT_TRUE(WIFSIGNALED(how) ? WTERMSIG(how) == SIGKILL : WEXITSTATUS(how) == 0);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  close(report[0]);
}

}  // namespace
}  // namespace leadline::plugin
