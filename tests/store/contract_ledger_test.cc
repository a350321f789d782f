// Contract: the ledger and its order.
#include <atomic>
#include <map>
#include <thread>

#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContractTest, EventsComeBackWhole) {
  Generator make(21);
  std::vector<domain::Event> events;
  int number = 0;
  for (int round = 0; round < 8; ++round) {
    for (size_t type = 0; type < std::variant_size_v<domain::EventPayload>; ++type) {
      domain::Event event = make.Event(LeadRef(round % 2 == 0 ? "even" : "odd"), type);
      event.region = make.Flip() ? make.Text() : make.Flip() ? "emea" : "";
      event.addressed = make.Flip() ? make.Text() : "";
      if (event.decision.has_value() && make.Flip()) event.decision->record = domain::ResourceName(event.record);
      // The first of some events says what all of them share; generation, packs and snapshot may be their own.
      const domain::Event* first = make.Int(0, 4) == 0 || events.empty() ? nullptr : &events.back();
      event.transaction_id = first == nullptr ? "t" + std::to_string(++number) : first->transaction_id;
      if (first != nullptr) {
        event.append_time = first->append_time;
        event.actor = first->actor;
        event.request_id = first->request_id;
        if (make.Flip()) event.generation = first->generation;
        if (make.Flip()) event.pack_hashes = first->pack_hashes;
        if (event.decision.has_value() && first->decision.has_value()) {
          event.decision->snapshot = first->decision->snapshot;
        }
      }
      events.push_back(event);
    }
  }
  AppendAll(events);
  Reopen();
  const auto read = Read([](Reader& r) { return r.EventsAfter(0, 1000); });
  ASSERT_EQ(read.size(), events.size());
  std::map<std::string, int64_t> sequences;
  int64_t transaction = 0, index = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    const bool begins = i == 0 || events[i].transaction_id != events[i - 1].transaction_id;
    transaction += begins ? 1 : 0;
    index = begins ? 0 : index + 1;
    EXPECT_EQ(events[i].position, At(transaction, index));
    EXPECT_EQ(events[i].id, events[i].transaction_id + "." + std::to_string(index));
    EXPECT_EQ(events[i].sequence, ++sequences[events[i].record.id]);
    EXPECT_TRUE(SameEvent(read[i], events[i])) << i;
  }
  EXPECT_GT(transaction, 10);
  EXPECT_EQ(transaction, number);
  EXPECT_EQ(Read([](Reader& r) { return r.LastPosition(); }), events.back().position);
}

TEST_P(StoreContractTest, PacksHaveAHistoryOfTheirOwn) {
  const domain::RecordRef pack{.kind = RecordKind::kPack, .id = "emea"};
  std::vector<domain::Event> events = {
      {.record = pack, .payload = domain::PackChanged{.action = "proposed", .pack = "emea"}},
      {.record = LeadRef("emea")},
      {.record = pack, .payload = domain::PackChanged{.action = "activated", .pack = "emea"}}};
  AppendAll(events);
  Reopen();
  const std::vector<domain::RecordRef> records = {pack};
  const auto read = Read([&](Reader& r) { return r.Timeline(records, 0, 10); });
  ASSERT_EQ(read.size(), 2U);
  EXPECT_TRUE(SameEvent(read[0], events[0]));
  EXPECT_TRUE(SameEvent(read[1], events[2]));
  EXPECT_EQ(read[1].sequence, 2);
}

TEST_P(StoreContractTest, DecisionsShareOneSnapshotObject) {
  Generator make(22);
  const auto snapshot = make.Snapshot();
  std::vector<domain::Event> events;
  for (int i = 0; i < 3; ++i) {
    domain::Event event{.record = LeadRef("l"), .payload = domain::DecisionTaken{}};
    event.decision = make.Decision();
    event.decision->snapshot = i < 2 ? snapshot : std::make_shared<domain::SnapshotRef>(*snapshot);
    events.push_back(event);
  }
  AppendAll(events);
  const auto read = Read([](Reader& r) { return r.EventsAfter(0, 10); });
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(*read[0].decision->snapshot, *snapshot);
  EXPECT_EQ(read[0].decision->snapshot, read[1].decision->snapshot);
  EXPECT_EQ(read[0].decision->snapshot, read[2].decision->snapshot);
}

TEST_P(StoreContractTest, SequencesGoOnOverTransactionsAndRestarts) {
  for (int i = 1; i <= 4; ++i) {
    std::vector<domain::Event> events = {
        {.record = LeadRef("l")}, {.record = {.kind = RecordKind::kContact, .id = "l"}}, {.record = LeadRef("l")}};
    AppendAll(events);
    EXPECT_EQ(events[0].sequence, 2 * i - 1);
    EXPECT_EQ(events[1].sequence, i);
    EXPECT_EQ(events[2].sequence, 2 * i);
    EXPECT_EQ(events[2].position, At(i, 2));
    if (i == 2) {
      Reopen();
    }
  }
}

