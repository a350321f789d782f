// Contract: records, versions, lists, activities, keys, routing state, merges, requests.
#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContractTest, RecordsComeBackWholeEvenAfterReopening) {
  Generator make(11);
  std::vector<domain::Account> accounts;
  std::vector<domain::Contact> contacts;
  std::vector<domain::Lead> leads;
  std::vector<domain::Activity> activities;
  std::vector<domain::MergeRecord> merges;
  for (int i = 0; i < 40; ++i) {
    accounts.push_back(make.Account());
    contacts.push_back(make.Contact());
    leads.push_back(make.Lead());
    activities.push_back(make.Activity());
    merges.push_back(make.Merge());
  }
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                for (size_t i = 0; i < leads.size(); ++i) {
                  RETURN_IF_ERROR(t.Put(accounts[i]));
                  RETURN_IF_ERROR(t.Put(contacts[i]));
                  RETURN_IF_ERROR(t.Put(leads[i]));
                  RETURN_IF_ERROR(t.Put(merges[i]));
                  RETURN_IF_ERROR(t.AddActivity(activities[i]).status());
                }
                return absl::OkStatus();
              }).ok());
  Reopen();
  for (size_t i = 0; i < leads.size(); ++i) {
    EXPECT_EQ(leads[i].version, 1);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetAccount(accounts[i].id); }), accounts[i]);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetContact(contacts[i].id); }), contacts[i]);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetLead(leads[i].id); }), leads[i]);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetActivity(activities[i].id); }), activities[i]);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetMerge(merges[i].id); }), merges[i]);
  }
}

TEST_P(StoreContractTest, WhatDoesNotExistIsNotFound) {
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetAccount("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetContact("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetLead("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetActivity("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetMerge("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(Read([](Reader& r) { return r.FindRequest("x"); }), std::nullopt);
  EXPECT_EQ(Read([](Reader& r) { return r.GetRepState("x"); }), domain::RepState{.rep_id = "x"});
  EXPECT_THAT(Read([](Reader& r) { return r.GetPool("x"); }), IsEmpty());
}

template <typename T>
void ExpectCompareAndSet(Store& store, T record, T other) {
  const auto put = [&store](T& r) { return WriteAndWait(store, "default", [&r](Transaction& t) { return t.Put(r); }); };
  ASSERT_TRUE(put(record).ok());
  EXPECT_EQ(record.version, 1);
  EXPECT_EQ(put(other).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(other.version, 0);
  T second = record;
  ASSERT_TRUE(put(record).ok());
  EXPECT_EQ(record.version, 2);
  EXPECT_EQ(put(second).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(second.version, 1);
  second.version = 3;
  EXPECT_EQ(put(second).code(), absl::StatusCode::kAborted);
}

TEST_P(StoreContractTest, ChangesAreCompareAndSet) {
  ExpectCompareAndSet(*store_, domain::Account{.id = "a"}, domain::Account{.id = "a"});
  ExpectCompareAndSet(*store_, domain::Contact{.id = "c"}, domain::Contact{.id = "c"});
  ExpectCompareAndSet(*store_, domain::Lead{.id = "l"}, domain::Lead{.id = "l"});
  ExpectCompareAndSet(*store_, domain::RepState{.rep_id = "r"}, domain::RepState{.rep_id = "r"});
  ExpectCompareAndSet(*store_, domain::Rollout{.generation = 1}, domain::Rollout{.generation = 2});
  domain::Lead absent{.id = "absent", .version = 4};
  EXPECT_EQ(Write([&](Transaction& t) { return t.Put(absent); }).code(), absl::StatusCode::kAborted);
}

TEST_P(StoreContractTest, ChangedRecordsComeBackWhole) {
  Generator make(12);
  for (int i = 0; i < 60; ++i) {
    domain::Lead lead = PutLead(make.Lead());
    domain::Contact contact = PutContact(make.Contact());
    domain::Lead changed_lead = make.Lead();
    changed_lead.id = lead.id;
    changed_lead.version = lead.version;
    if (make.Flip()) changed_lead.status = lead.status;
    if (make.Flip()) changed_lead.assignee = lead.assignee;
    if (make.Flip()) changed_lead.sla = lead.sla;
    if (make.Flip()) changed_lead.merged_into = lead.merged_into;
    domain::Contact changed_contact = make.Contact();
    changed_contact.id = contact.id;
    changed_contact.version = contact.version;
    if (make.Flip()) changed_contact.status = contact.status;
    changed_lead = PutLead(changed_lead);
    changed_contact = PutContact(changed_contact);
    EXPECT_EQ(changed_lead.version, 2);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetLead(lead.id); }), changed_lead);
    EXPECT_EQ(Read([&](Reader& r) { return r.GetContact(contact.id); }), changed_contact);
  }
}

TEST_P(StoreContractTest, TenantsDoNotSeeEachOther) {
  domain::Lead ours{.id = "same", .source = "ours"}, theirs{.id = "same", .source = "theirs"};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(ours); }, "one").ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(theirs); }, "two").ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetLead("same"); }, "one").source, "ours");
  EXPECT_EQ(Read([](Reader& r) { return r.GetLead("same"); }, "two").source, "theirs");
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetLead("same"); }, "three"), absl::StatusCode::kNotFound);
  std::vector<domain::Event> events = {{.id = "e", .record = LeadRef("same")}};
  AppendAll(events, "one");
  EXPECT_EQ(events[0].position, 1);
  AppendAll(events, "two");
  EXPECT_EQ(events[0].position, 1);
  EXPECT_EQ(events[0].sequence, 1);
  EXPECT_THAT(Read([](Reader& r) { return r.EventsAfter(0, 10); }, "three"), IsEmpty());
}

