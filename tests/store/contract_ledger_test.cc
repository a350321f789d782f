// Contract: the ledger, its order, and the folds over it.
#include <atomic>
#include <map>
#include <thread>

#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContractTest, EventsComeBackWhole) {
  Generator make(21);
  std::vector<domain::Event> events;
  for (int round = 0; round < 8; ++round) {
    for (size_t type = 0; type < std::variant_size_v<domain::EventPayload>; ++type) {
      events.push_back(make.Event(LeadRef(round % 2 == 0 ? "even" : "odd"), type));
    }
  }
  AppendAll(events);
  Reopen();
  const auto read = Read([](Reader& r) { return r.EventsAfter(0, 1000); });
  ASSERT_EQ(read.size(), events.size());
  std::map<std::string, int64_t> sequences;
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].position, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(events[i].sequence, ++sequences[events[i].record.id]);
    EXPECT_TRUE(SameEvent(read[i], events[i])) << i;
  }
  EXPECT_EQ(Read([](Reader& r) { return r.LastPosition(); }), static_cast<int64_t>(events.size()));
}

TEST_P(StoreContractTest, PacksHaveAHistoryOfTheirOwn) {
  const domain::RecordRef pack{.kind = RecordKind::kPack, .id = "emea"};
  std::vector<domain::Event> events = {
      {.id = "e1", .record = pack, .payload = domain::PackChanged{.action = "proposed", .pack = "emea"}},
      {.id = "e2", .record = LeadRef("emea")},
      {.id = "e3", .record = pack, .payload = domain::PackChanged{.action = "activated", .pack = "emea"}}};
  AppendAll(events);
  Reopen();
  const std::vector<domain::RecordRef> records = {pack};
  const auto read = Read([&](Reader& r) { return r.Timeline(records, 0, 10); });
  ASSERT_EQ(read.size(), 2U);
  EXPECT_TRUE(SameEvent(read[0], events[0]));
  EXPECT_TRUE(SameEvent(read[1], events[2]));
  EXPECT_EQ(read[1].sequence, 2);
}

TEST_P(StoreContractTest, DecisionsShareOneSnapshotObject) {
  Generator make(22);
  const auto snapshot = make.Snapshot();
  std::vector<domain::Event> events;
  for (int i = 0; i < 3; ++i) {
    domain::Event event{.id = "e", .record = LeadRef("l"), .payload = domain::DecisionTaken{}};
    event.decision = make.Decision();
    event.decision->snapshot = i < 2 ? snapshot : std::make_shared<domain::SnapshotRef>(*snapshot);
    events.push_back(event);
  }
  AppendAll(events);
  const auto read = Read([](Reader& r) { return r.EventsAfter(0, 10); });
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(*read[0].decision->snapshot, *snapshot);
  EXPECT_EQ(read[0].decision->snapshot, read[1].decision->snapshot);
  EXPECT_EQ(read[0].decision->snapshot, read[2].decision->snapshot);
}

TEST_P(StoreContractTest, SequencesGoOnOverTransactionsAndRestarts) {
  for (int i = 1; i <= 4; ++i) {
    std::vector<domain::Event> events = {{.id = "x", .record = LeadRef("l")},
                                         {.id = "y", .record = {.kind = RecordKind::kContact, .id = "l"}},
                                         {.id = "z", .record = LeadRef("l")}};
    AppendAll(events);
    EXPECT_EQ(events[0].sequence, 2 * i - 1);
    EXPECT_EQ(events[1].sequence, i);
    EXPECT_EQ(events[2].sequence, 2 * i);
    EXPECT_EQ(events[2].position, 3 * i);
    if (i == 2) {
      Reopen();
    }
  }
}

