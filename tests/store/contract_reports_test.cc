// Contract: the folds for reports, over the ledger and the clocks.
#include "base/status_macros.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;

class Story {
 public:
  void Status(std::string lead, std::string to, Time time, RecordKind kind = RecordKind::kLead) {
    Add({.record = {.kind = kind, .id = std::move(lead)},
         .time = time,
         .payload = domain::StatusChanged{.to = std::move(to)}});
  }
  void Clock(std::string lead, std::string sla, Time start, domain::SlaState state) {
    Add({.record = LeadRef(std::move(lead)),
         .time = start,
         .payload = domain::SlaChanged{.clock = {.sla_id = std::move(sla), .start = start, .state = state}}});
  }
  void Assign(std::string lead, std::string rep, Time time) {
    Add({.record = LeadRef(std::move(lead)), .time = time, .payload = domain::Assigned{.rep = std::move(rep)}});
  }
  void Pack(std::string pack, Time time, RecordKind kind = RecordKind::kPack) {
    Add({.record = {.kind = kind, .id = std::move(pack)},
         .time = time,
         .payload = domain::PackChanged{.action = "activated"}});
  }
  std::vector<domain::Event> events;

 private:
  // Two events are a ledger transaction, so that records share some.
  void Add(domain::Event event) {
    event.transaction_id = "story" + std::to_string(events.size() / 2);
    events.push_back(std::move(event));
  }
};

std::string ToText(const domain::Journey& journey) {
  std::string text =
      journey.record.source + "/" + journey.record.region + "@" + std::to_string(journey.record.created_at);
  for (const auto& step : journey.steps) {
    text += " " + step.to + ":" + std::to_string(step.time);
  }
  return text;
}

