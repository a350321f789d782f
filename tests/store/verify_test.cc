// What is stored against what the ledger tells: nothing found where nothing is wrong, and each value that is.
#include "store/verify/verify.h"

#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "tests/store/contract.h"
#include "tests/store/sqlite_place.h"
#include "tests/store/told_store.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> Found(Store& store, VerifyCounts* counts = nullptr) {
  std::vector<std::string> found;
  VerifyCounts own;
  const absl::Status status = store.Read("default", [&](Reader& r) {
    return VerifyTenant(
        r, "default", [&](const Difference& d) { found.push_back(Describe(d)); }, counts != nullptr ? *counts : own);
  });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

class VerifyTest : public StoreContractTest {
 protected:
  void SetUp() override {
    StoreContractTest::SetUp();
    const absl::Status status = Write(PutToldStore);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::vector<std::string> FoundAfter(WriteFunction write) {
    const absl::Status status = Write(std::move(write));
    EXPECT_TRUE(status.ok()) << status;
    return Found(*store_);
  }
  template <typename Change>
  std::vector<std::string> FoundAfterLead(const std::string& id, Change change) {
    return FoundAfter([id, change](Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(domain::Lead lead, t.GetLead(id));
      change(lead);
      return t.Put(lead);
    });
  }
};

INSTANTIATE_TEST_SUITE_P(Sqlite, VerifyTest,
                         testing::Values(StoreBackend{"Sqlite", [] { return std::make_unique<SqlitePlace>(); }}),
                         [](const auto& test) { return test.param.name; });

TEST_P(VerifyTest, NothingIsFoundWhereAllIsTold) {
  VerifyCounts counts;
  EXPECT_THAT(Found(*store_, &counts), IsEmpty());
  EXPECT_EQ(counts.tenants, 1);
  EXPECT_EQ(counts.accounts, 1);
  EXPECT_EQ(counts.contacts, 2);
  EXPECT_EQ(counts.leads, 2);
  EXPECT_EQ(counts.activities, 2);
  EXPECT_EQ(counts.clocks, 2);
  EXPECT_EQ(counts.merges, 2);
  EXPECT_EQ(counts.reps, 1);
  EXPECT_EQ(counts.pools, 1);
  EXPECT_EQ(counts.events, 27);
  EXPECT_EQ(counts.differences, 0);
}

TEST_P(VerifyTest, AnEmptyTenantHasNothingToFind) {
  VerifyCounts counts;
  ASSERT_TRUE(store_
                  ->Read("another",
                         [&](Reader& r) {
                           return VerifyTenant(
                               r, "another", [](const Difference&) { ADD_FAILURE(); }, counts);
                         })
                  .ok());
}

TEST_P(VerifyTest, FieldsOfRecords) {
  EXPECT_THAT(FoundAfterLead("l1", [](domain::Lead& l) { l.source = "fair"; }),
              ElementsAre("leads/l1: source is \"fair\", but the ledger tells \"website\""));
}

TEST_P(VerifyTest, DecidedFieldsAndTheirCounts) {
  EXPECT_THAT(FoundAfterLead("l1", [](domain::Lead& l) { l.status = "sal"; }),
              UnorderedElementsAre("leads/l1: status is \"sal\", but the ledger tells \"mql\"",
                                   "leads by status: count of \"sal\" is \"1\", but the ledger tells \"0\"",
                                   "leads by status: count of \"mql\" is \"0\", but the ledger tells \"1\""));
}

TEST_P(VerifyTest, ScoresAndClocksByTheirParts) {
  EXPECT_THAT(
      FoundAfterLead("l1",
                     [](domain::Lead& l) {
                       l.score.total = 43;
                       l.score.dimensions["behaviour"] = 43;
                     }),
      UnorderedElementsAre("leads/l1: score.total is \"43\", but the ledger tells \"42\"",
                           "leads/l1: score.dimensions is \"behaviour 43\", but the ledger tells \"behaviour 42\""));
  const auto found = FoundAfterLead("l1", [](domain::Lead& l) { l.sla->due += kHour; });
  EXPECT_THAT(found, Contains(HasSubstr("leads/l1: sla is \"offer running, from 2026-03-03T10:00:00Z")));
}

TEST_P(VerifyTest, WhatAccountsScore) {
  const auto found = FoundAfter([](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(domain::Account account, t.GetAccount("a1"));
    account.score->products[0].points = 3;
    return t.Put(account);
  });
  EXPECT_THAT(found, ElementsAre(testing::AllOf(HasSubstr("accounts/a1: score is \"60 (behaviour 60), of 1 people"),
                                                HasSubstr(", suite 3\", but the ledger tells"), HasSubstr("suite 2"))));
}

TEST_P(VerifyTest, CountedActivitiesByTheirDays) {
  const auto put = [this](RecordKind kind, const std::string& id, const domain::ActivityTally& tally) {
    return FoundAfter([=](Transaction& t) { return t.PutActivityTally(kind, id, tally); });
  };
  domain::ActivityTally right, wrong;
  ASSERT_TRUE(store_
                  ->Read("default",
                         [&](Reader& r) -> absl::Status {
                           const std::vector<std::string> lead = {"l1"};
                           ASSIGN_OR_RETURN(const auto activities, r.ActivitiesOfLeads(lead));
                           for (const auto& a : activities) right.Add(a, {.interaction = true}, {});
                           wrong.Add(activities[0], {.interaction = true}, {});
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_THAT(put(RecordKind::kLead, "l1", right), IsEmpty());
  EXPECT_THAT(put(RecordKind::kLead, "l1", wrong), Contains(HasSubstr("counted activities of leads/l1: 20")));
  EXPECT_THAT(put(RecordKind::kLead, "l1", {}), IsEmpty());
  EXPECT_THAT(put(RecordKind::kLead, "nobody", right),
              ElementsAre("counted activities: rows is \"1\", but the ledger tells \"0\""));
}

TEST_P(VerifyTest, VersionsAndMeaningAreNoPartOfIt) {
  EXPECT_THAT(FoundAfterLead("l1",
                             [](domain::Lead& l) {
                               l.meaning.central.source = "web";
                               l.meaning.generation = 7;
                             }),
              IsEmpty());
}

TEST_P(VerifyTest, RecordsThatWereNeverCreated) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                domain::Account account{.id = "a2"};
                return t.Put(account);
              }),
              ElementsAre("accounts/a2: row is \"there\", but the ledger tells of none"));
}

