// Long work: that it outlives calls and restarts, can be looked at, waited for and cancelled, and is bounded.
#include "engine/longrunning/operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <set>
#include <thread>

#include "base/errors.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/person.h"

namespace leadline::engine {
namespace {

using store::Operation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Time kStart = 1'767'225'600LL * kSecond;

// Work that waits until the test lets it go on, or nobody wants it any more.
class Gate {
 public:
  absl::StatusOr<OperationResult> Pass(OperationRun& run) {
    std::unique_lock lock(mutex_);
    begun_.insert(run.operation().id);
    contexts_.push_back(run.context());
    changed_.notify_all();
    while (!open_) {
      if (!run.context().wanted()) return absl::CancelledError("nobody wants it");
      changed_.wait_for(lock, std::chrono::milliseconds(2));
    }
    return OperationResult{"made of " + run.operation().request, samples};
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void AwaitBegun(const std::string& id) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_.contains(id); });
  }
  // As if nobody had come.
  void Forget() {
    const std::lock_guard lock(mutex_);
    begun_.clear();
  }
  CallContext LastContext() {
    const std::lock_guard lock(mutex_);
    return contexts_.back();
  }

  std::vector<store::OperationSample> samples;  // of what comes of it

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::set<std::string> begun_;
  std::vector<CallContext> contexts_;
};

class OperationsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-operations-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto opened = store::OpenSqliteStore({.path = (folder_ / "leadline.db").string()});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    Begin();
  }
  void TearDown() override {
    gate_.Open();
    operations_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // As after a restart of the server.
  void Begin() {
    operations_.reset();
    gate_.Forget();
    operations_ = std::make_unique<Operations>(
        OperationsOptions{.clock = &clock_,
                          .ids = &ids_,
                          .store = store_.get(),
                          .error_form = [](const absl::Status& status) { return OperationResult{status.ToString()}; },
                          .most_kept_bytes = most_kept_bytes_});
    operations_->Add({.name = "Work", .at_a_time = 1, .most_waiting = 2, .work = [this](OperationRun& run) {
                        return gate_.Pass(run);
                      }});
    operations_->Add({.name = "Much", .work = [](OperationRun&) -> absl::StatusOr<OperationResult> {
                        return OperationResult{std::string(Operations::kMostResultBytes + 1, 'x')};
                      }});
    operations_->Add({.name = "Wrong", .work = [](OperationRun& run) -> absl::StatusOr<OperationResult> {
                        run.context().progress(3, 10);
                        return absl::NotFoundError("it is not there");
                      }});
    ASSERT_TRUE(operations_->Resume({}).ok());
  }

  int64_t most_kept_bytes_ = int64_t{64} << 20;

  Operation Start(const std::string& method, const std::string& request = "clay", const CallContext& context = {}) {
    auto started = operations_->Start(context, {method, "packs/emea", request});
    EXPECT_TRUE(started.ok()) << started.status();
    return started.value_or(Operation());
  }
  Operation Get(const std::string& id) {
    auto found = operations_->Get({}, id);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.value_or(Operation());
  }
  Operation AwaitEnd(const std::string& id) {
    std::mutex mutex;
    std::condition_variable ended;
    bool told = false;
    const int64_t ticket = operations_->WhenEnded(id, [&] {
      const std::lock_guard lock(mutex);
      told = true;
      ended.notify_all();
    });
    {
      std::unique_lock lock(mutex);
      ended.wait(lock, [&] { return told; });
    }
    operations_->StopWaiting(ticket);
    const Operation operation = Get(id);
    EXPECT_NE(operation.ended_at, 0);
    return operation;
  }

  std::filesystem::path folder_;
  ManualClock clock_{kStart};
  UuidV7Source ids_{7};
  std::unique_ptr<store::Store> store_;
  Gate gate_;
  std::unique_ptr<Operations> operations_;
};