std::vector<std::string> IdsOf(const std::vector<domain::Lead>& leads) {
  std::vector<std::string> ids;
  for (const domain::Lead& lead : leads) {
    ids.push_back(lead.id);
  }
  return ids;
}

TEST_P(StoreContractTest, ListsPageByPageNewestFirst) {
  for (int i = 0; i < 10; ++i) {
    PutLead({.id = "l" + std::to_string(i),
             .source = i < 8 ? "web" : "event",
             .region = i % 3 == 0 ? "emea" : "latam",
             .status = i % 2 == 0 ? "mql" : "sal",
             .assignee = i == 4 ? "ana" : "",
             .merged_into = i == 6 ? "l0" : ""});
  }
  std::vector<std::string> all;
  std::string cursor;
  int pages = 0;
  do {
    auto page = Read([&](Reader& r) { return r.ListLeads({}, cursor, 3); });
    for (const std::string& id : IdsOf(page.items)) {
      all.push_back(id);
    }
    cursor = page.next;
    ++pages;
  } while (!cursor.empty());
  EXPECT_THAT(all, ElementsAre("l9", "l8", "l7", "l5", "l4", "l3", "l2", "l1", "l0"));
  EXPECT_EQ(pages, 3);
  const auto list = [&](LeadFilter filter) {
    return IdsOf(Read([&](Reader& r) { return r.ListLeads(filter, "", 100); }).items);
  };
  EXPECT_THAT(list({.status = "mql"}), ElementsAre("l8", "l4", "l2", "l0"));
  EXPECT_THAT(list({.region = "emea"}), ElementsAre("l9", "l3", "l0"));
  EXPECT_THAT(list({.assignee = "ana"}), ElementsAre("l4"));
  EXPECT_THAT(list({.source = "event"}), ElementsAre("l9", "l8"));
  EXPECT_THAT(list({.status = "sal", .region = "emea", .source = "web"}), ElementsAre("l3"));
  EXPECT_THAT(list({.status = "mql", .assignee = "ben"}), IsEmpty());
}