TEST_P(VerifyTest, RecordsThatAreNotThere) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                domain::Event event{.transaction_id = "t9", .record = {RecordKind::kContact, "c9"}};
                event.payload = domain::RecordCreated{"", "", false, domain::Contact{.id = "c9"}};
                return t.Append(event);
              }),
              ElementsAre(HasSubstr("contacts/c9: row is not there, but the ledger tells \"there since position")));
}

TEST_P(VerifyTest, EventsThatAreNoneOfTheirRecord) {
  const auto found = FoundAfter([](Transaction& t) -> absl::Status {
    domain::Event event{.transaction_id = "t9", .record = {RecordKind::kAccount, "a1"}};
    event.payload = domain::StatusChanged{"", "mql", "created", ""};
    return t.Append(event);
  });
  EXPECT_THAT(found, ElementsAre(HasSubstr("accounts/a1: event 4 is")));
  EXPECT_THAT(found, ElementsAre(HasSubstr("no account has such an event")));
}

TEST_P(VerifyTest, ActivitiesBothWays) {
  EXPECT_THAT(FoundAfter([](Transaction& t) {
                return t.AddActivity({.id = "x3", .lead_id = "l2", .contact_id = "c1", .time = 5}).status();
              }),
              ElementsAre("activities/x3: row is \"on leads/l2\", but the ledger tells of none"));
  const auto found = FoundAfter([](Transaction& t) -> absl::Status {
    domain::Event event{.transaction_id = "t9", .record = {RecordKind::kLead, "l2"}};
    event.payload = domain::ActivityRecorded{{.id = "x4", .lead_id = "l2", .time = 6}};
    return t.Append(event);
  });
  EXPECT_THAT(found, Contains("activities/x4: row is not there, but the ledger tells \"on leads/l2\""));
}

TEST_P(VerifyTest, MergesAndThatTheyAreUndone) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::MergeRecord merge, t.GetMerge("m2"));
                merge.undone = false;
                merge.actor = "ben";
                merge.changed = {{"source", "s", "sfair"}};
                return t.Put(merge);
              }),
              UnorderedElementsAre("merges/m2: actor is \"ben\", but the ledger tells \"maria\"",
                                   "merges/m2: undone is \"false\", but the ledger tells \"true\"",
                                   "merges/m2: changed is \"source \"\" -> \"fair\"\", but the ledger tells of none"));
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                domain::MergeRecord merge;
                merge.id = "m3";
                merge.kind = RecordKind::kAccount;
                merge.survivor_id = "a1";
                merge.absorbed_id = "a2";
                return t.Put(merge);
              }),
              Contains("merges/m3: row is \"there\", but the ledger tells of none"));
}

TEST_P(VerifyTest, AMergeThatLeadsFromNoRecordIsCounted) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                domain::MergeRecord merge;
                merge.id = "m3";
                merge.survivor_id = "nobody";
                return t.Put(merge);
              }),
              ElementsAre("merges: rows is \"3\", but the ledger tells \"2\""));
}