TEST_F(OperationsTest, WhatItComesToIsKept) {
  const CallContext context{.actor = "olga", .request_id = "mine", .fingerprint = "f"};
  const Operation started = Start("Work", "clay", context);
  EXPECT_EQ(started.ended_at, 0);
  EXPECT_EQ(started.method, "Work");
  EXPECT_EQ(started.subject, "packs/emea");
  EXPECT_EQ(started.actor, "olga");
  EXPECT_EQ(started.request_id, "mine");
  gate_.AwaitBegun(started.id);
  EXPECT_EQ(gate_.LastContext().actor, "olga");
  EXPECT_EQ(gate_.LastContext().method, "Work");
  EXPECT_EQ(gate_.LastContext().request_id, "operation/" + started.id);
  EXPECT_EQ(Get(started.id).tries, 1);
  gate_.LastContext().progress(40, 100);
  EXPECT_EQ(Get(started.id).done, 40);
  EXPECT_EQ(Get(started.id).total, 100);
  clock_.Advance(5 * kSecond);
  gate_.Open();
  const Operation ended = AwaitEnd(started.id);
  EXPECT_EQ(ended.result, "made of clay");
  EXPECT_EQ(ended.request, "") << "what was asked is not kept longer than it is needed";
  EXPECT_EQ(ended.ended_at, kStart + 5 * kSecond);
  EXPECT_EQ(ended.done, 40);
}

TEST_F(OperationsTest, AnErrorIsAResult) {
  const Operation ended = AwaitEnd(Start("Wrong").id);
  EXPECT_EQ(ended.result, "NOT_FOUND: it is not there");
  EXPECT_EQ(ended.total, 10);
  EXPECT_THAT(AwaitEnd(Start("Much").id).result, HasSubstr("RESOURCE_EXHAUSTED: what came of it has 3145729 bytes"));
}

TEST_F(OperationsTest, ARepeatedRequestIsTheSameOperation) {
  CallContext context{.request_id = "mine", .fingerprint = "f"};
  context.validate_only = true;
  const Operation tried = Start("Work", "clay", context);
  context.validate_only = false;
  const Operation first = Start("Work", "clay", context);
  EXPECT_NE(first.id, tried.id) << "what is only looked at uses up no name";
  EXPECT_EQ(Start("Work", "clay", context).id, first.id);
  gate_.Open();
  AwaitEnd(first.id);
  EXPECT_EQ(Start("Work", "clay", context).result, "made of clay");
  context.fingerprint = "another";
  const absl::Status other = operations_->Start(context, {"Work", "", "stone"}).status();
  EXPECT_TRUE(HasReason(other, ErrorReason::kRequestIdReused)) << other;
}

TEST_F(OperationsTest, TooMuchIsRefusedAndNothingIsKeptOfIt) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(Start("Work").id);
  const absl::Status refused = operations_->Start({}, {"Work", "", "clay"}).status();
  EXPECT_TRUE(HasReason(refused, ErrorReason::kOverloaded)) << refused;
  EXPECT_EQ(operations_->List({}, {}, "", 100, SIZE_MAX)->items.size(), 3U);
  AwaitEnd(Start("Wrong").id);  // other work has its own places
  gate_.Open();
  for (const std::string& id : ids) AwaitEnd(id);
  AwaitEnd(Start("Work").id);
}

TEST_F(OperationsTest, WhatWaitsIsCancelledAtOnceAndWhatRunsSoon) {
  const std::string runs = Start("Work").id, waits = Start("Work").id;
  gate_.AwaitBegun(runs);
  ASSERT_TRUE(operations_->Cancel({}, waits).ok());
  EXPECT_EQ(Get(waits).result, "CANCELLED: Work was cancelled");
  EXPECT_EQ(Get(runs).ended_at, 0);
  ASSERT_TRUE(operations_->Cancel({}, runs).ok());
  const Operation ended = AwaitEnd(runs);
  EXPECT_EQ(ended.result, "CANCELLED: Work was cancelled");
  EXPECT_TRUE(ended.cancelled);
  EXPECT_TRUE(operations_->Cancel({}, runs).ok()) << "once more changes nothing";
  EXPECT_EQ(Get(runs), ended);
  EXPECT_TRUE(absl::IsNotFound(operations_->Cancel({}, "nothing")));
  gate_.Open();
  EXPECT_EQ(AwaitEnd(Start("Work").id).result, "made of clay") << "their places are free again";
}

