// Queues in which too many leads wait, and calendars that end.
#include "engine/outbox/watches.h"

#include <gmock/gmock.h>

#include "engine/listing/listing.h"
#include "tests/app/webhook_fixture.h"

namespace leadline::app {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class WatchesTest : public WebhookTest {
 protected:
  // Somebody from a list, whom the route "gate" holds in "review".
  void Wait(int number) {
    engine::Enquiry e = Asks("firm" + std::to_string(number));
    e.source = "list";
    EXPECT_EQ(Submit(std::move(e)).hold_queue, "review");
  }
  // All leads of the queue get to somebody.
  void Empty(const std::string& queue) {
    const auto page = engine::ListLeads(engine_->options(), {},
                                        {.filter = "hold_queue = \"queues/" + queue + "\"", .page_size = 100});
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& item : page->items) {
      std::promise<absl::StatusOr<domain::Lead>> moved;
      engine_->ReassignLead({}, "leads/" + item.record.id, "reps/avery", "looked at",
                            [&](absl::StatusOr<domain::Lead> result) { moved.set_value(std::move(result)); });
      const auto result = moved.get_future().get();
      ASSERT_TRUE(result.ok()) << result.status();
    }
  }
  std::vector<domain::Event> EventsOf(const std::string& endpoint) {
    std::vector<domain::Event> out;
    for (const store::Delivery& row : Rows(endpoint)) {
      const auto events = engine_->EventsAfter({}, row.position - 1, 1);
      EXPECT_TRUE(events.ok() && events->size() == 1);
      out.push_back(events->front());
    }
    return out;
  }
  int Look(engine::Watches& watches) {
    const absl::StatusOr<int> told = watches.Look({.actor = "system"});
    EXPECT_TRUE(told.ok()) << told.status();
    return told.ok() ? *told : -1;
  }
};

TEST_F(WatchesTest, AQueueThatIsTooLongIsToldOnceAndWhenItIsNoLonger) {
  engine::Watches watches(engine_->options());
  for (int i = 0; i < 2; ++i) Wait(i);
  EXPECT_EQ(Look(watches), 2) << "the calendars, which end";
  EXPECT_THAT(Rows("ops"), SizeIs(2));
  Wait(2);
  EXPECT_EQ(Look(watches), 1);
  EXPECT_EQ(Look(watches), 0);
  engine::Watches after_restart(engine_->options());
  EXPECT_EQ(Look(after_restart), 0) << "the ledger knows what was told";
  const std::vector<domain::Event> events = EventsOf("ops");
  ASSERT_THAT(events, SizeIs(3));
  const auto& queue = std::get<domain::QueueLong>(events[2].payload);
  EXPECT_EQ(queue.queue, "review");
  EXPECT_EQ(queue.leads, 3);
  EXPECT_EQ(queue.longer_than, 2);
  EXPECT_FALSE(queue.over);
  EXPECT_EQ(events[2].record, (domain::RecordRef{domain::RecordKind::kPack, "central"}));
  Empty("review");
  EXPECT_EQ(Look(after_restart), 1);
  EXPECT_TRUE(std::get<domain::QueueLong>(EventsOf("ops").back().payload).over);
}

TEST_F(WatchesTest, ACalendarIsToldOfOnceForEachLastDay) {
  engine::Watches watches(engine_->options());
  EXPECT_EQ(Look(watches), 2);
  const std::vector<domain::Event> events = EventsOf("ops");
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(std::get<domain::CalendarEnding>(events[0].payload),
            (domain::CalendarEnding{"central", "office", "2026-04-06"}));
  EXPECT_EQ(std::get<domain::CalendarEnding>(events[1].payload),
            (domain::CalendarEnding{"emea", "madrid", "2026-04-20"}))
      << "a central rule is about the calendars of regions, too";
  EXPECT_EQ(events[1].region, "emea");
  EXPECT_EQ(Look(watches), 0);
}

TEST_F(WatchesTest, NothingIsLookedAtWhereNobodyIsTold) {
  holder_->SetRecipients(nullptr);
  engine::Watches watches(engine_->options());
  EXPECT_EQ(Look(watches), 0);
  EXPECT_EQ(*engine_->LastPosition({}), 0);
}

}  // namespace
}  // namespace leadline::app
