// What time alone decides, by the clock task alone, on a real store.
#include "domain/activities/days.h"
#include "tests/engine/poison_fixture.h"
#include "tests/engine/time_decisions_fixture.h"

namespace leadline::engine {
namespace {

using testing::HasSubstr;

TEST_F(TimeDecisionsTest, ALeadThatWentColdLosesThePointsAndMovesByTheClockAlone) {
  const SubmitResult taken = Take(Visitor());
  ASSERT_EQ(taken.lead.status, "inquiry");
  const Time start = clock_.Now();
  EXPECT_NE(taken.lead.next_decision_at, 0);
  GoTo(start + 91 * kDay - kSecond);
  Tick();
  const domain::Lead before = LeadNow(taken.lead);
  EXPECT_EQ(before.status, "inquiry");
  EXPECT_EQ(before.next_decision_at, start + 91 * kDay);
  EXPECT_EQ(Tick(), 0) << "one second before";
  clock_.Advance(kSecond);
  EXPECT_GE(Tick(), 2) << "the lead and the person";
  const domain::Lead after = LeadNow(taken.lead);
  EXPECT_EQ(after.status, "re_market");
  EXPECT_EQ(after.status_since, start + 91 * kDay);
  EXPECT_NEAR(after.score.central, before.score.central - 10, 0.5) << "silent.quarter, and what decayed";
  EXPECT_EQ(after.score, Fresh(after));
  const auto history = History(LeadName(taken.lead));
  ASSERT_TRUE(history.ok());
  const auto moved = std::find_if(history->begin(), history->end(), [](const domain::Event& event) {
    const auto* status = std::get_if<domain::StatusChanged>(&event.payload);
    return status != nullptr && status->to == "re_market";
  });
  ASSERT_NE(moved, history->end());
  EXPECT_EQ(moved->time, start + 91 * kDay);
  EXPECT_EQ(std::get<domain::StatusChanged>(moved->payload).trigger, "rescore");
  ASSERT_TRUE(moved->decision.has_value());
  EXPECT_EQ(Tick(), 0);

  const domain::Contact person = ContactNow(taken.contact.id);
  EXPECT_EQ(person.status, "re_market");
  EXPECT_EQ(person.status_since, start + 91 * kDay);
}

// What time has done before it came in counts as if it had been here.
TEST_F(TimeDecisionsTest, AnImportedPastHasGoneColdByNow) {
  Enquiry old = Visitor();
  old.created_at = clock_.Now() - 100 * kDay;
  old.activities[0].time = old.created_at;
  const SubmitResult taken = Take(std::move(old));
  EXPECT_EQ(taken.lead.status, "re_market");
  EXPECT_EQ(taken.contact.status, "re_market");
  EXPECT_EQ(taken.lead.score, Fresh(taken.lead));
  // Where people have taken it in hand, it is as they left it.
  Enquiry worked = Visitor(1);
  worked.created_at = clock_.Now() - 100 * kDay;
  worked.activities[0].time = worked.created_at;
  worked.history = {{worked.created_at + kHour, "inquiry", "", ""}};
  EXPECT_EQ(Take(std::move(worked)).lead.status, "inquiry");
}

TEST_F(TimeDecisionsTest, WhoDoesSomethingAgainGoesColdLater) {
  const SubmitResult taken = Take(Visitor());
  const Time start = clock_.Now();
  clock_.Advance(40 * kDay);
  Tick();
  domain::Activity visit = Did("website", "low", "visit");
  visit.lead_id = taken.lead.id;
  ASSERT_TRUE(Act(visit).ok());
  GoTo(start + 120 * kDay);
  Tick();
  EXPECT_EQ(LeadNow(taken.lead).status, "inquiry");
  GoTo(start + 131 * kDay);
  Tick();
  EXPECT_EQ(LeadNow(taken.lead).status, "re_market");
}

TEST_F(TimeDecisionsTest, PointsForThisWeekEndAtMidnight) {
  const SubmitResult taken = Take(Visitor());
  const Time ends = domain::StartOfDay(domain::DayOf(clock_.Now()) + 8);
  EXPECT_EQ(taken.lead.next_decision_at, ends);
  const double before = LeadNow(taken.lead).score.dimensions.at("behaviour");
  GoTo(ends - kSecond);
  EXPECT_EQ(Tick(), 0);
  clock_.Advance(kSecond);
  EXPECT_GE(Tick(), 1);
  EXPECT_NEAR(LeadNow(taken.lead).score.dimensions.at("behaviour"), before - 2, 0.2);
  EXPECT_EQ(LeadNow(taken.lead).score, Fresh(taken.lead));
}

TEST_F(TimeDecisionsTest, TheBarIsLeftOnTheDayThatPointsFallBelowIt) {
  const SubmitResult taken = Take([] {
    Enquiry e = HotEnquiry();
    e.attributes["budget"] = std::string("approved");
    e.activities.push_back(Did("website", "high", "demo_request"));
    return e;
  }());
  ASSERT_TRUE(taken.lead.score.qualified);
  Time left = 0;
  for (int day = 1; day < 200 && left == 0; ++day) {
    const Time midnight = domain::StartOfDay(domain::DayOf(clock_.Now()) + 1);
    GoTo(midnight - kSecond);
    Tick();
    ASSERT_TRUE(LeadNow(taken.lead).score.qualified);
    ASSERT_TRUE(Fresh(taken.lead).qualified);
    GoTo(midnight);
    const bool fresh = Fresh(taken.lead).qualified;
    Tick();
    ASSERT_EQ(LeadNow(taken.lead).score.qualified, fresh) << FormatTime(midnight);
    if (!fresh) left = midnight;
  }
  EXPECT_NE(left, 0);
}

TEST_F(TimeDecisionsTest, ARestartForgetsNobody) {
  const SubmitResult taken = Take(Visitor());
  clock_.Advance(30 * kDay);
  Tick();
  RestartServer();
  clock_.Advance(30 * kDay);
  RestartServer();
  EXPECT_GE(Tick() + 1, 1);
  clock_.Advance(31 * kDay);
  RestartServer();
  Tick();
  EXPECT_EQ(LeadNow(taken.lead).status, "re_market");
}

TEST_F(TimeDecisionsTest, WhatIsClosedOrMergedIsLeftAlone) {
  const SubmitResult closed = Take(Visitor(1)), merged = Take(Visitor(2)), into = Take(Visitor(3));
  ASSERT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                engine_->Transition({}, LeadName(closed.lead), "disqualified", "never", std::move(done));
              }).ok());
  ASSERT_TRUE(Wait<MergeResult>([&](Done<MergeResult> done) {
                engine_->Merge({}, LeadName(into.lead), LeadName(merged.lead), "the same", std::move(done));
              }).ok());
  const auto stored = [&](const domain::Lead& lead) {
    domain::Lead out;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             auto got = reader.GetLead(lead.id);
                             if (got.ok()) out = *std::move(got);
                             return got.status();
                           })
                    .ok());
    return out;
  };
  const domain::Lead closed_before = stored(closed.lead), merged_before = stored(merged.lead);
  EXPECT_EQ(closed_before.next_decision_at, 0);
  EXPECT_EQ(merged_before.next_decision_at, 0);
  clock_.Advance(100 * kDay);
  Tick();
  EXPECT_EQ(stored(closed.lead), closed_before);
  EXPECT_EQ(stored(merged.lead), merged_before);
  EXPECT_EQ(stored(into.lead).status, "re_market");
}

