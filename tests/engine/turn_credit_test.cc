// A lead that was none of the rep's costs them no turn in the rotation.
#include <gmock/gmock.h>

#include <map>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class TurnCreditTest : public EngineTest {
 protected:
  // A new lead of another person each time, which the rotation of North America gives to somebody.
  domain::Lead Given() {
    const std::string number = std::to_string(++people_);
    Enquiry enquiry;
    enquiry.account.name = "Company " + number;
    enquiry.account.country = "US";
    enquiry.contact.given_name = "Sam";
    enquiry.contact.family_name = "Buyer" + number;
    enquiry.contact.email = "buyer@company" + number + ".example";
    enquiry.contact.language = "en";
    enquiry.source = "website";
    enquiry.activities = {Did("website", "high", "contact_me")};
    auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.region, "north_america");
    EXPECT_FALSE(submitted->lead.assignee.empty());
    clock_.Advance(kMinute);
    return submitted->lead;
  }
  void Reject(const domain::Lead& lead, const std::string& reason) {
    auto rejected = Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(lead), reason, "", std::move(done)); });
    ASSERT_TRUE(rejected.ok()) << rejected.status();
    clock_.Advance(kMinute);
  }
  std::map<std::string, double> Owed() {
    std::map<std::string, double> owed;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             auto pool = reader.GetPool("na_sales");
                             if (!pool.ok()) return pool.status();
                             for (const domain::PoolState& member : *pool) owed[member.rep_id] = member.turns_owed;
                             return absl::OkStatus();
                           })
                    .ok());
    return owed;
  }
  std::vector<domain::Assigned> Credits(const domain::Lead& lead) {
    std::vector<domain::Assigned> credits;
    const auto history = History(LeadName(lead));
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      const auto* assigned = std::get_if<domain::Assigned>(&event.payload);
      if (assigned != nullptr && assigned->credited) credits.push_back(*assigned);
    }
    return credits;
  }
  RepShare ShareOf(const std::string& rep) {
    auto fairness = engine_->GetFairness({}, 0, 0, "north_america");
    EXPECT_TRUE(fairness.ok()) << fairness.status();
    for (const RepShare& share : fairness->reps) {
      if (share.rep.rep.id == rep) return share;
    }
    return {};
  }

  int people_ = 0;
};

TEST_F(TurnCreditTest, ADuplicateCostsNoTurn) {
  for (int i = 0; i < 3; ++i) Given();
  const std::map<std::string, double> before = Owed();
  const domain::Lead lead = Given();
  ASSERT_NE(Owed(), before);
  Reject(lead, "duplicate");
  const std::map<std::string, double> after = Owed();
  ASSERT_EQ(after.size(), before.size());
  for (const auto& [rep, owed] : before) EXPECT_NEAR(after.at(rep), owed, 1e-9) << rep;
  EXPECT_EQ(Given().assignee, lead.assignee) << "it is their turn still";

  const std::vector<domain::Assigned> credits = Credits(lead);
  ASSERT_THAT(credits, SizeIs(1));
  EXPECT_EQ(credits[0].rep, lead.assignee);
  EXPECT_EQ(credits[0].reason, "duplicate");
  EXPECT_THAT(DifferencesOf(*store_), IsEmpty());
}

TEST_F(TurnCreditTest, FairnessTellsItApart) {
  const domain::Lead lead = Given();
  Reject(lead, "wrong_contact_data");
  const RepShare share = ShareOf(lead.assignee);
  EXPECT_EQ(share.assigned, 1);
  EXPECT_EQ(share.credited, 1);
  EXPECT_EQ(share.expected, 0) << "nothing that counts was given in the team";
}

TEST_F(TurnCreditTest, WhatTheBuyerSaidCostsTheTurn) {
  const domain::Lead lead = Given();
  const std::map<std::string, double> before = Owed();
  Reject(lead, "no_budget");
  EXPECT_EQ(Owed(), before);
  EXPECT_THAT(Credits(lead), IsEmpty());
  EXPECT_EQ(ShareOf(lead.assignee).credited, 0);
}

TEST_F(TurnCreditTest, OnceForEachTimeThatSomebodyGotIt) {
  const domain::Lead lead = Given();
  Reject(lead, "wrong_contact_data");
  EXPECT_THAT(Credits(lead), SizeIs(1));
  auto again = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->Transition({}, LeadName(lead), "mql", "mended", std::move(done)); });
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_FALSE(again->lead->assignee.empty());
  EXPECT_THAT(Credits(lead), SizeIs(1));
  Reject(lead, "wrong_contact_data");
  EXPECT_THAT(Credits(lead), SizeIs(2));
}

TEST_F(TurnCreditTest, WhatSomebodyGaveByHandTookNoTurn) {
  const domain::Lead lead = Given();
  const std::string other = lead.assignee == "na-camille-roy" ? "na-morgan-chen" : "na-camille-roy";
  auto given = Wait<domain::Lead>([&](Done<domain::Lead> done) {
    engine_->ReassignLead({}, LeadName(lead), "reps/" + other, "knows them", std::move(done));
  });
  ASSERT_TRUE(given.ok()) << given.status();
  const std::map<std::string, double> before = Owed();
  Reject(lead, "duplicate");
  EXPECT_THAT(Credits(lead), IsEmpty());
  EXPECT_EQ(Owed(), before);
}

}  // namespace
}  // namespace leadline::engine
