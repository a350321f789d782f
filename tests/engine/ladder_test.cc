// What nobody takes up climbs its level's ladder; clocks count where their rep works, and stand while the packs say so.
#include <gmock/gmock.h>

#include <algorithm>

#include "base/status_macros.h"
#include "domain/history/stored_decision.h"
#include "domain/sla.h"
#include "engine/replay/timeline.h"
#include "engine/routing/held_leads.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::SlaClock;
using domain::SlaState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LadderTest : public EngineTest {
 protected:
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  domain::Lead Mql(const std::string& country, const std::string& language) {
    Enquiry enquiry = HotEnquiry();
    enquiry.account.country = country;
    enquiry.contact.language = language;
    const auto taken = Submit(std::move(enquiry));
    EXPECT_TRUE(taken.ok()) << taken.status();
    EXPECT_EQ(taken->lead.status, "mql");
    return taken->lead;
  }
  domain::Lead At(Time moment, const domain::Lead& lead) {
    clock_.Set(moment);
    const auto step = engine_->AdvanceClocks({}, 100);
    EXPECT_TRUE(step.ok()) << step.status();
    return Now(lead);
  }
  domain::Lead Accepted(const domain::Lead& lead) {
    const auto accepted = Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->AcceptLead({}, LeadName(lead), "", std::move(done)); });
    EXPECT_TRUE(accepted.ok()) << accepted.status();
    return Now(lead);
  }
  domain::Lead Given(const domain::Lead& lead, const std::string& rep) {
    const auto given = Wait<domain::Lead>([&](Done<domain::Lead> done) {
      engine_->ReassignLead({}, LeadName(lead), "reps/" + rep, "knows them", std::move(done));
    });
    EXPECT_TRUE(given.ok()) << given.status();
    return Now(lead);
  }
  domain::Lead Disposed(const domain::Lead& lead, std::string disposition) {
    const auto disposed = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RecordDisposition({}, LeadName(lead), std::move(disposition), "", std::move(done));
    });
    EXPECT_TRUE(disposed.ok()) << disposed.status();
    return Now(lead);
  }
  void SetAvailable(const std::string& rep, bool available) {
    const auto set = Wait<RepView>(
        [&](Done<RepView> done) { engine_->SetAvailability({}, "reps/" + rep, available, 0, std::move(done)); });
    ASSERT_TRUE(set.ok()) << set.status();
  }
  // The server is started anew.
  void Restart() {
    engine_.reset();
    store_.reset();
    OpenStore();
  }
  std::vector<SlaClock> Clocks(const domain::Lead& lead) {
    std::vector<SlaClock> clocks;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(clocks, reader.ClocksOfLead(lead.id));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return clocks;
  }
  // Decisions on its clocks, "step contact_me: reassign"; each comes out again as it was.
  std::vector<std::string> Decided(const domain::Lead& lead) {
    std::vector<std::string> out;
    TimelineRequest request{LeadName(lead), "", 1000, true};
    const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
      if (!entry.event.decision || entry.event.decision->kind != domain::DecisionKind::kSla) return true;
      out.push_back(entry.event.decision->trigger + " " + entry.event.decision->outcome);
      EXPECT_EQ(entry.replay_note, "") << out.back();
      EXPECT_EQ(entry.decision->outcome, entry.event.decision->outcome);
      reasons_.push_back(entry.decision->reasons.at(0).message);
      return true;
    });
    EXPECT_TRUE(next.ok()) << next.status();
    return out;
  }
  std::vector<domain::Assigned> Assignments(const domain::Lead& lead) {
    std::vector<domain::Assigned> out;
    const auto history = History(LeadName(lead));
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      if (const auto* assigned = std::get_if<domain::Assigned>(&event.payload)) out.push_back(*assigned);
    }
    return out;
  }
  void Use(const std::string& pack, const std::string& file, const std::string& from, const std::string& to) {
    packs::PackSet set = ShippedPacks();
    packs::PackFiles files = *set.Find(pack);
    std::string& text = files.files[file];
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    set.Put(std::move(files));
    const SnapshotResult built = BuildSnapshot(set, TrustedPlugins(kPluginDir, folder_ / "plugins"), 2, 0);
    ASSERT_TRUE(built.status.ok()) << built.status << FormatDiagnostics(built.diagnostics);
    holder_->Set(built.snapshot);
  }

  std::vector<std::string> reasons_;  // of the last Decided
};