// A rule whose form tells no moment is looked at day by day, and the ledger hears nothing of looks that find nothing.
TEST_F(TimeDecisionsTest, ALookThatFindsNothingTellsNothing) {
  EditFolder("scoring.yaml", "    when: lead.days_since_activity > 90\n",
             "    when: lead.days_since_activity % 50 == 49\n");
  Restart(/*adopt=*/true);
  Enquiry e = Visitor();
  e.activities = {Did("list", "low", "listed")};  // gives no points
  const SubmitResult taken = Take(std::move(e));
  const Time start = clock_.Now();
  const int64_t position = *engine_->LastPosition({});
  const domain::Lead before = LeadNow(taken.lead);
  EXPECT_EQ(before.next_decision_at, start + kDay);
  for (int day = 1; day < 5; ++day) {
    clock_.Advance(kDay);
    EXPECT_GE(Tick(), 1);
    EXPECT_EQ(LeadNow(taken.lead).next_decision_at, start + (day + 1) * kDay);
  }
  EXPECT_EQ(*engine_->LastPosition({}), position);
  domain::Lead after = LeadNow(taken.lead);
  after.next_decision_at = before.next_decision_at;
  after.version = before.version;
  EXPECT_EQ(after, before);
  GoTo(start + 49 * kDay);
  Tick();
  EXPECT_EQ(LeadNow(taken.lead).score.total, before.score.total - 10);
}

TEST_F(TimeDecisionsTest, OtherPacksSetTheMomentAnew) {
  const SubmitResult taken = Take(Visitor());
  const Time start = clock_.Now();
  clock_.Advance(20 * kDay);
  Tick();
  EXPECT_EQ(LeadNow(taken.lead).next_decision_at, start + 91 * kDay);
  EditFolder("scoring.yaml", "    when: lead.days_since_activity > 90\n", "    when: lead.days_since_activity > 30\n");
  Restart(/*adopt=*/true);
  while (packs_->RescoreSome({}, 10)->leads > 0) {
  }
  EXPECT_EQ(LeadNow(taken.lead).next_decision_at, start + 31 * kDay);
  EXPECT_EQ(ContactNow(taken.contact.id).next_decision_at, start + 31 * kDay);
  GoTo(start + 31 * kDay);
  const double before = LeadNow(taken.lead).score.central;
  Tick();
  EXPECT_NEAR(LeadNow(taken.lead).score.central, before - 10, 1);
}