TEST_P(StoreContractTest, ForeignCursorsAreRefused) {
  for (int i = 0; i < 3; ++i) {
    PutLead({.id = "l" + std::to_string(i), .sla = domain::SlaClock{.sla_id = "s", .warn = 1, .due = 2}});
  }
  const std::string cursor = Read([](Reader& r) { return r.ListLeads({}, "", 1); }).next;
  ASSERT_FALSE(cursor.empty());
  const auto code = [&](std::string_view c) { return ReadCode([&](Reader& r) { return r.ListLeads({}, c, 1); }); };
  EXPECT_EQ(code(cursor), absl::StatusCode::kOk);
  for (size_t i = 0; i < cursor.size(); ++i) {
    EXPECT_EQ(code(cursor.substr(0, i) + "!" + cursor.substr(i + 1)), absl::StatusCode::kInvalidArgument);
    if (i > 0) {
      EXPECT_EQ(code(cursor.substr(0, i)), absl::StatusCode::kInvalidArgument);
    }
  }
  const std::string other = Read([](Reader& r) { return r.ListOverdue(5, false, "", 1); }).next;
  ASSERT_FALSE(other.empty());
  EXPECT_EQ(code(other), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.ListLeads({}, "", 0); }), absl::StatusCode::kInvalidArgument);
}

TEST_P(StoreContractTest, ClocksAreListedByDueTimeAndNextStep) {
  using domain::SlaClock;
  using domain::SlaState;
  const auto put = [&](std::string id, Time warn, Time due, SlaState state, std::string merged = "") {
    PutLead({.id = std::move(id),
             .sla = SlaClock{.sla_id = "s", .start = 1, .warn = warn, .due = due, .state = state},
             .merged_into = std::move(merged)});
  };
  put("fresh", 80, 90, SlaState::kRunning);
  put("warn_now", 40, 60, SlaState::kRunning);
  put("warned", 30, 55, SlaState::kWarned);
  put("past", 10, 20, SlaState::kRunning);
  put("breached", 5, 15, SlaState::kBreached);
  put("met", 5, 15, SlaState::kMet);
  put("cancelled", 5, 15, SlaState::kCancelled);
  put("absorbed", 5, 15, SlaState::kRunning, "past");
  PutLead({.id = "none"});
  const auto overdue = [&](Time now, bool breached, int limit) {
    std::vector<std::string> ids;
    std::string cursor;
    do {
      auto page = Read([&](Reader& r) { return r.ListOverdue(now, breached, cursor, limit); });
      for (const domain::Lead& lead : page.items) {
        ids.push_back(lead.id);
      }
      cursor = page.next;
    } while (!cursor.empty());
    return ids;
  };
  EXPECT_THAT(overdue(50, false, 100), ElementsAre("breached", "past", "warned", "warn_now"));
  EXPECT_THAT(overdue(50, false, 1), ElementsAre("breached", "past", "warned", "warn_now"));
  EXPECT_THAT(overdue(50, true, 1), ElementsAre("breached", "past"));
  EXPECT_THAT(overdue(55, true, 2), ElementsAre("breached", "past", "warned"));
  const auto due = [&](Time now, int limit) {
    return Read([&](Reader& r) { return r.LeadsWithDueClock(now, limit); });
  };
  EXPECT_THAT(due(50, 100), ElementsAre("past", "warn_now"));
  EXPECT_THAT(due(55, 100), ElementsAre("past", "warn_now", "warned"));
  EXPECT_THAT(due(55, 1), ElementsAre("past"));
  // A clock that stops leaves the lists.
  domain::Lead lead = Read([](Reader& r) { return r.GetLead("past"); });
  lead.sla->state = SlaState::kMet;
  PutLead(lead);
  EXPECT_THAT(due(50, 100), ElementsAre("warn_now"));
  EXPECT_THAT(overdue(50, true, 9), ElementsAre("breached"));
}

