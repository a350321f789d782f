// Contract: the outbox, whose rows stand and fall with the events that they name.
#include "base/status_macros.h"
#include "store/draft.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

domain::Event Assigned(const std::string& lead, const std::string& transaction) {
  domain::Event event;
  event.transaction_id = transaction;
  event.record = LeadRef(lead);
  event.payload = domain::Assigned{.rep = "ana"};
  return event;
}

absl::Status AppendAndNote(Transaction& t, const std::string& lead, const std::string& transaction,
                           const std::vector<std::string>& endpoints) {
  RETURN_IF_ERROR(t.Append(Assigned(lead, transaction)));
  for (const std::string& endpoint : endpoints) {
    RETURN_IF_ERROR(t.NoteDelivery({endpoint, "a b", LeadRef(lead), 7}));
  }
  return absl::OkStatus();
}

std::vector<int64_t> PositionsOf(const std::vector<Delivery>& deliveries) {
  std::vector<int64_t> out;
  for (const Delivery& delivery : deliveries) out.push_back(delivery.position);
  return out;
}

TEST_P(StoreContractTest, ADeliveryIsOfTheEventBeforeItAndDurableWithIt) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(AppendAndNote(t, "l1", "t1", {"crm", "ops"}));
                return AppendAndNote(t, "l2", "t1", {"crm"});
              }).ok());
  EXPECT_FALSE(Write([&](Transaction& t) -> absl::Status {
                 RETURN_IF_ERROR(AppendAndNote(t, "l3", "t2", {"crm"}));
                 return absl::AbortedError("taken back");
               }).ok());
  Reopen();
  const auto crm = Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); });
  ASSERT_THAT(PositionsOf(crm), ElementsAre(At(1, 0), At(1, 1)));
  const Delivery expected{
      .endpoint = "crm", .position = At(1, 0), .record = LeadRef("l1"), .rules = "a b", .created_at = 7, .due = 7};
  EXPECT_EQ(crm[0], expected);
  EXPECT_THAT(PositionsOf(Read([](Reader& r) { return r.Deliveries("crm", false, At(1, 0), 10); })),
              ElementsAre(At(1, 1)));
  EXPECT_THAT(PositionsOf(Read([](Reader& r) { return r.Deliveries("crm", false, 0, 1); })), ElementsAre(At(1, 0)));
  EXPECT_THAT(Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); }, "other"), IsEmpty());
  EXPECT_THAT(Read([](Reader& r) { return r.CountDeliveries(); }),
              ElementsAre(DeliveryCount{.endpoint = "crm", .waiting = 2, .waiting_since = 7},
                          DeliveryCount{.endpoint = "ops", .waiting = 1, .waiting_since = 7}));
  EXPECT_EQ(Write([](Transaction& t) {
              return t.NoteDelivery({"crm", "a", LeadRef("l1"), 7});
            }).code(),
            absl::StatusCode::kInternal)
      << "of no event";
}

TEST_P(StoreContractTest, OneThatIsNotedAgainOfTheSameEventStandsOnce) {
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(AppendAndNote(t, "l1", "t1", {"crm"}));
                return t.NoteDelivery({"crm", "c", LeadRef("l1"), 8});
              }).ok());
  const auto crm = Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); });
  ASSERT_THAT(PositionsOf(crm), ElementsAre(At(1, 0)));
  EXPECT_EQ(crm[0].rules, "c");
}

TEST_P(StoreContractTest, DeliveriesAreReplacedGivenUpAndDropped) {
  ASSERT_TRUE(Write([&](Transaction& t) { return AppendAndNote(t, "l1", "t1", {"crm"}); }).ok());
  Delivery row = Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); }).at(0);
  row.tries = 3;
  row.error = "HTTP 400";
  row.due = 99;
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(row); }).ok());
  EXPECT_THAT(Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); }), ElementsAre(row));
  row.dead_at = 100;
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(row); }).ok());
  EXPECT_THAT(Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); }), IsEmpty());
  EXPECT_THAT(Read([](Reader& r) { return r.Deliveries("crm", true, 0, 10); }), ElementsAre(row));
  EXPECT_THAT(Read([](Reader& r) { return r.CountDeliveries(); }),
              ElementsAre(DeliveryCount{.endpoint = "crm", .dead = 1, .dead_since = 100}));
  ASSERT_TRUE(Write([&](Transaction& t) { return t.DropDelivery("crm", row.position); }).ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.DropDelivery("crm", row.position); }).ok()) << "there is none";
  EXPECT_THAT(Read([](Reader& r) { return r.CountDeliveries(); }), IsEmpty());
}

TEST_P(StoreContractTest, AChangeSetTakesItsDeliveriesAlong) {
  ChangeSet set;
  const absl::Status drawn = store_->Read("default", [&](Reader& reader) -> absl::Status {
    Draft draft(reader);
    RETURN_IF_ERROR(AppendAndNote(draft, "l1", "t1", {"crm"}));
    RETURN_IF_ERROR(draft.Append(Assigned("l2", "t1")));
    RETURN_IF_ERROR(AppendAndNote(draft, "l3", "t1", {"crm"}));
    ASSIGN_OR_RETURN(set, draft.Finish());
    return absl::OkStatus();
  });
  ASSERT_TRUE(drawn.ok()) << drawn;
  EXPECT_THAT(Read([](Reader& r) { return r.CountDeliveries(); }), IsEmpty());
  ASSERT_TRUE(Write([&](Transaction& t) { return Apply(set, 0, set.changes.size(), t); }).ok());
  EXPECT_THAT(PositionsOf(Read([](Reader& r) { return r.Deliveries("crm", false, 0, 10); })),
              ElementsAre(At(1, 0), At(1, 2)));
}

}  // namespace
}  // namespace leadline::store
