// Contract: the ids of lists, in the orders that indexes have; and which records changed last.
#include "base/status_macros.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;
using By = IdScan::By;

std::vector<std::string> IdsIn(const std::vector<ListPlace>& places) {
  std::vector<std::string> ids;
  for (const ListPlace& place : places) ids.push_back(place.id);
  return ids;
}

domain::Lead Scored(std::string id, std::string status, double total) {
  domain::Lead lead{.id = std::move(id), .region = "emea", .status = std::move(status)};
  lead.score.total = total;
  return lead;
}

TEST_P(StoreContractTest, ScansGiveWhatAnIndexHas) {
  const auto scan = [&](IdScan s) {
    const auto places = Read([&](Reader& r) { return r.ScanIds(s, 100); });
    EXPECT_EQ(Read([&](Reader& r) { return r.CountIds(s, 100); }), static_cast<int64_t>(places.size()));
    return IdsIn(places);
  };
  PutContact({.id = "c1", .account_id = "a1"});
  PutContact({.id = "c2", .account_id = "a1", .merged_into = "c1"});
  PutLead({.id = "l1", .account_id = "a1", .contacts = {{"c1", ""}}, .region = "emea", .status = "mql"});
  PutLead({.id = "l2", .contacts = {{"c1", ""}}, .region = "emea", .status = "sal", .assignee = "ana"});
  PutLead({.id = "l3", .account_id = "a1", .contacts = {{"c1", ""}}, .status = "mql", .merged_into = "l1"});
  PutLead({.id = "01980000-0000-7000-8000-000000000000", .region = "emea", .status = "mql", .assignee = "ana"});
  const std::string uuid = "01980000-0000-7000-8000-000000000000";
  EXPECT_THAT(scan({}), ElementsAre("l1", "l2", uuid)) << "UUIDs after all others, merged ones not at all";
  EXPECT_THAT(scan({.descending = true}), ElementsAre(uuid, "l2", "l1"));
  EXPECT_THAT(scan({.by = By::kStatus, .value = "mql"}), ElementsAre("l1", uuid));
  EXPECT_THAT(scan({.by = By::kRegion, .value = "emea", .descending = true}), ElementsAre(uuid, "l2", "l1"));
  EXPECT_THAT(scan({.by = By::kAssignee, .value = "ana"}), ElementsAre("l2", uuid));
  EXPECT_THAT(scan({.by = By::kAssignee, .value = ""}), IsEmpty());
  EXPECT_THAT(scan({.by = By::kAccount, .value = "a1"}), ElementsAre("l1"));
  EXPECT_THAT(scan({.by = By::kContact, .value = "c1"}), ElementsAre("l1", "l2"));
  EXPECT_THAT(scan({.low = ListPlace{0, "l1"}}), ElementsAre("l2", uuid));
  EXPECT_THAT(scan({.low = ListPlace{0, "l1"}, .high = ListPlace{0, "01980000-0000-0000-0000-000000000000"}}),
              ElementsAre("l2"));
  EXPECT_THAT(scan({.descending = true, .high = ListPlace{0, uuid}}), ElementsAre("l2", "l1"));
  EXPECT_THAT(scan({.kind = RecordKind::kContact}), ElementsAre("c1"));
  EXPECT_THAT(scan({.kind = RecordKind::kContact, .by = By::kAccount, .value = "a1"}), ElementsAre("c1"));
  EXPECT_THAT(scan({.kind = RecordKind::kAccount}), IsEmpty());
  EXPECT_EQ(ReadCode([](Reader& r) { return r.ScanIds({.kind = RecordKind::kAccount, .by = By::kStatus}, 1); }),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.CountIds({.kind = RecordKind::kRep}, 1); }),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.ScanIds({}, 0); }), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Read([](Reader& r) { return r.CountIds({}, 2); }), 2) << "no more are looked at";
}

TEST_P(StoreContractTest, ScansByNumberGoOnWithinEqualNumbers) {
  for (const auto& [id, total] :
       std::vector<std::pair<std::string, double>>{{"l1", 40}, {"l2", -3.5}, {"l3", 40}, {"l4", 40}, {"l5", 120}}) {
    PutLead(Scored(id, "mql", total));
  }
  PutLead(Scored("l6", "sal", 41));
  IdScan scan{.by = By::kStatusByScore, .value = "mql"};
  const auto ids = [&](int limit) { return IdsIn(Read([&](Reader& r) { return r.ScanIds(scan, limit); })); };
  EXPECT_THAT(ids(9), ElementsAre("l2", "l1", "l3", "l4", "l5"));
  scan.low = ListPlace{40, "l1"};
  EXPECT_THAT(ids(2), ElementsAre("l3", "l4"));
  scan.low = ListPlace{40, std::string(kAfterAllIds)};
  EXPECT_THAT(ids(9), ElementsAre("l5"));
  scan.low = ListPlace{40, ""};
  scan.high = ListPlace{40, "l4"};
  EXPECT_THAT(ids(9), ElementsAre("l1", "l3"));
  scan.low.reset();
  scan.descending = true;
  EXPECT_THAT(ids(2), ElementsAre("l3", "l1"));
  // A score that changes moves the lead.
  domain::Lead lead = Read([](Reader& r) { return r.GetLead("l2"); });
  lead.score.total = 500;
  PutLead(lead);
  scan.high.reset();
  EXPECT_THAT(ids(2), ElementsAre("l2", "l5"));
}

