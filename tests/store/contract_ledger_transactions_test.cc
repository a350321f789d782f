// Contract: what a ledger transaction is, and that a transaction of the store sees what it appended.
#include "base/status_macros.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using domain::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

domain::Event EventIn(std::string transaction, std::string lead = "l") {
  return {.transaction_id = std::move(transaction), .record = LeadRef(std::move(lead))};
}

// Its ledger transaction's id and its index in it, as its id and its position say.
std::string PlaceOf(const domain::Event& event) {
  return event.id + "@" + std::to_string(domain::TransactionAt(event.position)) + "." +
         std::to_string(event.position - At(domain::TransactionAt(event.position)));
}

TEST_P(StoreContractTest, EventsOfALedgerTransactionStandTogether) {
  std::vector<domain::Event> events = {EventIn("a"), EventIn("a", "m"), EventIn("b"), EventIn("c"), EventIn("c")};
  AppendAll(events);
  std::vector<domain::Event> more = {EventIn("d")};
  AppendAll(more);
  Reopen();
  std::vector<std::string> places;
  for (const auto& event : Read([](Reader& r) { return r.EventsAfter(0, 9); })) places.push_back(PlaceOf(event));
  EXPECT_THAT(places, ElementsAre("a.0@1.0", "a.1@1.1", "b.0@2.0", "c.0@3.0", "c.1@3.1", "d.0@4.0"));
  EXPECT_EQ(Read([](Reader& r) { return r.LastPosition(); }), At(4));
  const auto id_at = [&](int64_t number) { return Read([&](Reader& r) { return r.TransactionIdAt(number); }); };
  EXPECT_EQ(id_at(1), "a");
  EXPECT_EQ(id_at(4), "d");
  EXPECT_EQ(id_at(0), std::nullopt);
  EXPECT_EQ(id_at(5), std::nullopt);
  EXPECT_EQ(id_at(-1), std::nullopt);
}

TEST_P(StoreContractTest, ALedgerTransactionIsOneAndWhole) {
  const auto refused = [](Transaction& t, domain::Event event) {
    EXPECT_EQ(t.Append(event).code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(event.position, 0);
    EXPECT_EQ(event.id, "");
  };
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                refused(t, EventIn(""));
                domain::Event first = EventIn("a");
                first.actor = "ana";
                first.request_id = "r";
                first.append_time = 7;
                RETURN_IF_ERROR(t.Append(first));
                domain::Event other = first;
                for (const auto& change : std::vector<std::function<void(domain::Event&)>>{
                         [](domain::Event& e) { e.actor = "ben"; }, [](domain::Event& e) { e.request_id = ""; },
                         [](domain::Event& e) { e.append_time = 8; }}) {
                  domain::Event changed = EventIn("a");
                  changed.actor = "ana";
                  changed.request_id = "r";
                  changed.append_time = 7;
                  change(changed);
                  refused(t, changed);
                }
                RETURN_IF_ERROR(t.Append(other));
                domain::Event second = EventIn("b");
                RETURN_IF_ERROR(t.Append(second));
                EXPECT_EQ(second.position, At(2)) << "what was refused took no place";
                refused(t, first = EventIn("a"));
                // What was refused is not in the way of the rest.
                domain::Event third = EventIn("b");
                return t.Append(third);
              }).ok());
  EXPECT_THAT(EventsAfter(0, 9), ElementsAre(At(1), At(1, 1), At(2), At(2, 1)));
  const auto events = Read([](Reader& r) { return r.EventsAfter(0, 9); });
  EXPECT_EQ(events.at(3).sequence, 4);
}

