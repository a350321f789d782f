#include "domain/history/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/history/field_values.h"
#include "domain/history/record_fields.h"
#include "domain/history/value_times.h"

namespace leadline::domain {
namespace {

using ::testing::HasSubstr;

Event Of(RecordRef record, Time time, EventPayload payload) {
  Event event;
  event.record = std::move(record);
  event.time = time;
  event.append_time = 1000 + time;
  event.payload = std::move(payload);
  return event;
}

template <typename Record>
Record FoldAll(const RecordRef& ref, std::vector<std::pair<Time, EventPayload>> happened) {
  Record record;
  for (auto& [time, payload] : happened) {
    EXPECT_EQ(Fold(Of(ref, time, std::move(payload)), record), absl::OkStatus());
  }
  return record;
}

TEST(FoldTest, AnAccountsScoreIsAsItWasToldLast) {
  const RecordRef ref{RecordKind::kAccount, "a1"};
  AccountScore score;
  score.total = 120;
  score.people = 2;
  score.products = {{"suite", 3}};
  Account account = FoldAll<Account>(
      ref, {{1, RecordCreated{"", "", false, Account{.name = "Acme", .created_at = 1}}}, {5, AccountScored{score, 0}}});
  EXPECT_EQ(account.score, score);
  EXPECT_EQ(account.updated_at, 1005);
  Account unscored = account;
  unscored.score.reset();
  EXPECT_FALSE(SameState(account, unscored));
  EXPECT_EQ(Fold(Of(ref, 6, AccountScored{std::nullopt, 120}), account), absl::OkStatus());
  EXPECT_EQ(account.score, std::nullopt);
  Lead lead;
  EXPECT_THAT(std::string(Fold(Of({RecordKind::kLead, "l1"}, 6, AccountScored{}), lead).message()),
              HasSubstr("no lead has such an event"));
}

TEST(FoldTest, ALeadsWholeLife) {
  const RecordRef ref{RecordKind::kLead, "l1"};
  Lead image{.contacts = {{"c1", "enquirer"}}, .source = "web", .region = "emea", .created_at = 1};
  image.attributes["budget"] = 5.0;
  const SlaClock clock{.sla_id = "first_touch", .start = 2, .due = 9};
  const Lead lead =
      FoldAll<Lead>(ref, {{1, RecordCreated{"web", "emea", false, image}},
                          {1, ActivityRecorded{{.id = "a1", .lead_id = "l1", .time = 1}}},
                          {1, ScoreChanged{{.total = 40, .central = 40}, 0}},
                          {1, StatusChanged{"", "mql", "created", "", true}},
                          {2, Assigned{"mia", "", "by_turn", "", 40, "dach", {{"mia", 1, 1, 2}}}},
                          {2, SlaChanged{clock}},
                          {0, ActivityRecorded{{.id = "a0", .lead_id = "l1", .time = 0}}},
                          {3, DispositionRecorded{"left_voicemail", "try again"}},
                          {4, RegionChanged{"emea", "amer"}},
                          {5, FieldsChanged{{{"source", "sweb", "sevent"}, {"attributes.budget", "d0x1.4p+2", "-"}}}},
                          {6, DecisionTaken{}}});
  Lead expected = image;
  expected.id = "l1";
  expected.source = "event";
  expected.region = "amer";
  expected.attributes.clear();
  expected.status = "mql";
  expected.status_since = 1;
  expected.open = true;
  expected.score = {.total = 40, .central = 40};
  expected.assignee = "mia";
  expected.sla = clock;
  expected.disposition = "left_voicemail";
  expected.activity_count = 2;
  expected.last_activity_at = 1;
  expected.updated_at = 1006;
  expected.given_by = "by_turn";
  expected.moves = {{1, "mql", "created", false, false}};
  EXPECT_EQ(lead, expected);
  EXPECT_TRUE(SameState(lead, expected));
}

// Since when it waits is since it came into the queue, whoever put it there again.
TEST(FoldTest, ALeadWaitsInAQueue) {
  const RecordRef ref{RecordKind::kLead, "l1"};
  Lead lead;
  const auto assigned = [&](Time time, const std::string& rep, const std::string& route, const std::string& queue) {
    EXPECT_EQ(Fold(Of(ref, time, Assigned{rep, "", route, queue}), lead), absl::OkStatus());
    return std::tuple(lead.assignee, lead.hold_queue, lead.held_by, lead.held_since);
  };
  EXPECT_EQ(Fold(Of(ref, 1, RecordCreated{"web", "", false, Lead{}}), lead), absl::OkStatus());
  EXPECT_EQ(assigned(2, "", "junk", "junk"), std::tuple("", "junk", "junk", Time{2}));
  EXPECT_EQ(assigned(3, "", "other", "junk"), std::tuple("", "junk", "other", Time{2}));
  EXPECT_EQ(assigned(4, "", "", "unassigned"), std::tuple("", "unassigned", "", Time{4}));
  EXPECT_EQ(assigned(5, "", "", ""), std::tuple("", "", "", Time{0}));
  EXPECT_EQ(assigned(6, "", "gate", "junk"), std::tuple("", "junk", "gate", Time{6}));
  EXPECT_EQ(assigned(7, "mia", "manual", ""), std::tuple("mia", "", "", Time{0}));
}

TEST(FoldTest, AMergeTellsBothRecords) {
  const RecordRef survivor{RecordKind::kContact, "c1"}, absorbed{RecordKind::kContact, "c2"};
  const std::vector<FieldChange> changed = {{"title", "s", "sCEO"}};
  Contact one{.id = "c1"}, two{.id = "c2", .title = "CEO"};
  const Merged merged{"m1", absorbed, survivor, "same person", changed};
  ASSERT_EQ(Fold(Of(survivor, 1, merged), one), absl::OkStatus());
  ASSERT_EQ(Fold(Of(absorbed, 1, merged), two), absl::OkStatus());
  EXPECT_EQ(one.title, "CEO");
  EXPECT_EQ(one.merged_into, "");
  EXPECT_EQ(two.merged_into, "c1");
  const Unmerged unmerged{"m1", absorbed, "two people", {{"title", "sCEO", "s"}}};
  ASSERT_EQ(Fold(Of(survivor, 2, unmerged), one), absl::OkStatus());
  ASSERT_EQ(Fold(Of(absorbed, 2, unmerged), two), absl::OkStatus());
  EXPECT_EQ(one.title, "");
  EXPECT_EQ(two.title, "CEO");
  EXPECT_EQ(two.merged_into, "");
}

// All of the record is as its own history has it; what is personal is told by the changes, which are sealed.
TEST(FoldTest, AnUndoneMergeTellsTheRecordsState) {
  const RecordRef survivor{RecordKind::kContact, "c1"}, absorbed{RecordKind::kContact, "c2"};
  const Contact own{.id = "c1", .title = "Buyer", .status = "inquiry", .status_since = 4, .value_times = {.first = 3}};
  EXPECT_EQ(StateOf(own).title, "");
  Contact merged{.id = "c1", .title = "CEO", .language = "es", .status = "customer", .status_since = 9, .version = 7};
  merged.moves = {{.time = 9, .status = "customer"}};
  const Unmerged told{"m1", absorbed, "two people", {{"title", "sCEO", "sBuyer"}}, StateOf(own)};
  ASSERT_EQ(Fold(Of(survivor, 12, told), merged), absl::OkStatus());
  Contact expected = own;
  expected.version = 7;
  expected.updated_at = 1012;
  EXPECT_EQ(merged, expected);
  Lead lead{.id = "l1"};
  EXPECT_TRUE(absl::IsDataLoss(Fold(Of({RecordKind::kLead, "l1"}, 12, told), lead)));
}

TEST(FoldTest, AnErasedPersonHasNothingLeftThatNamesThem) {
  Contact contact{.id = "c1", .given_name = "Ana", .email = "ana@acme.es", .country = "ES", .status = "mql"};
  contact.attributes["note"] = std::string("calls at night");
  ASSERT_EQ(Fold(Of({RecordKind::kContact, "c1"}, 3, Erased{"asked for it"}), contact), absl::OkStatus());
  EXPECT_EQ(contact, (Contact{.id = "c1",
                              .country = "ES",
                              .status = "mql",
                              .not_marketable_reason = "erased",
                              .updated_at = 1003,
                              .erased_at = 3}));
  Lead lead{.id = "l1", .source = "web", .attributes = {{"message", std::string("call at night")}}};
  ASSERT_EQ(Fold(Of({RecordKind::kLead, "l1"}, 3, Erased{"asked for it"}), lead), absl::OkStatus());
  EXPECT_EQ(lead, (Lead{.id = "l1", .source = "web", .updated_at = 1003}));
  Account account{.id = "a1"};
  EXPECT_THAT(Fold(Of({RecordKind::kAccount, "a1"}, 3, Erased{"asked for it"}), account).message(),
              HasSubstr("no account has such an event"));
}

TEST(FoldTest, ARepsAvailability) {
  RepState rep{.rep_id = "mia"};
  ASSERT_EQ(Fold(Of({RecordKind::kRep, "mia"}, 1, AvailabilityChanged{"mia", false, 7}), rep), absl::OkStatus());
  EXPECT_FALSE(rep.available);
  EXPECT_EQ(rep.unavailable_until, 7);
  ASSERT_EQ(Fold(Of({RecordKind::kRep, "mia"}, 2, AvailabilityChanged{"mia", true, 0, {{8, 9}}}), rep),
            absl::OkStatus());
  EXPECT_EQ(rep, (RepState{.rep_id = "mia", .absences = {{8, 9}}}));
}

TEST(FoldTest, WhatCannotBeIsRefused) {
  Account account;
  const RecordRef ref{RecordKind::kAccount, "a1"};
  EXPECT_THAT(Fold(Of(ref, 1, RecordCreated{"", "", false, Lead{}}), account).message(), HasSubstr("without an image"));
  EXPECT_THAT(Fold(Of(ref, 1, FieldsChanged{{{"status", "s", "smql"}}}), account).message(), HasSubstr("\"status\""));
  EXPECT_THAT(Fold(Of(ref, 1, FieldsChanged{{{"employees", "i0", "sfew"}}}), account).message(),
              HasSubstr("\"employees\""));
  EXPECT_THAT(Fold(Of(ref, 1, StatusChanged{"", "mql"}), account).message(), HasSubstr("no account has such an event"));
  Lead lead;
  EXPECT_THAT(Fold(Of({RecordKind::kLead, "l1"}, 1, AvailabilityChanged{}), lead).message(),
              HasSubstr("no lead has such an event"));
}

// Only what a person decides, here or before, handles a record.
TEST(FoldTest, WhoDecidedAStatusTellsWhetherItWasHandled) {
  Lead lead;
  Contact contact;
  const auto fold = [&](Time time, const std::string& trigger) {
    Event event;
    event.time = time;
    event.payload = StatusChanged{lead.status, "mql", trigger, ""};
    event.record = {RecordKind::kLead, "l1"};
    EXPECT_TRUE(Fold(event, lead).ok());
    event.record = {RecordKind::kContact, "c1"};
    EXPECT_TRUE(Fold(event, contact).ok());
    EXPECT_EQ(contact.handled_at, lead.handled_at);
    return lead.handled_at;
  };
  for (const char* trigger : {"created", "activity", "rescore", "merge", "unmerge", "remap"})
    EXPECT_EQ(fold(5, trigger), 0);
  Time time = 10;
  for (const char* trigger : {"accept", "reject", "transition", "import"}) {
    ++time;
    EXPECT_EQ(fold(time, trigger), time) << trigger;
    EXPECT_EQ(fold(time + 100, "activity"), time) << trigger;
  }
}

// However often its status changes, a record keeps a bounded number of its moves: the newest.
TEST(FoldTest, TheNewestMovesAreKept) {
  Lead lead;
  Contact contact;
  constexpr int kMany = static_cast<int>(kMostMovesKept) + 20;
  for (int i = 1; i <= kMany; ++i) {
    Event event =
        Of({RecordKind::kLead, "l1"}, i, StatusChanged{"", std::to_string(i), "rescore", "", false, i % 2 == 0});
    if (i % 3 == 0) event.decision.emplace();
    ASSERT_TRUE(Fold(event, lead).ok());
    event.record = {RecordKind::kContact, "c1"};
    ASSERT_TRUE(Fold(event, contact).ok());
  }
  ASSERT_EQ(lead.moves.size(), kMostMovesKept);
  EXPECT_EQ(lead.moves.front(), (StatusWord{21, "21", "rescore", false, true}));
  EXPECT_EQ(lead.moves.back(), (StatusWord{kMany, std::to_string(kMany), "rescore", true, true}));
  EXPECT_EQ(contact.moves, lead.moves);
  Lead other = lead;
  other.moves.back().time += 1;
  EXPECT_FALSE(SameState(lead, other));
  TakeTold(lead, other);
  EXPECT_TRUE(SameState(lead, other));
}

// Who last had a lead in work, and whether they gave it back, until they get it again.
TEST(FoldTest, WhoHadALeadBefore) {
  const RecordRef ref{RecordKind::kLead, "l1"};
  Lead lead;
  const auto fold = [&](Time time, EventPayload payload) {
    EXPECT_TRUE(Fold(Of(ref, time, std::move(payload)), lead).ok());
    return lead.former;
  };
  const auto rejected = [](std::string reason) {
    StatusChanged change{"mql", "re_market", "reject", reason, false};
    change.reject_reason = reason;
    return change;
  };
  fold(1, RecordCreated{"web", "", false, Lead{}});
  fold(1, StatusChanged{"", "mql", "created", "", true});
  EXPECT_EQ(fold(2, Assigned{"tom", "", "r"}), FormerRep());
  EXPECT_EQ(fold(3, rejected("no_budget")), (FormerRep{"tom", 3, "tom", "no_budget"}));
  EXPECT_EQ(fold(4, StatusChanged{"re_market", "mql", "activity", "", true}),
            (FormerRep{"tom", 3, "tom", "no_budget"}));
  EXPECT_EQ(fold(4, Assigned{"mia", "tom", "r"}), (FormerRep{"tom", 3, "tom", "no_budget"}));
  EXPECT_EQ(fold(5, Assigned{"", "mia", "gate", "junk"}), (FormerRep{"mia", 5, "tom", "no_budget"}));
  EXPECT_EQ(fold(6, Assigned{"tom", "", "r"}), (FormerRep{"mia", 5, "", ""}));
  EXPECT_EQ(fold(7, StatusChanged{"mql", "customer", "transition", "", false}), (FormerRep{"tom", 7, "", ""}));
  EXPECT_EQ(fold(8, Assigned{"tom", "tom", "r"}), FormerRep());
}

// A value is of the time of the newest event that says it, in whatever order they come.
TEST(FoldTest, AValueIsOfItsOwnTime) {
  const RecordRef ref{RecordKind::kContact, "c1"};
  Contact contact = FoldAll<Contact>(
      ref, {{10, RecordCreated{"", "", false, Contact{.title = "Buyer", .country = "ES"}}},
            {5, FieldsChanged{{{"country", "sES", "sES"}, {"given_name", "s", "sAna"}}}},  // said before, too
            {4, FieldsChanged{{{"phone", "s", "s+34600111222"},
                               {"attributes.size", "-", "d0x1.8p+1"}}}},  // filled by an old row
            {20, FieldsChanged{{{"title", "sBuyer", "sBuyer"}}}},         // said again
            {15, FieldsChanged{{{"title", "sBuyer", "sBuyer"}}}},
            {30, Merged{"m1", {RecordKind::kContact, "c2"}, ref, "", {{"language", "s", "ses"}}, {{"language", 12}}}}});
  EXPECT_EQ(TimeOf(contact.value_times, "country"), 10);
  EXPECT_EQ(TimeOf(contact.value_times, "phone"), 4);
  EXPECT_EQ(TimeOf(contact.value_times, "attributes.size"), 4);
  EXPECT_EQ(TimeOf(contact.value_times, "title"), 20);
  EXPECT_EQ(TimeOf(contact.value_times, "language"), 12) << "as of when the other record had it";
  EXPECT_EQ(TimeOf(contact.value_times, "department"), 10) << "as of when the record was made";
  EXPECT_EQ(TimeOf(contact.value_times, "given_name"), 5);
  ASSERT_TRUE(Fold(Of(ref, 50, Erased{"asked for it"}), contact).ok());
  EXPECT_EQ(contact.value_times, ValueTimes());
}

// Whatever differs in two states of a lead, its changes carry one over into the other.
TEST(DiffStateTest, LeadsFromOneStateToAnother) {
  const Lead before{.source = "web", .value = Money{"EUR", 5}, .status = "mql", .activity_count = 3, .created_at = 9};
  Lead after{.contacts = {{"c9", ""}},
             .source = "",
             .probability = 0.5,
             .status = "sql",
             .status_since = 4,
             .assignee = "mia",
             .open = true,
             .activity_count = 1,
             .last_activity_at = 2,
             .created_at = 8};
  after.attributes["list"] = std::vector<std::string>{"x", ""};
  after.attributes["moment"] = Moment{5};
  Lead carried = before;
  for (const FieldChange& change : DiffState(before, after)) EXPECT_TRUE(SetField(change, carried)) << change.field;
  EXPECT_EQ(carried, after);
}

TEST(ShowImageTest, ForPeople) {
  EXPECT_EQ(ShowImage("source", "sweb"), "web");
  EXPECT_EQ(ShowImage("employees", "i0"), "");
  EXPECT_EQ(ShowImage("employees", "i12"), "12");
  EXPECT_EQ(ShowImage("created_at", EncodeValue(int64_t{1'000'000})), "1970-01-01T00:00:01Z");
  EXPECT_EQ(ShowImage("created_at", "i0"), "");
  EXPECT_EQ(ShowImage("probability", EncodeValue(0.25)), "0.25");
  EXPECT_EQ(ShowImage("probability", EncodeValue(0.0)), "");
  EXPECT_EQ(ShowImage("attributes.budget", EncodeValue(0.0)), "0");
  EXPECT_EQ(ShowImage("value", EncodeValue(std::optional<Money>(Money{"EUR", 2'500'000}))), "EUR 2.5");
  EXPECT_EQ(ShowImage("contacts", EncodeValue(std::vector<ContactRole>{{"c1", "user"}})), "contacts/c1 (user)");
  EXPECT_EQ(ShowImage("products", EncodeValue(std::vector<std::string>{"crm", "erp"})), "crm, erp");
  EXPECT_EQ(ShowImage("open", "b1"), "true");
  EXPECT_EQ(ShowImage("source", "-"), "");
}

}  // namespace
}  // namespace leadline::domain