TEST_F(OperationsTest, WhatARestartInterruptsGoesOn) {
  const std::string runs = Start("Work", "clay").id, waits = Start("Work", "sand").id;
  gate_.AwaitBegun(runs);
  for (int i = 0; i < 2 * Operations::kMostTries; ++i) {
    Begin();
    gate_.AwaitBegun(runs);
    EXPECT_EQ(Get(runs).tries, 1) << "a stop in good order is no try";
    EXPECT_EQ(Get(waits).ended_at, 0);
  }
  EXPECT_EQ(gate_.LastContext().request_id, "operation/" + runs) << "so that what is changed is changed once";
  gate_.Open();
  EXPECT_EQ(AwaitEnd(runs).result, "made of clay");
  EXPECT_EQ(AwaitEnd(waits).result, "made of sand");
}

TEST_F(OperationsTest, WhatEndsTheServerAgainAndAgainIsGivenUp) {
  operations_.reset();
  Operation crashed{.id = "crashed", .method = "Work", .created_at = kStart, .begun_at = kStart, .tries = 2};
  Operation hopeless = crashed;
  hopeless.id = "hopeless";
  hopeless.tries = Operations::kMostTries;
  Operation unknown = crashed;
  unknown.id = "unknown";
  unknown.method = "ServedElsewhere";
  for (const Operation& one : {crashed, hopeless, unknown}) {
    ASSERT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) { return tx.Put(one); }).ok());
  }
  gate_.Open();
  Begin();
  EXPECT_EQ(AwaitEnd("crashed").tries, 3);
  EXPECT_THAT(AwaitEnd("hopeless").result, HasSubstr("Work was begun 3 times"));
  EXPECT_EQ(Get("unknown").ended_at, 0);
  ASSERT_TRUE(operations_->Cancel({}, "unknown").ok());
  EXPECT_EQ(AwaitEnd("unknown").result, "CANCELLED: ServedElsewhere was cancelled") << "nobody else would end it";
}

TEST_F(OperationsTest, OnlyWhatHasEndedIsDeleted) {
  const std::string id = Start("Work").id;
  const absl::Status refused = operations_->Delete({}, id);
  EXPECT_TRUE(HasReason(refused, ErrorReason::kOperationRuns)) << refused;
  gate_.Open();
  AwaitEnd(id);
  EXPECT_TRUE(operations_->Delete({}, id).ok());
  EXPECT_TRUE(absl::IsNotFound(operations_->Get({}, id).status()));
  EXPECT_TRUE(absl::IsNotFound(operations_->Delete({}, id)));
}

TEST_F(OperationsTest, OldOnesAreForgotten) {
  gate_.Open();
  const std::string old = Start("Work").id;
  AwaitEnd(old);
  clock_.Advance(20 * kDay);
  const std::string young = Start("Work").id;
  AwaitEnd(young);
  clock_.Advance(10 * kDay);
  EXPECT_EQ(operations_->Forget({}, 30 * kDay).value_or(-1), 0) << "of that very moment";
  clock_.Advance(kSecond);
  EXPECT_EQ(operations_->Forget({}, 30 * kDay).value_or(-1), 1);
  EXPECT_TRUE(absl::IsNotFound(operations_->Get({}, old).status()));
  EXPECT_EQ(Get(young).result, "made of clay");
}

TEST_F(OperationsTest, WhatEndedFirstGivesWayToMoreBytes) {
  most_kept_bytes_ = 100;
  Begin();
  gate_.samples = {{{"leads/l1"}, "abcdefghijklmnopqrst"}};
  gate_.Open();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(kSecond);
    ids.push_back(Start("Work").id);
    AwaitEnd(ids.back());
  }
  EXPECT_TRUE(absl::IsNotFound(operations_->Get({}, ids[0]).status())) << "some 50 bytes each";
  EXPECT_EQ(Get(ids[2]).samples, gate_.samples);
  most_kept_bytes_ = 10;
  Begin();
  EXPECT_EQ(operations_->Forget({}, 30 * kDay).value_or(-1), 2);
}

