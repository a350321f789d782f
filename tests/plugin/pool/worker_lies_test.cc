// A worker whose plugin has taken over its process can say what it likes: nothing of it hurts the server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/pool/worker_testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What a worker that tells this lie is loaded as.
absl::StatusOr<std::shared_ptr<Plugin>> LoadLiar(const ScratchFolder& scratch, const std::string& lie,
                                                 milliseconds patience = milliseconds(20'000), LogSink log = nullptr) {
  LoadOptions options{.fields = TestField,
                      .cache_dir = scratch / "cache",
                      .trust = AnyTrust(),
                      .worker = TestWorkers(),
                      .log = std::move(log)};
  options.worker.executable = LEADLINE_BINARY_DIR "/plugin_fixtures/lying_worker";
  options.worker.call_timeout = patience;
  PluginRequest request{.id = "org.test.good",
                        .mode = PluginMode::kWorker,
                        .path = FixturePath("good"),
                        .config_json = R"({"lie":")" + lie + R"("})"};
  return Load(request, options);
}

TEST(WorkerLiesTest, TheTruthIsBelieved) {
  ScratchFolder scratch;
  auto plugin = LoadLiar(scratch, "none");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  auto result = ScoreMode(**plugin, "x");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->points, 1);
  EXPECT_EQ((*plugin)->wanted_slots()[0].index, 7u);
}

TEST(WorkerLiesTest, LiesInAnswersEndTheWorker) {
  for (auto [lie, says] : {std::pair{"nan", "points that are not a finite number"},
                           {"weight", "whose weight is not a finite number"},
                           {"bytes", "not UTF-8"},
                           {"reasons", "too many reasons"},
                           {"long reason", "reason that is not UTF-8"},
                           {"items", "answered 2 items, asked for 1"},
                           {"code", "a code that does not exist"},
                           {"more", "more reasons or texts than belong"},
                           {"short", "without a whole head"},
                           {"mark", "without our mark"},
                           {"version", "version 77"},
                           {"generation", "sent a packet of"},
                           {"instance", "sent a packet of"},
                           {"total", "sent a message of 4000000000 bytes"},
                           {"offset", "sent bytes 800 to"},
                           {"long packet", "packet that is too long"},
                           {"half header", "without a whole header"},
                           {"descriptors", "without a whole head"},
                           {"call", "spoke out of turn"},
                           {"kind", "spoke out of turn"}}) {
    ScratchFolder scratch;
    const size_t descriptors = OpenDescriptors();
    auto plugin = LoadLiar(scratch, lie);
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    absl::Status status = ScoreMode(**plugin, "x").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << lie << status;
    EXPECT_THAT(std::string(status.message()), StartsWith("plugin org.test.good: its worker ")) << lie;
    EXPECT_THAT(std::string(status.message()), HasSubstr(says)) << lie;
    EXPECT_EQ((*plugin)->health().deaths, 1u) << lie;
    plugin->reset();
    EXPECT_EQ(OpenDescriptors(), descriptors) << lie;
  }
}

TEST(WorkerLiesTest, AFailureIsShownCleanedAndUnderThePluginsName) {
  ScratchFolder scratch;
  auto plugin = LoadLiar(scratch, "failure");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_EQ(ScoreMode(**plugin, "x").status(), absl::NotFoundError("plugin org.test.good: a text with a ? and ?"));
}

TEST(WorkerLiesTest, SilenceAndEndlessLinesEndWithTheTimeout) {
  ScratchFolder scratch;
  LogLines lines;
  for (const char* lie : {"silence", "lines"}) {
    auto plugin = LoadLiar(scratch, lie, milliseconds(300), lines.Sink());
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    EXPECT_EQ(ScoreMode(**plugin, "x").status().code(), absl::StatusCode::kDeadlineExceeded) << lie;
  }
  EXPECT_LE(lines.Get().size(), 200u);
}

TEST(WorkerLiesTest, LiesWhileLoadingRefuseThePlugin) {
  for (auto [lie, says] : {std::pair{"field", "says it was given the field \"server.password\""},
                           {"field kind", "says it was given"},
                           {"ready", "broken message"},
                           {"questions", "asked for more than"}}) {
    ScratchFolder scratch;
    auto plugin = LoadLiar(scratch, lie);
    ASSERT_FALSE(plugin.ok()) << lie;
    EXPECT_THAT(std::string(plugin.status().message()), HasSubstr(says)) << lie;
  }
}

}  // namespace
}  // namespace leadline::plugin
