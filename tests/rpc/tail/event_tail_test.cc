#include "rpc/tail/event_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/rpc/tail/fake_ledger.h"

namespace leadline::rpc {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

std::string Event(int64_t transaction, int64_t index = 0) {
  return "e " + std::to_string(domain::PositionOf(transaction, index));
}
std::string Full(int64_t transaction, int64_t index = 0) {
  return "f " + std::to_string(domain::PositionOf(transaction, index));
}
std::string Place(int64_t transaction, int64_t index = 0) {
  return "p " + std::to_string(domain::PositionOf(transaction, index));
}

class EventTailTest : public testing::Test {
 protected:
  // A follower from the beginning.
  std::unique_ptr<Follower> Follow(WatchFilter filter = {}, engine::LedgerPlace place = {}) {
    auto follower = std::make_unique<Follower>(tail_, executor_);
    follower->Start({std::move(filter), std::move(place), false, std::chrono::hours(1)});
    return follower;
  }
  // One that is at the tail: it wants what `filter` does, and has had the events that are there.
  std::unique_ptr<Follower> FollowFromNow(WatchFilter filter = {}) {
    auto follower = std::make_unique<Follower>(tail_, executor_);
    follower->Start({std::move(filter), *ledger_.LastPlace(), true, std::chrono::hours(1)});
    EXPECT_TRUE(follower->WaitForMessages(1));
    return follower;
  }

