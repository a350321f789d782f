#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// Lets nobody pass until so many have come.
class Gate {
 public:
  explicit Gate(int expected) : expected_(expected) {}
  void Pass() {
    std::unique_lock lock(mutex_);
    ++come_;
    all_.notify_all();
    all_.wait(lock, [this] { return come_ >= expected_; });
  }

 private:
  const int expected_;
  std::mutex mutex_;
  std::condition_variable all_;
  int come_ = 0;
};

TEST(ExecutorTest, AsManyWorkAtOnceAsThereAreThreads) {
  constexpr int kThreads = 4;
  Executor executor(kThreads, 100);
  for (int round = 0; round < 200; ++round) {
    const auto gate = std::make_shared<Gate>(kThreads + 1);
    for (int i = 0; i < kThreads; ++i) {
      ASSERT_TRUE(executor.TryRun([gate] { gate->Pass(); }));
    }
    gate->Pass();  // hangs when one of the threads was not woken
  }
}

TEST(ExecutorTest, EveryPieceIsDoneOnceWhoeverBringsIt) {
  constexpr int kProducers = 4, kPieces = 5'000;
  std::atomic<int> done = 0, refused = 0;
  {
    Executor executor(3, 64);
    std::vector<std::thread> producers;
    for (int p = 0; p < kProducers; ++p) {
      producers.emplace_back([&, p] {
        for (int i = 0; i < kPieces; ++i) {
          const auto piece = [&done] { ++done; };
          if (p % 2 == 0) {
            executor.Run(piece);
          } else if (!executor.TryRun(piece)) {
            ++refused;
          }
          if (i % 64 == 0) std::this_thread::yield();
        }
      });
    }
    for (std::thread& producer : producers) producer.join();
  }
  EXPECT_EQ(done + refused, kProducers * kPieces);
}

TEST(ExecutorTest, OnePieceAtATimeIsNeverLeftLying) {
  Executor executor(2, 10);
  for (int i = 0; i < 5'000; ++i) {
    const auto gate = std::make_shared<Gate>(2);
    ASSERT_TRUE(executor.TryRun([gate] { gate->Pass(); }));
    gate->Pass();
  }
}

TEST(ExecutorTest, RefusesWhenTooMuchWaitsAndAfterItsEnd) {
  Gate begun(2), end(2);
  Executor executor(1, 2);
  ASSERT_TRUE(executor.TryRun([&] {
    begun.Pass();
    end.Pass();
  }));
  begun.Pass();
  int done = 0;
  EXPECT_TRUE(executor.TryRun([&] { ++done; }));
  EXPECT_TRUE(executor.TryRun([&] { ++done; }));
  EXPECT_FALSE(executor.TryRun([&] { ++done; }));
  executor.Run([&] { ++done; });
  end.Pass();
  executor.Stop();
  EXPECT_EQ(done, 3);
  EXPECT_FALSE(executor.TryRun([&] { ++done; }));
  executor.Run([&] { ++done; });
  EXPECT_EQ(done, 4);
}

TEST(ExecutorTest, TakesNoMoreThanMayWait) {
  std::promise<void> go, begun;
  Executor executor(1, /*max_waiting=*/2);
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
  std::promise<void> go, away, done;
  Executor executor(1, /*max_waiting=*/10, /*spare_threads=*/1);
  ASSERT_TRUE(executor.TryRun([&] {
    const Executor::Away elsewhere;
    away.set_value();
    go.get_future().wait();
  }));
  away.get_future().wait();
  ASSERT_TRUE(executor.TryRun([&] { done.set_value(); }));
  EXPECT_EQ(done.get_future().wait_for(60s), std::future_status::ready);
  go.set_value();
}

TEST(ExecutorTest, WhatWaitedBeforeAThreadWentAwayIsTakenUp) {
  std::promise<void> leave, go, begun, done;
  Executor executor(1, /*max_waiting=*/10, /*spare_threads=*/1);
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