// Given to somebody who neither accepts nor rejects: another one, the lead of the team, and back to a queue.
TEST_F(LadderTest, WhatIsIgnoredClimbsToTheTopAndNothingComesTwice) {
  const domain::Lead first = Mql("ES", "es");
  ASSERT_EQ(first.assignee, "emea-tom-hughes");
  const domain::Lead second = At(first.sla->due, first);
  EXPECT_NE(second.assignee, first.assignee);
  EXPECT_EQ(second.sla->steps, 1);
  EXPECT_EQ(second.sla->start, clock_.Now());
  Restart();
  EXPECT_EQ(At(clock_.Now() + kMinute, first).sla, second.sla) << "once";
  const domain::Lead third = At(second.sla->due, first);
  EXPECT_EQ(third.assignee, "emea-anna-weber") << "who leads the team";
  EXPECT_EQ(third.sla->state, SlaState::kRunning);
  EXPECT_EQ(third.sla->steps, 2);
  Restart();
  const domain::Lead ignored = At(third.sla->due, first);
  EXPECT_EQ(ignored.assignee, "emea-anna-weber") << "there is nobody above";
  EXPECT_EQ(ignored.sla->state, SlaState::kBreached);
  const domain::BusinessCalendar& berlin = *BuildOnce()->rules->ForRegion("emea").sla.FindCalendar("berlin");
  EXPECT_EQ(ignored.sla->step_at, domain::AddBusinessTime(berlin, ignored.sla->due, 9 * kHour));
  Restart();
  EXPECT_EQ(At(ignored.sla->step_at - 1, first).sla, ignored.sla);
  const domain::Lead back = At(ignored.sla->step_at, first);
  EXPECT_EQ(back.assignee, "");
  EXPECT_EQ(back.hold_queue, "unassigned");
  EXPECT_EQ(back.held_by, "sla/contact_me");
  EXPECT_EQ(back.status, "mql");
  EXPECT_EQ(back.sla->sla_id, "unassigned") << "the queue's owner has a time, too";
  EXPECT_THAT(back.other_clocks, IsEmpty());
  HeldLeads held(engine_->options());
  clock_.Advance(kHour);
  ASSERT_TRUE(held.GiveOut({.actor = "system"}, 100).ok());
  EXPECT_EQ(Now(first).hold_queue, "unassigned") << "a person is to ask what is wrong first";
  EXPECT_THAT(Decided(first),
              ElementsAre(" contact_me", "step contact_me: reassign", "next contact_me", "step contact_me: escalate",
                          "next contact_me", "step contact_me: hold in unassigned after 9h", " unassigned"));
  EXPECT_THAT(reasons_.at(3), HasSubstr("step 2 of 3, no of working time past its breach"));
  EXPECT_THAT(Assignments(first).at(2).reason, HasSubstr("missed contact_me; emea-anna-weber leads the team"));
  int breached = 0;
  for (const SlaClock& clock : Clocks(first)) breached += clock.state == SlaState::kBreached ? 1 : 0;
  EXPECT_EQ(breached, 3) << "each of the three missed it, for good";
  // Given to somebody again it is theirs to answer in time, and climbs from the bottom.
  const domain::Lead again = Given(first, "emea-lucia-romero");
  EXPECT_EQ(again.sla->sla_id, "contact_me");
  EXPECT_EQ(again.sla->start, clock_.Now());
  EXPECT_EQ(again.sla->steps, 0);
}

TEST_F(LadderTest, WhoeverTakesItUpEndsTheClimb) {
  const domain::Lead lead = Mql("ES", "es");
  const domain::Lead second = At(lead.sla->due, lead);
  clock_.Advance(kMinute);
  const domain::Lead accepted = Accepted(second);
  EXPECT_EQ(accepted.sla->sla_id, "sal");
  EXPECT_EQ(accepted.sla->steps, 0);
  EXPECT_EQ(At(second.sla->due + 2 * kDay, lead).assignee, second.assignee);
  EXPECT_EQ(Assignments(lead).size(), 2U);
}

TEST_F(LadderTest, WhoLeadsTheTeamButIsAwayIsPassedOver) {
  const domain::Lead lead = Mql("ES", "es");
  const domain::Lead second = At(lead.sla->due, lead);
  SetAvailable("emea-anna-weber", false);
  const domain::Lead late = At(second.sla->due, lead);
  EXPECT_EQ(late.assignee, second.assignee);
  EXPECT_EQ(late.sla->steps, 2);
  EXPECT_EQ(late.sla->start, second.sla->start);
  EXPECT_EQ(At(late.sla->step_at, lead).hold_queue, "unassigned");
}