TEST_P(StoreContractTest, ALedgerTransactionHasAnEnd) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                domain::Event event = EventIn("a");
                for (int64_t i = 0; i < domain::kMostEventsInTransaction; ++i) RETURN_IF_ERROR(t.Append(event));
                EXPECT_EQ(event.position, At(2) - 1);
                EXPECT_EQ(t.Append(event).code(), absl::StatusCode::kInvalidArgument);
                event = EventIn("b");
                RETURN_IF_ERROR(t.Append(event));
                EXPECT_EQ(event.position, At(2));
                EXPECT_EQ(event.sequence, domain::kMostEventsInTransaction + 1);
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(EventsAfter(At(2) - 2, 9), ElementsAre(At(2) - 1, At(2)));
}

TEST_P(StoreContractTest, WhatATransactionAppendedItSees) {
  PutLead({.id = "l"});
  const std::vector<domain::RecordRef> records = {LeadRef("l")};
  const auto places = [](const std::vector<domain::Event>& events) {
    std::vector<std::string> result;
    for (const domain::Event& event : events) result.push_back(PlaceOf(event));
    return result;
  };
  const auto steps = [](Reader& r) {
    std::string all;
    const absl::Status status = r.ForEachJourney({}, [&all](const domain::Journey& journey) {
      for (const auto& step : journey.steps) all += step.to + " ";
    });
    EXPECT_TRUE(status.ok()) << status;
    return all;
  };
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                domain::Event event = EventIn("a");
                event.payload = domain::StatusChanged{.to = "mql"};
                EXPECT_EQ(*t.LastPosition(), 0);
                RETURN_IF_ERROR(t.Append(event));
                EXPECT_EQ(*t.LastPosition(), At(1));
                EXPECT_EQ(*t.TransactionIdAt(1), "a");
                EXPECT_THAT(places(*t.Timeline(records, 0, 9)), ElementsAre("a.0@1.0"));
                // It goes on after it was read.
                event.payload = domain::StatusChanged{.to = "sal"};
                RETURN_IF_ERROR(t.Append(event));
                EXPECT_THAT(places(*t.EventsAfter(0, 9)), ElementsAre("a.0@1.0", "a.1@1.1"));
                EXPECT_EQ(steps(t), "mql sal ");
                RETURN_IF_ERROR(t.Append(event = EventIn("b")));
                RETURN_IF_ERROR(t.Append(event = EventIn("b", "m")));
                EXPECT_THAT(places(*t.Timeline(records, At(1), 9)), ElementsAre("a.1@1.1", "b.0@2.0"));
                RETURN_IF_ERROR(t.Append(event = EventIn("b")));
                int assignments = 0;
                event.payload = domain::Assigned{.rep = "ana"};
                RETURN_IF_ERROR(t.Append(event));
                RETURN_IF_ERROR(t.ForEachAssignment(0, 0, [&](const AssignmentEvent&) { ++assignments; }));
                EXPECT_EQ(assignments, 1);
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(EventsAfter(0, 9), ElementsAre(At(1), At(1, 1), At(2), At(2, 1), At(2, 2), At(2, 3)));
  std::vector<domain::Event> next = {EventIn("c"), EventIn("c", "m")};
  AppendAll(next);
  EXPECT_EQ(next[0].sequence, 6);
  EXPECT_EQ(next[1].sequence, 2);
}

// Some of a batch are taken back after they appended, read or not: the numbers of the others have no gap.
TEST_P(StoreContractTest, WhatIsTakenBackGivesItsPositionsBack) {
  std::vector<domain::Event> before = {EventIn("before")};
  AppendAll(before);
  for (int round = 0; round < 3; ++round) {
    const absl::Status status = Write([&](Transaction& t) -> absl::Status {
      domain::Event event = EventIn("lost");
      RETURN_IF_ERROR(t.Append(event));
      EXPECT_EQ(event.position, At(2));
      EXPECT_EQ(event.sequence, 2);
      if (round > 0) RETURN_IF_ERROR(t.EventsAfter(0, 9).status());
      RETURN_IF_ERROR(t.Append(event));
      if (round > 1) RETURN_IF_ERROR(t.Append(event = EventIn("lost too")));
      return absl::CancelledError("on purpose");
    });
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(Read([](Reader& r) { return r.TransactionIdAt(2); }), std::nullopt);
  }
  std::vector<domain::Event> after = {EventIn("lost"), EventIn("lost too")};
  AppendAll(after);
  EXPECT_EQ(after[0].position, At(2));
  EXPECT_EQ(after[0].sequence, 2);
  EXPECT_EQ(after[1].position, At(3));
  EXPECT_THAT(EventsAfter(0, 9), ElementsAre(At(1), At(2), At(3)));
}