TEST_P(StoreContractTest, JourneysComeFromTheLedger) {
  PutLead({.id = "l1", .source = "web", .region = "emea", .products = {"crm", "erp"}, .created_at = 10});
  PutLead({.id = "l2", .source = "event", .region = "latam", .products = {"crmx"}, .created_at = 20});
  PutLead({.id = "l3", .source = "web", .region = "emea", .created_at = 30, .merged_into = "l1"});
  PutLead({.id = "l4", .source = "web", .region = "latam", .created_at = 40});
  domain::Account account{.id = "a1", .region = "emea"};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(account); }).ok());
  PutContact({.id = "c1", .account_id = "a1", .created_at = 5});
  PutContact({.id = "c2", .created_at = 6});
  PutContact({.id = "c3", .created_at = 7, .merged_into = "c1"});
  Story story;
  story.Status("l2", "raw", 20);
  story.Status("l1", "inquiry", 10);
  story.Assign("l1", "ana", 11);
  story.Status("l1", "mql", 12);
  story.Status("l2", "re_market", 15);  // earlier in time, later in the ledger: ledger order stands
  story.Status("l3", "raw", 30);
  story.Status("l1", "sal", 13);
  story.Status("l1", "contact of the same id", 13, RecordKind::kContact);
  story.Pack("l1", 13);
  story.Pack("l1", 13, RecordKind::kLead);
  story.Status("c1", "inquiry", 6, RecordKind::kContact);
  AppendAll(story.events);
  const auto journeys = [&](JourneyFilter filter) {
    std::vector<std::string> texts;
    const absl::Status status = store_->Read("default", [&](Reader& r) {
      return r.ForEachJourney(filter, [&](const domain::Journey& j) { texts.push_back(ToText(j)); });
    });
    EXPECT_TRUE(status.ok()) << status;
    return texts;
  };
  const std::string one = "web/emea@10 inquiry:10 mql:12 sal:13", two = "event/latam@20 raw:20 re_market:15";
  EXPECT_THAT(journeys({}), ElementsAre(one, two, "web/latam@40"));
  EXPECT_THAT(journeys({.created_from = 11, .created_to = 40}), ElementsAre(two));
  EXPECT_THAT(journeys({.created_from = 10, .created_to = 20}), ElementsAre(one));
  EXPECT_THAT(journeys({.region = "emea"}), ElementsAre(one));
  EXPECT_THAT(journeys({.source = "web"}), ElementsAre(one, "web/latam@40"));
  EXPECT_THAT(journeys({.product = "erp"}), ElementsAre(one));
  EXPECT_THAT(journeys({.product = "crm"}), ElementsAre(one));
  EXPECT_THAT(journeys({.kind = RecordKind::kContact}), ElementsAre("/emea@5 inquiry:6", "/@6"));
  EXPECT_THAT(journeys({.kind = RecordKind::kContact, .region = "emea"}), ElementsAre("/emea@5 inquiry:6"));
  EXPECT_EQ(store_->Read("default", [](Reader& r) { return r.ForEachJourney({.kind = RecordKind::kRep}, {}); }).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(StoreContractTest, ReportsAreToldWhoWorksALeadAndItsProducts) {
  PutLead({.id = "l1", .products = {"crm", "erp"}, .assignee = "ana", .created_at = 10});
  PutLead({.id = "l2", .products = {"bi"}, .created_at = 20});
  PutContact({.id = "c1", .created_at = 5});
  Story story;
  story.Clock("l1", "fast", 10, domain::SlaState::kRunning);
  AppendAll(story.events);
  const auto told = [](const domain::ReportedRecord& record) {
    std::string text = record.assignee + ":";
    for (const std::string& product : record.products) text += " " + product;
    return text;
  };
  std::vector<std::string> journeys, contacts, clocks;
  EXPECT_TRUE(
      store_
          ->Read("default",
                 [&](Reader& r) {
                   RETURN_IF_ERROR(
                       r.ForEachJourney({}, [&](const domain::Journey& j) { journeys.push_back(told(j.record)); }));
                   RETURN_IF_ERROR(r.ForEachJourney({.kind = RecordKind::kContact}, [&](const domain::Journey& j) {
                     contacts.push_back(told(j.record));
                   }));
                   return r.ForEachClock({}, [&](const domain::SlaSample& s) { clocks.push_back(told(s.record)); });
                 })
          .ok());
  EXPECT_THAT(journeys, ElementsAre("ana: crm erp", ": bi"));
  EXPECT_THAT(contacts, ElementsAre(":"));
  EXPECT_THAT(clocks, ElementsAre("ana: crm erp"));
}

TEST_P(StoreContractTest, ClocksAndAssignmentsAreTold) {
  using domain::SlaState;
  PutLead({.id = "l1", .source = "web", .region = "emea", .products = {"crm"}, .created_at = 10});
  PutLead({.id = "l2", .source = "event", .region = "latam", .created_at = 20});
  PutLead({.id = "l3", .created_at = 30, .merged_into = "l1"});
  Story story;
  story.Clock("l1", "fast", 10, SlaState::kRunning);
  story.Clock("l2", "slow", 20, SlaState::kRunning);
  story.Clock("l1", "fast", 10, SlaState::kMet);
  story.Clock("l1", "fast", 15, SlaState::kBreached);
  story.Clock("l1", "slow", 15, SlaState::kCancelled);
  story.Clock("l3", "slow", 15, SlaState::kMet);
  story.Assign("l1", "ana", 11);
  story.Assign("l1", "", 12);
  story.Assign("l1", "ben", 13);
  story.Assign("l2", "ana", 14);
  story.Assign("l3", "ana", 14);
  story.Pack("l1", 14);
  story.Pack("l1", 14, RecordKind::kLead);
  AppendAll(story.events);
  const auto clocks = [&](JourneyFilter filter) {
    std::vector<std::string> texts;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](Reader& r) {
                             return r.ForEachClock(filter, [&](const domain::SlaSample& s) {
                               texts.push_back(s.record.source + "/" + s.record.region + "@" +
                                               std::to_string(s.record.created_at) + " " + s.clock.sla_id + ":" +
                                               std::to_string(s.clock.start) + "=" +
                                               std::to_string(static_cast<int>(s.clock.state)));
                             });
                           })
                    .ok());
    return texts;
  };
  EXPECT_THAT(clocks({}), ElementsAre("web/emea@10 fast:10=4", "web/emea@10 fast:15=3", "web/emea@10 slow:15=6",
                                      "event/latam@20 slow:20=1"));
  EXPECT_THAT(clocks({.region = "latam"}), ElementsAre("event/latam@20 slow:20=1"));
  EXPECT_EQ(clocks({.product = "crm"}).size(), 3U);
  EXPECT_EQ(clocks({.created_to = 20}).size(), 3U);
  const auto assignments = [&](Time from, Time to) {
    std::vector<std::string> texts;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](Reader& r) {
                             return r.ForEachAssignment(from, to, [&](const AssignmentEvent& a) {
                               texts.push_back(a.lead_id + ":" + a.assigned.rep + "@" + std::to_string(a.time));
                             });
                           })
                    .ok());
    return texts;
  };
  EXPECT_THAT(assignments(0, 0), testing::UnorderedElementsAre("l1:ana@11", "l1:ben@13", "l2:ana@14"));
  EXPECT_THAT(assignments(13, 14), ElementsAre("l1:ben@13"));
}

