// Contract: records, versions, tenants, links, activities, routing state, merges, requests.
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
    EXPECT_TRUE(Read([&](Reader& r) { return r.HasActivity(activities[i].id); }));
    EXPECT_EQ(Read([&](Reader& r) { return r.GetMerge(merges[i].id); }), merges[i]);
  }
}

TEST_P(StoreContractTest, WhatDoesNotExistIsNotFound) {
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetAccount("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetContact("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetLead("x"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetActivity("x"); }), absl::StatusCode::kNotFound);
  EXPECT_FALSE(Read([](Reader& r) { return r.HasActivity("x"); }));
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
  std::vector<domain::Event> events = {{.record = LeadRef("same")}};
  AppendAll(events, "one");
  EXPECT_EQ(events[0].position, At(1));
  AppendAll(events, "two");
  EXPECT_EQ(events[0].position, At(1));
  EXPECT_EQ(events[0].sequence, 1);
  EXPECT_THAT(Read([](Reader& r) { return r.EventsAfter(0, 10); }, "three"), IsEmpty());
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
  EXPECT_TRUE(add({.id = "y", .lead_id = "l3", .contact_id = "c1", .time = 1}));
  EXPECT_TRUE(add({.id = "x", .lead_id = "l3", .time = 1}));
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
  EXPECT_THAT(ids(Read([&](Reader& r) { return r.ActivitiesOfContacts(nobody); })), IsEmpty());
  EXPECT_EQ(Write([](Transaction& t) { return t.AddActivity({.id = "none", .contact_id = "c1"}).status(); }).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(StoreContractTest, ActivitiesBetweenTwoMoments) {
  ASSERT_TRUE(
      Write([](Transaction& t) -> absl::Status {
        for (int i = 0; i < 6; ++i) {
          const std::string id(1, static_cast<char>('f' - i));
          RETURN_IF_ERROR(
              t.AddActivity(
                   {.id = id, .lead_id = i % 2 == 0 ? "l1" : "l2", .contact_id = i == 4 ? "c2" : "c1", .time = i / 2})
                  .status());
        }
        return absl::OkStatus();
      }).ok());
  const auto between = [&](RecordKind kind, const char* id, Time from, Time to) {
    std::string ids;
    for (const auto& a : Read([&](Reader& r) { return r.ActivitiesBetween(kind, id, from, to); })) ids += a.id;
    return ids;
  };
  EXPECT_EQ(between(RecordKind::kLead, "l1", 0, 3), "fdb");
  EXPECT_EQ(between(RecordKind::kLead, "l1", 1, 2), "d");
  EXPECT_EQ(between(RecordKind::kLead, "l1", 1, 1), "");
  EXPECT_EQ(between(RecordKind::kLead, "l9", 0, 3), "");
  EXPECT_EQ(between(RecordKind::kContact, "c1", 0, 3), "efcda");
  EXPECT_EQ(between(RecordKind::kContact, "c1", 1, 3), "cda");
  EXPECT_EQ(between(RecordKind::kContact, "c2", 0, 3), "b");
}

TEST_P(StoreContractTest, ATallyOfActivitiesIsKeptAsItIs) {
  domain::ActivityTally tally{.counted_by = "some rules"};
  const std::vector<int64_t> numbers = {0, 3, 70000};
  const std::vector<int64_t> one = {3};
  tally.Add({.id = "0198a3f0-12cd-7abc-8def-0123456789ab", .time = 1'700'000'000'000'001}, {.interaction = true},
            numbers);
  tally.Add({.id = "b", .time = 1'700'000'000'000'000 + 9 * kDay}, {}, one);
  tally.Add({.id = "c", .time = 5}, {.interaction = true, .contact_request = true}, one);
  tally.Add({.id = "m", .time = 3 * kDay}, {.interaction = true, .contact_request = true}, one);  // at midnight
  const auto get = [&](RecordKind kind, const char* id) {
    return Read([&](Reader& r) { return r.GetActivityTally(kind, id); });
  };
  EXPECT_FALSE(get(RecordKind::kLead, "l1").has_value());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutActivityTally(RecordKind::kLead, "l1", tally); }).ok());
  EXPECT_EQ(get(RecordKind::kLead, "l1"), tally);
  EXPECT_FALSE(get(RecordKind::kContact, "l1").has_value());
  EXPECT_EQ(Read([](Reader& r) { return r.CountRows(); }).activity_tallies, 1);

  tally.Add({.id = "d", .time = kDay}, {.interaction = true}, one);
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutActivityTally(RecordKind::kLead, "l1", tally); }).ok());
  EXPECT_EQ(get(RecordKind::kLead, "l1"), tally);
  EXPECT_EQ(Read([](Reader& r) { return r.CountRows(); }).activity_tallies, 1);
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutActivityTally(RecordKind::kLead, "l1", {}); }).ok());
  EXPECT_FALSE(get(RecordKind::kLead, "l1").has_value());
  EXPECT_EQ(Read([](Reader& r) { return r.CountRows(); }).activity_tallies, 0);
}