TEST_F(OperationsTest, WhoIsErasedWhileTheWorkGoesOnIsNotInWhatComesOfIt) {
  ASSERT_TRUE(store::WriteAndWait(*store_, "default", [](store::Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(store::PutPerson(tx, "ana"));
                return store::PutPerson(tx, "bo");
              }).ok());
  const std::vector<store::OperationSample> of_bo = {{{"leads/l-bo"}, "of bo"}, {{"contacts/c-bo"}, "of bo"}};
  gate_.samples = {{{"leads/l-ana"}, "of ana"}, of_bo[0], {{"contacts/c-ana"}, "of ana"}, of_bo[1]};
  const std::string id = Start("Work").id;
  gate_.AwaitBegun(id);
  ASSERT_TRUE(store::ErasePerson(*store_, "ana").ok());
  gate_.Open();
  EXPECT_EQ(AwaitEnd(id).samples, of_bo);
  ASSERT_TRUE(store::ErasePerson(*store_, "bo").ok());
  EXPECT_THAT(Get(id).samples, testing::IsEmpty());
  EXPECT_EQ(Get(id).result, "made of clay");
}

TEST_F(OperationsTest, ListsAreOfPagesAndFiltered) {
  gate_.Open();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(kSecond);
    ids.push_back(Start(i == 1 ? "Wrong" : "Work").id);
    AwaitEnd(ids.back());
  }
  const auto names = [&](const OperationFilter& filter, const std::string& before, int size, size_t bytes,
                         std::string* next = nullptr) {
    auto page = operations_->List({}, filter, before, size, bytes);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> found;
    for (const Operation& operation : page->items) found.push_back(operation.id);
    if (next != nullptr) *next = page->next;
    return found;
  };
  std::string next;
  EXPECT_THAT(names({}, "", 2, SIZE_MAX, &next), ElementsAre(ids[2], ids[1]));
  EXPECT_THAT(names({}, next, 2, SIZE_MAX, &next), ElementsAre(ids[0]));
  EXPECT_EQ(next, "");
  EXPECT_THAT(names({}, "", 10, 1, &next), ElementsAre(ids[2])) << "as many bytes as are wanted, and one at least";
  EXPECT_EQ(next, ids[2]);
  EXPECT_THAT(names({.method = "Wrong"}, "", 10, SIZE_MAX), ElementsAre(ids[1]));
  EXPECT_THAT(names({.done = false}, "", 10, SIZE_MAX), ElementsAre());
  EXPECT_THAT(names({.done = true, .method = "Work"}, "", 1, SIZE_MAX, &next), ElementsAre(ids[2]));
  EXPECT_EQ(next, ids[2]);
}

// For ThreadSanitizer, too.
TEST_F(OperationsTest, ManyAtTheSameTime) {
  gate_.Open();
  std::vector<std::thread> threads;
  std::atomic<int> ended{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 10; ++j) {
        const auto started = operations_->Start({}, {i % 2 == 0 ? "Wrong" : "Work", "", "clay"});
        if (!started.ok()) {
          EXPECT_TRUE(HasReason(started.status(), ErrorReason::kOverloaded)) << started.status();
          continue;
        }
        if (j % 3 == 0) {
          EXPECT_TRUE(operations_->Cancel({}, started->id).ok());
        }
        AwaitEnd(started->id);
        ++ended;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(ended, 8);
  EXPECT_THAT(operations_->List({}, {.done = false}, "", 10, SIZE_MAX)->items, testing::IsEmpty());
}

TEST_F(OperationsTest, AfterAStopNothingBegins) {
  operations_->Stop();
  const absl::Status refused = operations_->Start({}, {"Work", "", "clay"}).status();
  EXPECT_TRUE(HasReason(refused, ErrorReason::kShuttingDown)) << refused;
}

TEST_F(OperationsTest, WhatWasDeletedIsNotFoundByItsRequestEither) {
  gate_.Open();
  const CallContext context{.request_id = "mine", .fingerprint = "f"};
  const std::string id = Start("Work", "clay", context).id;
  AwaitEnd(id);
  ASSERT_TRUE(operations_->Delete({}, id).ok());
  const absl::Status gone = operations_->Start(context, {"Work", "", "clay"}).status();
  EXPECT_TRUE(absl::IsNotFound(gone)) << gone;
  EXPECT_THAT(std::string(gone.message()),
              HasSubstr("the request mine started operations/" + id + ", which was deleted"));
}

}  // namespace
}  // namespace leadline::engine