TEST_P(StoreContractTest, AfterMayPointAnywhere) {
  std::vector<domain::Event> events = {EventIn("a"), EventIn("a"), EventIn("a"), EventIn("b"), EventIn("b")};
  AppendAll(events);
  EXPECT_THAT(EventsAfter(0, 2), ElementsAre(At(1), At(1, 1)));
  EXPECT_THAT(EventsAfter(-5, 1), ElementsAre(At(1)));
  EXPECT_THAT(EventsAfter(At(1), 9), ElementsAre(At(1, 1), At(1, 2), At(2), At(2, 1)));
  EXPECT_THAT(EventsAfter(At(1, 1), 2), ElementsAre(At(1, 2), At(2)));
  EXPECT_THAT(EventsAfter(At(1, 2), 9), ElementsAre(At(2), At(2, 1)));
  EXPECT_THAT(EventsAfter(At(1, 500), 9), ElementsAre(At(2), At(2, 1))) << "no event is there";
  EXPECT_THAT(EventsAfter(At(2, 1), 9), IsEmpty());
  EXPECT_THAT(EventsAfter(At(9), 9), IsEmpty());
  const std::vector<domain::RecordRef> records = {LeadRef("l")};
  int64_t after = 0;
  std::vector<int64_t> one_by_one;
  while (true) {
    const auto page = Read([&](Reader& r) { return r.Timeline(records, after, 1); });
    if (page.empty()) break;
    after = page.at(0).position;
    one_by_one.push_back(after);
  }
  EXPECT_THAT(one_by_one, ElementsAre(At(1), At(1, 1), At(1, 2), At(2), At(2, 1)));
}

TEST_P(StoreContractTest, PagesEndByBytesToo) {
  std::vector<domain::Event> events;
  for (int i = 0; i < 6; ++i) {
    events.push_back(EventIn(i < 4 ? "a" : "b"));
    events.back().payload = domain::DispositionRecorded{.note = std::string(i == 2 ? 100'000 : 1000, 'x')};
  }
  AppendAll(events);
  const std::vector<domain::RecordRef> records = {LeadRef("l")};
  const auto sizes = [&](int64_t max_bytes, bool timeline) {
    std::vector<size_t> pages;
    int64_t after = 0;
    while (true) {
      const auto page = Read([&](Reader& r) {
        return timeline ? r.Timeline(records, after, 100, max_bytes) : r.EventsAfter(after, 100, max_bytes);
      });
      if (page.empty()) return pages;
      pages.push_back(page.size());
      after = page.back().position;
    }
  };
  for (const bool timeline : {false, true}) {
    EXPECT_THAT(sizes(0, timeline), ElementsAre(6)) << "no bound";
    EXPECT_THAT(sizes(1, timeline), ElementsAre(1, 1, 1, 1, 1, 1)) << "never nothing";
    EXPECT_THAT(sizes(1500, timeline), ElementsAre(2, 1, 2, 1)) << "the event that passes it is the last";
    EXPECT_THAT(sizes(50'000, timeline), ElementsAre(3, 3));
    EXPECT_THAT(sizes(1'000'000, timeline), ElementsAre(6));
  }
  EXPECT_THAT(EventsAfter(0, 2, 50'000), ElementsAre(At(1), At(1, 1))) << "the limit stays";
}

}  // namespace
}  // namespace leadline::store
