// A disk that is full, fails or hangs: writes end with a reason, reads go on, nothing acknowledged is lost, and the
// store writes again by itself.
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <random>
#include <thread>

#include "base/errors.h"
#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "tests/store/failing_disk.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

class StoreHealthTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = place_.Open();
    ASSERT_NE(store_, nullptr);
  }

  // No two stretches of it are alike, so that it takes the room that it has bytes.
  static std::string Text(size_t bytes) {
    std::mt19937 random(7);
    std::string text(bytes, 'x');
    for (char& c : text) c = static_cast<char>(' ' + random() % 90);
    return text;
  }
  // A lead and an event of it, with so much text.
  absl::Status PutLead(const std::string& id, size_t bytes = 100) {
    return WriteAndWait(*store_, "default", [&](Transaction& t) -> absl::Status {
      domain::Lead lead{.id = id, .status = "mql"};
      RETURN_IF_ERROR(t.Put(lead));
      domain::Event event{.transaction_id = "t" + id,
                          .record = LeadRef(id),
                          .pack_hashes = {"h"},
                          .payload = domain::StatusChanged{.to = Text(bytes)}};
      return t.Append(event);
    });
  }
  bool IsThere(const std::string& id) {
    bool there = false;
    const absl::Status status = store_->Read("default", [&](Reader& r) -> absl::Status {
      there = r.GetLead(id).ok();
      ASSIGN_OR_RETURN(const auto events, r.Timeline(std::vector<domain::RecordRef>{LeadRef(id)}, 0, 10));
      EXPECT_EQ(events.size(), there ? 1U : 0U) << id;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return there;
  }
  // Waits until writes are found to work, or not to.
  absl::Status WritesBecome(bool ok) {
    absl::Status writes;
    const steady_clock::time_point end = steady_clock::now() + std::chrono::seconds(20);
    do {
      writes = store_->Check().writes;
      if (writes.ok() == ok) return writes;
      std::this_thread::sleep_for(milliseconds(2));
    } while (steady_clock::now() < end);
    ADD_FAILURE() << "still: " << writes;
    return writes;
  }
  void ExpectSound() {
    store_.reset();
    auto connection = Connection::Open(place_.path(), false);
    ASSERT_TRUE(connection.ok()) << connection.status();
    Query check = (*connection)->Prepare(std::string("PRAGMA integrity_check"));
    ASSERT_TRUE(check.Next());
    EXPECT_EQ(check.Text(0), "ok");
    EXPECT_EQ(*(*connection)->QueryInt("SELECT COUNT(*) FROM pack_contents"), 0) << "a probe leaves nothing";
  }

  FailingDisk disk_;
  SqlitePlace place_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreHealthTest, AFullDiskFailsWritesAndReadsGoOn) {
  ASSERT_TRUE(PutLead("before").ok());
  EXPECT_TRUE(store_->Check().writes.ok());
  disk_.SetRoom(0);
  const absl::Status full = PutLead("during");
  EXPECT_EQ(full.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(full), "STORE_FULL");
  EXPECT_THAT(std::string(full.message()), HasSubstr("the disk of the store is full"));
  EXPECT_EQ(ReasonOf(store_->Check().writes), "STORE_FULL") << "at once";
  EXPECT_TRUE(store_->Check().reads.ok());
  EXPECT_TRUE(IsThere("before"));
  EXPECT_FALSE(IsThere("during"));
  std::this_thread::sleep_for(3 * place_.options.health.again);
  EXPECT_FALSE(store_->Check().writes.ok()) << "as long as it is full";
  disk_.GiveRoom();
  EXPECT_TRUE(WritesBecome(true).ok());
  EXPECT_TRUE(PutLead("during").ok()) << "the same again";
  EXPECT_TRUE(PutLead("after").ok());
  store_.reset();
  store_ = place_.Open();
  for (const char* id : {"before", "during", "after"}) EXPECT_TRUE(IsThere(id)) << id;
  ExpectSound();
}

// Nobody writes, and still it is found out, before the first client pays for it.
TEST_F(StoreHealthTest, AnIdleStoreFindsOut) {
  EXPECT_TRUE(store_->Check().writes.ok());
  disk_.SetRoom(0);
  EXPECT_EQ(ReasonOf(WritesBecome(false)), "STORE_FULL");
  disk_.GiveRoom();
  EXPECT_TRUE(WritesBecome(true).ok());
  disk_.FailFlushes(SQLITE_IOERR_FSYNC);
  EXPECT_EQ(ReasonOf(WritesBecome(false)), "STORE_FAILING");
  disk_.FailFlushes(0);
  EXPECT_TRUE(WritesBecome(true).ok());
  ExpectSound();
}

TEST_F(StoreHealthTest, EveryFailureOfTheLogIsOne) {
  struct Case {
    const char* name;
    int write_error, flush_error;
    const char* reason;
  };
  const Case cases[] = {{"full", SQLITE_FULL, 0, "STORE_FULL"},
                        {"write error", SQLITE_IOERR_WRITE, 0, "STORE_FAILING"},
                        {"flush error", 0, SQLITE_IOERR_FSYNC, "STORE_FAILING"},
                        {"full when flushed", 0, SQLITE_FULL, "STORE_FULL"}};
  disk_.StrikeOnly("-wal");
  for (const Case& c : cases) {
    disk_.FailWrites(c.write_error);
    disk_.FailFlushes(c.flush_error);
    const absl::Status status = PutLead(std::string("lost") + c.name);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << c.name;
    EXPECT_EQ(ReasonOf(status), c.reason) << c.name << status;
    EXPECT_EQ(ReasonOf(store_->Check().writes), c.reason) << c.name;
    EXPECT_TRUE(store_->Check().reads.ok()) << c.name;
    disk_.FailWrites(0);
    disk_.FailFlushes(0);
    EXPECT_TRUE(WritesBecome(true).ok()) << c.name;
    EXPECT_FALSE(IsThere(std::string("lost") + c.name)) << c.name;
    EXPECT_TRUE(PutLead(c.name).ok()) << c.name;
  }
  for (const Case& c : cases) EXPECT_TRUE(IsThere(c.name)) << c.name;
  ExpectSound();
}

// The log takes everything while the file beside it cannot: commits stand, and health says so.
TEST_F(StoreHealthTest, AFailingCheckpointLosesNothing) {
  disk_.StrikeOnly("leadline.db");
  disk_.FailWrites(SQLITE_FULL);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(PutLead("l" + std::to_string(i), 20'000).ok()) << i;
  EXPECT_TRUE(store_->Check().writes.ok());
  auto second = *Connection::Open(place_.path(), false);
  ASSERT_TRUE(second->QueryInt("SELECT COUNT(*) FROM leads").ok());
  EXPECT_EQ(ReasonOf(second->Checkpoint()), "STORE_FULL");
  ASSERT_TRUE(PutLead("later").ok());
  disk_.FailWrites(0);
  EXPECT_TRUE(second->Checkpoint().ok());
  second.reset();
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(IsThere("l" + std::to_string(i))) << i;
  EXPECT_TRUE(IsThere("later"));
  ExpectSound();
}

// There is room for a small commit, but not for what came before it: that is no store that can be written.
TEST_F(StoreHealthTest, ALittleRoomIsNotEnough) {
  ASSERT_TRUE(PutLead("before").ok());
  disk_.SetRoom(200'000);
  EXPECT_EQ(ReasonOf(PutLead("large", 400'000)), "STORE_FULL");
  EXPECT_TRUE(PutLead("small").ok()) << "it is tried, and acknowledged";
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ReasonOf(store_->Check().writes), "STORE_FULL") << i;
    std::this_thread::sleep_for(place_.options.health.again);
  }
  disk_.SetRoom(3 << 20);
  EXPECT_TRUE(WritesBecome(true).ok());
  EXPECT_TRUE(PutLead("large", 400'000).ok());
  EXPECT_TRUE(IsThere("small"));
  ExpectSound();
}

TEST_F(StoreHealthTest, ADiskThatHangsIsFoundOutInTime) {
  store_.reset();
  place_.options.health.limit = milliseconds(300);
  store_ = place_.Open();
  ASSERT_TRUE(PutLead("before").ok());
  disk_.Hang();
  std::promise<absl::Status> told;
  store_->Write(
      "default",
      [](Transaction& t) {
        domain::Lead lead{.id = "waiting"};
        return t.Put(lead);
      },
      [&told](absl::Status status) { told.set_value(std::move(status)); });
  const absl::Status hangs = WritesBecome(false);
  EXPECT_EQ(ReasonOf(hangs), "STORE_FAILING");
  EXPECT_THAT(std::string(hangs.message()), HasSubstr("has not answered for 300 ms"));
  const steady_clock::time_point begin = steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store_->Check().writes.ok());
  EXPECT_LT(steady_clock::now() - begin, milliseconds(300)) << "the limit is waited for once";
  EXPECT_TRUE(store_->Check().reads.ok());
  EXPECT_TRUE(IsThere("before"));
  disk_.Go();
  EXPECT_TRUE(told.get_future().get().ok()) << "it was only late";
  EXPECT_TRUE(WritesBecome(true).ok());
  ExpectSound();
}

TEST_F(StoreHealthTest, ProbesAreSeldomAndNoneWhileOthersCommit) {
  store_.reset();
  std::atomic<int> commits{0};
  place_.options.health.interval = std::chrono::seconds(60);
  place_.options.before_commit = [&commits] {
    ++commits;
    return absl::OkStatus();
  };
  store_ = place_.Open();
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(store_->Check().writes.ok());
  EXPECT_EQ(commits, 1) << "one in a minute, however often it is asked";
  store_.reset();
  store_ = place_.Open();
  ASSERT_TRUE(PutLead("l").ok());
  commits = 0;
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(store_->Check().writes.ok());
  EXPECT_EQ(commits, 0) << "the lead showed that commits work";
}

TEST_F(StoreHealthTest, ManyMayAskAtOnce) {
  place_.options.health.interval = milliseconds(1);
  store_.reset();
  store_ = place_.Open();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const StoreHealth health = store_->Check();
        good += health.reads.ok() && health.writes.ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 8 * 50);
}

// Strikes every operation on the disk in turn, once. What was acknowledged is there, what was refused is not.
TEST_F(StoreHealthTest, WhicheverOperationFailsNothingAcknowledgedIsLost) {
  std::map<std::string, bool> acknowledged;
  int refused = 0;
  for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC}) {
    for (int n = 1; n < 200; ++n) {
      disk_.FailOnce(n, code);
      for (int i = 0; i < 2; ++i) {
        const std::string id = std::to_string(code) + "/" + std::to_string(n) + "/" + std::to_string(i);
        acknowledged[id] = PutLead(id, 20'000).ok();
        refused += acknowledged[id] ? 0 : 1;
      }
      if (!disk_.failed_once()) break;  // two leads need fewer operations
    }
  }
  EXPECT_GT(refused, 20);
  disk_.FailOnce(INT64_MAX, 0);
  EXPECT_TRUE(WritesBecome(true).ok());
  for (const auto& [id, told] : acknowledged) EXPECT_EQ(IsThere(id), told) << id;
  store_.reset();
  store_ = place_.Open();
  for (const auto& [id, told] : acknowledged) EXPECT_EQ(IsThere(id), told) << id << ", opened again";
  ExpectSound();
}

}  // namespace
}  // namespace leadline::store
