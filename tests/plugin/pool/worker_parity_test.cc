// A worker gives exactly what the same plugin gives in the server's process: results, reasons, errors and log lines.
#include <gtest/gtest.h>

#include "tests/plugin/pool/worker_testing.h"
#include "tests/plugin/random_items.h"

namespace leadline::plugin {

// Where the containers find them.
static bool operator==(const Reason& a, const Reason& b) { return a.text == b.text && a.weight == b.weight; }
static bool operator==(const NormalizeResult& a, const NormalizeResult& b) {
  return a.value == b.value && a.confidence == b.confidence && a.reasons == b.reasons;
}
static bool operator==(const StatusResult& a, const StatusResult& b) {
  return a.verdict == b.verdict && a.reasons == b.reasons;
}
static bool operator==(const ScoreResult& a, const ScoreResult& b) {
  return a.points == b.points && a.reasons == b.reasons;
}
static bool operator==(const RouteResult& a, const RouteResult& b) {
  return a.choice == b.choice && a.reasons == b.reasons;
}
static bool operator==(const MergeResult& a, const MergeResult& b) {
  return a.level == b.level && a.weight == b.weight && a.reasons == b.reasons;
}

namespace {

// The same plugin in both modes.
class ParityTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto local = LoadFixture(scratch_, "echo", {.log = local_lines_.Sink()}, "");
    auto worker = LoadWorker(scratch_, "echo", {.log = worker_lines_.Sink(), .max_instances = 1});
    ASSERT_TRUE(local.ok()) << local.status();
    ASSERT_TRUE(worker.ok()) << worker.status();
    local_ = *local;
    worker_ = *worker;
  }

  template <class Item, class Result>
  void Compare(absl::Status (Plugin::*call)(std::span<const Item>, std::span<Result>, const CallOptions&),
               const std::vector<Item>& items, const CallOptions& options) {
    std::vector<Result> here(items.size()), there(items.size());
    absl::Status local = ((*local_).*call)(items, here, options);
    absl::Status worker = ((*worker_).*call)(items, there, options);
    if (items.size() <= 64) {
      ASSERT_EQ(local, worker);
    } else {
      // The plugin gets parts of different lengths, so that another fault may come first.
      ASSERT_EQ(local.ok(), worker.ok());
    }
    if (!local.ok()) {
      ++failures_;
      return;
    }
    ++successes_;
    for (size_t i = 0; i < items.size(); ++i) {
      ASSERT_TRUE(here[i] == there[i]) << i;
      reasons_ += here[i].reasons.size();
    }
  }

  ScratchFolder scratch_;
  LogLines local_lines_, worker_lines_;
  std::shared_ptr<Plugin> local_, worker_;
  size_t failures_ = 0, successes_ = 0, reasons_ = 0;
};

TEST_F(ParityTest, TellsTheSameOfItself) {
  EXPECT_EQ(local_->info().fields, worker_->info().fields);
  EXPECT_EQ(local_->info().capabilities, worker_->info().capabilities);
  EXPECT_EQ(local_->info().sha256, worker_->info().sha256);
  EXPECT_EQ(local_->info().path, worker_->info().path);
  EXPECT_EQ(local_->info().pure, worker_->info().pure);
  EXPECT_EQ(local_->info().concurrent, worker_->info().concurrent);
  EXPECT_EQ(local_->info().state, worker_->info().state);
  ASSERT_EQ(local_->wanted_slots().size(), worker_->wanted_slots().size());
  for (size_t i = 0; i < local_->wanted_slots().size(); ++i) {
    EXPECT_EQ(local_->wanted_slots()[i].index, worker_->wanted_slots()[i].index);
    EXPECT_EQ(local_->wanted_slots()[i].kind, worker_->wanted_slots()[i].kind);
  }
}

TEST_F(ParityTest, GivesTheSameForLargeBatches) {
  RandomItems random(5);
  for (size_t n : {65, 100, 128, 129, 200, 1'025, 1'500}) {
    std::vector<Record> records;
    for (size_t i = 0; i < n; ++i) records.push_back(random.Row());
    for (Time now : {1, 2, 3, 4}) Compare(&Plugin::Normalize, records, {.now = now});
  }
  EXPECT_GT(successes_, 5u);
}

TEST_F(ParityTest, GivesTheSameForRandomRecords) {
  RandomItems random(20261126);
  for (int round = 0; round < 400 && !HasFatalFailure(); ++round) {
    const size_t n = 1 + random.Below(64);
    std::vector<Record> records;
    std::vector<Transition> transitions;
    std::vector<RouteRequest> requests;
    std::vector<RecordPair> pairs;
    for (size_t i = 0; i < n; ++i) {
      records.push_back(random.Row());
      transitions.push_back({random.Row(), StrOf(random.Text()), StrOf(random.Text())});
      requests.push_back(random.Request());
      pairs.push_back({random.Row(), random.Row()});
    }
    const CallOptions options{.now = static_cast<Time>(round) * 1'000'003 - 5};
    Compare(&Plugin::Score, records, options);
    Compare(&Plugin::Normalize, records, options);
    Compare(&Plugin::Gate, transitions, options);
    Compare(&Plugin::Route, requests, options);
    Compare(&Plugin::Compare, pairs, options);
    random.Forget();
  }
  EXPECT_GT(successes_, 1'000u);
  EXPECT_GT(failures_, 20u);
  EXPECT_GT(reasons_, 10'000u);
  EXPECT_FALSE(local_lines_.Get().empty());
  EXPECT_EQ(local_lines_.Get(), worker_lines_.Get());
  EXPECT_EQ(local_->health().calls, worker_->health().calls);
  EXPECT_EQ(local_->health().failures, worker_->health().failures);
  EXPECT_EQ(worker_->health().deaths, 0u);
}

}  // namespace
}  // namespace leadline::plugin