TEST_P(StoreContractTest, TimelineMergesRecordsInCommitOrder) {
  std::vector<domain::Event> events;
  for (int i = 0; i < 12; ++i) {
    const RecordKind kind = i % 3 == 0 ? RecordKind::kLead : i % 3 == 1 ? RecordKind::kContact : RecordKind::kAccount;
    events.push_back({.transaction_id = "t" + std::to_string(i / 4), .record = {.kind = kind, .id = "x"}});
  }
  AppendAll(events);
  const std::vector<domain::RecordRef> records = {
      {RecordKind::kContact, "x"}, {RecordKind::kLead, "x"}, {RecordKind::kContact, "x"}, {RecordKind::kLead, "none"}};
  const auto positions = [&](int64_t after, int limit) {
    std::vector<int64_t> result;
    for (const auto& event : Read([&](Reader& r) { return r.Timeline(records, after, limit); })) {
      result.push_back(event.position);
    }
    return result;
  };
  EXPECT_THAT(positions(0, 100),
              ElementsAre(At(1, 0), At(1, 1), At(1, 3), At(2, 0), At(2, 2), At(2, 3), At(3, 1), At(3, 2)));
  EXPECT_THAT(positions(0, 3), ElementsAre(At(1, 0), At(1, 1), At(1, 3)));
  EXPECT_THAT(positions(At(1, 3), 3), ElementsAre(At(2, 0), At(2, 2), At(2, 3)));
  EXPECT_THAT(positions(At(2, 1), 3), ElementsAre(At(2, 2), At(2, 3), At(3, 1))) << "an event of another record";
  EXPECT_THAT(positions(At(2, 2), 3), ElementsAre(At(2, 3), At(3, 1), At(3, 2)));
  EXPECT_THAT(positions(At(3, 1), 3), ElementsAre(At(3, 2)));
  EXPECT_THAT(positions(At(3, 2), 3), IsEmpty());
}

// Readers that follow the ledger while many write must see every event once, in order, and nothing that is not whole.
TEST_P(StoreContractTest, FollowersMissNothingAndRepeatNothing) {
  constexpr int kWriters = 4, kTransactions = 120, kEvents = 3;
  std::atomic<int> listened{0};
  const int listener = store_->AddListener([&listened] { ++listened; });
  std::atomic<bool> torn{false}, stop{false};
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kTransactions; ++i) {
        const bool fail = i % 5 == 4;
        const absl::Status status = Write([&, w, i, fail](Transaction& t) -> absl::Status {
          for (int e = 0; e < kEvents; ++e) {
            domain::Event event{.transaction_id = std::to_string(w) + "-" + std::to_string(i),
                                .record = LeadRef("w" + std::to_string(w))};
            RETURN_IF_ERROR(t.Append(event));
          }
          return fail ? absl::CancelledError("on purpose") : absl::OkStatus();
        });
        EXPECT_EQ(status.code(), fail ? absl::StatusCode::kCancelled : absl::StatusCode::kOk);
      }
    });
  }
  const auto follow = [&](std::vector<domain::Event>& seen) {
    int64_t after = 0;
    bool last_round = false;
    while (true) {
      std::vector<domain::Event> events;
      const absl::Status status = store_->Read("default", [&](Reader& r) -> absl::Status {
        ASSIGN_OR_RETURN(events, r.EventsAfter(after, 7 * kEvents));
        return absl::OkStatus();
      });
      if (!status.ok()) torn = true;
      for (auto& event : events) {
        const bool goes_on = event.position == after + 1;
        const bool begins = event.position == At(domain::TransactionAt(after) + 1);
        if (!goes_on && !begins) torn = true;
        after = event.position;
        seen.push_back(std::move(event));
      }
      if (events.empty() && last_round) return;
      last_round = events.empty() && stop;
    }
  };
  std::vector<domain::Event> first, second;
  std::thread reader1([&] { follow(first); });
  std::thread reader2([&] { follow(second); });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  reader1.join();
  reader2.join();
  store_->RemoveListener(listener);
  EXPECT_FALSE(torn);
  EXPECT_GT(listened, 0);
  ASSERT_EQ(first.size(), static_cast<size_t>(kWriters * kTransactions * 4 / 5 * kEvents));
  EXPECT_EQ(second.size(), first.size());
  std::map<std::string, int64_t> sequence;
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].sequence, ++sequence[first[i].record.id]);
    EXPECT_EQ(first[i].transaction_id, first[i - i % kEvents].transaction_id) << "transactions do not mix";
    EXPECT_EQ(first[i].position, At(static_cast<int64_t>(i) / kEvents + 1, static_cast<int64_t>(i) % kEvents));
  }
}

}  // namespace
}  // namespace leadline::store