TEST_P(StoreContractTest, StatusesAreCountedAndListed) {
  for (int i = 0; i < 6; ++i) {
    PutLead({.id = "l" + std::to_string(i), .status = i < 4 ? "mql" : "sal", .merged_into = i == 3 ? "l0" : ""});
    PutContact({.id = "c" + std::to_string(i), .status = "inquiry"});
  }
  using Counts = std::vector<std::pair<std::string, int64_t>>;
  EXPECT_EQ(Read([](Reader& r) { return r.CountByStatus(RecordKind::kLead); }), (Counts{{"mql", 3}, {"sal", 2}}));
  EXPECT_EQ(Read([](Reader& r) { return r.CountByStatus(RecordKind::kContact); }), (Counts{{"inquiry", 6}}));
  const auto in = [&](std::string_view after, int limit) {
    return Read([&](Reader& r) { return r.IdsInStatus(RecordKind::kLead, "mql", after, limit); });
  };
  EXPECT_THAT(in("", 2), ElementsAre("l0", "l1"));
  EXPECT_THAT(in("l1", 2), ElementsAre("l2"));
  domain::Lead lead = Read([](Reader& r) { return r.GetLead("l1"); });
  lead.status = "sal";
  PutLead(lead);
  EXPECT_THAT(in("", 9), ElementsAre("l0", "l2"));
  EXPECT_THAT(Read([](Reader& r) { return r.IdsInStatus(RecordKind::kContact, "inquiry", "c3", 9); }),
              ElementsAre("c4", "c5"));
  EXPECT_EQ(ReadCode([](Reader& r) { return r.CountByStatus(RecordKind::kAccount); }),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(StoreContractTest, RegionsOfLeadsAreCounted) {
  for (int i = 0; i < 6; ++i) {
    PutLead({.id = "l" + std::to_string(i), .region = i < 3 ? "emea" : i < 5 ? "iberia" : ""});
  }
  PutLead({.id = "gone", .region = "iberia", .merged_into = "l3"});
  using Counts = std::vector<std::pair<std::string, int64_t>>;
  EXPECT_EQ(Read([](Reader& r) { return r.CountByRegion(10); }), (Counts{{"emea", 3}, {"iberia", 2}, {"", 1}}));
  EXPECT_EQ(Read([](Reader& r) { return r.CountByRegion(2); }), (Counts{{"emea", 3}, {"iberia", 2}}));
  domain::Lead lead = Read([](Reader& r) { return r.GetLead("l5"); });
  lead.region = "emea";
  PutLead(lead);
  EXPECT_EQ(Read([](Reader& r) { return r.CountByRegion(10); }), (Counts{{"emea", 4}, {"iberia", 2}}));
}

TEST_P(StoreContractTest, LinksFollowTheRecords) {
  PutContact({.id = "c1", .account_id = "a1"});
  domain::Contact moved = PutContact({.id = "c2", .account_id = "a1"});
  domain::Lead lead = PutLead({.id = "l1", .account_id = "a1", .contacts = {{"c1", "enquirer"}, {"c2", "user"}}});
  PutLead({.id = "l2", .account_id = "a1", .contacts = {{"c1", "enquirer"}}});
  PutLead({.id = "l3"});
  const auto of = [&](auto get) { return Read(get); };
  EXPECT_THAT(of([](Reader& r) { return r.ContactsOfAccount("a1"); }), ElementsAre("c1", "c2"));
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfAccount("a1"); }), ElementsAre("l1", "l2"));
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfContact("c1"); }), ElementsAre("l1", "l2"));
  moved.account_id = "a2";
  PutContact(moved);
  lead.contacts = {{"c2", "user"}, {"c22", "x"}, {"c3", "y"}};
  lead.account_id = "a2";
  lead = PutLead(lead);
  EXPECT_THAT(of([](Reader& r) { return r.ContactsOfAccount("a1"); }), ElementsAre("c1"));
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfAccount("a2"); }), ElementsAre("l1"));
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfContact("c1"); }), ElementsAre("l2"));
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfContact("c2"); }), ElementsAre("l1"));
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfContact("c22"); }), ElementsAre("l1"));
  lead.contacts.clear();
  PutLead(lead);
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfContact("c3"); }), IsEmpty());
  EXPECT_THAT(of([](Reader& r) { return r.LeadsOfAccount(""); }), IsEmpty());
}

