// What waits for the writing thread: bounded by count, by time, and by how long a batch runs.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "base/errors.h"
#include "store/draft.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using std::chrono::steady_clock;
using testing::Each;
using testing::ElementsAre;

constexpr std::chrono::hours kLong{1};

// A store whose writing thread stands still until it is let go.
class WriterQueueTest : public testing::Test {
 protected:
  void Open() {
    place_.options.before_commit = [this] {
      ++commits_;
      return absl::OkStatus();
    };
    store_ = place_.Open();
  }
  void TearDown() override {
    LetGo();
    if (store_ != nullptr) store_->Close();
  }
  void HoldTheWriter() {
    store_->Write(
        "default",
        [this, go = go_.get_future().share()](Transaction&) {
          started_.set_value();
          go.wait();
          return absl::OkStatus();
        },
        [](const absl::Status&) {});
    started_.get_future().wait();
    held_ = true;
  }
  void LetGo() {
    if (std::exchange(held_, false)) go_.set_value();
  }
  // Puts a lead in its turn.
  std::future<absl::Status> Put(const std::string& id, Deadline deadline = kNoDeadline) {
    auto promise = std::make_shared<std::promise<absl::Status>>();
    store_->Write(
        "default",
        [id, this](Transaction& t) {
          ran_.push_back(id);
          domain::Lead lead{.id = id};
          return t.Put(lead);
        },
        [promise](absl::Status status) { promise->set_value(std::move(status)); }, deadline);
    return promise->get_future();
  }
  // The same as a change set.
  std::future<absl::Status> Apply(const std::string& id, Deadline deadline) {
    std::optional<ChangeSet> set;
    const absl::Status decided = store_->Read("default", [&](Reader& reader) -> absl::Status {
      Draft draft(reader);
      domain::Lead lead{.id = id};
      EXPECT_TRUE(draft.Put(lead).ok());
      auto finished = draft.Finish();
      EXPECT_TRUE(finished.ok()) << finished.status();
      set = *std::move(finished);
      return absl::OkStatus();
    });
    EXPECT_TRUE(decided.ok()) << decided;
    auto promise = std::make_shared<std::promise<absl::Status>>();
    store_->Apply(
        "default", *std::move(set), [](Transaction&, size_t) { return absl::OkStatus(); },
        [promise](absl::Status status) { promise->set_value(std::move(status)); }, deadline);
    return promise->get_future();
  }
  bool Stored(const std::string& id) {
    return store_->Read("default", [&](Reader& reader) { return reader.GetLead(id).status(); }).ok();
  }

  SqlitePlace place_;
  std::unique_ptr<Store> store_;
  std::promise<void> started_, go_;
  bool held_ = false;
  std::atomic<int> commits_{0};
  std::vector<std::string> ran_;  // by the writing thread; read when it has nothing left
};

TEST_F(WriterQueueTest, WhatComesBeyondTheBoundIsRefusedAndToldWhenToTryAgain) {
  place_.options.max_waiting = 3;
  Open();
  HoldTheWriter();
  std::vector<std::future<absl::Status>> taken;
  for (const char* id : {"a", "b", "c"}) taken.push_back(Put(id));
  const absl::Status refused = Put("d").get();  // at once, while the writer stands still
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_TRUE(RetryDelayOf(refused).has_value());
  EXPECT_EQ(Apply("e", kNoDeadline).get().code(), absl::StatusCode::kResourceExhausted);
  LetGo();
  for (auto& status : taken) EXPECT_TRUE(status.get().ok());
  EXPECT_TRUE(Put("f").get().ok()) << "there is room again";
  EXPECT_FALSE(Stored("d"));
}

TEST_F(WriterQueueTest, WhatNobodyWaitsForIsDroppedBeforeItIsRun) {
  Open();
  HoldTheWriter();
  const Deadline soon = steady_clock::now() + std::chrono::milliseconds(5);
  auto late = Put("late", soon);
  auto late_set = Apply("late_set", soon);
  auto patient = Put("patient", steady_clock::now() + kLong);
  auto endless = Apply("endless", kNoDeadline);
  std::this_thread::sleep_until(soon + std::chrono::milliseconds(1));
  LetGo();
  EXPECT_EQ(late.get().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(late_set.get().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(patient.get().ok());
  EXPECT_TRUE(endless.get().ok());
  EXPECT_THAT(ran_, ElementsAre("patient"));
  EXPECT_FALSE(Stored("late"));
  EXPECT_FALSE(Stored("late_set"));
  EXPECT_TRUE(Stored("endless"));
}

TEST_F(WriterQueueTest, ADeadlineThatHasPassedAlreadyLeavesTheOthersOfItsBatchAlone) {
  Open();
  HoldTheWriter();
  std::vector<std::future<absl::Status>> good, late;
  for (int i = 0; i < 20; ++i) {
    good.push_back(Put("good" + std::to_string(i)));
    late.push_back(Put("late" + std::to_string(i), steady_clock::now()));
  }
  // Fails after it wrote: the whole batch is run again.
  auto failing = std::make_shared<std::promise<absl::Status>>();
  store_->Write(
      "default",
      [](Transaction& t) {
        domain::Lead lead{.id = "bad"};
        return t.Put(lead).ok() ? absl::FailedPreconditionError("no") : absl::InternalError("?");
      },
      [failing](absl::Status status) { failing->set_value(std::move(status)); });
  LetGo();
  for (auto& status : good) EXPECT_TRUE(status.get().ok());
  for (auto& status : late) EXPECT_EQ(status.get().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(failing->get_future().get().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(Stored("bad"));
}

// However long they take, one is run in each.
TEST_F(WriterQueueTest, ABatchEndsWhenItsWorkTookLongEnough) {
  place_.options.max_batch_time = std::chrono::microseconds(0);
  Open();
  HoldTheWriter();
  std::vector<std::future<absl::Status>> all;
  std::vector<std::string> order;
  for (int i = 0; i < 40; ++i) {
    order.push_back("l" + std::to_string(i));
    all.push_back(Put(order.back()));
  }
  LetGo();
  for (auto& status : all) EXPECT_TRUE(status.get().ok());
  EXPECT_EQ(commits_, 41);
  EXPECT_EQ(ran_, order) << "in the order in which they came";
}

TEST_F(WriterQueueTest, ABatchWithTimeTakesAllThatWait) {
  place_.options.max_batch_time = kLong;
  Open();
  HoldTheWriter();
  std::vector<std::future<absl::Status>> all;
  for (int i = 0; i < 40; ++i) all.push_back(Put("l" + std::to_string(i)));
  LetGo();
  for (auto& status : all) EXPECT_TRUE(status.get().ok());
  EXPECT_EQ(commits_, 2);
}

TEST_F(WriterQueueTest, ClosingRunsWhatABatchHadNoTimeFor) {
  place_.options.max_batch_time = std::chrono::microseconds(0);
  Open();
  HoldTheWriter();
  std::vector<std::future<absl::Status>> all;
  for (int i = 0; i < 10; ++i) all.push_back(Put("l" + std::to_string(i)));
  std::thread closer([this] { store_->Close(); });
  LetGo();
  closer.join();
  // Each of them was taken before the end began.
  for (auto& status : all) EXPECT_TRUE(status.get().ok());
  EXPECT_EQ(ReasonOf(Put("after").get()), "STORE_CLOSED");
}

}  // namespace
}  // namespace leadline::store