// As a lead's clock is when it is put, and as events tell of it: the later of them stands, and the lists follow the
// lead alone.
TEST_P(StoreContractTest, ClocksAreKeptAfterALeadHasAnother) {
  using domain::SlaClock;
  using domain::SlaState;
  const auto clocks = [&] {
    std::vector<std::string> texts;
    const absl::Status status = store_->Read("default", [&](Reader& r) {
      return r.ForEachClock({}, [&](const domain::SlaSample& s) {
        texts.push_back(s.clock.sla_id + std::to_string(s.clock.start) + "-" + std::to_string(s.clock.due) + "=" +
                        std::to_string(static_cast<int>(s.clock.state)) + "@" + std::to_string(s.clock.stopped));
      });
    });
    EXPECT_TRUE(status.ok()) << status;
    return texts;
  };
  const auto due = [&] { return Read([](Reader& r) { return r.DueRecords(RecordKind::kLead, 1000, 9); }); };
  const auto overdue = [&] { return Read([](Reader& r) { return r.ListOverdue(1000, false, "", 9); }).items.size(); };
  const auto tell = [&](SlaClock clock) {
    std::vector<domain::Event> events = {{.record = LeadRef("l1"), .payload = domain::SlaChanged{clock}}};
    AppendAll(events);
  };
  SlaClock accept{.sla_id = "accept", .start = 10, .warn = 20, .due = 30};
  domain::Lead lead = PutLead({.id = "l1", .sla = accept});
  tell(accept);
  EXPECT_THAT(clocks(), ElementsAre("accept10-30=1@0"));
  EXPECT_THAT(due(), ElementsAre("l1"));
  // It ends, and the next begins, before the lead is put again: only the event tells how it ended.
  accept.state = SlaState::kMet;
  accept.stopped = 15;
  lead.sla = SlaClock{.sla_id = "contact", .start = 15, .due = 40, .state = SlaState::kWarned};
  lead = PutLead(lead);
  EXPECT_THAT(due(), ElementsAre("l1")) << "once, by the clock it has now";
  EXPECT_EQ(overdue(), 1U);
  tell(accept);
  tell(*lead.sla);
  EXPECT_THAT(clocks(), ElementsAre("accept10-30=4@15", "contact15-40=2@0"));
  EXPECT_THAT(due(), ElementsAre("l1"));
  // A merged lead is on no list, and back on them when the merge is undone.
  lead.merged_into = "l2";
  lead = PutLead(lead);
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(overdue(), 0U);
  EXPECT_TRUE(clocks().empty());
  lead.merged_into.clear();
  lead = PutLead(lead);
  EXPECT_THAT(due(), ElementsAre("l1"));
  EXPECT_EQ(overdue(), 1U);
  // A clock of another start is another one, and one that is gone is on no list.
  lead.sla->start = 16;
  lead = PutLead(lead);
  EXPECT_THAT(due(), ElementsAre("l1"));
  EXPECT_EQ(overdue(), 1U);
  lead.sla.reset();
  lead = PutLead(lead);
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(overdue(), 0U);
  EXPECT_THAT(clocks(), ElementsAre("accept10-30=4@15", "contact15-40=2@0", "contact16-40=2@0"));
  // And one that comes back.
  lead.sla = accept;
  lead.sla->state = SlaState::kBreached;
  lead.sla->stopped = 0;
  lead = PutLead(lead);
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(overdue(), 1U);
  EXPECT_THAT(clocks(), ElementsAre("accept10-30=3@0", "contact15-40=2@0", "contact16-40=2@0"));
  Reopen();
  EXPECT_EQ(overdue(), 1U);
}

// Warned ones and those that nobody warned of yet are one list, page by page.
TEST_P(StoreContractTest, OverdueLeadsOfBothKindsPageInOneOrder) {
  std::vector<std::string> wanted, breached;
  for (int i = 0; i < 40; ++i) {
    const Time due = 100 + (i * 37) % 60;
    const auto state = i % 2 == 0 ? domain::SlaState::kRunning : domain::SlaState::kWarned;
    const std::string id = "l" + std::to_string(due);
    PutLead({.id = id, .sla = domain::SlaClock{.sla_id = "s", .start = 1, .warn = 50, .due = due, .state = state}});
    wanted.push_back(id);
    if (due <= 130) breached.push_back(id);
  }
  std::sort(wanted.begin(), wanted.end());
  std::sort(breached.begin(), breached.end());
  for (const bool only : {false, true}) {
    for (const int limit : {1, 3, 7, 100}) {
      std::vector<std::string> found;
      std::string cursor;
      do {
        auto page = Read([&](Reader& r) { return r.ListOverdue(130, only, cursor, limit); });
        for (const domain::Lead& lead : page.items) found.push_back(lead.id);
        cursor = page.next;
      } while (!cursor.empty());
      EXPECT_EQ(found, only ? breached : wanted) << limit;
    }
  }
}

}  // namespace
}  // namespace leadline::store
