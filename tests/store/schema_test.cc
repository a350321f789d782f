// The schema over time: databases of earlier versions are brought up to date with what is in them.
#include "store/sqlite/database/schema.h"

#include "base/ids.h"
#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A database as the server of schema version 1 left it.
constexpr const char* kRowsOfVersion1 = R"sql(
INSERT INTO accounts VALUES ('default', 'a1', 2, 'emea', '{"name":"Acme","region":"emea"}');
INSERT INTO contacts VALUES ('default', 'c1', 1, 'inquiry', 'a1', 5, '',
  '{"account_id":"a1","status":"inquiry","score":{},"created_at":5}');
INSERT INTO leads VALUES ('default', 'l1', 3, 'mql', 'ana', 'a1', 0, 0, 0, '', 'emea', 'web', '', 10,
  char(31) || 'c1' || char(31),
  '{"account_id":"a1","contacts":[{"contact_id":"c1","role":"enquirer"}],"source":"web","region":"emea",' ||
  '"status":"mql","score":{"total":105.5},"assignee":"ana","created_at":10}');
INSERT INTO leads VALUES ('default', 'l2', 1, 'raw', '', '', 0, 0, 0, 'l1', '', '', '', 11, '',
  '{"status":"raw","score":{},"created_at":11,"merged_into":"l1"}');
INSERT INTO lead_contacts VALUES ('default', 'c1', 'l1');
INSERT INTO shared_texts VALUES ('default', '0123456789abcdef', '["hash"]');
INSERT INTO events VALUES ('default', 1, 'e1', 3, 'l1', 1, 3, 10, 11, 'web-form', 'r1', 4, '0123456789abcdef',
  '{"to":"mql","trigger":"created"}', '', '');
INSERT INTO events VALUES ('default', 2, 'e2', 4, 'ana', 1, 11, 12, 13, 'ops', '', 4, '', '{"rep":"ana","until":20}',
  '', '');
INSERT INTO rep_state VALUES ('default', 'ana', 7, 0, 20, 1);
INSERT INTO requests VALUES ('default', 'r1', 'f', 'answer', 11);
)sql";

std::unique_ptr<Connection> OpenVersion1(const std::string& path) {
  auto connection = Connection::Open(path, true);
  EXPECT_TRUE(connection.ok()) << connection.status();
  EXPECT_TRUE(Migrate(**connection, 1).ok());
  EXPECT_EQ(*(*connection)->QueryInt("SELECT version FROM schema_version"), 1);
  return *std::move(connection);
}

// Databases were made by it: its text may not change any more.
TEST(SchemaTest, TheFirstMigrationIsAsItWasReleased) {
  SqlitePlace place;
  const auto connection = OpenVersion1(place.path());
  Query query = connection->Prepare(std::string("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"));
  std::string schema;
  while (query.Next()) {
    schema += query.String(0) + "\n";
  }
  EXPECT_EQ(Sha256Hex(schema), "f52311d75093ed53b2872f0484fe4a5cbb575f3e3bcc3db81e56418589646d48");
}

