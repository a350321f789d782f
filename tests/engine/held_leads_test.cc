// Leads that wait because nobody could take them, and what is counted as given.
#include "engine/routing/held_leads.h"

#include <gmock/gmock.h>

#include "base/errors.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;

class HeldLeadsTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    held_ = std::make_unique<HeldLeads>(engine_->options());
    for (const domain::Rep& rep : BuildOnce()->rules->reps()) SetAvailable(rep.id, false);
  }
  void TearDown() override {
    held_.reset();
    EngineTest::TearDown();
  }
  void SetAvailable(const std::string& rep, bool available, Time until = 0) {
    const auto set = Wait<RepView>(
        [&](Done<RepView> done) { engine_->SetAvailability({}, "reps/" + rep, available, until, std::move(done)); });
    ASSERT_TRUE(set.ok()) << set.status();
  }
  // Somebody in the United States, whom a person finds ready for sales. Who asks to be called goes to full reps, too.
  domain::Lead Asks(int number) {
    Enquiry e = HotEnquiry();
    e.account = {};
    e.account.name = "Firm " + std::to_string(number);
    e.account.domain = "firm" + std::to_string(number) + ".com";
    e.account.country = "US";
    e.contact.email = "pat@" + e.account.domain;
    e.contact.language = "en";
    e.contact.title = "";
    e.activities = {Did("website", "low", "visit")};
    clock_.Advance(kMinute);
    const auto submitted = Submit(e);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_TRUE(Move(submitted->lead, "mql").ok());
    const domain::Lead lead = Now(submitted->lead);
    EXPECT_EQ(lead.hold_queue, "unassigned");
    EXPECT_EQ(lead.status, "mql");
    return lead;
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  int GiveOut(int limit = 100) {
    int given = 0;
    for (int steps = 0; steps < 50; ++steps) {
      const auto step = held_->GiveOut({.actor = "system"}, limit);
      EXPECT_TRUE(step.ok()) << step.status();
      EXPECT_TRUE(step->set_aside.empty());
      given += step->given;
      if (step->all) return given;
    }
    ADD_FAILURE() << "it finds no end";
    return given;
  }
  // As if somebody had so many leads.
  void SetLoad(const std::string& rep, int64_t change) {
    as_told_ = false;
    ASSERT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) {
                  return tx.AddOpenLeads(rep, change);
                }).ok());
  }
  absl::Status Move(const domain::Lead& lead, const std::string& status) {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->Transition({}, LeadName(lead), status, "because", std::move(done));
           })
        .status();
  }
  int64_t Position() { return *engine_->LastPosition({}); }

  static constexpr char kRep[] = "na-morgan-chen";
  static constexpr int kCapacity = 50;
  std::unique_ptr<HeldLeads> held_;
};

TEST_F(HeldLeadsTest, WhoComesBackGetsThoseThatWait) {
  const domain::Lead first = Asks(1), second = Asks(2);
  EXPECT_EQ(GiveOut(), 0);
  const int64_t before = Position();
  EXPECT_EQ(GiveOut(), 0);
  EXPECT_EQ(Position(), before) << "looking tells nothing";
  SetAvailable(kRep, true);
  clock_.Advance(kMinute);
  EXPECT_EQ(GiveOut(1), 2);
  for (const domain::Lead& lead : {first, second}) {
    EXPECT_EQ(Now(lead).assignee, kRep);
    EXPECT_EQ(Now(lead).hold_queue, "");
    EXPECT_TRUE(Now(lead).sla->open()) << "the clock that runs since the enquiry runs on";
    const auto history = History(LeadName(lead));
    ASSERT_TRUE(history.ok()) << history.status();
    // Its clock may go on by the rep's hours after that.
    const auto given = std::find_if(history->rbegin(), history->rend(), [](const domain::Event& event) {
      return std::holds_alternative<domain::Assigned>(event.payload);
    });
    ASSERT_NE(given, history->rend());
    EXPECT_EQ(std::get<domain::Assigned>(given->payload).rep, kRep);
    EXPECT_EQ(given->actor, "system");
    EXPECT_TRUE(given->decision.has_value()) << "why it went there is told";
  }
  EXPECT_EQ(GiveOut(), 0);
}

TEST_F(HeldLeadsTest, WhoWaitsLongestGoesFirstAndTheNextWhenThereIsRoom) {
  std::vector<domain::Lead> leads;
  for (int i = 0; i < 4; ++i) leads.push_back(Asks(i));
  SetLoad(kRep, kCapacity - 2);
  SetAvailable(kRep, true);
  EXPECT_EQ(GiveOut(1), 2);
  const auto assignees = [&] {
    std::vector<std::string> out;
    for (const domain::Lead& lead : leads) out.push_back(Now(lead).assignee);
    return out;
  };
  EXPECT_THAT(assignees(), ElementsAre(kRep, kRep, "", ""));
  EXPECT_EQ(GiveOut(), 0) << "the rep is full";
  ASSERT_TRUE(Move(leads[0], "disqualified").ok());
  EXPECT_EQ(GiveOut(), 1);
  EXPECT_THAT(assignees(), ElementsAre(kRep, kRep, kRep, ""));
}

TEST_F(HeldLeadsTest, TheEndOfAnAbsenceIsEnough) {
  const Time back = clock_.Now() + 5 * kDay;
  SetAvailable(kRep, false, back);
  const domain::Lead lead = Asks(1);
  EXPECT_EQ(GiveOut(), 0);
  clock_.Set(back);
  EXPECT_EQ(GiveOut(), 1);
  EXPECT_EQ(Now(lead).assignee, kRep);
}

TEST_F(HeldLeadsTest, WhatWaitsForAPersonStays) {
  SetAvailable(kRep, true);
  Enquiry e = HotEnquiry();
  e.account = {};
  e.account.name = "Firm";
  e.account.domain = "firm.com";
  e.account.country = "US";
  e.contact.email = "pat@firm.com";
  const domain::Lead lead = Submit(e)->lead;
  ASSERT_EQ(lead.assignee, kRep);
  ASSERT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                engine_->RejectLead({}, LeadName(lead), "wrong_contact_data", "", std::move(done));
              }).ok());
  ASSERT_EQ(Now(lead).hold_queue, "data_quality");
  EXPECT_EQ(GiveOut(), 0);
  EXPECT_EQ(Now(lead).hold_queue, "data_quality");
}

TEST_F(HeldLeadsTest, OnlyWhatChangesHandsIsGiven) {
  const domain::Lead lead = Asks(1);
  SetAvailable(kRep, true);
  ASSERT_EQ(GiveOut(), 1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Wait<RouteResult>([&](Done<RouteResult> done) {
                  engine_->RouteLead({}, LeadName(lead), std::move(done));
                }).ok());
  }
  ASSERT_TRUE(Move(lead, "customer").ok());
  constexpr char kOther[] = "na-jordan-reyes";
  ASSERT_TRUE(Wait<domain::Lead>([&](Done<domain::Lead> done) {
                engine_->ReassignLead({}, LeadName(lead), std::string("reps/") + kOther, "hers now", std::move(done));
              }).ok());
  std::map<std::string, int64_t> given;
  const auto fairness = engine_->GetFairness({}, 0, 0, "");
  ASSERT_TRUE(fairness.ok());
  for (const RepShare& share : fairness->reps) {
    if (share.assigned > 0) given[share.rep.rep.id] = share.assigned;
  }
  EXPECT_EQ(given, (std::map<std::string, int64_t>{{kRep, 1}}))
      << "routed again to the same rep, and handed over closed";
}

}  // namespace
}  // namespace leadline::engine
