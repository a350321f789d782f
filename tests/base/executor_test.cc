#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

namespace leadline {
namespace {

using namespace std::chrono_literals;

TEST(ExecutorTest, TakesNoMoreThanMayWait) {
  Executor executor(1, /*max_waiting=*/2);
  std::promise<void> go, begun;
  ASSERT_TRUE(executor.TryRun([&] { begun.set_value(), go.get_future().wait(); }));
  begun.get_future().wait();
  std::atomic<int> done = 0;
  EXPECT_TRUE(executor.TryRun([&] { ++done; }));
  EXPECT_TRUE(executor.TryRun([&] { ++done; }));
  EXPECT_FALSE(executor.TryRun([&] { ++done; }));
  executor.Run([&] { ++done; });  // ends what was begun, whatever waits
  go.set_value();
  executor.Stop();
  EXPECT_EQ(done, 3);
  EXPECT_FALSE(executor.TryRun([] {}));
}

TEST(ExecutorTest, ASpareThreadWorksWhileAnotherIsAway) {
  Executor executor(1, /*max_waiting=*/10, /*spare_threads=*/1);
  std::promise<void> go, away;
  ASSERT_TRUE(executor.TryRun([&] {
    const Executor::Away elsewhere;
    away.set_value();
    go.get_future().wait();
  }));
  away.get_future().wait();
  std::promise<void> done;
  ASSERT_TRUE(executor.TryRun([&] { done.set_value(); }));
  EXPECT_EQ(done.get_future().wait_for(60s), std::future_status::ready);
  go.set_value();
}

TEST(ExecutorTest, WhatWaitedBeforeAThreadWentAwayIsTakenUp) {
  Executor executor(1, /*max_waiting=*/10, /*spare_threads=*/1);
  std::promise<void> leave, go, begun, done;
  ASSERT_TRUE(executor.TryRun([&] {
    begun.set_value();
    leave.get_future().wait();
    const Executor::Away elsewhere;
    go.get_future().wait();
  }));
  begun.get_future().wait();
  ASSERT_TRUE(executor.TryRun([&] { done.set_value(); }));
  leave.set_value();
  EXPECT_EQ(done.get_future().wait_for(60s), std::future_status::ready);
  go.set_value();
}

// Spare threads are for those that are away: as many as ever are at work.
TEST(ExecutorTest, NoMoreWorkThanItsThreads) {
  Executor executor(2, /*max_waiting=*/1000, /*spare_threads=*/6);
  std::atomic<int> at_work = 0, most = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(executor.TryRun([&] {
      const int now = ++at_work;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::sleep_for(100us);
      --at_work;
    }));
  }
  executor.Stop();
  EXPECT_EQ(most, 2);
}

TEST(ExecutorTest, AwayElsewhereDoesNothing) { const Executor::Away nowhere; }

}  // namespace
}  // namespace leadline
