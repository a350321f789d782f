// Contract: lists by page, clocks by due time, counts by status and region.
#include "base/status_macros.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContractTest, QueuesAreListedLongestHeldFirstAndCounted) {
  using domain::SlaClock;
  using domain::SlaState;
  const auto put = [&](std::string id, std::string queue, Time since, std::optional<SlaClock> sla = std::nullopt,
                       std::string merged = "") {
    domain::Lead lead{
        .id = std::move(id), .status = since % 2 == 0 ? "raw" : "inquiry", .hold_queue = std::move(queue)};
    lead.held_since = since;
    lead.sla = std::move(sla);
    lead.merged_into = std::move(merged);
    return PutLead(lead);
  };
  const auto clock = [](Time due, SlaState state) {
    return SlaClock{.sla_id = "s", .start = 1, .warn = due - 5, .due = due, .state = state};
  };
  put("late", "junk", 7, clock(20, SlaState::kBreached));
  put("fresh", "junk", 9, clock(90, SlaState::kRunning));
  put("first", "junk", 3, clock(40, SlaState::kRunning));
  put("met", "junk", 7, clock(20, SlaState::kMet));
  put("elsewhere", "data", 4, clock(30, SlaState::kWarned));
  put("absorbed", "junk", 2, clock(20, SlaState::kBreached), "late");
  put("nowhere", "", 0, clock(20, SlaState::kBreached));
  // Place by place, so many at a time.
  const auto list = [&](const std::string& queue, int limit) {
    std::vector<std::string> ids;
    IdScan scan{.by = IdScan::By::kQueueByHold, .value = queue};
    while (true) {
      const std::vector<ListPlace> places = Read([&](Reader& r) { return r.ScanIds(scan, limit); });
      EXPECT_LE(places.size(), static_cast<size_t>(limit));
      if (places.empty()) return ids;
      for (const ListPlace& place : places) ids.push_back(place.id);
      scan.low = places.back();
    }
  };
  for (int limit = 1; limit < 6; ++limit) {
    EXPECT_THAT(list("junk", limit), ElementsAre("first", "late", "met", "fresh"));
    EXPECT_THAT(list("data", limit), ElementsAre("elsewhere"));
  }
  EXPECT_THAT(list("nobody", 9), IsEmpty());
  const auto counts = [&](Time now) { return Read([&](Reader& r) { return r.CountByQueue(now); }); };
  EXPECT_THAT(counts(10), ElementsAre(QueueCount{"data", 1, 4, 0}, QueueCount{"junk", 4, 3, 0}));
  EXPECT_THAT(counts(40), ElementsAre(QueueCount{"data", 1, 4, 1}, QueueCount{"junk", 4, 3, 2}));
  // Who leaves is on no list any more.
  auto moved = Read([](Reader& r) { return r.GetLead("first"); });
  moved.hold_queue = "data";
  moved.held_since = 50;
  PutLead(moved);
  moved = Read([](Reader& r) { return r.GetLead("late"); });
  moved.hold_queue.clear();
  moved.held_since = 0;
  PutLead(moved);
  EXPECT_THAT(list("junk", 1), ElementsAre("met", "fresh"));
  EXPECT_THAT(list("data", 1), ElementsAre("elsewhere", "first"));
  EXPECT_THAT(counts(40), ElementsAre(QueueCount{"data", 2, 4, 2}, QueueCount{"junk", 2, 7, 0}));
}

