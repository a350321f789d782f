// Calls through the boundary: what comes back, and what a plugin that misbehaves does not achieve.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "plugin/host.h"
#include "plugin/text.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

// All that a caller sees is the same in both modes.
class CallTest : public ::testing::TestWithParam<PluginMode> {
 protected:
  std::shared_ptr<Plugin> Fixture(const std::string& name, LoadOptions options = {}) {
    auto plugin = LoadFixture(scratch_, name, std::move(options), R"({"size": 3})", GetParam());
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }

  // Scores one record with this mode.
  static absl::StatusOr<ScoreResult> Score(Plugin& plugin, std::string_view mode, const CallOptions& call = {}) {
    std::vector<Value> fields = {StringValue(mode), DoubleValue(21)};
    fields.resize(plugin.wanted_fields().size());
    Record record = RecordOf(fields);
    ScoreResult result;
    if (absl::Status status = plugin.Score({&record, 1}, {&result, 1}, call); !status.ok()) return status;
    return result;
  }

  ScratchFolder scratch_;
};

TEST_P(CallTest, ScoresExplainAndUseTheGivenClock) {
  auto plugin = Fixture("good");
  EXPECT_EQ(Score(*plugin, "plain")->points, 42);
  EXPECT_EQ(Score(*plugin, "now", {.now = 1234})->points, 1234);
  auto explained = Score(*plugin, "explain");
  ASSERT_EQ(explained->reasons.size(), 1u);
  EXPECT_EQ(explained->reasons[0].text, "abc");
  EXPECT_EQ(explained->reasons[0].weight, 2.5);
}

TEST_P(CallTest, AnAnswerIsTimelessWhereThePluginWasSeenNotToAskForTheTime) {
  auto plugin = Fixture("good");
  const bool seen = GetParam() == PluginMode::kLocal;
  for (const auto& [mode, timeless] :
       {std::pair{"plain", true}, {"now", false}, {"explain", true}, {"patience", false}}) {
    bool said = false;
    const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    ASSERT_TRUE(Score(*plugin, mode, {.now = 1234, .deadline = soon, .timeless = &said}).ok()) << mode;
    EXPECT_EQ(said, seen && timeless) << mode;
  }
}

TEST_P(CallTest, BrokenOutputsAreRefusedByName) {
  auto plugin = Fixture("good");
  for (auto [mode, says] : {std::pair{"nan", "points are nan"},
                            {"inf", "points are inf"},
                            {"unset", "points are nan"},
                            {"reason index", "reason for item 99 of a batch of 1"},
                            {"reason bytes", "not UTF-8"},
                            {"reason nan", "not a finite number"},
                            {"unknown code", "returned 4711, which is not a code of the interface: lost in space"}}) {
    auto result = Score(*plugin, mode);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInternal) << mode;
    EXPECT_THAT(std::string(result.status().message()), HasSubstr(says));
    EXPECT_THAT(std::string(result.status().message()), HasSubstr("plugin org.test.good: "));
  }
}