// Whether or not the lead lists the contact, before, then, or any more.
TEST_P(StoreContractTest, ActivitiesOfAContactAreFoundWhateverBecomesOfTheLead) {
  domain::Lead lead = PutLead({.id = "l1", .contacts = {{"c1", "enquirer"}, {"c2", "user"}}});
  PutLead({.id = "l2", .contacts = {{"c2", "enquirer"}}});
  ASSERT_TRUE(Write([](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.AddActivity({.id = "a1", .lead_id = "l1", .contact_id = "c1", .time = 3}).status());
                RETURN_IF_ERROR(t.AddActivity({.id = "a2", .lead_id = "l1", .contact_id = "c3", .time = 2}).status());
                RETURN_IF_ERROR(t.AddActivity({.id = "a3", .lead_id = "l2", .contact_id = "c1", .time = 1}).status());
                return t.AddActivity({.id = "a4", .lead_id = "l9", .contact_id = "c1", .time = 0}).status();
              }).ok());
  const auto of = [&](std::vector<std::string> contacts) {
    std::vector<std::string> ids;
    for (const auto& a : Read([&](Reader& r) { return r.ActivitiesOfContacts(contacts); })) ids.push_back(a.id);
    return ids;
  };
  const auto leads = [&](const char* contact) { return Read([&](Reader& r) { return r.LeadsOfContact(contact); }); };
  EXPECT_THAT(of({"c1"}), ElementsAre("a4", "a3", "a1"));
  EXPECT_THAT(of({"c3", "c1"}), ElementsAre("a4", "a3", "a2", "a1"));
  EXPECT_THAT(leads("c1"), ElementsAre("l1")) << "an activity puts nobody on a lead";
  EXPECT_THAT(leads("c3"), IsEmpty());
  lead.contacts = {{"c3", "enquirer"}};
  lead = PutLead(lead);
  EXPECT_THAT(of({"c1"}), ElementsAre("a4", "a3", "a1"));
  EXPECT_THAT(of({"c3"}), ElementsAre("a2"));
  EXPECT_THAT(leads("c1"), IsEmpty());
  EXPECT_THAT(leads("c2"), ElementsAre("l2"));
  EXPECT_THAT(leads("c3"), ElementsAre("l1"));
  lead.contacts = {{"c1", "enquirer"}};
  PutLead(lead);
  EXPECT_THAT(of({"c1"}), ElementsAre("a4", "a3", "a1"));
  EXPECT_THAT(of({"c3"}), ElementsAre("a2"));
  EXPECT_THAT(leads("c1"), ElementsAre("l1"));
  EXPECT_THAT(leads("c3"), IsEmpty());
}

