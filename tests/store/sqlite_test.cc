// What is particular to the SQLite store: files, versions, commits, plans, damage.
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "base/status_macros.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/database/scan_statements.h"
#include "store/sqlite/database/schema.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using testing::HasSubstr;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

absl::Status OpenAndClose(const SqliteOptions& options) { return OpenSqliteStore(options).status(); }

absl::Status PutLead(Store& store, const std::string& id) {
  return WriteAndWait(store, "default", [id](Transaction& t) {
    domain::Lead lead{.id = id};
    return t.Put(lead);
  });
}

TEST(SqliteStoreTest, SettingsAreTheDurableOnes) {
  SqlitePlace place;
  auto store = place.Open();
  auto connection = Connection::Open(place.path(), false);
  ASSERT_TRUE(connection.ok());
  Query mode = (*connection)->Prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode.Next());
  EXPECT_EQ(mode.Text(0), "wal");
  EXPECT_EQ(*(*connection)->QueryInt("SELECT version FROM schema_version"), SchemaVersion());
}

TEST(SqliteStoreTest, PathsThatAreNotDurableAreRefused) {
  for (const std::string path : {"", ":memory:", "file::memory:?cache=shared"}) {
    EXPECT_EQ(OpenAndClose({.path = path}).code(), absl::StatusCode::kInvalidArgument) << path;
  }
  EXPECT_EQ(OpenAndClose({.path = "x.db", .readers = 0}).code(), absl::StatusCode::kInvalidArgument);
  const absl::Status missing = OpenAndClose({.path = "/no/such/folder/leadline.db"});
  EXPECT_EQ(missing.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(missing), HasSubstr("/no/such/folder/leadline.db"));
}