TEST_P(CallTest, ErrorsKeepTheirNumber) {
  auto plugin = Fixture("good");
  EXPECT_EQ(Score(*plugin, "unavailable").status(),
            absl::UnavailableError("plugin org.test.good: the model is loading"));
  EXPECT_EQ(Score(*plugin, "late field").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Score(*plugin, "too much").status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_P(CallTest, NothingThrownComesThrough) {
  auto loaded = LoadFixture(scratch_, "throws", {}, "", GetParam());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  auto plugin = *loaded;
  EXPECT_EQ(Score(*plugin, "plain")->points, 1);
  EXPECT_EQ(Score(*plugin, "std").status(), absl::InternalError("plugin org.test.throws: thrown on purpose"));
  EXPECT_EQ(Score(*plugin, "code").status(), absl::UnavailableError("plugin org.test.throws: come back later"));
  EXPECT_EQ(Score(*plugin, "int").status().code(), absl::StatusCode::kInternal);
}

TEST_P(CallTest, Routes) {
  auto plugin = Fixture("good");
  auto route = [&](std::string_view mode) -> absl::StatusOr<RouteResult> {
    std::vector<Value> fields = {StringValue(mode), NullValue()};
    std::vector<Candidate> candidates(2);
    RouteRequest request{RecordOf(fields), candidates.data(), 2, 0};
    RouteResult result;
    if (auto status = plugin->Route({&request, 1}, {&result, 1}); !status.ok()) return status;
    return result;
  };
  EXPECT_EQ(route("plain")->choice, 0u);
  EXPECT_FALSE(route("nobody")->choice.has_value());
  EXPECT_THAT(std::string(route("out of range").status().message()), HasSubstr("chose candidate 2 of 2"));
  EXPECT_THAT(std::string(route("unset").status().message()), HasSubstr("made no choice"));
  EXPECT_THAT(std::string(route("nobody, silently").status().message()), HasSubstr("without a reason"));
}

TEST_P(CallTest, Normalizes) {
  auto plugin = Fixture("good");
  auto normalize = [&](std::string_view mode) -> absl::StatusOr<NormalizeResult> {
    std::vector<Value> fields = {StringValue(mode), NullValue()};
    Record record = RecordOf(fields);
    NormalizeResult result;
    if (auto status = plugin->Normalize({&record, 1}, {&result, 1}); !status.ok()) return status;
    return result;
  };
  EXPECT_EQ(normalize("plain")->value, "standard");
  EXPECT_EQ(normalize("plain")->confidence, 0.5);
  EXPECT_FALSE(normalize("null")->value.has_value());
  for (const char* mode : {"bytes", "confidence", "kind", "pointer"}) {
    EXPECT_EQ(normalize(mode).status().code(), absl::StatusCode::kInternal) << mode;
  }
}

TEST_P(CallTest, GatesAndCompares) {
  auto plugin = Fixture("good");
  auto gate = [&](std::string_view mode, std::string_view to) -> absl::StatusOr<StatusResult> {
    std::vector<Value> fields = {StringValue(mode), NullValue()};
    Transition transition{RecordOf(fields), StrOf("inquiry"), StrOf(to)};
    StatusResult result;
    if (auto status = plugin->Gate({&transition, 1}, {&result, 1}); !status.ok()) return status;
    return result;
  };
  EXPECT_EQ(gate("plain", "customer")->verdict, Verdict::kAllow);
  EXPECT_EQ(gate("say why", "mql")->verdict, Verdict::kDeny);
  for (const char* mode : {"plain", "unset", "verdict"}) EXPECT_FALSE(gate(mode, "mql").ok()) << mode;

  auto compare = [&](std::string_view mode) -> absl::StatusOr<MergeResult> {
    std::vector<Value> fields = {StringValue(mode), NullValue()};
    RecordPair pair{RecordOf(fields), RecordOf(fields)};
    MergeResult result;
    if (auto status = plugin->Compare({&pair, 1}, {&result, 1}); !status.ok()) return status;
    return result;
  };
  EXPECT_EQ(compare("plain")->level, Agreement::kExact);
  EXPECT_EQ(compare("plain")->weight, 6.5);
  for (const char* mode : {"level", "nan", "missing"}) EXPECT_FALSE(compare(mode).ok()) << mode;
}

TEST_P(CallTest, BatchesOfAnySize) {
  auto plugin = Fixture("good");
  for (size_t n : {0, 1, 16, 17, 1024, 1025, 5000}) {
    std::vector<std::array<Value, 2>> values(n);
    std::vector<Record> records;
    for (size_t i = 0; i < n; ++i) {
      values[i] = {i % 7 == 0 ? StringValue("explain") : NullValue(), DoubleValue(static_cast<double>(i))};
      records.push_back(RecordOf(values[i]));
    }
    std::vector<ScoreResult> results(n);
    ASSERT_TRUE(plugin->Score(records, results).ok());
    for (size_t i = 0; i < n; ++i) {
      ASSERT_EQ(results[i].points, 2.0 * static_cast<double>(i));
      ASSERT_EQ(results[i].reasons.size(), i % 7 == 0 ? 1u : 0u);
    }
  }
}

TEST_P(CallTest, TheCallersMistakesAreToldApart) {
  auto plugin = Fixture("good");
  std::vector<Value> wrong_kind = {IntValue(1), NullValue()};
  std::vector<Value> too_few = {NullValue()};
  ScoreResult result;
  for (const auto& fields : {wrong_kind, too_few}) {
    Record record = RecordOf(fields);
    EXPECT_EQ(plugin->Score({&record, 1}, {&result, 1}).code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(plugin->Score({}, {&result, 1}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(CallTest, DeadlinesAndCancellation) {
  auto plugin = Fixture("good", {.max_instances = 1});
  auto now = std::chrono::steady_clock::now();
  EXPECT_TRUE(Score(*plugin, "patience", {.deadline = now + std::chrono::seconds(5)}).ok());
  EXPECT_EQ(Score(*plugin, "plain", {.deadline = now}).status().code(), absl::StatusCode::kDeadlineExceeded);
  std::atomic<bool> cancelled = true;
  EXPECT_EQ(Score(*plugin, "plain", {.cancelled = &cancelled}).status().code(), absl::StatusCode::kCancelled);
}

TEST_P(CallTest, LogLinesCarryTheId) {
  std::mutex mutex;
  std::vector<std::string> lines;
  auto sink = [&](int level, std::string_view id, std::string_view text) {
    std::lock_guard lock(mutex);
    lines.push_back(std::to_string(level) + " " + std::string(id) + " " + std::string(text));
  };
  auto plugin = Fixture("good", {.log = sink});
  ASSERT_TRUE(Score(*plugin, "log").ok());
  EXPECT_EQ(lines, std::vector<std::string>{"3 org.test.good hello there"});
}

// The fixture counts its calls without atomics: lending one instance twice at once is a race that a sanitizer sees.
TEST_P(CallTest, ThePoolLendsEachInstanceOnce) {
  for (const char* name : {"good", "concurrent", "second_instance"}) {
    auto plugin = Fixture(name, {.max_instances = 3});
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 300; ++i) {
          auto result = Score(*plugin, i % 100 == t ? "sleep" : "plain");
          if (!result.ok() || result->points != 42) ++failed;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0) << name;
  }
}

TEST_P(CallTest, AWaitForAnInstanceEndsWithTheDeadline) {
  auto plugin = Fixture("good", {.max_instances = 1});
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) EXPECT_TRUE(Score(*plugin, "sleep").ok());
  });
  bool expired = false;
  auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!expired && std::chrono::steady_clock::now() < patience) {
    auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
    expired = Score(*plugin, "plain", {.deadline = soon}).status().code() == absl::StatusCode::kDeadlineExceeded;
  }
  stop = true;
  busy.join();
  EXPECT_TRUE(expired);
}

INSTANTIATE_TEST_SUITE_P(Modes, CallTest, ::testing::Values(PluginMode::kLocal, PluginMode::kWorker),
                         [](const auto& mode) { return mode.param == PluginMode::kLocal ? "Local" : "Worker"; });

TEST(TextTest, Utf8) {
  for (const char* good : {"", "abc", "é", "€", "😀", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) EXPECT_TRUE(IsUtf8(good));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
  EXPECT_EQ(Presentable("a\x01\xFF"
                        "b\n"),
            "a??b ");
  EXPECT_EQ(Presentable(std::string(5'000, 'x')).size(), 1'003u);
}

}  // namespace
}  // namespace leadline::plugin
