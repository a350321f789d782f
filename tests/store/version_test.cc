// The SQLite in the process is ours, and no other.
#include "store/sqlite/database/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <string>

#include "store/sqlite/database/connection.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using testing::HasSubstr;

// The race between a checkpoint and a commit that begins the log anew is mended in 3.51.3.
TEST(SqliteVersionTest, TheLinkedOneIsMended) {
  EXPECT_GE(sqlite3_libversion_number(), 3'051'003);
  EXPECT_EQ(LinkedSqlite().number, SQLITE_VERSION);
  EXPECT_EQ(LinkedSqlite().source_id, SQLITE_SOURCE_ID);
  EXPECT_TRUE(CheckLinkedSqlite().ok()) << CheckLinkedSqlite();
}

TEST(SqliteVersionTest, AnotherThanTheOneCompiledForIsRefused) {
  EXPECT_TRUE(CheckSqliteVersion(SQLITE_VERSION_NUMBER, SQLITE_SOURCE_ID).ok());
  const absl::Status older = CheckSqliteVersion(3'040'001, "2022-12-28 14:03:47 df5c253c0b3d");
  EXPECT_EQ(older.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(older.message()), HasSubstr("3040001 (2022-12-28 14:03:47 df5c253c0b3d)"));
  EXPECT_FALSE(CheckSqliteVersion(SQLITE_VERSION_NUMBER, "another source").ok()) << "the same number, other code";
  EXPECT_FALSE(CheckSqliteVersion(SQLITE_VERSION_NUMBER + 1, SQLITE_SOURCE_ID).ok());
}

TEST(SqliteVersionTest, NoSystemLibraryIsLoadedBesideIt) {
  SqlitePlace place;
  ASSERT_NE(place.Open(), nullptr);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) EXPECT_EQ(line.find("libsqlite3"), std::string::npos) << line;
}

// Options that the store counts on; see amalgamation.cmake.
TEST(SqliteVersionTest, IsBuiltAsTheStoreNeedsIt) {
  for (const char* option : {"THREADSAFE=2", "DQS=0", "DEFAULT_SYNCHRONOUS=2", "DEFAULT_WAL_SYNCHRONOUS=2",
                             "MAX_MMAP_SIZE=0", "OMIT_LOAD_EXTENSION", "OMIT_SHARED_CACHE"}) {
    EXPECT_EQ(sqlite3_compileoption_used(option), 1) << option;
  }
  EXPECT_EQ(sqlite3_compileoption_used("OMIT_PROGRESS_CALLBACK"), 0) << "it stops reports";
  SqlitePlace place;
  auto connection = Connection::Open(place.path(), true);
  ASSERT_TRUE(connection.ok());
  EXPECT_EQ(*(*connection)->QueryInt("PRAGMA synchronous"), 2);
  ASSERT_TRUE((*connection)->Execute("CREATE TABLE t (x)").ok());
  EXPECT_FALSE((*connection)->Execute("SELECT \"misspelt\" FROM t").ok()) << "not taken for a text";
}

}  // namespace
}  // namespace leadline::store
