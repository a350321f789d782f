// Whoever watches, from wherever, is sent exactly what a filter over the whole ledger finds, in its order: while others
// commit, while streams begin and are cut, with one that is slow and one that is far behind.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "tests/rpc/tail/fake_ledger.h"

namespace leadline::rpc {
namespace {

using std::chrono::microseconds;
using Random = std::mt19937_64;

constexpr size_t kKinds = 4, kLeads = 12, kRegions = 3;

size_t Below(Random& random, size_t bound) { return random() % bound; }
std::string AnyLead(Random& random) { return "lead" + std::to_string(Below(random, kLeads)); }
std::string AnyRegion(Random& random) { return "region" + std::to_string(Below(random, kRegions)); }

std::vector<domain::Event> AnyTransaction(Random& random) {
  std::vector<domain::Event> events;
  for (size_t left = 1 + Below(random, 5); left > 0; --left) {
    events.push_back(EventOf(AnyLead(random), AnyRegion(random), Below(random, kKinds),
                             Below(random, 4) == 0 ? AnyLead(random) : ""));
  }
  return events;
}

WatchFilter AnyFilter(Random& random) {
  WatchFilter filter;
  if (Below(random, 2) == 0) filter.kinds = 1 + Below(random, (1 << kKinds) - 1);
  if (Below(random, 3) == 0) filter.region = AnyRegion(random);
  if (Below(random, 3) == 0) filter.record = domain::RecordRef{domain::RecordKind::kLead, AnyLead(random)};
  filter.full = Below(random, 4) == 0;
  return filter;
}

// Follows until told to stop, in pieces: each goes on where the one before it was cut, by what it was sent last.
class Reader {
 public:
  Reader(FakeLedger& ledger, EventTail& tail, Executor& executor, uint64_t seed, microseconds pause, bool cut)
      : ledger_(ledger), tail_(tail), executor_(executor), random_(seed), pause_(pause), cut_(cut) {
    filter_ = AnyFilter(random_);
  }

  // Until it has all of the ledger that it wants, once `complete` says that nothing comes any more.
  void Run(const std::atomic<bool>& complete) {
    const std::vector<domain::Event> now = ledger_.All();
    if (Below(random_, 2) == 0 && !now.empty()) place_ = PlaceOf(now[Below(random_, now.size())]);
    start_ = place_.position;
    for (bool last = false; !last;) {
      last = complete || !cut_;
      Piece(last, complete);
    }
  }

  // What is wrong with what it was sent; empty: nothing.
  void Check() const {
    const std::vector<std::string> wanted = Naive(ledger_.All(), filter_, start_);
    EXPECT_EQ(got_, wanted);
  }

 private:
  static engine::LedgerPlace PlaceOf(const domain::Event& event) { return {event.position, event.transaction_id}; }

  void Piece(bool to_the_end, const std::atomic<bool>& complete) {
    Follower follower(tail_, executor_, pause_);
    follower.Start({filter_, place_, false, std::chrono::milliseconds(100)});
    if (to_the_end) {
      while (!complete) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      // The place after all is told once everything before it was sent.
      const engine::LedgerPlace end = *ledger_.LastPlace();
      const std::string place = "p " + std::to_string(end.position);
      EXPECT_TRUE(follower.WaitForMessage(place)) << place;
    } else {
      follower.WaitForMessages(1 + Below(random_, 40), std::chrono::milliseconds(1 + Below(random_, 40)));
    }
    follower.Stop().IgnoreError();
    for (const std::string& message : follower.messages()) {
      if (message.front() != 'p') got_.push_back(message);
      const int64_t position = std::stoll(message.substr(2));
      EXPECT_GE(position, place_.position) << "a place goes back";
      place_ = {position, position == 0 ? "" : std::to_string(domain::TransactionAt(position))};
    }
  }

  FakeLedger& ledger_;
  EventTail& tail_;
  Executor& executor_;
  Random random_;
  const microseconds pause_;
  const bool cut_;
  WatchFilter filter_;
  engine::LedgerPlace place_;
  int64_t start_ = 0;
  std::vector<std::string> got_;
};

void RunHistory(uint64_t seed, EventTailOptions options) {
  SCOPED_TRACE(seed);
  FakeLedger ledger;
  Executor executor(3, 1000);
  EventTail tail(ledger, options);
  Random random(seed);
  for (size_t i = Below(random, 200); i > 0; --i) ledger.Commit(AnyTransaction(random));

  std::vector<std::unique_ptr<Reader>> readers;
  for (uint64_t i = 0; i < 12; ++i) {
    // The first is slow; every other one is cut now and then.
    readers.push_back(
        std::make_unique<Reader>(ledger, tail, executor, seed * 100 + i, microseconds(i == 0 ? 300 : 0), i % 2 == 1));
  }
  std::atomic<bool> complete{false};
  std::vector<std::thread> threads;
  for (const auto& reader : readers) threads.emplace_back([&reader, &complete] { reader->Run(complete); });
  std::thread committer([&] {
    for (int i = 0; i < 400; ++i) {
      ledger.Commit(AnyTransaction(random));
      if (Below(random, 4) == 0) std::this_thread::sleep_for(microseconds(Below(random, 500)));
    }
    complete = true;
  });
  committer.join();
  for (std::thread& thread : threads) thread.join();
  for (const auto& reader : readers) reader->Check();
}

TEST(EventTailLawTest, EachIsSentWhatANaiveFilterFinds) {
  for (uint64_t seed = 1; seed <= 4; ++seed) RunHistory(seed, {});
}

// So small that readers fall out of the ring all the time.
TEST(EventTailLawTest, ASmallRingLosesNothing) {
  for (uint64_t seed = 11; seed <= 13; ++seed) RunHistory(seed, {.most_events = 8, .most_bytes = size_t{1} << 20});
  for (uint64_t seed = 21; seed <= 22; ++seed) RunHistory(seed, {.most_events = 1000, .most_bytes = 2'000});
}

// Each stream begins where the ledger ends at that moment, and has to be sent the very next event.
TEST(EventTailLawTest, NoGapBetweenCatchingUpAndTheTail) {
  FakeLedger ledger;
  Executor executor(3, 1000);
  EventTail tail(ledger);
  std::atomic<bool> complete{false};
  std::thread committer([&] {
    for (int i = 0; i < 100'000 && !complete; ++i) {
      ledger.Commit({EventOf("a"), EventOf("b")});
      std::this_thread::sleep_for(microseconds(200));
    }
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 30; ++i) {
        const engine::LedgerPlace place = *ledger.LastPlace();
        Follower follower(tail, executor);
        follower.Start({{}, place, false, std::chrono::hours(1)});
        ASSERT_TRUE(follower.WaitForMessages(5));
        follower.Stop().IgnoreError();
        std::vector<std::string> wanted = Naive(ledger.All(), {}, place.position);
        const std::vector<std::string> got = follower.messages();
        ASSERT_GE(wanted.size(), got.size());
        wanted.resize(got.size());
        EXPECT_EQ(got, wanted);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  complete = true;
  committer.join();
}

}  // namespace
}  // namespace leadline::rpc