TEST_P(VerifyTest, RepsWithTheirWork) {
  EXPECT_THAT(
      FoundAfter([](Transaction& t) -> absl::Status {
        ASSIGN_OR_RETURN(domain::RepState mia, t.GetRepState("mia"));
        mia.open_leads = 2;
        mia.unavailable_until = 0;
        RETURN_IF_ERROR(t.Put(mia));
        domain::RepState ben{.rep_id = "ben", .available = false};
        return t.Put(ben);
      }),
      UnorderedElementsAre("reps/mia: open_leads is \"2\", but the ledger tells \"1\"",
                           "reps/mia: unavailable_until is not there, but the ledger tells \"2026-03-11T10:00:00Z\"",
                           "reps/ben: available is \"false\", but the ledger tells \"true\""));
}

TEST_P(VerifyTest, PlacesInPools) {
  EXPECT_THAT(
      FoundAfter([](Transaction& t) {
        const std::vector<domain::PoolState> members = {{"ben", 1, 3, 0}, {"eve", 1, 0, 0}};
        return t.PutPool("emea", members);
      }),
      UnorderedElementsAre("pools/emea: reps/ben is \"owed 1 turns, 3 assigned, the last never\", but the ledger "
                           "tells \"owed 1 turns, 0 assigned, the last never\"",
                           "pools/emea: reps/eve is \"owed 1 turns, 0 assigned, the last never\", but the ledger "
                           "tells of none"));
}

TEST_P(VerifyTest, PoolsThatNobodyWasAskedFrom) {
  EXPECT_THAT(FoundAfter([](Transaction& t) {
                const std::vector<domain::PoolState> members = {{"ben", 1, 3, 0}};
                return t.PutPool("latam", members);
              }),
              ElementsAre("pools: members is \"3\", but the ledger tells \"2\""));
}

TEST_P(VerifyTest, WhatDecides) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::Rollout rollout, t.GetRollout());
                rollout.generation = 2;
                rollout.active[0].before = {{"central", "0.9", "no such pack"}};
                return t.Put(rollout);
              }),
              UnorderedElementsAre("rollout: generation is \"2\", but the ledger tells \"1\"",
                                   AllOf(HasSubstr("rollout: active is "), HasSubstr("before it [central 0.9")),
                                   "rollout: files of pack no such pack is not there, but the ledger tells \"there\""));
}

TEST_P(VerifyTest, FilesOfPacksThatNothingNames) {
  EXPECT_THAT(FoundAfter([](Transaction& t) { return t.Put(domain::PackContent{.sha256 = "ab", .pack = "emea"}); }),
              ElementsAre("rollout: versions of packs with files is \"2\", but the ledger tells \"1\""));
}

// It decided once: stored decisions may name it, whatever the rollout says today.
TEST_P(VerifyTest, FilesOfAPackThatDecided) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::Rollout rollout, t.GetRollout());
                const domain::PackRef next{"central", "1.1", "0b5e55ed"};
                rollout.active[0].ref = next;
                RETURN_IF_ERROR(t.Put(domain::PackContent{.sha256 = next.sha256, .pack = next.pack}));
                domain::PackChanged changed{.action = "activated", .pack = "central", .sha256 = next.sha256};
                changed.rollout = WithoutProgress(rollout);
                domain::Event event;
                event.transaction_id = "0198-activated";
                event.record = {domain::RecordKind::kPack, "central"};
                event.payload = std::move(changed);
                RETURN_IF_ERROR(t.Append(event));
                RETURN_IF_ERROR(t.DropPackContent("5ca1ab1e"));
                return t.Put(rollout);
              }),
              ElementsAre("rollout: files of pack 5ca1ab1e is not there, but the ledger tells \"there\""));
}

TEST_P(VerifyTest, HowFarARescoringGotIsNoPartOfIt) {
  EXPECT_THAT(FoundAfter([](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::Rollout rollout, t.GetRollout());
                rollout.rescoring->after = "l2";
                rollout.rescoring->done = 2;
                rollout.rescoring->finished_at = 12;
                return t.PutProgress(rollout);
              }),
              IsEmpty());
}

// Rows changed beside the store.
class VerifySqliteTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = place_.Open();
    ASSERT_NE(store, nullptr);
    const absl::Status status = WriteAndWait(*store, "default", PutToldStore);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::vector<std::string> FoundAfter(const std::string& sql) {
    {
      auto connection = Connection::Open(place_.path(), false);
      EXPECT_TRUE(connection.ok()) << connection.status();
      const absl::Status status = (*connection)->Execute(sql);
      EXPECT_TRUE(status.ok()) << status;
    }
    auto store = place_.Open();
    return store == nullptr ? std::vector<std::string>() : Found(*store);
  }

  SqlitePlace place_;
};

TEST_F(VerifySqliteTest, ARowThatIsGone) {
  const auto found = FoundAfter("DELETE FROM leads WHERE lead_id = 'l2'");
  EXPECT_THAT(found, Contains(HasSubstr("leads/l2: row is not there, but the ledger tells \"there since position")));
}

