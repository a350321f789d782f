// When a rep takes no more leads: absences that are planned, and limits of an hour and of a day.
#include <gmock/gmock.h>

#include "domain/routing.h"
#include "engine/replay/timeline.h"
#include "engine/routing/held_leads.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::Absence;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RepLimitsTest : public EngineTest {
 protected:
  // One rep in North America is there, and takes two leads an hour and three a day.
  void SetUp() override {
    EngineTest::SetUp();
    static const std::shared_ptr<const Snapshot> limited =
        BuildWith("north_america", "routing.yaml", kRep, "capacity: 50", "most_per_hour: 2, most_per_day: 3, ");
    Use(limited);
    held_ = std::make_unique<HeldLeads>(engine_->options());
    for (const domain::Rep& rep : limited->rules->reps()) {
      if (rep.id != kRep) SetAvailable(rep.id, false);
    }
  }
  void TearDown() override {
    held_.reset();
    EngineTest::TearDown();
  }
  RepView SetAvailable(const std::string& rep, bool available) {
    const auto set = Wait<RepView>(
        [&](Done<RepView> done) { engine_->SetAvailability({}, "reps/" + rep, available, 0, std::move(done)); });
    EXPECT_TRUE(set.ok()) << set.status();
    return set.ok() ? *set : RepView();
  }
  absl::StatusOr<RepView> Plan(std::vector<Absence> absences) {
    return Wait<RepView>([&](Done<RepView> done) {
      engine_->PlanAbsences({}, std::string("reps/") + kRep, std::move(absences), std::move(done));
    });
  }
  Enquiry FromUs(int number) {
    Enquiry e = HotEnquiry();
    e.account = {};
    e.account.name = "Firm " + std::to_string(number);
    e.account.domain = "firm" + std::to_string(number) + ".com";
    e.account.country = "US";
    e.contact.email = "pat@" + e.account.domain;
    e.contact.language = "en";
    e.contact.title = "";
    return e;
  }
  // Whom a person finds ready for sales: by no fast lane.
  domain::Lead Ready(int number) {
    Enquiry e = FromUs(number);
    e.activities = {Did("website", "low", "visit")};
    clock_.Advance(kMinute);
    const auto submitted = Submit(e);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                  engine_->Transition({}, LeadName(submitted->lead), "mql", "ready", std::move(done));
                }).ok());
    return Now(submitted->lead);
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  int GiveOut() {
    int given = 0;
    while (true) {
      const auto step = held_->GiveOut({.actor = "system"}, 100);
      EXPECT_TRUE(step.ok()) << step.status();
      if (!step.ok()) return given;
      given += step->given;
      if (step->all) return given;
    }
  }

  static constexpr char kRep[] = "na-morgan-chen";
  std::unique_ptr<HeldLeads> held_;
};

TEST_F(RepLimitsTest, AnHourAndADayTakeSoManyLeadsAndTheOthersWait) {
  std::vector<domain::Lead> leads;
  for (int i = 0; i < 5; ++i) leads.push_back(Ready(i));
  const auto assignees = [&] {
    std::vector<std::string> out;
    for (const domain::Lead& lead : leads) out.push_back(Now(lead).assignee);
    return out;
  };
  const Time second_given = clock_.Now() - 3 * kMinute;
  EXPECT_THAT(assignees(), ElementsAre(kRep, kRep, "", "", ""));
  EXPECT_EQ(Now(leads[2]).hold_queue, "unassigned");
  EXPECT_EQ(GiveOut(), 0);
  const auto preview = engine_->PreviewRoute({}, LeadName(leads[2]));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->rep, "") << "the preview and the route agree";
  clock_.Set(second_given - kMinute + kHour);
  EXPECT_EQ(GiveOut(), 1) << "the first of the hour counts no longer, and three are a day's";
  EXPECT_THAT(assignees(), ElementsAre(kRep, kRep, kRep, "", ""));
  clock_.Set(second_given + kDay);
  EXPECT_EQ(GiveOut(), 2) << "the first two of the day count no longer";
  EXPECT_THAT(assignees(), ElementsAre(kRep, kRep, kRep, kRep, kRep));
}

