// What nobody waits for any more is neither decided nor written, and plugins are asked no longer than somebody waits.
#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "base/executor.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {
namespace {

using std::chrono::steady_clock;

class CallDeadlineTest : public PluginSlots {
 protected:
  void SetUp() override {
    PluginSlots::SetUp();
    EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
    options.deciders = &deciders_;
    engine_ = std::make_unique<Engine>(options);
    Use();
  }
  void TearDown() override {
    deciders_.Stop();
    PluginSlots::TearDown();
  }
  static CallContext Until(Deadline deadline) {
    CallContext context;
    context.deadline = deadline;
    return context;
  }
  // Until when the plugin was told that it is waited for, each time it was asked.
  using Told = std::vector<std::optional<steady_clock::time_point>>;
  std::shared_ptr<Told> Listen() {
    auto told = std::make_shared<Told>();
    fit_->asked = [told](const plugin::CallOptions& options) { told->push_back(options.deadline); };
    return told;
  }

  Executor deciders_{1, 64};
};

TEST_F(CallDeadlineTest, WhatWaitedTooLongIsNotDecided) {
  const auto told = Listen();
  std::promise<void> go;
  ASSERT_TRUE(deciders_.TryRun([wait = go.get_future().share()] { wait.wait(); }));
  const Deadline soon = steady_clock::now() + std::chrono::milliseconds(5);
  std::promise<absl::StatusOr<SubmitResult>> late;
  engine_->SubmitEnquiry(Until(soon), From("web"), false,
                         [&](absl::StatusOr<SubmitResult> result) { late.set_value(std::move(result)); });
  std::this_thread::sleep_until(soon + std::chrono::milliseconds(1));
  go.set_value();
  EXPECT_EQ(late.get_future().get().status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(told->empty());
  EXPECT_EQ(*engine_->LastPosition({}), 0);
}

TEST_F(CallDeadlineTest, PluginsAreAskedAsLongAsTheCallIsWaitedFor) {
  const auto told = Listen();
  const Deadline later = steady_clock::now() + std::chrono::hours(1);
  ASSERT_TRUE(Submit(From("web"), Until(later)).ok());
  EXPECT_THAT(*told, testing::AllOf(testing::Not(testing::IsEmpty()), testing::Each(std::optional(later))));
  told->clear();
  ASSERT_TRUE(Submit(From("web", "bo@acme.com")).ok());
  EXPECT_THAT(*told, testing::AllOf(testing::Not(testing::IsEmpty()), testing::Each(testing::Eq(std::nullopt))))
      << "the deadline of one call is not that of the next";
}

// The pack says that it can do without the plugin; but here it was the caller who had no time.
TEST_F(CallDeadlineTest, ADecisionThatAPluginHadNoTimeForDoesNotStand) {
  fit_->asked = [this](const plugin::CallOptions& options) {
    ASSERT_TRUE(options.deadline.has_value());
    std::this_thread::sleep_until(*options.deadline + std::chrono::milliseconds(1));
    fit_->failure = absl::DeadlineExceededError("the deadline passed before it answered");
  };
  const auto submitted = Submit(From("web"), Until(steady_clock::now() + std::chrono::milliseconds(20)));
  EXPECT_EQ(submitted.status().code(), absl::StatusCode::kDeadlineExceeded) << submitted.status();
  EXPECT_EQ(*engine_->LastPosition({}), 0);
}

TEST_F(CallDeadlineTest, RowsOfAnImportAreDroppedLikewise) {
  auto result = Wait<ImportResult>([&](Done<ImportResult> done) {
    engine_->ImportRows(Until(steady_clock::now()), "spring", {{1, From("web")}}, false, std::move(done));
  });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(*engine_->LastPosition({}), 0);
}

}  // namespace
}  // namespace leadline::engine