TEST_P(StoreContractTest, ActivitiesCountOnceAndComeByTime) {
  const auto add = [&](domain::Activity activity) {
    bool added = false;
    EXPECT_TRUE(Write([&](Transaction& t) -> absl::Status {
                  ASSIGN_OR_RETURN(added, t.AddActivity(activity));
                  return absl::OkStatus();
                }).ok());
    return added;
  };
  EXPECT_TRUE(add({.id = "b", .lead_id = "l1", .contact_id = "c1", .time = 5}));
  EXPECT_TRUE(add({.id = "a", .lead_id = "l1", .contact_id = "c2", .time = 5}));
  EXPECT_TRUE(add({.id = "z", .lead_id = "l2", .contact_id = "c1", .time = 3}));
  EXPECT_TRUE(add({.id = "y", .contact_id = "c1", .time = 1}));
  EXPECT_FALSE(add({.id = "b", .lead_id = "l9", .time = 9}));
  const auto ids = [](const std::vector<domain::Activity>& activities) {
    std::vector<std::string> result;
    for (const auto& activity : activities) result.push_back(activity.id);
    return result;
  };
  const std::vector<std::string> leads = {"l2", "l1", "l1", "none"}, contacts = {"c1"}, nobody = {""};
  EXPECT_THAT(ids(Read([&](Reader& r) { return r.ActivitiesOfLeads(leads); })), ElementsAre("z", "a", "b"));
  EXPECT_THAT(ids(Read([&](Reader& r) { return r.ActivitiesOfContacts(contacts); })), ElementsAre("y", "z", "b"));
  EXPECT_THAT(ids(Read([&](Reader& r) { return r.ActivitiesOfLeads(nobody); })), IsEmpty());
}

TEST_P(StoreContractTest, KeysFindRecordsWithMoreSharedOnesFirst) {
  const auto set = [&](std::string id, std::vector<std::string> keys, RecordKind kind = RecordKind::kContact) {
    EXPECT_TRUE(Write([&](Transaction& t) { return t.SetKeys(kind, id, keys); }).ok());
  };
  set("c1", {"email:a", "phone:1"});
  set("c2", {"email:a", "phone:1", "name:x"});
  set("c3", {"name:x", "name:x"});
  set("c4", {"name:other"});
  set("a1", {"email:a"}, RecordKind::kAccount);
  const auto find = [&](std::vector<std::string> keys, int limit) {
    return Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, limit); });
  };
  EXPECT_THAT(find({"email:a", "phone:1", "name:x"}, 10), ElementsAre("c2", "c1", "c3"));
  EXPECT_THAT(find({"email:a", "email:a", "name:x"}, 10), ElementsAre("c2", "c1", "c3"));
  EXPECT_THAT(find({"email:a", "phone:1", "name:x"}, 2), ElementsAre("c2", "c1"));
  EXPECT_THAT(find({"none"}, 10), IsEmpty());
  EXPECT_THAT(find({}, 10), IsEmpty());
  set("c2", {"phone:1", "new"});
  EXPECT_THAT(find({"email:a"}, 10), ElementsAre("c1"));
  EXPECT_THAT(find({"new"}, 10), ElementsAre("c2"));
  set("c2", {});
  EXPECT_THAT(find({"phone:1", "new"}, 10), ElementsAre("c1"));
}

TEST_P(StoreContractTest, RecordsThatHaveKeysInTheOrderOfTheirIds) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                for (const char* id : {"c2", "c1", "c3"}) {
                  domain::Contact contact{.id = id, .merged_into = id == std::string("c2") ? "c1" : ""};
                  RETURN_IF_ERROR(t.Put(contact));
                }
                domain::Account account{.id = "a1"};
                return t.Put(account);
              }).ok());
  const auto ids = [&](RecordKind kind, const char* after, int limit) {
    return Read([&](Reader& r) { return r.KeyedIds(kind, after, limit); });
  };
  EXPECT_THAT(ids(RecordKind::kContact, "", 10), ElementsAre("c1", "c2", "c3")) << "merged ones too";
  EXPECT_THAT(ids(RecordKind::kContact, "c1", 1), ElementsAre("c2"));
  EXPECT_THAT(ids(RecordKind::kContact, "c3", 10), IsEmpty());
  EXPECT_THAT(ids(RecordKind::kAccount, "", 10), ElementsAre("a1"));
}