TEST_P(StoreContractTest, ForeignCursorsAreRefused) {
  for (int i = 0; i < 3; ++i) {
    PutLead({.id = "l" + std::to_string(i), .sla = domain::SlaClock{.sla_id = "s", .warn = 1, .due = 2}});
  }
  const std::string cursor = Read([](Reader& r) { return r.ListOverdue(5, false, "", 1); }).next;
  ASSERT_FALSE(cursor.empty());
  const auto code = [&](std::string_view c) {
    return ReadCode([&](Reader& r) { return r.ListOverdue(5, false, c, 1); });
  };
  EXPECT_EQ(code(cursor), absl::StatusCode::kOk);
  for (size_t i = 0; i < cursor.size(); ++i) {
    EXPECT_EQ(code(cursor.substr(0, i) + "!" + cursor.substr(i + 1)), absl::StatusCode::kInvalidArgument);
    if (i > 0) {
      EXPECT_EQ(code(cursor.substr(0, i)), absl::StatusCode::kInvalidArgument);
    }
  }
  EXPECT_EQ(ReadCode([](Reader& r) { return r.ListOverdue(5, false, "", 0); }), absl::StatusCode::kInvalidArgument);
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
    return Read([&](Reader& r) { return r.DueRecords(RecordKind::kLead, now, limit); });
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

// The next step is that of all its clocks, and it is late as the one that is due first.
TEST_P(StoreContractTest, ALeadMayHaveSeveralClocks) {
  using domain::SlaClock;
  using domain::SlaState;
  const SlaClock breached{.sla_id = "first", .start = 1, .warn = 5, .due = 10, .state = SlaState::kBreached};
  const SlaClock runs{.sla_id = "second", .start = 2, .warn = 20, .due = 40};
  domain::Lead lead{.id = "l", .sla = breached, .other_clocks = {runs}, .handed_on = 2};
  lead = PutLead(lead);
  const auto due = [&](Time now) { return Read([&](Reader& r) { return r.DueRecords(RecordKind::kLead, now, 9); }); };
  const auto late = [&](Time now) {
    return Read([&](Reader& r) { return r.ListOverdue(now, true, "", 9); }).items.size();
  };
  EXPECT_THAT(due(19), ElementsAre());
  EXPECT_THAT(due(20), ElementsAre("l"));
  EXPECT_EQ(late(15), 1U);
  lead = Read([](Reader& r) { return r.GetLead("l"); });
  EXPECT_THAT(lead.other_clocks, ElementsAre(runs));
  EXPECT_EQ(lead.handed_on, 2);
  // The breached one is answered; the other stands in front and is late in its turn.
  lead.sla = runs;
  lead.other_clocks.clear();
  lead = PutLead(lead);
  EXPECT_EQ(late(15), 0U);
  lead.sla->state = SlaState::kBreached;
  lead = PutLead(lead);
  EXPECT_EQ(late(45), 1U);
  EXPECT_THAT(due(100), ElementsAre());
  // One that ended breached is nobody's work any more.
  lead.sla->stopped = 50;
  lead = PutLead(lead);
  EXPECT_EQ(late(60), 0U);
}

// A lead stands once in the list: by the earlier of its clock's step and its next decision.
TEST_P(StoreContractTest, RecordsAreDueByTheirNextDecision) {
  using domain::SlaClock;
  using domain::SlaState;
  const auto clock = [](Time warn) { return SlaClock{.sla_id = "s", .start = 1, .warn = warn, .due = 90}; };
  PutLead({.id = "decides", .next_decision_at = 30});
  PutLead({.id = "steps_first", .sla = clock(20), .next_decision_at = 40});
  PutLead({.id = "decides_first", .sla = clock(50), .next_decision_at = 10});
  PutLead({.id = "absorbed", .next_decision_at = 5, .merged_into = "decides"});
  PutLead({.id = "never"});
  PutContact({.id = "person", .next_decision_at = 35});
  PutContact({.id = "absorbed_person", .next_decision_at = 35, .merged_into = "person"});
  PutContact({.id = "no_person"});
  const auto due = [&](RecordKind kind, Time now) {
    return Read([&](Reader& r) { return r.DueRecords(kind, now, 9); });
  };
  EXPECT_THAT(due(RecordKind::kLead, 9), ElementsAre());
  EXPECT_THAT(due(RecordKind::kLead, 100), ElementsAre("decides_first", "steps_first", "decides"));
  EXPECT_THAT(due(RecordKind::kLead, 29), ElementsAre("decides_first", "steps_first"));
  EXPECT_THAT(due(RecordKind::kContact, 34), ElementsAre());
  EXPECT_THAT(due(RecordKind::kContact, 35), ElementsAre("person"));
  EXPECT_EQ(ReadCode([](Reader& r) { return r.DueRecords(RecordKind::kAccount, 1, 9); }),
            absl::StatusCode::kInvalidArgument);
  // The clock that stops leaves the decision, and the decision that is taken leaves the clock.
  domain::Lead lead = Read([](Reader& r) { return r.GetLead("steps_first"); });
  EXPECT_EQ(lead.next_decision_at, 40);
  lead.sla->state = SlaState::kMet;
  PutLead(lead);
  lead = Read([](Reader& r) { return r.GetLead("decides_first"); });
  lead.next_decision_at = 0;
  PutLead(lead);
  EXPECT_THAT(due(RecordKind::kLead, 100), ElementsAre("decides", "steps_first", "decides_first"));
  EXPECT_THAT(due(RecordKind::kLead, 49), ElementsAre("decides", "steps_first"));
  domain::Contact person = Read([](Reader& r) { return r.GetContact("person"); });
  person.next_decision_at = 0;
  PutContact(person);
  EXPECT_THAT(due(RecordKind::kContact, 100), ElementsAre());
}

TEST_P(StoreContractTest, LeadsAreListedWithWhatTellsWhoseRulesDecide) {
  PutLead({.id = "a", .contacts = {{"c1", "enquirer"}, {"c2", "decision_maker"}}, .region = "emea"});
  PutLead({.id = "b", .region = "", .merged_into = "a"});
  PutLead({.id = "c", .region = "latam"});
  const auto places = Read([](Reader& r) { return r.LeadPlaces("", 9); });
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].id + " " + places[0].region + " " + places[0].enquirer, "a emea c1");
  EXPECT_EQ(places[1].id + " " + places[1].region + " " + places[1].enquirer, "c latam ");
  EXPECT_EQ(Read([](Reader& r) { return r.LeadPlaces("a", 1); }).front().id, "c");
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

TEST_P(StoreContractTest, ActivitiesOfAContactThatTheLeadGaveUpInTheSameTransactionAreFound) {
  for (const bool before : {false, true}) {
    const std::string lead_id = before ? "l1" : "l2", contact = "c" + lead_id;
    ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                  domain::Lead lead{.id = lead_id, .contacts = {{contact, "enquirer"}}};
                  RETURN_IF_ERROR(t.Put(lead));
                  if (before) {
                    const domain::Activity first{.id = "first", .lead_id = lead_id, .contact_id = contact, .time = 1};
                    RETURN_IF_ERROR(t.AddActivity(first).status());
                  }
                  lead.contacts.clear();
                  RETURN_IF_ERROR(t.Put(lead));
                  for (const char* id : {"second", "third"}) {
                    const domain::Activity activity{
                        .id = id + lead_id, .lead_id = lead_id, .contact_id = contact, .time = 2};
                    RETURN_IF_ERROR(t.AddActivity(activity).status());
                  }
                  return absl::OkStatus();
                }).ok());
    const std::vector<std::string> contacts = {contact};
    EXPECT_EQ(Read([&](Reader& r) { return r.ActivitiesOfContacts(contacts); }).size(), before ? 3U : 2U);
    EXPECT_TRUE(Read([&](Reader& r) { return r.LeadsOfContact(contact); }).empty());
  }
}

}  // namespace
}  // namespace leadline::store
