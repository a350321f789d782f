// Contract: transactions are whole, alone and durable before they are told.
#include <atomic>
#include <future>
#include <thread>

#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using testing::IsEmpty;

// Writes one of everything.
absl::Status WriteEverything(Transaction& t, const std::string& id) {
  domain::Account account{.id = id};
  domain::Contact contact{.id = id, .account_id = id};
  domain::Lead lead{.id = id, .account_id = id, .contacts = {{id, "enquirer"}}, .status = "mql"};
  domain::RepState rep{.rep_id = id, .open_leads = 1};
  const std::vector<std::string> keys = {"email:" + id};
  const std::vector<domain::PoolState> pool = {{id, 1, 1, 1}};
  domain::Event event{.transaction_id = id, .record = LeadRef(id), .pack_hashes = {"hash of " + id}};
  RETURN_IF_ERROR(t.Put(account));
  RETURN_IF_ERROR(t.Put(contact));
  RETURN_IF_ERROR(t.Put(lead));
  RETURN_IF_ERROR(t.Put(rep));
  RETURN_IF_ERROR(t.PutPool(id, pool));
  RETURN_IF_ERROR(t.AddActivity({.id = id, .lead_id = id, .contact_id = id}).status());
  RETURN_IF_ERROR(t.SetKeys(domain::RecordKind::kContact, id, keys));
  RETURN_IF_ERROR(t.Put(domain::MergeRecord{.id = id, .survivor_id = id}));
  RETURN_IF_ERROR(t.Put(RequestRecord{.request_id = id}));
  RETURN_IF_ERROR(t.Put(domain::PackContent{.sha256 = id}));
  ASSIGN_OR_RETURN(domain::Rollout rollout, t.GetRollout());
  rollout.candidates.push_back({.ref = {.sha256 = id}});
  RETURN_IF_ERROR(t.Put(rollout));
  return t.Append(event);
}

// How many of the things that WriteEverything writes are there.
constexpr int kEverything = 12;
int CountEverything(Reader& r, const std::string& id) {
  const std::vector<std::string> keys = {"email:" + id}, ids = {id};
  const std::vector<domain::RecordRef> records = {LeadRef(id)};
  return static_cast<int>(r.GetAccount(id).ok()) + static_cast<int>(r.GetContact(id).ok()) +
         static_cast<int>(r.GetLead(id).ok() && r.LeadsOfContact(id)->size() == 1) +
         static_cast<int>(r.GetRepState(id)->version != 0) + static_cast<int>(!r.GetPool(id)->empty()) +
         static_cast<int>(r.ActivitiesOfLeads(ids)->size() == 1) +
         static_cast<int>(r.FindByKeys(domain::RecordKind::kContact, keys, 5)->size() == 1) +
         static_cast<int>(r.GetMerge(id).ok()) + static_cast<int>(r.FindRequest(id)->has_value()) +
         static_cast<int>(r.GetPackContent(id).ok()) + static_cast<int>(r.GetRollout()->FindCandidate(id) != nullptr) +
         static_cast<int>(r.Timeline(records, 0, 9)->size() == 1);
}