  FakeLedger ledger_;
  Executor executor_{4, 1000};
  EventTail tail_{ledger_};
};

TEST_F(EventTailTest, TellsOldAndNew) {
  ledger_.Commit({EventOf("a"), EventOf("b")});
  const auto follower = Follow();
  ASSERT_TRUE(follower->WaitForMessages(2));
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(follower->WaitForMessages(3));
  EXPECT_THAT(follower->messages(), ElementsAre(Event(1), Event(1, 1), Event(2)));
}

TEST_F(EventTailTest, ReadsAndEncodesOnceForAll) {
  ledger_.Commit({EventOf("a")});
  std::vector<std::unique_ptr<Follower>> followers;
  for (int i = 0; i < 50; ++i) followers.push_back(FollowFromNow());
  // Nothing is wanted of this one but that it shows when the tail has read so far.
  ledger_.Commit({EventOf("a")});
  for (const auto& follower : followers) ASSERT_TRUE(follower->WaitForMessage(Event(2)));
  const int64_t reads = ledger_.reads(), encoded = ledger_.encoded(), pages = tail_.page_reads();
  // The tail is kept within a read while many commits come.
  ledger_.HoldReads(true);
  for (int i = 0; i < 100; ++i) ledger_.Commit({EventOf("a"), EventOf("b")});
  ledger_.HoldReads(false);
  for (const auto& follower : followers) ASSERT_TRUE(follower->WaitForMessage(Event(102, 1)));
  EXPECT_LE(ledger_.reads() - reads, 3);
  EXPECT_EQ(ledger_.encoded() - encoded, 200);
  EXPECT_EQ(tail_.page_reads(), pages) << "nobody reads the store by itself";
}

TEST_F(EventTailTest, NothingIsReadWhileNobodyWatches) {
  ledger_.Commit({EventOf("a")});
  { const auto follower = FollowFromNow(); }
  std::this_thread::sleep_for(milliseconds(20));  // a read may have been under way
  const int64_t reads = ledger_.reads();
  for (int i = 0; i < 100; ++i) ledger_.Commit({EventOf("a")});
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(ledger_.reads(), reads);
  // Who comes then misses none of it.
  const auto follower = Follow({}, {domain::PositionOf(50, 0), "50"});
  ASSERT_TRUE(follower->WaitForMessages(51));
  EXPECT_EQ(follower->messages(), Naive(ledger_.All(), {}, domain::PositionOf(50, 0)));
}

TEST_F(EventTailTest, WhatNobodyWantsIsNotEncoded) {
  const auto follower = FollowFromNow(OfLead("a"));
  const int64_t encoded = ledger_.encoded();
  for (int i = 0; i < 10; ++i) ledger_.Commit({EventOf("b"), EventOf("c", "", 1, "a"), EventOf("d")});
  ASSERT_TRUE(follower->WaitForMessage(Event(10, 1)));
  EXPECT_EQ(ledger_.encoded() - encoded, 10);
  EXPECT_EQ(follower->events(), Naive(ledger_.All(), OfLead("a"), 0)) << "and what is addressed by another id";
  // Who wants it later is sent it all the same, from the store.
  const auto late = Follow(OfLead("d"));
  ASSERT_TRUE(late->WaitForMessages(10));
  EXPECT_EQ(late->events(), Naive(ledger_.All(), OfLead("d"), 0));
}

TEST_F(EventTailTest, OneWhoIsSlowHoldsBackNobody) {
  const auto slow = FollowFromNow(), quick = FollowFromNow();
  ledger_.Commit({EventOf("a")});
  for (const auto& follower : {slow.get(), quick.get()}) ASSERT_TRUE(follower->WaitForMessage(Event(1)));
  const int64_t pages = tail_.page_reads();
  slow->Hold(true);
  constexpr int kCommits = 300;
  for (int i = 1; i < kCommits; ++i) ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(quick->WaitForMessage(Event(kCommits)));
  EXPECT_LE(slow->events().size(), 2u);
  slow->Hold(false);
  ASSERT_TRUE(slow->WaitForMessage(Event(kCommits)));
  EXPECT_EQ(slow->events(), Naive(ledger_.All(), {}, 0));
  EXPECT_EQ(tail_.page_reads(), pages) << "the ring still has what it was not sent";
}

TEST_F(EventTailTest, WhoIsSentNothingHearsThePlace) {
  Follower follower(tail_, executor_);
  follower.Start({OfLead("a"), {}, false, milliseconds(100)});
  ASSERT_TRUE(follower.WaitForMessages(2));
  EXPECT_THAT(follower.messages(), testing::Each("p 0"));
  ledger_.Commit({EventOf("b"), EventOf("c")});
  ASSERT_TRUE(follower.WaitForMessage(Place(1, 1))) << "the place is past what it does not want";
  ledger_.Commit({EventOf("a"), EventOf("b")});
  ASSERT_TRUE(follower.WaitForMessage(Place(2, 1)));
  EXPECT_THAT(follower.events(), ElementsAre(Event(2)));
}

TEST_F(EventTailTest, HeartbeatsComeInTime) {
  Follower often(tail_, executor_), seldom(tail_, executor_), busy(tail_, executor_);
  const auto begin = std::chrono::steady_clock::now();
  seldom.Start({{}, {}, false, std::chrono::hours(1)});
  often.Start({{}, {}, false, milliseconds(100)});
  busy.Start({{}, {}, false, milliseconds(10'000)});
  // One that is sent events in time needs none.
  for (int64_t commit = 1; commit <= 4; ++commit) {
    ledger_.Commit({EventOf("a")});
    ASSERT_TRUE(often.WaitForMessage(Place(commit)));
    ASSERT_TRUE(busy.WaitForMessage(Event(commit)));
    ASSERT_TRUE(seldom.WaitForMessage(Event(commit)));
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(4 * 100));
  EXPECT_THAT(seldom.messages(), ElementsAre(Event(1), Event(2), Event(3), Event(4)));
  EXPECT_EQ(busy.messages(), seldom.messages());
}

TEST_F(EventTailTest, GreetsFirst) {
  ledger_.Commit({EventOf("a")});
  const auto follower = FollowFromNow();
  EXPECT_THAT(follower->messages(), ElementsAre(Place(1)));
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(follower->WaitForMessages(2));
  EXPECT_THAT(follower->messages(), ElementsAre(Place(1), Event(2)));
}

TEST_F(EventTailTest, NobodyDecidesAgainForAll) {
  const auto full = FollowFromNow(InFull(OfLead("a")));
  const int64_t encoded = ledger_.encoded();
  for (int i = 0; i < 10; ++i) ledger_.Commit({EventOf("a"), EventOf("b")});
  ASSERT_TRUE(full->WaitForMessage(Full(10)));
  EXPECT_EQ(full->events(), Naive(ledger_.All(), InFull(OfLead("a")), 0));
  EXPECT_EQ(ledger_.encoded(), encoded) << "the ring holds nothing for it";
  EXPECT_EQ(ledger_.replayed(), 10);
  // Beside it somebody with the same filter who wants less: encoded once, and decided again once.
  const auto basic = FollowFromNow(OfLead("a"));
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(full->WaitForMessage(Full(11)));
  ASSERT_TRUE(basic->WaitForMessage(Event(11)));
  EXPECT_EQ(ledger_.encoded(), encoded + 1);
  EXPECT_EQ(ledger_.replayed(), 11);
}

TEST_F(EventTailTest, DecisionsAreDecidedAgainAFewAtATime) {
  for (int i = 0; i < 100; ++i) ledger_.Commit({EventOf("a"), EventOf("b")});
  const auto follower = Follow(InFull());
  ASSERT_TRUE(follower->WaitForMessage(Full(100, 1)));
  EXPECT_EQ(follower->events(), Naive(ledger_.All(), InFull(), 0));
  EXPECT_EQ(ledger_.most_replayed(), static_cast<size_t>(EventTail::kReplayedInPage));
  // Whoever does not read has no more decided for it.
  const int64_t before = ledger_.replayed();
  Follower slow(tail_, executor_);
  slow.Hold(true);
  slow.Start({InFull(), {}, false, std::chrono::hours(1)});
  ASSERT_TRUE(slow.WaitForMessages(1));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(ledger_.replayed() - before, EventTail::kReplayedInPage);
  slow.Hold(false);
}

TEST_F(EventTailTest, TwoDecideAgainAndTheOthersTakeTurns) {
  std::vector<std::unique_ptr<Follower>> full;
  for (int i = 0; i < 5; ++i) full.push_back(FollowFromNow(InFull()));
  const auto basic = FollowFromNow();
  ledger_.HoldReplays(true);
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(ledger_.WaitForReplays(2));
  // Nobody else waits for them.
  ASSERT_TRUE(basic->WaitForMessage(Event(1)));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(ledger_.replaying(), 2);
  // One of those who wait for their turn ends at once: of three there are at least two that it can be.
  std::vector<std::thread> ending;
  std::atomic<int> ended{0};
  for (int i = 0; i < 3; ++i) {
    ending.emplace_back([&, i] {
      EXPECT_EQ(full[static_cast<size_t>(i)]->Stop(), absl::CancelledError("stopped"));
      ++ended;
    });
  }
  for (int i = 0; i < 1000 && ended == 0; ++i) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_GE(ended, 1);
  ledger_.HoldReplays(false);
  for (std::thread& thread : ending) thread.join();
  for (size_t i = 3; i < full.size(); ++i) {
    ASSERT_TRUE(full[i]->WaitForMessage(Full(1)));
    EXPECT_THAT(full[i]->events(), ElementsAre(Full(1)));
  }
  ledger_.Commit({EventOf("a")});
  for (size_t i = 3; i < full.size(); ++i) ASSERT_TRUE(full[i]->WaitForMessage(Full(2)));
}

TEST_F(EventTailTest, WhoIsEndedHasNoMoreDecidedAgain) {
  for (int i = 0; i < 10; ++i) ledger_.Commit({EventOf("a")});
  ledger_.HoldReplays(true);
  const auto follower = Follow(InFull());
  ASSERT_TRUE(ledger_.WaitForReplays(1));
  tail_.End(*follower, absl::CancelledError("gone"));
  ledger_.HoldReplays(false);
  EXPECT_EQ(follower->WaitForEnd(), absl::CancelledError("gone"));
  EXPECT_EQ(ledger_.replayed(), 0);
  EXPECT_THAT(follower->events(), testing::IsEmpty());
}

TEST_F(EventTailTest, AFailureOfTheStoreEndsThem) {
  const auto waiting = FollowFromNow();
  ledger_.FailReads(absl::DataLossError("torn"));
  ledger_.Commit({EventOf("a")});
  EXPECT_EQ(waiting->WaitForEnd(), absl::DataLossError("torn"));
  const auto late = Follow();
  EXPECT_EQ(late->WaitForEnd(), absl::DataLossError("torn"));
  ledger_.FailReads(absl::OkStatus());
  const auto again = Follow();
  ASSERT_TRUE(again->WaitForMessages(1));
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(again->WaitForMessages(2));
  EXPECT_THAT(again->messages(), ElementsAre(Event(1), Event(2)));
}

TEST_F(EventTailTest, EndsWhoWaitsAndWhoIsBusy) {
  const auto waiting = FollowFromNow(), busy = FollowFromNow();
  busy->Hold(true);
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(waiting->WaitForMessage(Event(1)));
  ASSERT_TRUE(busy->WaitForMessage(Event(1)));
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(20));
    busy->Hold(false);
  });
  EXPECT_EQ(busy->Stop(absl::UnavailableError("stopping")), absl::UnavailableError("stopping"));
  later.join();
  EXPECT_EQ(waiting->Stop(absl::UnavailableError("stopping")), absl::UnavailableError("stopping"));
  ledger_.Commit({EventOf("a")});
  EXPECT_THAT(waiting->events(), ElementsAre(Event(1)));
  // One that was ended before it began.
  Follower never(tail_, executor_);
  tail_.End(never, absl::CancelledError("gone"));
  tail_.Advance(never);
  EXPECT_EQ(never.WaitForEnd(), absl::CancelledError("gone"));
}

TEST_F(EventTailTest, NothingComesAfterStop) {
  const auto follower = FollowFromNow();
  ledger_.Commit({EventOf("a")});
  ASSERT_TRUE(follower->WaitForMessage(Event(1))) << "from here on it reads nothing of the store by itself";
  tail_.Stop();
  tail_.Stop();
  ledger_.Commit({EventOf("a")});
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_THAT(follower->events(), ElementsAre(Event(1)));
  EXPECT_EQ(follower->Stop(), absl::CancelledError("stopped"));
}

}  // namespace
}  // namespace leadline::rpc
