// One moment of a store, read beside its server.
#include <fstream>

#include "base/errors.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/sqlite_snapshot.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::Status PutLead(Store& store, const std::string& tenant, const std::string& id) {
  return WriteAndWait(store, tenant, [id](Transaction& t) {
    domain::Lead lead{.id = id};
    return t.Put(lead);
  });
}

std::vector<std::string> LeadIds(SqliteSnapshot& snapshot, const std::string& tenant) {
  std::vector<std::string> ids;
  const absl::Status status = snapshot.Read(tenant, [&](Reader& r) {
    auto read = r.LeadIds("", 100);
    if (read.ok()) ids = *read;
    return read.status();
  });
  EXPECT_TRUE(status.ok()) << status;
  return ids;
}

TEST(SnapshotTest, OneMomentOfAllTenantsBesideAServerThatWrites) {
  SqlitePlace place;
  auto store = place.Open();
  ASSERT_TRUE(PutLead(*store, "b", "l1").ok());
  ASSERT_TRUE(PutLead(*store, "a", "l1").ok());
  auto snapshot = SqliteSnapshot::Open(place.path());
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  ASSERT_TRUE(PutLead(*store, "b", "l2").ok()) << "the server goes on";
  ASSERT_TRUE(PutLead(*store, "c", "l1").ok());
  EXPECT_THAT(*(*snapshot)->Tenants(), ElementsAre("a", "b"));
  EXPECT_THAT(LeadIds(**snapshot, "b"), ElementsAre("l1")) << "what came later is not of this moment";
  EXPECT_THAT(LeadIds(**snapshot, "c"), IsEmpty());
  snapshot->reset();
  auto later = SqliteSnapshot::Open(place.path());
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_THAT(*(*later)->Tenants(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(LeadIds(**later, "b"), ElementsAre("l1", "l2"));
}

TEST(SnapshotTest, ATenantShowsInWhateverTableItHasARow) {
  SqlitePlace place;
  auto store = place.Open();
  ASSERT_TRUE(WriteAndWait(*store, "packs only", [](Transaction& t) {
                domain::Rollout rollout;
                return t.Put(rollout);
              }).ok());
  ASSERT_TRUE(WriteAndWait(*store, "reps only", [](Transaction& t) {
                domain::RepState rep{.rep_id = "mia"};
                return t.Put(rep);
              }).ok());
  auto snapshot = SqliteSnapshot::Open(place.path());
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_THAT(*(*snapshot)->Tenants(), ElementsAre("packs only", "reps only"));
}

TEST(SnapshotTest, AloneItKeepsServersOutAndIsKeptOutByThem) {
  SqlitePlace place;
  auto store = place.Open();
  const auto refused = SqliteSnapshot::Open(place.path(), SqliteSnapshot::Beside::kAlone).status();
  EXPECT_EQ(ReasonOf(refused), "STORE_IN_USE") << refused;
  EXPECT_TRUE(SqliteSnapshot::Open(place.path()).ok()) << "beside it, there is room";
  store.reset();
  auto alone = SqliteSnapshot::Open(place.path(), SqliteSnapshot::Beside::kAlone);
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_EQ(OpenSqliteStore(place.options).status().code(), absl::StatusCode::kFailedPrecondition);
  alone->reset();
  EXPECT_TRUE(OpenSqliteStore(place.options).ok());
}

TEST(SnapshotTest, WhatIsNoStoreOfThisVersionIsRefusedAndNothingIsMade) {
  TemporaryFolder folder;
  const std::string path = folder.Path("leadline.db");
  const auto missing = SqliteSnapshot::Open(path).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr(path));
  EXPECT_FALSE(std::ifstream(path).good()) << "the file was made";

  std::ofstream(path) << std::string(10'000, 'x');
  EXPECT_EQ(SqliteSnapshot::Open(path).status().code(), absl::StatusCode::kInvalidArgument);

  SqlitePlace place;
  place.Open().reset();
  {
    auto connection = Connection::Open(place.path(), false);
    ASSERT_TRUE(connection.ok());
    ASSERT_TRUE((*connection)->Execute("UPDATE schema_version SET version = 999").ok());
  }
  const auto newer = SqliteSnapshot::Open(place.path()).status();
  EXPECT_EQ(newer.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(newer.message()), HasSubstr("999"));
}

}  // namespace
}  // namespace leadline::store