TEST(SchemaTest, ADatabaseOfVersion1IsTakenOverWithItsRows) {
  SqlitePlace place;
  ASSERT_TRUE(OpenVersion1(place.path())->Execute(kRowsOfVersion1).ok());
  for (int opened = 1; opened <= 2; ++opened) {
    auto store = place.Open();
    ASSERT_NE(store, nullptr);
    const absl::Status status = WriteAndWait(*store, "default", [opened](Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(const domain::Account account, t.GetAccount("a1"));
      EXPECT_EQ(account, (domain::Account{.id = "a1", .name = "Acme", .region = "emea", .version = 2}));
      ASSIGN_OR_RETURN(const domain::Lead lead, t.GetLead("l1"));
      EXPECT_EQ(lead.version, 3);
      EXPECT_EQ(lead.score.total, 105.5);
      EXPECT_THAT(*t.LeadsOfContact("c1"), ElementsAre("l1"));
      EXPECT_THAT(*t.LeadIds("", 9), ElementsAre("l1"));
      EXPECT_EQ(t.GetRepState("ana")->version, 7);
      EXPECT_EQ((*t.FindRequest("r1"))->result, "answer");
      ASSIGN_OR_RETURN(const auto events, t.EventsAfter(0, 9));
      EXPECT_EQ(events.size(), static_cast<size_t>(opened) + 1);
      EXPECT_EQ(std::get<domain::StatusChanged>(events.at(0).payload).to, "mql");
      EXPECT_THAT(events.at(0).pack_hashes, ElementsAre("hash"));
      EXPECT_EQ(std::get<domain::AvailabilityChanged>(events.at(1).payload).until, 20);
      std::vector<std::string> steps;
      RETURN_IF_ERROR(t.ForEachJourney({}, [&steps](const domain::Journey& j) { steps.push_back(j.steps.at(0).to); }));
      EXPECT_THAT(steps, ElementsAre("mql"));
      // What version 2 adds is empty, and serves.
      ASSIGN_OR_RETURN(domain::Rollout rollout, t.GetRollout());
      EXPECT_EQ(rollout, (domain::Rollout{.generation = opened - 1, .version = opened - 1}));
      ++rollout.generation;
      RETURN_IF_ERROR(t.Put(rollout));
      EXPECT_EQ(t.GetPackContent("ab").ok(), opened == 2);
      RETURN_IF_ERROR(t.Put(domain::PackContent{.sha256 = "ab"}));
      domain::Event event{.id = "e3",
                          .record = {.kind = domain::RecordKind::kPack, .id = "emea"},
                          .payload = domain::PackChanged{.action = "activated"}};
      RETURN_IF_ERROR(t.Append(event));
      EXPECT_EQ(event.position, 2 + opened);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  auto connection = Connection::Open(place.path(), false);
  ASSERT_TRUE(connection.ok());
  EXPECT_EQ(*(*connection)->QueryInt("SELECT version FROM schema_version"), SchemaVersion());
  EXPECT_EQ(*(*connection)->QueryInt("SELECT COUNT(*) FROM schema_version"), 1);
}

TEST(SchemaTest, StepByStepIsTheSameAsAtOnce) {
  const auto schema = [](bool steps) {
    SqlitePlace place;
    auto connection = *Connection::Open(place.path(), true);
    for (int to = steps ? 1 : SchemaVersion(); to <= SchemaVersion(); ++to) {
      EXPECT_TRUE(Migrate(*connection, to).ok());
    }
    Query query = connection->Prepare(std::string("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"));
    std::vector<std::string> texts;
    while (query.Next()) {
      texts.push_back(query.String(0));
    }
    return texts;
  };
  const std::vector<std::string> at_once = schema(false);
  EXPECT_GT(at_once.size(), 20U);
  EXPECT_EQ(schema(true), at_once);
}

// The last table of the migration cannot be made: nothing of it may stay, so that the earlier server still opens it.
TEST(SchemaTest, AMigrationThatFailsLeavesTheDatabaseAsItWas) {
  SqlitePlace place;
  {
    const auto connection = OpenVersion1(place.path());
    ASSERT_TRUE(connection->Execute(kRowsOfVersion1).ok());
    ASSERT_TRUE(connection->Execute("CREATE TABLE pack_contents (theirs)").ok());
  }
  const absl::Status status = OpenSqliteStore(place.options).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("pack_contents already exists"));
  auto connection = *Connection::Open(place.path(), false);
  EXPECT_EQ(*connection->QueryInt("SELECT version FROM schema_version"), 1);
  EXPECT_EQ(*connection->QueryInt("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'rollout'"), 0);
  ASSERT_TRUE(connection->Execute("DROP TABLE pack_contents").ok());
  connection.reset();
  auto store = place.Open();
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(store->Read("default", [](Reader& r) { return r.GetLead("l1").status(); }).ok());
}

}  // namespace
}  // namespace leadline::store
