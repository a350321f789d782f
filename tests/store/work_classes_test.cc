// Work of one kind does not wait for another: bulk writes give way, and what nobody waits for is not read on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using testing::ElementsAre;

// Commits each write by itself, and none before Go().
class WorkClassesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    place_.options.max_batch = 1;
    store_ = place_.Open();
    std::promise<void> started;
    store_->Write(
        "default",
        [&, go = go_.get_future().share()](Transaction&) {
          started.set_value();
          go.wait();
          return absl::OkStatus();
        },
        [](const absl::Status&) {});
    started.get_future().wait();
  }
  void Write(const std::string& name, WorkClass work) {
    store_->Write(
        "default",
        [this, name](Transaction&) {
          const std::lock_guard lock(mutex_);
          order_.push_back(name);
          return absl::OkStatus();
        },
        [](const absl::Status& status) { EXPECT_TRUE(status.ok()) << status; }, kNoDeadline, work);
  }
  // What ran, in order, once all is done.
  std::vector<std::string> Go() {
    go_.set_value();
    store_->Close();
    return order_;
  }

  SqlitePlace place_;
  std::unique_ptr<Store> store_;
  std::promise<void> go_;
  std::mutex mutex_;
  std::vector<std::string> order_;
};

TEST_F(WorkClassesTest, WhatSomebodyWaitsForGoesFirst) {
  for (const char* name : {"bulk 1", "bulk 2", "bulk 3"}) Write(name, WorkClass::kBulk);
  for (const char* name : {"one", "two"}) Write(name, WorkClass::kInteractive);
  EXPECT_THAT(Go(), ElementsAre("one", "two", "bulk 1", "bulk 2", "bulk 3"));
}

TEST_F(WorkClassesTest, BulkWorkGoesOnHoweverMuchElseIsAskedFor) {
  for (int i = 0; i < 20; ++i) Write("asked", WorkClass::kInteractive);
  Write("bulk 1", WorkClass::kBulk);
  Write("bulk 2", WorkClass::kBulk);
  const std::vector<std::string> order = Go();
  ASSERT_EQ(order.size(), 22u);
  const auto first = std::find(order.begin(), order.end(), "bulk 1");
  const auto second = std::find(order.begin(), order.end(), "bulk 2");
  EXPECT_LT(first - order.begin(), 4);
  EXPECT_LT(second - order.begin(), 8);
}

TEST(InterruptedReadTest, EndsSoonAfterNobodyWaitsForIt) {
  SqlitePlace place;
  auto store = place.Open();
  ASSERT_TRUE(WriteAndWait(*store, "default", [](Transaction& tx) -> absl::Status {
                for (int i = 0; i < 5000; ++i) {
                  domain::Lead lead{.id = "lead-" + std::to_string(i), .region = "emea", .status = "mql"};
                  RETURN_IF_ERROR(tx.Put(lead));
                }
                return absl::OkStatus();
              }).ok());
  int asked = 0;
  const auto count = [&](const StillWanted& wanted) {
    return store->Read(
        "default", [](Reader& reader) { return reader.CountByRegion(10).status(); }, wanted);
  };
  EXPECT_TRUE(count([&] { return ++asked > 0; }).ok());
  EXPECT_GT(asked, 2) << "it is asked again and again";
  asked = 0;
  const absl::Status cancelled = count([&] { return ++asked < 2; });
  EXPECT_TRUE(absl::IsCancelled(cancelled)) << cancelled;
  EXPECT_EQ(asked, 2) << "it went on reading";
  EXPECT_TRUE(count({}).ok()) << "the next reader is not disturbed";
}

}  // namespace
}  // namespace leadline::store
