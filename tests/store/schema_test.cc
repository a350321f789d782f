// The schema: made once and whole; stores of another form are refused, and left as they are.
#include "store/sqlite/database/schema.h"

#include <filesystem>
#include <fstream>

#include "store/sqlite/database/connection.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Opening it fails like this, and changes no byte of it.
void ExpectRefused(const SqlitePlace& place, absl::StatusCode code, const testing::Matcher<std::string>& message) {
  const std::string before = ContentOf(place.path());
  const absl::Status status = OpenSqliteStore(place.options).status();
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), message);
  EXPECT_EQ(ContentOf(place.path()), before);
}

TEST(SchemaTest, StoresOfOlderServersAreRefusedInWords) {
  // As the servers before this form left them: a table of events, and the version that the last of them had.
  for (const char* version : {"1", "3"}) {
    SqlitePlace place;
    RunSql(place.path(),
           std::string("CREATE TABLE events (tenant_id TEXT NOT NULL, position INTEGER NOT NULL, payload TEXT NOT NULL,"
                       "PRIMARY KEY (tenant_id, position)); INSERT INTO events VALUES ('default', 1, '{}');"
                       "CREATE TABLE schema_version (version INTEGER NOT NULL);"
                       "INSERT INTO schema_version VALUES (") +
               version + ")");
    ExpectRefused(place, absl::StatusCode::kFailedPrecondition,
                  AllOf(HasSubstr(place.path()), HasSubstr(std::string("schema version ") + version),
                        HasSubstr("an older server wrote it; its format is no longer read; start with a new file")));
  }
}

TEST(SchemaTest, AStoreInWalModeIsRefusedToo) {
  SqlitePlace place;
  RunSql(place.path(),
         "PRAGMA journal_mode = WAL; CREATE TABLE schema_version (version INTEGER NOT NULL);"
         "INSERT INTO schema_version VALUES (2)");
  ExpectRefused(place, absl::StatusCode::kFailedPrecondition, HasSubstr("older server"));
}

TEST(SchemaTest, AVersionThatIsNotToldIsAnOldOne) {
  SqlitePlace place;
  RunSql(place.path(), "CREATE TABLE schema_version (version INTEGER NOT NULL)");
  ExpectRefused(place, absl::StatusCode::kFailedPrecondition, HasSubstr("schema version 0"));
}

TEST(SchemaTest, StoresOfNewerServersAreRefused) {
  SqlitePlace place;
  ASSERT_TRUE(OpenSqliteStore(place.options).ok());
  ASSERT_TRUE(OpenSqliteStore(place.options).ok()) << "the current one is taken";
  RunSql(place.path(), "UPDATE schema_version SET version = version + 1");
  ExpectRefused(place, absl::StatusCode::kFailedPrecondition, HasSubstr("newer server"));
}

TEST(SchemaTest, DatabasesOfOtherProgramsAreRefused) {
  SqlitePlace place;
  RunSql(place.path(), "CREATE TABLE theirs (x)");
  ExpectRefused(place, absl::StatusCode::kInvalidArgument, HasSubstr("another program"));
}

TEST(SchemaTest, ItIsMadeOnce) {
  SqlitePlace place;
  auto connection = *Connection::Open(place.path(), true);
  const auto tables = [&] { return *connection->QueryInt("SELECT COUNT(*) FROM sqlite_schema"); };
  ASSERT_TRUE(MakeSchema(*connection).ok());
  const int64_t made = tables();
  EXPECT_GT(made, 20);
  ASSERT_TRUE(MakeSchema(*connection).ok());
  EXPECT_EQ(tables(), made);
  EXPECT_EQ(*connection->QueryInt("SELECT version FROM schema_version"), SchemaVersion());
  EXPECT_EQ(*connection->QueryInt("SELECT COUNT(*) FROM schema_version"), 1);
  EXPECT_GT(SchemaVersion(), 3) << "those had another form";
}

// A half-made schema would be taken for a whole one.
TEST(SchemaTest, WhatCannotBeMadeWholeLeavesNothing) {
  SqlitePlace place;
  auto connection = *Connection::Open(place.path(), true);
  // Some of the tables do not find room.
  ASSERT_TRUE(connection->QueryInt("PRAGMA max_page_count = 12").ok());
  const absl::Status status = MakeSchema(*connection);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(*connection->QueryInt("SELECT COUNT(*) FROM sqlite_schema"), 0);
  ASSERT_TRUE(connection->QueryInt("PRAGMA max_page_count = 1000000").ok());
  EXPECT_TRUE(MakeSchema(*connection).ok());
}

}  // namespace
}  // namespace leadline::store