TEST_P(StoreContractTest, ChangesComeByTheLastTransactionOfARecord) {
  const auto event = [](std::string transaction, RecordKind kind, std::string id) {
    return domain::Event{.transaction_id = std::move(transaction),
                         .record = {.kind = kind, .id = std::move(id)},
                         .payload = domain::DispositionRecorded{}};
  };
  const auto append = [&](std::vector<domain::Event> events) { AppendAll(events); };
  append({event("t1", RecordKind::kLead, "l1"), event("t1", RecordKind::kContact, "c1")});
  append({event("t2", RecordKind::kLead, "l2"), event("t2", RecordKind::kLead, "l1")});
  append({event("t3", RecordKind::kContact, "c2")});
  append({event("t4", RecordKind::kLead, "l3"), event("t4", RecordKind::kLead, "l4")});
  append({event("t5", RecordKind::kLead, "l2")});
  const auto changes = [&](int64_t after, int limit = 9, int most = 99) {
    return Read([&](Reader& r) { return r.ChangesAfter(RecordKind::kLead, after, limit, most); });
  };
  EXPECT_THAT(changes(0).items,
              ElementsAre(RecordChange{2, "l1"}, RecordChange{4, "l3"}, RecordChange{4, "l4"}, RecordChange{5, "l2"}));
  EXPECT_TRUE(changes(0).end);
  EXPECT_THAT(changes(4).items, ElementsAre(RecordChange{5, "l2"}));
  EXPECT_THAT(changes(5).items, IsEmpty());
  const ChangePage two = changes(0, 2);
  EXPECT_EQ(two.items.size(), 3U) << "a transaction comes whole";
  EXPECT_EQ(two.through, 4);
  EXPECT_FALSE(two.end);
  const ChangePage looked = changes(0, 9, 3);
  EXPECT_THAT(looked.items, ElementsAre(RecordChange{2, "l1"}));
  EXPECT_EQ(looked.through, 3);
  EXPECT_EQ(looked.looked_at, 3);
  EXPECT_FALSE(looked.end);
  EXPECT_THAT(Read([](Reader& r) { return r.ChangesAfter(RecordKind::kContact, 1, 9, 9); }).items,
              ElementsAre(RecordChange{3, "c2"}));
  EXPECT_EQ(Read([](Reader& r) { return r.LastChangeOf(RecordKind::kLead, "l1"); }), 2);
  EXPECT_EQ(Read([](Reader& r) { return r.LastChangeOf(RecordKind::kLead, "nobody"); }), 0);
}

TEST_P(StoreContractTest, LeadsAreFoundByTheirIdElsewhere) {
  const auto find = [&](const char* id) {
    return Read([&](Reader& r) { return r.RecordsOfKey(RecordKind::kLead, ExternalIdKey(id)); });
  };
  domain::Lead lead = PutLead({.id = "l1", .attributes = {{"external_id", std::string("crm-7")}}});
  PutLead({.id = "l2", .attributes = {{"external_id", std::string("crm-7")}}});
  PutLead({.id = "l3", .attributes = {{"budget", 5.0}}});
  EXPECT_THAT(find("crm-7"), ElementsAre("l1", "l2"));
  lead.attributes["external_id"] = std::string("crm-8");
  lead = PutLead(lead);
  EXPECT_THAT(find("crm-7"), ElementsAre("l2"));
  EXPECT_THAT(find("crm-8"), ElementsAre("l1"));
  EXPECT_EQ(Read([](Reader& r) { return r.CountRows(); }).external_ids, 2);
  lead.attributes.clear();
  PutLead(lead);
  EXPECT_THAT(find("crm-8"), IsEmpty());
  // Of an erased person nothing is found.
  ASSERT_TRUE(Write([](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.DestroyKey(RecordKind::kLead, "l2", 5));
                ASSIGN_OR_RETURN(domain::Lead erased, t.GetLead("l2"));
                return t.Put(erased);
              }).ok());
  EXPECT_THAT(find("crm-7"), IsEmpty());
}

}  // namespace
}  // namespace leadline::store
