// What a plugin may do to its worker, and what the server makes of it: the call fails and says why, the next one works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/plugin/pool/worker_testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Many deaths in one test are meant, and a slow machine is no failure.
LoadOptions Patient(LogSink log = nullptr) {
  LoadOptions options;
  options.worker.quarantine_after = 1'000;
  options.worker.call_timeout = milliseconds(20'000);
  options.log = std::move(log);
  options.max_instances = 1;
  return options;
}

struct Harm {
  const char* mode;
  absl::StatusCode code;
  const char* says;
};

class HarmTest : public ::testing::TestWithParam<Harm> {};

TEST_P(HarmTest, EndsTheCallAndNothingElse) {
  ScratchFolder scratch;
  LoadOptions options = Patient();
  if (GetParam().code == kLate) options.worker.call_timeout = milliseconds(300);
  auto plugin = LoadWorker(scratch, "hostile", options);
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  absl::Status status = ScoreMode(**plugin, GetParam().mode).status();
  EXPECT_EQ(status.code(), GetParam().code) << status;
  EXPECT_THAT(Message(status), StartsWith("plugin org.test.hostile: "));
  EXPECT_THAT(Message(status), HasSubstr(GetParam().says));
  EXPECT_THAT(Message(status), HasSubstr("mend"));
  auto next = ScoreMode(**plugin, "plain", 42);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->points, 42);
  EXPECT_EQ((*plugin)->health().deaths, 1u);
  EXPECT_EQ((*plugin)->health().failures, 1u);
  EXPECT_EQ((*plugin)->health().timeouts, GetParam().code == kLate ? 1u : 0u);
  EXPECT_EQ((*plugin)->health().state, PluginHealth::State::kServing);
}