TEST_F(VerifySqliteTest, AContactOfALeadThatIsNotListed) {
  EXPECT_THAT(FoundAfter("DELETE FROM lead_contacts WHERE contact_id = 'c1' AND lead_id = 'l2'"),
              ElementsAre("contacts/c1: leads is not there, but the ledger tells \"leads/l2\""));
}

TEST_F(VerifySqliteTest, AnActivityThatIsGone) {
  EXPECT_THAT(FoundAfter("DELETE FROM activities WHERE activity_id = 'x2'"),
              ElementsAre("activities/x2: row is not there, but the ledger tells \"on leads/l1\""));
}

TEST_F(VerifySqliteTest, AContactWhoseActivitiesAreNotFound) {
  EXPECT_THAT(FoundAfter("DELETE FROM lead_contacts WHERE contact_id = 'c1' AND lead_id = 'l1'"),
              UnorderedElementsAre("contacts/c1: leads is not there, but the ledger tells \"leads/l1\"",
                                   "contacts/c1: activities is not there, but the ledger tells \"activities/x1\"",
                                   "contacts/c1: activities is not there, but the ledger tells \"activities/x2\""));
}

TEST_F(VerifySqliteTest, TransactionsThatAreGone) {
  // The first of lead l1: everything after it has lost its beginning.
  const auto found = FoundAfter(
      "DELETE FROM ledger_records WHERE record_id = 'l1' AND number = (SELECT MIN(number) FROM ledger_records WHERE "
      "record_id = 'l1')");
  EXPECT_THAT(found, Contains(HasSubstr("is \"no creation\", but the ledger tells \"its creation\"")));
  EXPECT_THAT(found, Contains(HasSubstr("ledger: events in the histories of accounts, contacts and leads is \"23\"")));
}

TEST_F(VerifySqliteTest, AGapInTheLedger) {
  const auto found = FoundAfter("DELETE FROM ledger_records WHERE number = 3; DELETE FROM ledger WHERE number = 3");
  EXPECT_THAT(found,
              Contains(HasSubstr("ledger: position is \"4194304\", but the ledger tells \"2097153 or 3145728\"")));
}

TEST_F(VerifySqliteTest, AClockThatIsAnother) {
  EXPECT_THAT(FoundAfter("UPDATE clocks SET state = 6 WHERE lead_id = 'l1' AND sla_id = 'call'"),
              ElementsAre(HasSubstr("leads/l1: clock is \"call cancelled, from")));
  EXPECT_THAT(FoundAfter("UPDATE clocks SET state = 66 WHERE lead_id = 'l1' AND sla_id = 'call'"),
              ElementsAre(HasSubstr("leads/l1: clocks is \"clocks/l1: state 66\"")));
}

TEST_F(VerifySqliteTest, BodiesThatCannotBeRead) {
  const auto found = FoundAfter("UPDATE leads SET body = x'00' WHERE lead_id = 'l1'");
  EXPECT_THAT(found, Contains(HasSubstr("leads/l1: row is \"leads/l1: ")));
}

TEST_F(VerifySqliteTest, ColumnsThatListsRestOn) {
  EXPECT_THAT(FoundAfter("UPDATE leads SET account_id = 'a9' WHERE lead_id = 'l1'"),
              ElementsAre("accounts/a1: leads is not there, but the ledger tells \"leads/l1\""));
  EXPECT_THAT(FoundAfter("UPDATE leads SET region = 'emea' WHERE lead_id = 'l1'"),
              Contains("leads by region: count of \"latam\" is \"0\", but the ledger tells \"1\""));
  EXPECT_THAT(FoundAfter("UPDATE leads SET hold_queue = 'junk', held_since = 5 WHERE lead_id = 'l1'"),
              Contains("leads by queue: count of \"junk\" is \"1\", but the ledger tells \"0\""));
  EXPECT_THAT(FoundAfter("UPDATE leads SET score = 7 WHERE lead_id = 'l1'"),
              Contains("leads/l1: listed by score is \"7 in mql\", but the ledger tells \"42 in mql\""));
  EXPECT_THAT(FoundAfter("INSERT INTO blocking_keys VALUES ('default', 3, 77, 'l1')"),
              Contains("external ids of leads: rows is \"1\", but the ledger tells \"0\""));
}

TEST_P(VerifyTest, LeadsThatAreNotFoundByTheirIdElsewhere) {
  EXPECT_THAT(FoundAfterLead("l1", [](domain::Lead& l) { l.attributes["external_id"] = std::string("crm-7"); }),
              Contains("external ids of leads: rows is \"1\", but the ledger tells \"0\""));
}

}  // namespace
}  // namespace leadline::store