TEST_P(StoreContractTest, TimelineMergesRecordsInCommitOrder) {
  std::vector<domain::Event> events;
  for (int i = 0; i < 12; ++i) {
    const RecordKind kind = i % 3 == 0 ? RecordKind::kLead : i % 3 == 1 ? RecordKind::kContact : RecordKind::kAccount;
    events.push_back({.id = "e" + std::to_string(i), .record = {.kind = kind, .id = "x"}});
  }
  AppendAll(events);
  const std::vector<domain::RecordRef> records = {
      {RecordKind::kContact, "x"}, {RecordKind::kLead, "x"}, {RecordKind::kContact, "x"}, {RecordKind::kLead, "none"}};
  const auto positions = [&](int64_t after, int limit) {
    std::vector<int64_t> result;
    for (const auto& event : Read([&](Reader& r) { return r.Timeline(records, after, limit); })) {
      result.push_back(event.position);
    }
    return result;
  };
  EXPECT_THAT(positions(0, 100), ElementsAre(1, 2, 4, 5, 7, 8, 10, 11));
  EXPECT_THAT(positions(0, 3), ElementsAre(1, 2, 4));
  EXPECT_THAT(positions(4, 3), ElementsAre(5, 7, 8));
  EXPECT_THAT(positions(11, 3), IsEmpty());
}

// Readers that follow the ledger while many write must see every event once, in order, and nothing that is not whole.
TEST_P(StoreContractTest, FollowersMissNothingAndRepeatNothing) {
  constexpr int kWriters = 4, kTransactions = 120, kEvents = 3;
  std::atomic<int> listened{0};
  const int listener = store_->AddListener([&listened] { ++listened; });
  std::atomic<bool> torn{false}, stop{false};
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kTransactions; ++i) {
        const bool fail = i % 5 == 4;
        const absl::Status status = Write([&, w, i, fail](Transaction& t) -> absl::Status {
          for (int e = 0; e < kEvents; ++e) {
            domain::Event event{.id = std::to_string(w) + "-" + std::to_string(i),
                                .record = LeadRef("w" + std::to_string(w))};
            RETURN_IF_ERROR(t.Append(event));
          }
          return fail ? absl::CancelledError("on purpose") : absl::OkStatus();
        });
        EXPECT_EQ(status.code(), fail ? absl::StatusCode::kCancelled : absl::StatusCode::kOk);
      }
    });
  }
  const auto follow = [&](std::vector<domain::Event>& seen) {
    int64_t after = 0;
    bool last_round = false;
    while (true) {
      std::vector<domain::Event> events;
      const absl::Status status = store_->Read("default", [&](Reader& r) -> absl::Status {
        ASSIGN_OR_RETURN(events, r.EventsAfter(after, 7 * kEvents));
        return absl::OkStatus();
      });
      if (!status.ok()) torn = true;
      for (auto& event : events) {
        if (event.position != after + 1) torn = true;
        after = event.position;
        seen.push_back(std::move(event));
      }
      if (events.empty() && last_round) return;
      last_round = events.empty() && stop;
    }
  };
  std::vector<domain::Event> first, second;
  std::thread reader1([&] { follow(first); });
  std::thread reader2([&] { follow(second); });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  reader1.join();
  reader2.join();
  store_->RemoveListener(listener);
  EXPECT_FALSE(torn);
  EXPECT_GT(listened, 0);
  ASSERT_EQ(first.size(), static_cast<size_t>(kWriters * kTransactions * 4 / 5 * kEvents));
  EXPECT_EQ(second.size(), first.size());
  std::map<std::string, int64_t> sequence;
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].sequence, ++sequence[first[i].record.id]);
    EXPECT_EQ(first[i].id, first[i - i % kEvents].id) << "transactions do not mix";
  }
}

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
  void Add(domain::Event event) {
    event.id = "e";
    events.push_back(std::move(event));
  }
};

std::string ToText(const domain::Journey& journey) {
  std::string text = journey.source + "/" + journey.region + "@" + std::to_string(journey.created_at);
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

TEST_P(StoreContractTest, ClocksAndAssignmentsComeFromTheLedger) {
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
                               texts.push_back(s.source + "/" + s.region + "@" + std::to_string(s.created_at) + " " +
                                               s.clock.sla_id + ":" + std::to_string(s.clock.start) + "=" +
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

}  // namespace
}  // namespace leadline::store