// The clock task was down for a week: each step is taken, late, and whoever has it then has all of the time.
TEST_F(LadderTest, StepsThatNobodyTookInTimeAreTakenLate) {
  const domain::Lead lead = Mql("ES", "es");
  const domain::Lead second = At(lead.sla->due + 7 * kDay, lead);
  EXPECT_EQ(second.sla->steps, 1);
  EXPECT_EQ(second.sla->start, clock_.Now());
  EXPECT_EQ(Assignments(lead).size(), 2U);
}

TEST_F(LadderTest, ALadderThatThePacksHaveNoMoreEnds) {
  const domain::Lead lead = Mql("ES", "es");
  const domain::Lead second = At(lead.sla->due, lead), third = At(second.sla->due, lead);
  const domain::Lead late = At(third.sla->due, lead);
  ASSERT_NE(late.sla->step_at, 0);
  Use("central", "sla.yaml",
      "    on_breach:\n      - {do: reassign}\n      - {do: escalate}\n      - {do: hold, queue: unassigned, after: "
      "9h}\n",
      "");
  const domain::Lead after = At(late.sla->step_at, lead);
  EXPECT_EQ(after.assignee, late.assignee);
  EXPECT_EQ(after.sla->step_at, 0);
}

TEST_F(LadderTest, AClockCountsWhereItsRepWorks) {
  // 2026-03-02 is a Monday; 15:00 UTC is noon in São Paulo and 09:00 in Mexico City.
  clock_.Set(*ParseTime("2026-03-02T12:00:00Z"));
  const domain::Lead mexican = Mql("MX", "es");
  ASSERT_EQ(mexican.assignee, "latam-sofia-hernandez");
  EXPECT_EQ(mexican.sla->calendar, "mexico_city");
  EXPECT_EQ(FormatTime(mexican.sla->due), "2026-03-02T16:00:00Z");
  Decided(mexican);
  EXPECT_THAT(reasons_, ElementsAre(HasSubstr("(mexico_city, the calendar of reps/latam-sofia-hernandez)")));
  // Half an hour after she began: the other half passes in São Paulo, where it is afternoon.
  clock_.Set(*ParseTime("2026-03-02T15:30:00Z"));
  const domain::Lead given = Given(mexican, "latam-ana-silva");
  EXPECT_EQ(given.sla->start, mexican.sla->start);
  EXPECT_EQ(given.sla->calendar, "sao_paulo");
  EXPECT_EQ(given.sla->counted, 30 * kMinute);
  EXPECT_EQ(FormatTime(given.sla->due), "2026-03-02T16:00:00Z");
  EXPECT_THAT(Decided(mexican), ElementsAre(" contact_me", "assignee contact_me"));
  EXPECT_THAT(reasons_.back(), HasSubstr("(sao_paulo, the calendar of the team latam_sales)"));
  EXPECT_THAT(reasons_.back(), HasSubstr("30m of it had passed"));
  const domain::Lead late = At(given.sla->due, mexican);
  EXPECT_NE(late.assignee, "latam-ana-silva");
  EXPECT_EQ(Clocks(mexican)[0].state, SlaState::kBreached);
}

// A holiday of one country is nobody else's.
TEST_F(LadderTest, ADayOffInOneCountryIsAWorkingDayInTheOther) {
  clock_.Set(*ParseTime("2026-04-21T14:00:00Z"));  // Tiradentes, a Tuesday: 11:00 in São Paulo, 08:00 in Mexico City
  EXPECT_EQ(FormatTime(Mql("MX", "es").sla->due), "2026-04-21T16:00:00Z");
  Enquiry brazilian = HotEnquiry();
  brazilian.account = {};
  brazilian.account.name = "Loja";
  brazilian.account.country = "BR";
  brazilian.contact = {};
  brazilian.contact.email = "bia@loja.com.br";
  brazilian.contact.language = "pt";
  const auto taken = Submit(brazilian);
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->lead.sla->calendar, "sao_paulo");
  EXPECT_EQ(FormatTime(taken->lead.sla->due), "2026-04-22T13:00:00Z");
}