TEST_P(StoreContractTest, WhatKeysWereMadeWithIsKept) {
  const auto get = [&] { return Read([](Reader& r) { return r.GetKeyBuild(); }); };
  EXPECT_EQ(get(), KeyBuild{}) << "nothing is known at first";
  KeyBuild build{"old", "new", {"", "+229 x{8} 01x{8}\n"}, RecordKind::kContact, "c7", 12, 34};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(build); }).ok());
  EXPECT_EQ(get(), build);
  build = {"new", "", {"+229 x{8} 01x{8}\n"}, RecordKind::kAccount, "", 99, 34};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(build); }).ok());
  EXPECT_EQ(get(), build);
}

TEST_P(StoreContractTest, AKeyOfVeryManyRecordsDoesNotHideTheBestMatch) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                for (int i = 0; i < 3000; ++i) {
                  const std::vector<std::string> keys = {"name:common"};
                  RETURN_IF_ERROR(t.SetKeys(RecordKind::kContact, "c" + std::to_string(i), keys));
                }
                const std::vector<std::string> both = {"name:common", "email:rare"};
                return t.SetKeys(RecordKind::kContact, "z-last", both);
              }).ok());
  const std::vector<std::string> keys = {"name:common", "email:rare"};
  const auto found = Read([&](Reader& r) { return r.FindByKeys(RecordKind::kContact, keys, 2000); });
  EXPECT_LE(found.size(), 2000U);
  EXPECT_GT(found.size(), 100U);
  EXPECT_THAT(found, testing::Contains("z-last"));
}

TEST_P(StoreContractTest, RoutingStateMergesAndRequests) {
  domain::RepState rep{.rep_id = "ana", .available = false, .unavailable_until = 7, .open_leads = 3};
  const std::vector<domain::PoolState> pool = {{"ana", -1.25, 4, 9}, {"ben", 0.1, 0, 0}};
  const RequestRecord request{.request_id = "r1", .fingerprint = "f", .result = std::string("\x01\x02{\""), .time = 4};
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.Put(rep));
                RETURN_IF_ERROR(t.PutPool("emea", pool));
                return t.Put(request);
              }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetRepState("ana"); }), rep);
  EXPECT_EQ(Read([](Reader& r) { return r.GetPool("emea"); }), pool);
  const std::vector<domain::PoolState> one = {{"ben", 2, 1, 11}};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutPool("emea", one); }).ok());
  EXPECT_THAT(Read([](Reader& r) { return r.GetPool("emea"); }), ElementsAre(pool[0], one[0]));
  const auto found = Read([](Reader& r) { return r.FindRequest("r1"); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->fingerprint, "f");
  EXPECT_EQ(found->result, request.result);
  EXPECT_EQ(found->time, 4);
  EXPECT_EQ(Write([&](Transaction& t) { return t.Put(request); }).code(), absl::StatusCode::kAlreadyExists);

  const auto merge = [&](std::string id, Time time, bool undone) {
    const domain::MergeRecord record{
        .id = id, .kind = RecordKind::kContact, .survivor_id = "c1", .absorbed_id = id, .time = time, .undone = undone};
    EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(record); }).ok());
  };
  merge("m1", 30, false);
  merge("m2", 10, false);
  merge("m3", 20, true);
  const auto into = [&] {
    std::vector<std::string> ids;
    for (const auto& m : Read([](Reader& r) { return r.MergesInto(RecordKind::kContact, "c1"); })) ids.push_back(m.id);
    return ids;
  };
  EXPECT_THAT(into(), ElementsAre("m2", "m1"));
  merge("m2", 10, true);
  EXPECT_THAT(into(), ElementsAre("m1"));
}

}  // namespace
}  // namespace leadline::store