TEST_F(RepLimitsTest, WhyNobodyTookItIsTheSameWhenItIsDecidedAgain) {
  for (int i = 0; i < 2; ++i) Ready(i);
  const domain::Lead held = Ready(3);
  std::vector<std::string> told;
  const TimelineRequest request{LeadName(held), "", 1000, true};
  const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
    if (!entry.event.decision || entry.event.decision->kind != domain::DecisionKind::kRoute) return true;
    EXPECT_EQ(entry.replay_note, "");
    EXPECT_EQ(entry.decision->outcome, entry.event.decision->outcome);
    for (const domain::PassedOver& passed : entry.decision->passed_over) {
      if (passed.code == "hour") told.insert(told.end(), passed.reps.begin(), passed.reps.end());
    }
    return true;
  });
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_THAT(told, Not(IsEmpty()));
  EXPECT_THAT(told, Each(kRep));
}

TEST_F(RepLimitsTest, AFastLaneAsksForNoLimit) {
  for (int i = 0; i < 4; ++i) {
    const auto submitted = Submit(FromUs(i));
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.assignee, kRep) << i;
  }
}

TEST_F(RepLimitsTest, WhoPlansToBeAwayIsAwayThenAndNotBefore) {
  const Time now = clock_.Now();
  const auto planned = Plan({{now + 3 * kDay, now + 5 * kDay}, {now + 2 * kDay, now + 3 * kDay}, {1, now - kDay}});
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_TRUE(planned->available);
  EXPECT_THAT(planned->state.absences,
              ElementsAre(Absence{now + 2 * kDay, now + 3 * kDay}, Absence{now + 3 * kDay, now + 5 * kDay}))
      << "by their start, without what is over";
  EXPECT_EQ(Ready(1).assignee, kRep);
  clock_.Set(now + 2 * kDay);
  const domain::Lead held = Ready(2);
  EXPECT_EQ(held.assignee, "");
  EXPECT_EQ(GiveOut(), 0);
  const auto preview = engine_->PreviewRoute({}, LeadName(held));
  ASSERT_TRUE(preview.ok());
  bool told = false;
  for (const domain::Reason& reason : preview->decision.reasons) {
    for (const domain::Evidence& evidence : reason.evidence) {
      told = told || evidence.value.find(FormatTime(now + 5 * kDay)) != std::string::npos;
    }
  }
  EXPECT_TRUE(told) << "back after the absence that follows at once";
  clock_.Set(now + 5 * kDay);
  EXPECT_EQ(GiveOut(), 1);
}

TEST_F(RepLimitsTest, WhoIsBackEarlyEndsTheAbsenceAndKeepsTheNext) {
  const Time now = clock_.Now();
  ASSERT_TRUE(Plan({{now, now + kDay}, {now + 9 * kDay, now + 10 * kDay}}).ok());
  EXPECT_EQ(Ready(1).assignee, "");
  const RepView back = SetAvailable(kRep, true);
  EXPECT_TRUE(back.available);
  EXPECT_THAT(back.state.absences, ElementsAre(Absence{now + 9 * kDay, now + 10 * kDay}));
  EXPECT_EQ(GiveOut(), 1);
  ASSERT_TRUE(Plan({}).ok());
  clock_.Set(now + 9 * kDay);
  EXPECT_EQ(Ready(2).assignee, kRep) << "nothing is planned any more";
}

TEST_F(RepLimitsTest, PlansThatCannotBeAreRefusedAndChangeNothing) {
  const Time now = clock_.Now();
  ASSERT_TRUE(Plan({{now + kDay, now + 2 * kDay}}).ok());
  const int64_t before = *engine_->LastPosition({});
  EXPECT_THAT(Plan({{now + kDay, now + 2 * kDay}, {now + kDay, now + kDay}}).status().message(),
              HasSubstr("absences[1].end_time"));
  EXPECT_THAT(Plan({{now + kDay, now + 800 * kDay}}).status().message(), HasSubstr("two years"));
  EXPECT_THAT(Plan(std::vector<Absence>(51, {now, now + kDay})).status().message(), HasSubstr("51"));
  const auto unknown =
      Wait<RepView>([&](Done<RepView> done) { engine_->PlanAbsences({}, "reps/nobody", {}, std::move(done)); });
  EXPECT_TRUE(absl::IsNotFound(unknown.status())) << unknown.status();
  EXPECT_EQ(*engine_->LastPosition({}), before);
}

}  // namespace
}  // namespace leadline::engine