TEST_P(StoreContractTest, AFailedTransactionLeavesNothing) {
  EXPECT_TRUE(Write([](Transaction& t) { return WriteEverything(t, "before"); }).ok());
  const absl::Status failed = Write([](Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(WriteEverything(t, "lost"));
    EXPECT_EQ(CountEverything(t, "lost"), kEverything) << "a transaction sees its own writes";
    return absl::CancelledError("changed my mind");
  });
  EXPECT_EQ(failed.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(std::string(failed.message()), "changed my mind");
  EXPECT_TRUE(Write([](Transaction& t) { return WriteEverything(t, "after"); }).ok());
  const auto check = [&] {
    ASSERT_TRUE(store_
                    ->Read("default",
                           [](Reader& r) {
                             EXPECT_EQ(CountEverything(r, "before"), kEverything);
                             EXPECT_EQ(CountEverything(r, "lost"), 0);
                             EXPECT_EQ(CountEverything(r, "after"), kEverything);
                             EXPECT_EQ(*r.LastPosition(), At(2));
                             return absl::OkStatus();
                           })
                    .ok());
  };
  check();
  // The same request again, and what the failed one stored beside its events, are not in the way.
  EXPECT_TRUE(Write([](Transaction& t) { return WriteEverything(t, "lost"); }).ok());
  Reopen();
  ASSERT_TRUE(store_
                  ->Read("default",
                         [](Reader& r) -> absl::Status {
                           EXPECT_EQ(CountEverything(r, "lost"), kEverything);
                           ASSIGN_OR_RETURN(auto events, r.EventsAfter(At(2), 5));
                           EXPECT_EQ(events.size(), 1U);
                           EXPECT_THAT(events[0].pack_hashes, testing::ElementsAre("hash of lost"));
                           return absl::OkStatus();
                         })
                  .ok());
}

// Many at once, some failing: each stands or falls alone, numbers of ledger transactions stay without gaps.
TEST_P(StoreContractTest, NeighboursOfAFailureStand) {
  constexpr int kCount = 300;
  std::vector<std::promise<absl::Status>> results(kCount);
  for (int i = 0; i < kCount; ++i) {
    const auto at = static_cast<size_t>(i);
    store_->Write(
        "default",
        [i](Transaction& t) -> absl::Status {
          RETURN_IF_ERROR(WriteEverything(t, "x" + std::to_string(i)));
          return i % 7 == 3 ? absl::CancelledError("on purpose") : absl::OkStatus();
        },
        [&results, at](absl::Status status) { results[at].set_value(std::move(status)); });
  }
  int good = 0;
  for (int i = 0; i < kCount; ++i) {
    const absl::Status status = results[static_cast<size_t>(i)].get_future().get();
    EXPECT_EQ(status.code(), i % 7 == 3 ? absl::StatusCode::kCancelled : absl::StatusCode::kOk) << status;
    good += status.ok() ? 1 : 0;
  }
  ASSERT_TRUE(store_
                  ->Read("default",
                         [&](Reader& r) {
                           for (int i = 0; i < kCount; ++i) {
                             EXPECT_EQ(CountEverything(r, "x" + std::to_string(i)), i % 7 == 3 ? 0 : kEverything) << i;
                           }
                           EXPECT_EQ(*r.LastPosition(), At(good));
                           return absl::OkStatus();
                         })
                  .ok());
}

TEST_P(StoreContractTest, WritersThatCompareAndSetLoseNoUpdate) {
  PutLead({.id = "l"});
  constexpr int kThreads = 4, kEach = 50;
  std::vector<std::thread> threads;
  std::atomic<int> conflicts{0};
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int done = 0; done < kEach;) {
        domain::Lead lead = Read([](Reader& r) { return r.GetLead("l"); });
        ++lead.activity_count;
        const absl::Status status = Write([lead](Transaction& t) mutable { return t.Put(lead); });
        if (status.ok()) {
          ++done;
        } else {
          ASSERT_EQ(status.code(), absl::StatusCode::kAborted) << status;
          ++conflicts;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const domain::Lead lead = Read([](Reader& r) { return r.GetLead("l"); });
  EXPECT_EQ(lead.activity_count, kThreads * kEach);
  EXPECT_EQ(lead.version, kThreads * kEach + 1);
}

TEST_P(StoreContractTest, AViewStaysTheSame) {
  PutLead({.id = "l", .source = "old"});
  ASSERT_TRUE(store_
                  ->Read("default",
                         [&](Reader& r) {
                           EXPECT_EQ(r.GetLead("l")->source, "old");
                           std::thread([&] {
                             domain::Lead lead = Read([](Reader& other) { return other.GetLead("l"); });
                             lead.source = "new";
                             PutLead(lead);
                             PutLead({.id = "l2"});
                             EXPECT_EQ(Read([](Reader& other) { return other.GetLead("l"); }).source, "new");
                           }).join();
                           EXPECT_EQ(r.GetLead("l")->source, "old");
                           EXPECT_EQ(r.GetLead("l2").status().code(), absl::StatusCode::kNotFound);
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetLead("l"); }).source, "new");
}

TEST_P(StoreContractTest, WhatIsToldIsVisibleAtOnce) {
  std::atomic<int> wrong{0};
  std::vector<std::promise<void>> told(100);
  for (int i = 0; i < 100; ++i) {
    const std::string id = "l" + std::to_string(i);
    store_->Write(
        "default",
        [id](Transaction& t) {
          domain::Lead lead{.id = id};
          return t.Put(lead);
        },
        [&, id, i](absl::Status status) {
          const bool there =
              status.ok() && store_->Read("default", [&](Reader& r) { return r.GetLead(id).status(); }).ok();
          wrong += there ? 0 : 1;
          told[static_cast<size_t>(i)].set_value();
        });
  }
  for (auto& promise : told) promise.get_future().get();
  EXPECT_EQ(wrong, 0);
}

TEST_P(StoreContractTest, ErrorsOfReadersArePassedOn) {
  EXPECT_EQ(store_->Read("default", [](Reader&) { return absl::OutOfRangeError("mine"); }),
            absl::OutOfRangeError("mine"));
}

TEST_P(StoreContractTest, AnExceptionInATransactionIsAnErrorOfItAlone) {
  EXPECT_EQ(Write([](Transaction& t) -> absl::Status {
              RETURN_IF_ERROR(WriteEverything(t, "x"));
              throw std::runtime_error("boom");
            }).code(),
            absl::StatusCode::kInternal);
  EXPECT_TRUE(Write([](Transaction& t) { return WriteEverything(t, "x"); }).ok());
}

TEST_P(StoreContractTest, ListenersHearOfEventsOnly) {
  std::atomic<int> calls{0};
  const int id = store_->AddListener([&calls] { ++calls; });
  PutLead({.id = "l"});
  EXPECT_EQ(calls, 0);
  std::vector<domain::Event> events = {{.record = LeadRef("l")}};
  AppendAll(events);
  EXPECT_EQ(calls, 1);
  (void)Write([](Transaction& t) -> absl::Status {
    domain::Event event{.transaction_id = "t", .record = LeadRef("l")};
    RETURN_IF_ERROR(t.Append(event));
    return absl::CancelledError("no");
  });
  EXPECT_EQ(calls, 1);
  store_->RemoveListener(id);
  AppendAll(events);
  EXPECT_EQ(calls, 1);
}

TEST_P(StoreContractTest, CloseFinishesWhatWasBegunAndRefusesTheRest) {
  constexpr int kCount = 200;
  std::atomic<int> good{0}, told{0};
  for (int i = 0; i < kCount; ++i) {
    store_->Write(
        "default", [i](Transaction& t) { return WriteEverything(t, "x" + std::to_string(i)); },
        [&](absl::Status status) {
          good += status.ok() ? 1 : 0;
          ++told;
        });
  }
  store_->Close();
  EXPECT_EQ(told, kCount);
  EXPECT_EQ(good, kCount);
  EXPECT_EQ(Write([](Transaction&) { return absl::OkStatus(); }).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store_->Read("default", [](Reader&) { return absl::OkStatus(); }).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store_->Check().reads.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store_->Check().writes.code(), absl::StatusCode::kUnavailable);
  store_->Close();
  Reopen();
  EXPECT_TRUE(store_->Check().reads.ok());
  EXPECT_TRUE(store_->Check().writes.ok());
  EXPECT_EQ(Read([](Reader& r) { return r.LastPosition(); }), At(kCount));
}

TEST_P(StoreContractTest, MoreReadersThanConnectionsWait) {
  PutLead({.id = "l"});
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 24; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        good += store_->Read("default", [](Reader& r) { return r.GetLead("l").status(); }).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 24 * 50);
}

}  // namespace
}  // namespace leadline::store