constexpr const char* kMayNot = "did what a plugin may not";
INSTANTIATE_TEST_SUITE_P(
    Calls, HarmTest,
    ::testing::Values(
        Harm{"crash", kUnavailable, "was killed by signal 11 (SIGSEGV): it crashed"},
        Harm{"abort", kUnavailable, "signal 6 (SIGABRT)"}, Harm{"exit", kUnavailable, "ended itself with exit code 3"},
        Harm{"exit 0", kUnavailable, "ended itself with exit code 0"}, Harm{"fpe", kUnavailable, "signal 8 (SIGFPE)"},
        Harm{"stack", kUnavailable, "signal 11 (SIGSEGV)"}, Harm{"hang", kLate, "gave no answer within 300 ms"},
        Harm{"spin", kLate, "gave no answer within 300 ms"}, Harm{"stop", kLate, "gave no answer within 300 ms"},
        Harm{"fork", kUnavailable, kMayNot}, Harm{"vfork", kUnavailable, "(clone)"},
        Harm{"spawn", kUnavailable, kMayNot}, Harm{"exec", kUnavailable, "(execve)"},
        Harm{"socket", kUnavailable, "(socket)"}, Harm{"open", kUnavailable, "(openat)"},
        Harm{"create_file", kUnavailable, "(openat)"}, Harm{"unlink", kUnavailable, "(unlinkat)"},
        Harm{"kill parent", kUnavailable, "(kill)"}, Harm{"ptrace", kUnavailable, "(ptrace)"},
        Harm{"peek", kUnavailable, "(process_vm_readv)"}, Harm{"memfd", kUnavailable, "(memfd_create)"},
        Harm{"own handler", kUnavailable, "(socket)"}, Harm{"blocked", kUnavailable, kMayNot},
        Harm{"close everything", kUnavailable, "worker ended itself with exit code 0"},
        Harm{"garbage", absl::StatusCode::kInternal, "sent a packet without our mark"}),
    [](const auto& instance) {
      std::string name = instance.param.mode;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

struct LoadHarm {
  const char* fixture;
  const char* says;
};

class LoadHarmTest : public ::testing::TestWithParam<LoadHarm> {};

TEST_P(LoadHarmTest, RefusesThePlugin) {
  ScratchFolder scratch;
  LoadOptions options = Patient();
  options.worker.create_timeout = milliseconds(20'000);
  if (std::string(GetParam().fixture).starts_with("hang")) options.worker.create_timeout = milliseconds(500);
  auto plugin = LoadWorker(scratch, GetParam().fixture, options);
  ASSERT_FALSE(plugin.ok());
  EXPECT_THAT(Message(plugin.status()), StartsWith(std::string("plugin org.test.") + GetParam().fixture + ": "));
  EXPECT_THAT(Message(plugin.status()), HasSubstr(GetParam().says));
  EXPECT_TRUE(Children().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, LoadHarmTest,
    ::testing::Values(LoadHarm{"crash_in_constructor", "signal 11 (SIGSEGV): it crashed while the plugin was loaded"},
                      LoadHarm{"socket_in_constructor", "(socket) while the plugin was loaded"},
                      LoadHarm{"write_in_constructor", "(openat) while the plugin was loaded"},
                      LoadHarm{"hang_in_constructor", "was not ready within 500 ms"},
                      LoadHarm{"exit_in_entry", "ended itself with exit code 3 while the plugin was loaded"},
                      LoadHarm{"crash_in_create", "signal 11 (SIGSEGV): it crashed while the plugin was loaded"},
                      LoadHarm{"open_in_create", "(openat) while the plugin was loaded"},
                      LoadHarm{"hang_in_create", "was not ready within 500 ms"}),
    [](const auto& instance) { return std::string(instance.param.fixture); });

class HarmlessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("LEADLINE_TEST_SECRET", "of the server", 1);
    LoadOptions options = Patient(lines_.Sink());
    options.worker.memory_bytes = 256 << 20;
    auto plugin = LoadWorker(scratch_, "hostile", options);
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    plugin_ = *plugin;
  }
  void TearDown() override { unsetenv("LEADLINE_TEST_SECRET"); }
  double Points(std::string_view mode, double number = 0) {
    auto result = ScoreMode(*plugin_, mode, number);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->points : -1;
  }

  ScratchFolder scratch_;
  LogLines lines_;
  std::shared_ptr<Plugin> plugin_;
};

TEST_F(HarmlessTest, TheWorkerHasNothingOfTheServer) {
  EXPECT_EQ(Points("environment"), 0);
  EXPECT_EQ(Points("descriptors"), 4);  // standard input, output and error, and its socket
  EXPECT_EQ(Points("path"), EACCES);
}

// Opening for reading ends no constructor, since loading takes it; nothing of it is left for later.
TEST_F(HarmlessTest, AFileThatAConstructorOpenedIsClosed) {
  auto plugin = LoadWorker(scratch_, "open_in_constructor", Patient());
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_EQ(ScoreMode(**plugin, "still open")->points, 0);
  EXPECT_EQ(ScoreMode(**plugin, "descriptors")->points, 4);
}

TEST_F(HarmlessTest, WhatComputingTakesIsAllowed) {
  EXPECT_EQ(Points("thread"), 49);
  EXPECT_EQ(Points("print"), 6);
  EXPECT_EQ(Points("sleep", 1), 1);
}

TEST_F(HarmlessTest, WhatLibrariesCanDoWithoutIsRefusedOnly) {
  EXPECT_EQ(Points("shared memory"), EPERM);
  EXPECT_EQ(Points("code"), EPERM);
  EXPECT_EQ(Points("limits"), EPERM);
  EXPECT_EQ(plugin_->health().deaths, 0u);
}

TEST_F(HarmlessTest, MemoryIsBounded) {
  double mebibytes = Points("bomb");
  EXPECT_GT(mebibytes, 100);
  EXPECT_LT(mebibytes, 256);
}

TEST_F(HarmlessTest, FloodsAreCut) {
  absl::Status reasons = ScoreMode(*plugin_, "flood of reasons").status();
  EXPECT_THAT(Message(reasons), HasSubstr("gave more than 256 reasons for item 0"));
  EXPECT_EQ(Points("flood of lines"), 0);
  EXPECT_TRUE(lines_.Has("and another thing"));
  EXPECT_LE(lines_.Get().size(), 128u);
  EXPECT_TRUE(lines_.Has("lines more, which are not kept"));
  EXPECT_EQ(Points("flood of errors"), 0);
  EXPECT_TRUE(Eventually([&] { return lines_.Has("standard error: oh dear oh dear oh dear"); }));
  EXPECT_EQ(Points("plain", 7), 7);
  EXPECT_LE(lines_.Get().size(), 128u + 64 * 1024 / 20);
  EXPECT_EQ(plugin_->health().deaths, 0u);
}

TEST_F(HarmlessTest, HugeAnswersComeThroughUpToALimit) {
  std::vector<Value> fields = {StringValue("long reasons"), DoubleValue(1)};
  for (size_t n : {1, 8, 64}) {
    std::vector<Record> records(n, RecordOf(fields));
    std::vector<ScoreResult> results(n);
    absl::Status status = plugin_->Score(records, results);
    if (n == 64) {
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
      EXPECT_THAT(Message(status), HasSubstr("give shorter texts"));
      continue;
    }
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(results.back().reasons.size(), 250u);
    EXPECT_EQ(results.back().reasons.back().text, std::string(4'096, 'x'));
  }
  std::vector<Record> records(10, RecordOf(fields));
  std::vector<NormalizeResult> results(10);
  ASSERT_TRUE(plugin_->Normalize(records, results).ok());
  EXPECT_EQ(results[9].value, std::string(1 << 20, 'h'));
  EXPECT_EQ(plugin_->health().deaths, 0u);
}

TEST_F(HarmlessTest, HugeRecordsAreSplitUpToALimit) {
  std::string megabyte(1 << 20, 'm');
  std::vector<Value> large = {StringValue(megabyte), DoubleValue(3)};
  std::vector<Record> records(64, RecordOf(large));
  std::vector<ScoreResult> results(64);
  ASSERT_TRUE(plugin_->Score(records, results).ok());
  EXPECT_EQ(results[63].points, 3);
  std::string too_large(17 << 20, 'x');
  large[0] = StringValue(too_large);
  Record record = RecordOf(large);
  absl::Status status = plugin_->Score({&record, 1}, {results.data(), 1});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(Message(status), HasSubstr("more than 16 MiB"));
  EXPECT_EQ(Points("plain", 5), 5);
}

TEST_F(HarmlessTest, WhatItSaysBeforeItDiesIsHeard) {
  EXPECT_EQ(ScoreMode(*plugin_, "log and crash").status().code(), kUnavailable);
  EXPECT_TRUE(lines_.Has("about to crash"));
  EXPECT_EQ(ScoreMode(*plugin_, "last words").status().code(), kUnavailable);
  EXPECT_TRUE(Eventually([&] { return lines_.Has("standard error: panic: all is lost"); }));
}

}  // namespace
}  // namespace leadline::plugin