TEST_P(StoreContractTest, OldRequestsAreForgotten) {
  const auto put = [&](std::string id, Time time) {
    EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(RequestRecord{.request_id = id, .time = time}); }).ok());
  };
  for (int i = 0; i < 6; ++i) put("r" + std::to_string(9 - i), 10 * i);
  const auto forget = [&](Time before, int limit) {
    int forgotten = -1;
    EXPECT_TRUE(Write([&](Transaction& t) -> absl::Status {
                  ASSIGN_OR_RETURN(forgotten, t.ForgetRequests(before, limit));
                  return absl::OkStatus();
                }).ok());
    return forgotten;
  };
  const auto is_known = [&](const char* id) { return Read([&](Reader& r) { return r.FindRequest(id); }).has_value(); };
  EXPECT_EQ(forget(0, 10), 0);
  EXPECT_EQ(forget(30, 2), 2) << "no more than the limit";
  EXPECT_FALSE(is_known("r9"));
  EXPECT_FALSE(is_known("r8"));
  EXPECT_TRUE(is_known("r7")) << "the oldest first";
  EXPECT_EQ(forget(30, 2), 1);
  EXPECT_TRUE(is_known("r6")) << "of that very time";
  EXPECT_EQ(forget(30, 2), 0);
  put("r9", 100);
  EXPECT_TRUE(is_known("r9")) << "a name that was forgotten is free again";
  EXPECT_EQ(Write([](Transaction& t) { return t.Put(RequestRecord{.request_id = "r6", .time = 200}); }).code(),
            absl::StatusCode::kAlreadyExists)
      << "at another time too";
  EXPECT_EQ(Write([](Transaction& t) { return t.ForgetRequests(1, 0).status(); }).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(WriteAndWait(*store_, "other", [](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(const int forgotten, t.ForgetRequests(1000, 100));
                EXPECT_EQ(forgotten, 0) << "those of another tenant";
                return absl::OkStatus();
              }).ok());
}

TEST_P(StoreContractTest, RoutingStateMergesAndRequests) {
  domain::RepState rep{.rep_id = "ana",
                       .available = false,
                       .unavailable_until = 7,
                       .open_leads = 3,
                       .absences = {{10, 20}, {15, 30}},
                       .given = {5, 6}};
  const std::vector<domain::PoolState> pool = {{"ana", -1.25, 4, 9}, {"ben", 0.1, 0, 0}};
  const RequestRecord request{.request_id = "r1", .fingerprint = "f", .result = std::string("\x01\x02{\""), .time = 4};
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.Put(rep));
                RETURN_IF_ERROR(t.PutPool("emea", pool));
                return t.Put(request);
              }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetRepState("ana"); }), rep);
  EXPECT_EQ(Read([](Reader& r) { return r.GetPool("emea"); }), pool);
  ASSERT_TRUE(Write([](Transaction& t) -> absl::Status {
                const std::vector<Time> given = {8, 7};
                RETURN_IF_ERROR(t.AddOpenLeads("ana", -5, given));
                return t.AddOpenLeads("new", 1, given);
              }).ok());
  const domain::RepState ana = Read([](Reader& r) { return r.GetRepState("ana"); });
  EXPECT_EQ(ana.open_leads, 0) << "never below";
  EXPECT_THAT(ana.given, ElementsAre(5, 6, 7, 8));
  EXPECT_EQ(ana.absences, rep.absences);
  EXPECT_THAT(Read([](Reader& r) { return r.GetRepState("new"); }).given, ElementsAre(7, 8));
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

  merge("m0", 20, false);
  const auto after = [&](const MergePlace& place, int limit) {
    std::vector<std::string> ids;
    for (const auto& m : Read([&](Reader& r) { return r.MergesAfter(RecordKind::kContact, "c1", place, limit); })) {
      ids.push_back(m.undone ? m.id + " undone" : m.id);
    }
    return ids;
  };
  EXPECT_THAT(after({}, 9), ElementsAre("m2 undone", "m0", "m3 undone", "m1"));
  EXPECT_THAT(after({}, 2), ElementsAre("m2 undone", "m0"));
  EXPECT_THAT(after({20, "m0"}, 9), ElementsAre("m3 undone", "m1"));
  EXPECT_THAT(after({30, "m1"}, 9), ElementsAre());
}

}  // namespace
}  // namespace leadline::store
