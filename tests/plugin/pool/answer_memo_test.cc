// What a PURE plugin in a worker said is not asked again, and nothing else is kept.
#include "plugin/worker/answer_memo.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugin/pool/worker_testing.h"

namespace leadline::plugin {
namespace {

using Memo = AnswerMemo<ScoreResult>;

std::string Numbered(int i) { return "item " + std::to_string(i); }

std::optional<double> Known(Memo& memo, std::string_view asked) {
  ScoreResult result;
  return memo.Find(asked, result) ? std::optional<double>(result.points) : std::nullopt;
}

TEST(AnswerMemoTest, GivesWhatWasKeptAndNothingElse) {
  Memo memo;
  EXPECT_EQ(Known(memo, "a"), std::nullopt);
  memo.Keep("a", {1, {{"since", 1}}});
  memo.Keep(std::string("a\0b", 3), {2, {}});
  ScoreResult result;
  ASSERT_TRUE(memo.Find("a", result));
  EXPECT_EQ(result.points, 1);
  ASSERT_EQ(result.reasons.size(), 1u);
  EXPECT_EQ(result.reasons[0].text, "since");
  EXPECT_EQ(Known(memo, std::string_view("a\0b", 3)), 2);
  EXPECT_EQ(Known(memo, std::string_view("a\0", 2)), std::nullopt);
}

TEST(AnswerMemoTest, ForgetsWhatWasNotAskedForLongest) {
  Memo memo;
  memo.Keep("old", {-1, {}});
  memo.Keep("used", {-2, {}});
  const int most = static_cast<int>(Memo::kMostItems);
  for (int i = 0; i < 3 * most; ++i) {
    memo.Keep(Numbered(i), {static_cast<double>(i), {}});
    ASSERT_EQ(Known(memo, "used"), -2) << i;
  }
  EXPECT_EQ(Known(memo, "old"), std::nullopt);
  int kept = 0;
  for (int i = 0; i < 3 * most; ++i) kept += Known(memo, Numbered(i)).has_value() ? 1 : 0;
  EXPECT_LE(kept, most);
  EXPECT_GE(kept, most / 4);
  EXPECT_TRUE(Known(memo, Numbered(3 * most - 1)).has_value());
}

TEST(AnswerMemoTest, LongOnesAreBoundedByTheirBytes) {
  Memo memo;
  const std::string giant(Memo::kMostBytes / 64, 'x');
  memo.Keep(giant, {1, {}});
  EXPECT_EQ(Known(memo, giant), std::nullopt);
  const std::string filler(Memo::kMostBytes / 128, 'x');
  for (int i = 0; i < 1'000; ++i) memo.Keep(filler + Numbered(i), {static_cast<double>(i), {}});
  int kept = 0;
  for (int i = 0; i < 1'000; ++i) kept += Known(memo, filler + Numbered(i)).has_value() ? 1 : 0;
  EXPECT_GE(kept, 32);
  EXPECT_LE(kept, 128);
}

TEST(AnswerMemoTest, ManyThreads) {
  Memo memo;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20'000; ++i) {
        const int item = (i * (t + 1)) % 6'000;
        const auto known = Known(memo, Numbered(item));
        if (!known) memo.Keep(Numbered(item), {static_cast<double>(item), {{"a reason", 1}}});
        if (known && *known != item) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

class KeptAnswersTest : public ::testing::Test {
 protected:
  std::shared_ptr<Plugin> Fixture(const std::string& name, LoadOptions options = {}) {
    if (options.max_instances == 0) options.max_instances = 1;
    auto plugin = LoadWorker(scratch_, name, std::move(options), R"({"size": 3})");
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }

  ScratchFolder scratch_;
};

TEST_F(KeptAnswersTest, APurePluginIsAskedOnce) {
  auto plugin = Fixture("pure");
  ASSERT_TRUE(SpareStands());
  const double first = ScoreMode(*plugin, "count", 1)->points;
  EXPECT_EQ(ScoreMode(*plugin, "count", 1)->points, first);
  EXPECT_EQ(ScoreMode(*plugin, "count", 1, {.now = 99})->points, first) << "it did not ask which moment it is";
  EXPECT_EQ(ScoreMode(*plugin, "count", 2)->points, first + 1) << "another record";
  EXPECT_EQ(ScoreMode(*plugin, "count", 1)->points, first);
  EXPECT_EQ(plugin->health().calls, 5u) << "whoever is answered counts";
}

TEST_F(KeptAnswersTest, ReasonsAreKept) {
  auto plugin = Fixture("pure");
  for (int i = 0; i < 2; ++i) {
    auto explained = ScoreMode(*plugin, "explain", 1);
    ASSERT_TRUE(explained.ok()) << explained.status();
    ASSERT_EQ(explained->reasons.size(), 1u);
    EXPECT_EQ(explained->reasons[0].text, "abc");
    EXPECT_EQ(explained->reasons[0].weight, 2.5);
  }
}

TEST_F(KeptAnswersTest, OneThatIsNotPureIsAskedEachTime) {
  auto plugin = Fixture("good");
  const double first = ScoreMode(*plugin, "count", 1)->points;
  EXPECT_EQ(ScoreMode(*plugin, "count", 1)->points, first + 1);
}

TEST_F(KeptAnswersTest, WhatRestsOnTheMomentIsNotKept) {
  auto plugin = Fixture("pure");
  EXPECT_EQ(ScoreMode(*plugin, "now", 1, {.now = 1234})->points, 1234);
  EXPECT_EQ(ScoreMode(*plugin, "now", 1, {.now = 1235})->points, 1235);
  EXPECT_EQ(ScoreMode(*plugin, "now", 1, {.now = 1234})->points, 1234);
}

TEST_F(KeptAnswersTest, FailuresAreNotKept) {
  auto plugin = Fixture("pure");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(ScoreMode(*plugin, "unavailable").ok());
  EXPECT_EQ(plugin->health().failures, 2u);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(ScoreMode(*plugin, "nan").ok());
  EXPECT_EQ(plugin->health().failures, 4u);
}

TEST_F(KeptAnswersTest, OfABatchOnlyTheNewAreAsked) {
  auto plugin = Fixture("pure");
  const auto batch = [&](std::vector<double> numbers) {
    std::vector<std::array<Value, 2>> fields;
    for (double number : numbers) fields.push_back({StringValue("count"), DoubleValue(number)});
    std::vector<Record> records;
    for (const auto& record : fields) records.push_back(RecordOf(record));
    std::vector<ScoreResult> results(records.size());
    EXPECT_TRUE(plugin->Score(records, results).ok());
    std::vector<double> points;
    for (const ScoreResult& result : results) points.push_back(result.points);
    return points;
  };
  const std::vector<double> first = batch({1, 2, 3});
  const double asked = first.back();
  EXPECT_EQ(batch({3, 4, 1, 5, 2}), (std::vector<double>{first[2], asked + 1, first[0], asked + 2, first[1]}));
  std::vector<double> many;
  for (int i = 0; i < 200; ++i) many.push_back(i);
  const std::vector<double> answered = batch(many);
  EXPECT_EQ(answered[1], first[0]);
  EXPECT_EQ(answered[199], asked + 2 + 195) << "in several calls";
  EXPECT_EQ(batch(many), answered);
}

TEST_F(KeptAnswersTest, OneInQuarantineIsHeardNoMore) {
  LoadOptions options;
  options.worker.quarantine_after = 1;
  auto plugin = Fixture("pure", options);
  ASSERT_TRUE(ScoreMode(*plugin, "plain", 1).ok());
  ASSERT_TRUE(SpareStands());
  for (const pid_t worker : Children()) kill(worker, SIGKILL);
  ASSERT_TRUE(Eventually([&] { return plugin->health().state == PluginHealth::State::kQuarantined; }));
  EXPECT_EQ(ScoreMode(*plugin, "plain", 1).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace leadline::plugin