// What was done long ago and told today is to be answered from today on.
TEST_F(LadderTest, ABackdatedRequestHasAllOfItsTime) {
  Enquiry enquiry = HotEnquiry();
  enquiry.activities = {Did("website", "high", "contact_me", clock_.Now() - 5 * kDay)};
  const auto taken = Submit(enquiry);
  ASSERT_TRUE(taken.ok()) << taken.status();
  ASSERT_EQ(taken->lead.status, "mql");
  EXPECT_EQ(taken->lead.sla->start, clock_.Now());
  EXPECT_EQ(taken->lead.sla->state, SlaState::kRunning);
}

// What another system knows of is overdue if nobody answered it, and is taken from nobody.
TEST_F(LadderTest, ImportedHistoryClimbsNothing) {
  ImportRow row;
  row.row = 1;
  row.enquiry = HotEnquiry();
  const Time then = clock_.Now() - 30 * kDay;
  row.enquiry.created_at = then;
  row.enquiry.activities = {Did("website", "high", "contact_me", then)};
  row.enquiry.history = {{then + kMinute, "mql", "emea-lucia-romero", "given there"}};
  ASSERT_TRUE(Import("old", {row}).ok());
  const domain::Lead lead = NewestLeads().front();
  ASSERT_EQ(lead.status, "mql");
  const size_t assigned = Assignments(lead).size();
  for (int i = 0; i < 5; ++i) At(clock_.Now() + kDay, lead);
  EXPECT_EQ(Now(lead).assignee, lead.assignee);
  EXPECT_EQ(Assignments(lead).size(), assigned);
  for (const SlaClock& clock : Clocks(lead)) EXPECT_EQ(clock.step_at, 0);
}

class PauseTest : public LadderTest {
 protected:
  void UsePause(const std::string& condition) {
    Use("central", "sla.yaml", "    due_after: 45h\n", "    due_after: 45h\n    pause_when: " + condition + "\n");
  }
};

TEST_F(PauseTest, AClockStandsWhileItsConditionHoldsAndNotLongerThanItsLatest) {
  UsePause("lead.disposition == 'no_answer'");
  const domain::Lead lead = Accepted(Mql("ES", "es"));
  ASSERT_EQ(lead.sla->sla_id, "sal");
  clock_.Advance(2 * kHour);
  const domain::Lead stands = Disposed(lead, "no_answer");
  EXPECT_EQ(stands.sla->paused, clock_.Now());
  EXPECT_EQ(stands.sla->counted, 2 * kHour);
  EXPECT_EQ(stands.sla->due, lead.sla->start + 18 * kDay);
  Restart();
  EXPECT_EQ(At(lead.sla->due, lead).sla, stands.sla) << "neither warned of nor breached";
  EXPECT_THAT(engine_->ListOverdue({}, false, "", 10)->items, IsEmpty());
  clock_.Set(*ParseTime("2026-03-16T09:00:00Z"));
  const domain::Lead goes = Disposed(lead, "connected");
  EXPECT_EQ(goes.sla->paused, 0);
  const domain::BusinessCalendar& berlin = *BuildOnce()->rules->ForRegion("emea").sla.FindCalendar("berlin");
  EXPECT_EQ(goes.sla->due, std::min(domain::AddBusinessTime(berlin, clock_.Now(), 43 * kHour), stands.sla->due));
  EXPECT_THAT(Decided(lead), ElementsAre(" contact_me", " sal", "paused sal", "resumed sal"));
  EXPECT_THAT(reasons_.at(2), HasSubstr("stands, after 2h of working time, while its pause_when holds"));
  Disposed(lead, "no_answer");
  const domain::Lead breached = At(stands.sla->due, lead);
  EXPECT_EQ(breached.sla->state, SlaState::kBreached) << "at the latest";
  EXPECT_EQ(Disposed(lead, "connected").sla->state, SlaState::kBreached);
}

// Time alone lets it go on.
TEST_F(PauseTest, AConditionThatGoesByTheTimeIsFollowed) {
  UsePause("lead.days_in_status < 2");
  const domain::Lead lead = Accepted(Mql("ES", "es"));
  EXPECT_EQ(lead.sla->paused, clock_.Now());
  const Time start = clock_.Now();
  At(start + 2 * kDay - kMinute, lead);
  EXPECT_EQ(Now(lead).sla->paused, start);
  EXPECT_EQ(At(start + 2 * kDay, lead).sla->paused, 0);
  EXPECT_EQ(Now(lead).sla->since, start + 2 * kDay);
  EXPECT_EQ(Now(lead).sla->counted, 0);
}

}  // namespace
}  // namespace leadline::engine