TEST(SqliteStoreTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  SqlitePlace place;
  const std::string text(20'000, 'x');
  std::ofstream(place.path()) << text;
  const absl::Status status = OpenAndClose(place.options);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(Message(status), HasSubstr(place.path()));
  std::ifstream file(place.path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST(SqliteStoreTest, AnEmptyFileBecomesADatabase) {
  SqlitePlace place;
  std::ofstream(place.path()).flush();
  auto store = place.Open();
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(PutLead(*store, "l").ok());
}

TEST(SqliteStoreTest, ADatabaseOfAnotherProgramIsRefused) {
  SqlitePlace place;
  RunSql(place.path(), "CREATE TABLE theirs (x)");
  const absl::Status status = OpenAndClose(place.options);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(Message(status), HasSubstr("another program"));
}

TEST(SqliteStoreTest, ASecondOpenerIsRefusedUntilTheFirstCloses) {
  SqlitePlace place;
  auto store = place.Open();
  const absl::Status status = OpenAndClose(place.options);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(Message(status), HasSubstr("process " + std::to_string(::getpid())));
  store->Close();
  EXPECT_TRUE(OpenAndClose(place.options).ok());
}

// The first transaction holds the writer; what gathers meanwhile must share commits.
TEST(SqliteStoreTest, WaitingTransactionsShareOneCommit) {
  SqlitePlace place;
  std::atomic<int> commits{0};
  place.options.max_batch = 50;
  place.options.max_batch_time = std::chrono::hours(1);
  place.options.before_commit = [&commits] {
    ++commits;
    return absl::OkStatus();
  };
  auto store = place.Open();
  std::promise<void> started, go_on;
  std::shared_future<void> release = go_on.get_future().share();
  std::atomic<int> told{0};
  store->Write(
      "default",
      [&started, release](Transaction&) {
        started.set_value();
        release.wait();
        return absl::OkStatus();
      },
      [&told](absl::Status) { ++told; });
  started.get_future().wait();
  for (int i = 0; i < 100; ++i) {
    store->Write(
        "default",
        [i](Transaction& t) {
          domain::Lead lead{.id = "l" + std::to_string(i)};
          return t.Put(lead);
        },
        [&told](absl::Status status) {
          EXPECT_TRUE(status.ok()) << status;
          ++told;
        });
  }
  EXPECT_EQ(told, 0);
  go_on.set_value();
  store->Close();
  EXPECT_EQ(told, 101);
  EXPECT_EQ(commits, 3) << "one alone, then twice fifty";
}

// `done` may come only when another process could read the change from the file.
TEST(SqliteStoreTest, DoneIsCalledAfterTheCommit) {
  SqlitePlace place;
  std::mutex mutex;
  std::vector<std::string> order;
  const auto note = [&](std::string what) {
    const std::lock_guard lock(mutex);
    order.push_back(std::move(what));
  };
  place.options.before_commit = [&] {
    note("commit");
    return absl::OkStatus();
  };
  auto store = place.Open();
  auto connection = Connection::Open(place.path(), false);
  ASSERT_TRUE(connection.ok());
  for (int i = 0; i < 20; ++i) {
    std::promise<int64_t> rows;
    store->Write(
        "default",
        [i](Transaction& t) {
          domain::Lead lead{.id = "l" + std::to_string(i)};
          return t.Put(lead);
        },
        [&](absl::Status) {
          note("done");
          rows.set_value(*(*connection)->QueryInt("SELECT COUNT(*) FROM leads"));
        });
    EXPECT_EQ(rows.get_future().get(), i + 1);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(order[i], i % 2 == 0 ? "commit" : "done");
  }
}

TEST(SqliteStoreTest, AFailedCommitFailsAllAndLeavesNothing) {
  SqlitePlace place;
  std::atomic<bool> fail{false};
  place.options.before_commit = [&fail] {
    return fail ? absl::UnavailableError("the disk is gone") : absl::OkStatus();
  };
  auto store = place.Open();
  ASSERT_TRUE(PutLead(*store, "before").ok());
  fail = true;
  std::vector<std::promise<absl::Status>> results(30);
  for (size_t i = 0; i < results.size(); ++i) {
    store->Write(
        "default",
        [i](Transaction& t) -> absl::Status {
          domain::Lead lead{.id = "l" + std::to_string(i)};
          domain::Event event{.transaction_id = "t" + lead.id, .record = LeadRef(lead.id), .pack_hashes = {"h"}};
          RETURN_IF_ERROR(t.Put(lead));
          return t.Append(event);
        },
        [&results, i](absl::Status status) { results[i].set_value(std::move(status)); });
  }
  for (auto& result : results) {
    EXPECT_EQ(result.get_future().get(), absl::UnavailableError("the disk is gone"));
  }
  EXPECT_EQ(store->Check().writes, absl::UnavailableError("the disk is gone"));
  EXPECT_TRUE(store->Check().reads.ok());
  fail = false;
  std::this_thread::sleep_for(place.options.health.again);
  EXPECT_TRUE(store->Check().writes.ok()) << "it serves again as soon as commits work";
  domain::Event event{.transaction_id = "t", .record = LeadRef("l0"), .pack_hashes = {"h"}};
  ASSERT_TRUE(WriteAndWait(*store, "default", [&](Transaction& t) { return t.Append(event); }).ok());
  EXPECT_EQ(event.position, At(1));
  EXPECT_EQ(event.sequence, 1);
  ASSERT_TRUE(store
                  ->Read("default",
                         [](Reader& r) -> absl::Status {
                           EXPECT_EQ(r.GetLead("l0").status().code(), absl::StatusCode::kNotFound);
                           ASSIGN_OR_RETURN(auto events, r.EventsAfter(0, 10));
                           EXPECT_EQ(events.size(), 1U);
                           EXPECT_THAT(events[0].pack_hashes, testing::ElementsAre("h"));
                           return absl::OkStatus();
                         })
                  .ok());
}

TEST(SqliteStoreTest, TheLogIsCarriedIntoTheFileBesideTheWriter) {
  SqlitePlace place;
  RunSql(place.path(), "PRAGMA journal_mode = WAL; CREATE TABLE t (x TEXT)");
  auto writer = *Connection::Open(place.path(), false);
  auto second = *Connection::Open(place.path(), false);
  ASSERT_TRUE(second->QueryInt("SELECT COUNT(*) FROM t").ok());
  writer->WatchLog();
  EXPECT_EQ(writer->wal_pages(), 0);
  ASSERT_TRUE(writer->Execute("INSERT INTO t VALUES (hex(zeroblob(1000000)))").ok());
  const int pages = writer->wal_pages();
  EXPECT_GT(pages, 100);
  const auto file = [&place] { return std::filesystem::file_size(place.path()); };
  const auto before = file();
  const Checkpointer::Options options;
  Checkpointer checkpointer(std::move(second), options);
  EXPECT_FALSE(checkpointer.Notice(options.begin - 1));
  EXPECT_FALSE(checkpointer.Notice(options.begin)) << "the writer has nothing to do yet";
  for (int i = 0; i < 3000 && file() <= before + 1'000'000; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GT(file(), before + 1'000'000);
  for (int i = 0; i < 3000 && !checkpointer.Notice(options.finish); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(writer->Checkpoint().ok());
  ASSERT_TRUE(writer->Execute("INSERT INTO t VALUES ('x')").ok());
  EXPECT_LT(writer->wal_pages(), pages) << "the log begins anew once all of it is in the file";
}

TEST(SqliteStoreTest, DamagedRowsAreNamed) {
  SqlitePlace place;
  auto store = place.Open();
  ASSERT_TRUE(PutLead(*store, "l1").ok());
  ASSERT_TRUE(WriteAndWait(*store, "default", [](Transaction& t) {
                domain::Event event{.transaction_id = "t", .record = LeadRef("l1"), .pack_hashes = {"h"}};
                return t.Append(event);
              }).ok());
  store.reset();
  RunSql(place.path(),
         "UPDATE leads SET body = x'013004'; DELETE FROM shared_texts;"
         "INSERT INTO rollout VALUES ('default', 1, x'0116020403');"
         "INSERT INTO pack_contents VALUES ('default', 'ab', 'emea', 1, x'7b')");
  store = place.Open();
  const auto expect_damage = [&store](const std::string& name, auto get) {
    const absl::Status status = store->Read("default", [&](Reader& r) { return get(r).status(); });
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(Message(status), HasSubstr(name));
  };
  expect_damage("leads/l1: the stored body is damaged at byte 2 of 3: member \"status\" is not a text",
                [](Reader& r) { return r.GetLead("l1"); });
  expect_damage("shared_texts/", [](Reader& r) { return r.EventsAfter(0, 1); });
  expect_damage("rollout/default: the stored body is damaged at byte 4 of 5: member \"trial.mode\"",
                [](Reader& r) { return r.GetRollout(); });
  expect_damage("pack_contents/ab: the stored body is of format 123", [](Reader& r) { return r.GetPackContent("ab"); });
  const std::vector<domain::RecordRef> records = {LeadRef("l1")};
  store.reset();
  RunSql(place.path(), "UPDATE ledger SET body = substr(body, 1, length(body) - 1)");
  store = place.Open();
  expect_damage("ledger/1: the transaction is damaged in its ", [](Reader& r) { return r.EventsAfter(0, 1); });
  expect_damage("ledger/1: the transaction is damaged in its ", [&](Reader& r) { return r.Timeline(records, 0, 1); });
  store.reset();
  RunSql(place.path(), "DELETE FROM ledger");
  store = place.Open();
  expect_damage("ledger/1: is in the index but not in the table", [&](Reader& r) { return r.Timeline(records, 0, 1); });
}

TEST(SqliteStoreTest, FilesThatAreNotUtf8AreKeptAsTheyAre) {
  SqlitePlace place;
  auto store = place.Open();
  domain::PackContent content{.sha256 = "ab", .pack = "emea"};
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    content.files[one] = one + "x" + one;
    content.files["all"] += one;
  }
  ASSERT_TRUE(WriteAndWait(*store, "default", [&](Transaction& t) { return t.Put(content); }).ok());
  store.reset();
  store = place.Open();
  ASSERT_TRUE(store
                  ->Read("default",
                         [&](Reader& r) -> absl::Status {
                           ASSIGN_OR_RETURN(const domain::PackContent read, r.GetPackContent("ab"));
                           EXPECT_TRUE(read == content) << "not printed: it is not text";
                           return absl::OkStatus();
                         })
                  .ok());
}

TEST(SqliteStoreTest, AFailureOfTheDatabaseFailsTheTransactionEvenWhenItIsIgnored) {
  SqlitePlace place;
  ASSERT_TRUE(OpenAndClose(place.options).ok());
  RunSql(place.path(), "DROP TABLE lead_contacts");
  auto store = place.Open();
  const absl::Status status = WriteAndWait(*store, "default", [](Transaction& t) {
    domain::Lead lead{.id = "l", .contacts = {{"c", "enquirer"}}};
    EXPECT_FALSE(t.Put(lead).ok());
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  EXPECT_EQ(store->Read("default", [](Reader& r) { return r.GetLead("l").status(); }).code(),
            absl::StatusCode::kNotFound);
}

std::string Plan(Connection& connection, std::string_view sql) {
  std::string plan;
  Query query = connection.Prepare("EXPLAIN QUERY PLAN " + std::string(sql));
  while (query.Next()) {
    plan += query.String(3) + "\n";
  }
  EXPECT_TRUE(query.status().ok()) << query.status();
  return plan;
}

// No statement reads a whole table of all tenants or sorts what an index could give in order.
TEST(SqliteStoreTest, EveryStatementUsesAnIndex) {
  SqlitePlace place;
  auto store = place.Open();
  auto connection = Connection::Open(place.path(), false);
  ASSERT_TRUE(connection.ok());
  std::vector<std::string> statements;
  for (size_t i = 0; i < kSqlCount; ++i) {
    const std::string sql(SqlText(static_cast<Sql>(i)));
    // Tables of one row, and the index of erased contacts, which is for all tenants.
    const bool of_store = sql.find("schema_version") != std::string::npos ||
                          sql.find("keys_file") != std::string::npos ||
                          sql.find("WHERE key_slot < 0") != std::string::npos;
    if (sql.find(" FROM ") != std::string::npos && !of_store) {
      statements.push_back(sql);
    }
  }
  for (unsigned i = 0; i < kLeadColumnSets; ++i) statements.push_back(UpdateLeadSql(i));
  for (unsigned i = 0; i < kContactColumnSets; ++i) statements.push_back(UpdateContactSql(i));
  for (const auto kind : {domain::RecordKind::kAccount, domain::RecordKind::kContact, domain::RecordKind::kLead}) {
    for (int by = 0; by <= static_cast<int>(IdScan::By::kStatusByScore); ++by) {
      for (const bool descending : {false, true}) {
        const std::string sql = ScanSql(kind, static_cast<IdScan::By>(by), descending);
        if (sql.empty()) continue;
        statements.push_back(sql);
        // Both ends of the stretch are looked up, so that a page far down costs what the first one does.
        EXPECT_THAT(Plan(**connection, sql), testing::ContainsRegex(">.* AND .*<")) << sql;
        const std::string count = CountScanSql(kind, static_cast<IdScan::By>(by));
        EXPECT_THAT(Plan(**connection, count), testing::ContainsRegex("SEARCH .*>.* AND .*<")) << count;
      }
    }
  }
  for (const std::string& sql : statements) {
    const std::string plan = Plan(**connection, sql);
    EXPECT_THAT(plan, testing::Not(HasSubstr("SCAN"))) << sql;
    EXPECT_THAT(plan, testing::Not(HasSubstr("TEMP B-TREE"))) << sql << "\n" << plan;
  }
  const auto plan = [&](Sql id) { return Plan(**connection, SqlText(id)); };
  EXPECT_THAT(plan(Sql::kErasedContacts), HasSubstr("USING INDEX contacts_erased"));
  EXPECT_THAT(plan(Sql::kErasedLeads), HasSubstr("USING INDEX leads_erased"));
  EXPECT_THAT(plan(Sql::kLeadsForReport), HasSubstr("PRIMARY KEY (tenant_id=?)"));
  EXPECT_THAT(plan(Sql::kContactsForReport), HasSubstr("PRIMARY KEY (tenant_id=?)"));
  EXPECT_THAT(plan(Sql::kTransactionsOfRecord),
              HasSubstr("PRIMARY KEY (tenant_id=? AND record_kind=? AND record_id=?)"));
  EXPECT_THAT(plan(Sql::kActivitiesOfContact), HasSubstr("PRIMARY KEY (tenant_id=? AND contact_id=?)"));
  EXPECT_THAT(plan(Sql::kActivitiesOfContact), HasSubstr("PRIMARY KEY (tenant_id=? AND lead_id=?)"));
  EXPECT_THAT(plan(Sql::kAccountsToScore), HasSubstr("INDEX accounts_to_score_by_due (tenant_id=? AND due<?)"));
  EXPECT_THAT(plan(Sql::kCountLeadsByQueue), HasSubstr("COVERING INDEX leads_by_queue"));
  EXPECT_THAT(plan(Sql::kDueLeads), HasSubstr("COVERING INDEX leads_by_next"));
  EXPECT_THAT(plan(Sql::kDueContacts), HasSubstr("COVERING INDEX contacts_by_next"));
  EXPECT_THAT(plan(Sql::kRunningLateClocks), HasSubstr("leads_by_next"));
  EXPECT_THAT(plan(Sql::kLateClocks), HasSubstr("clocks_by_late"));
  EXPECT_THAT(plan(Sql::kBreachedClocks), HasSubstr("COVERING INDEX clocks_by_late"));
  EXPECT_THAT(plan(Sql::kOldestRequests), HasSubstr("PRIMARY KEY (tenant_id=? AND time<?)"));
  EXPECT_THAT(plan(Sql::kGetRequest), HasSubstr("requests_by_id"));
  EXPECT_THAT(plan(Sql::kCountLeadsByStatus), HasSubstr("leads_by_status"));
  EXPECT_THAT(plan(Sql::kLeadIds), HasSubstr("PRIMARY KEY (tenant_id=? AND lead_id>?)"));
  EXPECT_THAT(plan(Sql::kLeadPlaces), HasSubstr("PRIMARY KEY (tenant_id=? AND lead_id>?)"));
}

// Law of the schema: the tenant leads every key and every index.
TEST(SqliteStoreTest, TheTenantLeadsEveryKey) {
  SqlitePlace place;
  auto store = place.Open();
  auto connection = Connection::Open(place.path(), false);
  ASSERT_TRUE(connection.ok());
  Query query = (*connection)
                    ->Prepare(std::string("SELECT t.name, i.name, c.name FROM sqlite_schema t, "
                                          "pragma_index_list(t.name) i, pragma_index_info(i.name) c "
                                          "WHERE t.type = 'table' AND c.seqno = 0"));
  int indexes = 0;
  while (query.Next()) {
    ++indexes;
    EXPECT_EQ(query.Text(2), "tenant_id") << query.Text(0) << "." << query.Text(1);
  }
  EXPECT_GE(indexes, 25);
}

}  // namespace
}  // namespace leadline::store