// ------------------------------------------------------------------------------------------------ Who is erased

TEST_F(TimeDecisionsTest, WhoIsErasedIsLeftAlone) {
  const SubmitResult erased = Take(Visitor(1)), other = Take(Visitor(2));
  ASSERT_NE(ContactNow(erased.contact.id).next_decision_at, 0);
  const auto gone = Wait<EraseResult>([&](Done<EraseResult> done) {
    engine_->EraseContact({}, ContactName(erased.contact), "asked", std::move(done));
  });
  ASSERT_TRUE(gone.ok()) << gone.status();
  ASSERT_EQ(gone->leads.size(), 1u);
  const auto expect_never = [&] {
    EXPECT_EQ(LeadNow(erased.lead).next_decision_at, 0);
    EXPECT_EQ(ContactNow(erased.contact.id).next_decision_at, 0);
  };
  expect_never();
  const domain::Lead lead = LeadNow(erased.lead);
  const domain::Contact contact = ContactNow(erased.contact.id);
  clock_.Advance(100 * kDay);
  Tick();
  EXPECT_EQ(LeadNow(erased.lead), lead);
  EXPECT_EQ(ContactNow(erased.contact.id), contact);
  EXPECT_EQ(LeadNow(other.lead).status, "re_market");
  // Not after something more came in, either.
  domain::Activity visit = Did("website", "low", "visit");
  visit.lead_id = erased.lead.id;
  ASSERT_TRUE(Act(visit).ok());
  expect_never();
}

// ----------------------------------------------------------------------------------------------- Service levels

// The step of a service level and a decision by time stand in one place of the list; neither hides the other.
TEST_F(TimeDecisionsTest, AClockThatRunsDoesNotHideTheDecision) {
  const SubmitResult taken = Take(HotEnquiry());
  ASSERT_TRUE(taken.lead.sla.has_value());
  const Time ends = domain::StartOfDay(domain::DayOf(clock_.Now()) + 8);
  EXPECT_EQ(taken.lead.next_decision_at, ends);
  GoTo(taken.lead.sla->due);
  EXPECT_GE(Tick(), 1);
  EXPECT_EQ(LeadNow(taken.lead).handed_on, 1) << "it was breached, and somebody else has it";
  EXPECT_EQ(LeadNow(taken.lead).next_decision_at, ends);
  GoTo(ends);
  EXPECT_GE(Tick(), 1);
  EXPECT_GT(LeadNow(taken.lead).next_decision_at, ends);
}

// ------------------------------------------------------------------------------------------------- What fails

TEST_F(PoisonTest, ALeadWhoseDecisionFailsIsSetAsideAndTheOthersAreDecided) {
  const domain::Lead poison = Take(0, "poison"), good = Take(1, "Head of Purchasing");
  // Nothing but the score by time is due.
  for (const domain::Lead& lead : {poison, good}) {
    ASSERT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                  engine_->AcceptLead({}, LeadName(lead), "", std::move(done));
                }).ok());
  }
  clock_.Advance(domain::StartOfDay(domain::DayOf(clock_.Now()) + 8) - clock_.Now());
  Poison(folder_set_);
  ClockStep all;
  for (int i = 0; i < 20; ++i) {
    const auto step = engine_->AdvanceClocks({}, 50);
    ASSERT_TRUE(step.ok()) << step.status();
    all.touched += step->touched;
    all.set_aside.insert(all.set_aside.end(), step->set_aside.begin(), step->set_aside.end());
    all.people_set_aside.insert(all.people_set_aside.end(), step->people_set_aside.begin(),
                                step->people_set_aside.end());
    if (step->touched == 0) break;
  }
  EXPECT_GE(all.touched, 2);
  ASSERT_EQ(all.set_aside.size(), 1u);
  EXPECT_EQ(all.set_aside[0].lead, poison.id);
  EXPECT_THAT(all.set_aside[0].error, HasSubstr("cannot read this"));
  ASSERT_EQ(all.people_set_aside.size(), 1u);
  EXPECT_EQ(all.people_set_aside[0].lead, poison.contacts.front().contact_id);
  EXPECT_LT(engine_->GetLead({}, LeadName(good))->score.total, good.score.total);
  Mend();
  clock_.Advance(domain::RetryDelay(1));
  EXPECT_GE(engine_->AdvanceClocks({}, 50)->touched, 2);
}

}  // namespace
}  // namespace leadline::engine
