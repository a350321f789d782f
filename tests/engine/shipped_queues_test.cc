// Queues of the packs that ship: junk and data that is wrong, from the gate to whoever mends it.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::SlaState;

// The shipped packs, with the shipped gate.
class ShippedQueuesTest : public EngineTest {
 protected:
  domain::Lead Junk() {
    Enquiry e = HotEnquiry();
    e.contact.given_name = "Asdfgh";
    e.contact.family_name = "Qwertz";
    e.contact.email = "me@mailinator.com";
    auto submitted = Submit(e);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted->lead;
  }
  domain::Lead Move(const domain::Lead& lead, std::string status, std::string reason = "looked at") {
    auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->Transition({}, LeadName(lead), std::move(status), std::move(reason), std::move(done));
    });
    EXPECT_TRUE(moved.ok()) << moved.status();
    return moved.ok() ? *moved->lead : domain::Lead();
  }
};

TEST_F(ShippedQueuesTest, JunkIsRescuedByAPerson) {
  const domain::Lead lead = Junk();
  ASSERT_EQ(lead.status, "inquiry");
  EXPECT_EQ(lead.hold_queue, "junk");
  ASSERT_TRUE(lead.sla.has_value());
  EXPECT_EQ(lead.sla->sla_id, "junk");
  clock_.Advance(kHour);
  const domain::Lead rescued = Move(lead, "mql");
  EXPECT_EQ(rescued.status, "mql");
  EXPECT_EQ(rescued.hold_queue, "");
  EXPECT_NE(rescued.assignee, "");
  EXPECT_EQ(rescued.sla->start, clock_.Now()) << "the status has its own clock";
  EXPECT_EQ(rescued.sla->sla_id, "contact_me") << "whoever rescued it has not answered the person";
  EXPECT_TRUE(rescued.sla->open());
}

TEST_F(ShippedQueuesTest, JunkIsThrownAway) {
  const domain::Lead gone = Move(Junk(), "disqualified");
  EXPECT_EQ(gone.hold_queue, "");
  EXPECT_EQ(gone.sla->state, SlaState::kMet);
}

// A person has it in hand: the gate keeps it from the status, and takes it from nobody.
TEST_F(ShippedQueuesTest, WhatSomebodyWorksStaysWithThem) {
  const domain::Lead worked = Move(Junk(), "lal");
  ASSERT_NE(worked.assignee, "");
  EXPECT_EQ(worked.hold_queue, "");
  clock_.Advance(kMinute);
  domain::Activity asks = Did("website", "high", "contact_me", clock_.Now());
  asks.lead_id = worked.id;
  auto acted = Act(asks);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.status, "lal");
  EXPECT_EQ(acted->lead.assignee, worked.assignee);
  EXPECT_EQ(acted->lead.hold_queue, "");
}

TEST_F(ShippedQueuesTest, WrongContactDataIsMendedAndComesRoundAgain) {
  const domain::Lead mql = Submit(HotEnquiry())->lead;
  clock_.Advance(kHour);
  auto rejected = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->RejectLead({}, LeadName(mql), "wrong_contact_data", "the number is a fax", std::move(done));
  });
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_EQ(rejected->lead->hold_queue, "data_quality");
  EXPECT_EQ(rejected->lead->sla->sla_id, "data_quality");
  EXPECT_EQ(OpenLeads(), 0);
  clock_.Advance(kHour);
  domain::Activity asks = Did("website", "high", "contact_me", clock_.Now());
  asks.lead_id = mql.id;
  auto again = Act(asks);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->lead.status, "mql");
  EXPECT_EQ(again->lead.hold_queue, "");
  EXPECT_NE(again->lead.assignee, "");
}

}  // namespace
}  // namespace leadline::engine
