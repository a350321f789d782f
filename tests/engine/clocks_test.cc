// Service-level clocks of leads: of each assignment, on an activity, and after a correction.
#include <gmock/gmock.h>

#include <algorithm>

#include "domain/sla.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::SlaClock;
using domain::SlaState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ClocksTest : public EngineTest {
 protected:
  domain::Lead Mql(const std::string& country = "ES") {
    Enquiry enquiry = HotEnquiry();
    enquiry.account.country = country;
    auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.status, "mql");
    return submitted->lead;
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  domain::Lead Asks(const domain::Lead& lead, std::string response = "contact_me", Time time = 0) {
    domain::Activity activity = Did("website", "high", std::move(response), time);
    activity.lead_id = lead.id;
    auto acted = Act(std::move(activity));
    EXPECT_TRUE(acted.ok()) << acted.status();
    return Now(lead);
  }
  domain::Lead Disposed(const domain::Lead& lead, std::string disposition) {
    auto disposed = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RecordDisposition({}, LeadName(lead), std::move(disposition), "", std::move(done));
    });
    EXPECT_TRUE(disposed.ok()) << disposed.status();
    return Now(lead);
  }
  domain::Lead Accepted(const domain::Lead& lead) {
    auto accepted = Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->AcceptLead({}, LeadName(lead), "", std::move(done)); });
    EXPECT_TRUE(accepted.ok()) << accepted.status();
    return Now(lead);
  }
  domain::Lead Reassigned(const domain::Lead& lead, const std::string& rep) {
    auto given = Wait<domain::Lead>([&](Done<domain::Lead> done) {
      engine_->ReassignLead({}, LeadName(lead), "reps/" + rep, "knows them", std::move(done));
    });
    EXPECT_TRUE(given.ok()) << given.status();
    return Now(lead);
  }
  UpdateResult Corrected(const domain::Lead& lead, std::vector<std::string> paths, const std::string& country,
                         const std::string& region = "") {
    UpdateRequest request;
    request.lead.id = lead.id;
    request.lead.country = country;
    request.lead.region = region;
    request.paths = std::move(paths);
    auto updated =
        Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); });
    EXPECT_TRUE(updated.ok()) << updated.status();
    return updated.ok() ? *updated : UpdateResult();
  }
  // Until the moment, as the clock task does.
  domain::Lead At(Time moment, const domain::Lead& lead) {
    clock_.Set(moment);
    EXPECT_TRUE(engine_->AdvanceClocks({}, 100).ok());
    return Now(lead);
  }
  // Every clock that the lead had, by start.
  std::vector<SlaClock> Clocks(const domain::Lead& lead) {
    std::vector<SlaClock> clocks;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             clocks = *reader.ClocksOfLead(lead.id);
                             return absl::OkStatus();
                           })
                    .ok());
    return clocks;
  }
  std::vector<std::pair<std::string, SlaState>> States(const domain::Lead& lead) {
    std::vector<std::pair<std::string, SlaState>> out;
    for (const SlaClock& clock : Clocks(lead)) out.emplace_back(clock.sla_id, clock.state);
    return out;
  }
  domain::SlaCompliance Compliance(const std::string& level) {
    const auto levels = engine_->GetSlaCompliance({}, {}, {});
    EXPECT_TRUE(levels.ok()) << levels.status();
    for (const domain::SlaCompliance& found : *levels) {
      if (found.sla_id == level) return found;
    }
    return {};
  }
  // What the level says of a start in the region.
  Time DueOf(const std::string& region, const std::string& level_id, Time start) {
    const domain::SlaPolicy& policy = holder_->Get()->rules->ForRegion(region).sla;
    const domain::SlaDef& level = *policy.Find(level_id);
    return domain::StartClock(level, *policy.FindCalendar(level.calendar), start).due;
  }
};

using Entry = std::pair<std::string, SlaState>;

TEST_F(ClocksTest, WhoGetsItAfterABreachHasAClock) {
  const domain::Lead first = Mql();
  const domain::Lead second = At(first.sla->due, first);
  ASSERT_NE(second.assignee, first.assignee);
  ASSERT_TRUE(second.sla.has_value());
  EXPECT_EQ(second.sla->state, SlaState::kRunning);
  EXPECT_EQ(second.sla->start, clock_.Now());
  EXPECT_EQ(second.sla->due, DueOf("emea", "contact_me", clock_.Now()));
  EXPECT_THAT(States(first),
              ElementsAre(Entry("contact_me", SlaState::kBreached), Entry("contact_me", SlaState::kRunning)));
  EXPECT_EQ(Clocks(first)[0].stopped, clock_.Now());
  EXPECT_EQ(Compliance("contact_me").breached, 1);
  EXPECT_EQ(Compliance("contact_me").running, 1);
  clock_.Advance(5 * kMinute);
  Accepted(first);
  EXPECT_EQ(Compliance("contact_me").started, 2);
  EXPECT_EQ(Compliance("contact_me").breached, 1);
  EXPECT_EQ(Compliance("contact_me").met, 1);
}

TEST_F(ClocksTest, ItIsHandedOnAsItsLadderSaysAndThenOverdue) {
  domain::Lead lead = Mql();
  const domain::Lead first = lead;
  for (int breaches = 1; breaches <= 6; ++breaches) lead = At(lead.sla->due + 1, lead);
  EXPECT_EQ(lead.sla->state, SlaState::kBreached);
  EXPECT_TRUE(lead.sla->open());
  const std::vector<SlaClock> clocks = Clocks(first);
  EXPECT_LE(clocks.size(), 4U);
  EXPECT_GT(clocks.size(), 1U);
  EXPECT_EQ(Compliance("contact_me").breached, static_cast<int64_t>(clocks.size()));
  EXPECT_EQ(engine_->ListOverdue({}, true, "", 10)->items.size(), 1U);
}

TEST_F(ClocksTest, GivenByHandABreachedLeadHasANewClockAndARunningOneKeepsItsOwn) {
  const domain::Lead lead = Mql();
  clock_.Advance(5 * kMinute);
  const domain::Lead moved = Reassigned(lead, "emea-lucia-romero");
  EXPECT_EQ(moved.sla, lead.sla) << "the person has waited since then";
  // Past its last hand-over it stays breached with whoever has it.
  domain::Lead late = moved;
  for (int i = 0; i < 6; ++i) late = At(late.sla->due, late);
  ASSERT_EQ(late.sla->state, SlaState::kBreached);
  clock_.Advance(kMinute);
  const std::string other = late.assignee == "emea-anna-weber" ? "emea-lucia-romero" : "emea-anna-weber";
  const domain::Lead given = Reassigned(lead, other);
  EXPECT_EQ(given.sla->start, clock_.Now());
  EXPECT_EQ(given.sla->state, SlaState::kRunning);
  const std::vector<SlaClock> clocks = Clocks(lead);
  EXPECT_EQ(
      std::count_if(clocks.begin(), clocks.end(), [](const SlaClock& c) { return c.state == SlaState::kBreached; }),
      static_cast<int64_t>(clocks.size()) - 1);
}

TEST_F(ClocksTest, AnsweredTooLateItStaysABreach) {
  const domain::Lead lead = Accepted(Mql());
  ASSERT_EQ(lead.sla->sla_id, "sal");
  EXPECT_EQ(At(lead.sla->due, lead).sla->state, SlaState::kBreached);
  auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->Transition({}, LeadName(lead), "disqualified", "no budget", std::move(done));
  });
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(Compliance("sal").breached, 1);
  EXPECT_EQ(Compliance("sal").cancelled, 0);
}

TEST_F(ClocksTest, AskingAgainStartsAClockFromThatMoment) {
  const domain::Lead lead = Mql();
  EXPECT_EQ(Disposed(lead, "connected").sla->state, SlaState::kMet);
  clock_.Advance(3 * kDay);
  const domain::Lead again = Asks(lead);
  ASSERT_EQ(again.sla->state, SlaState::kRunning);
  EXPECT_EQ(again.sla->sla_id, "contact_me");
  EXPECT_EQ(again.sla->start, clock_.Now());
  EXPECT_EQ(again.sla->due, DueOf("emea", "contact_me", clock_.Now()));
  clock_.Advance(5 * kMinute);
  EXPECT_EQ(Asks(lead).sla, again.sla) << "asked once more before it is due, the promise stands";
  EXPECT_EQ(Disposed(lead, "connected").sla->state, SlaState::kMet);
  EXPECT_THAT(States(lead), ElementsAre(Entry("contact_me", SlaState::kMet), Entry("contact_me", SlaState::kMet)));
}

// A sender's clock that is hours ahead: the promise counts from the moment at which it has happened, whoever looks
// first.
TEST_F(ClocksTest, ARequestThatIsToComeStartsItsClockWhenItHasCome) {
  for (const bool by_clock_task : {true, false}) {
    const domain::Lead lead = Accepted(Mql());
    const Time time = clock_.Now() + 3 * kHour;
    const domain::Lead told = Asks(lead, "contact_me", time);
    EXPECT_EQ(told.sla, lead.sla) << "nothing has happened yet";
    EXPECT_THAT(told.other_clocks, IsEmpty());
    if (by_clock_task) {
      At(time, lead);
    } else {
      clock_.Set(time + kMinute);
      domain::Activity sent = Did("email", "low", "sent");
      sent.lead_id = lead.id;
      ASSERT_TRUE(Act(sent).ok());
    }
    const domain::Lead asked = Now(lead);
    ASSERT_EQ(asked.sla->sla_id, "asked_again");
    EXPECT_EQ(asked.sla->start, clock_.Now());
    EXPECT_EQ(asked.sla->due, DueOf("emea", "asked_again", clock_.Now()));
    At(clock_.Now() + kHour, lead);
    EXPECT_EQ(Now(lead).sla->start, asked.sla->start) << "once";
  }
}

TEST_F(ClocksTest, WhatIsNoNewRequestStartsNone) {
  const domain::Lead lead = Mql();
  Disposed(lead, "connected");
  const size_t before = Clocks(lead).size();
  clock_.Advance(kDay);
  domain::Activity sent = Did("email", "low", "sent");
  sent.lead_id = lead.id;
  ASSERT_TRUE(Act(sent).ok());
  Asks(lead, "visit");
  Asks(lead, "contact_me", clock_.Now() - 2 * kHour);  // before the visit: known late
  Asks(lead, "contact_me", clock_.Now() - 2 * kDay);
  EXPECT_EQ(Clocks(lead).size(), before);
  Asks(lead, "demo_request");
  EXPECT_EQ(Clocks(lead).size(), before + 1);
}

TEST_F(ClocksTest, InWorkTheClocksOfStatusAndRequestRunSideBySide) {
  const domain::Lead lead = Accepted(Mql());
  ASSERT_EQ(lead.sla->sla_id, "sal");
  clock_.Advance(kDay);
  const domain::Lead asked = Asks(lead);
  EXPECT_EQ(asked.status, "sal");
  EXPECT_EQ(asked.assignee, lead.assignee);
  ASSERT_EQ(asked.sla->sla_id, "asked_again") << "it is due first";
  EXPECT_EQ(asked.sla->start, clock_.Now());
  EXPECT_THAT(asked.other_clocks, ElementsAre(*lead.sla));
  // Both take their steps.
  domain::Lead late = At(asked.sla->due, lead);
  EXPECT_EQ(late.sla->state, SlaState::kBreached);
  EXPECT_EQ(late.assignee, lead.assignee);
  late = At(lead.sla->warn, lead);
  EXPECT_EQ(late.other_clocks.at(0).state, SlaState::kWarned);
  const domain::Lead answered = Disposed(lead, "connected");
  EXPECT_EQ(answered.sla->sla_id, "sal");
  EXPECT_EQ(answered.sla->state, SlaState::kWarned);
  EXPECT_THAT(answered.other_clocks, IsEmpty());
  EXPECT_THAT(States(lead),
              testing::UnorderedElementsAre(Entry("contact_me", SlaState::kMet), Entry("sal", SlaState::kWarned),
                                            Entry("asked_again", SlaState::kMetLate)));
  EXPECT_EQ(engine_->ListOverdue({}, false, "", 10)->items.size(), 1U);
}

TEST_F(ClocksTest, ItsDecisionIsExplainedAndReplays) {
  const domain::Lead lead = Mql();
  At(lead.sla->due, lead);
  Accepted(lead);
  clock_.Advance(kDay);
  Asks(lead);
  auto full = engine_->GetTimeline({}, LeadName(lead), "", 1000);
  ASSERT_TRUE(full.ok());
  std::vector<std::string> triggers;
  for (const domain::Event& event : full->items) {
    if (event.decision && event.decision->kind == domain::DecisionKind::kSla)
      triggers.push_back(event.decision->trigger);
  }
  EXPECT_THAT(triggers, ElementsAre("", "step", "next", "", "activity"));
}

TEST_F(ClocksTest, ImportedHistoryStartsNone) {
  ImportRow row;
  row.row = 1;
  row.enquiry = HotEnquiry();
  const Time then = *ParseTime("2019-03-04T10:00:00Z");
  row.enquiry.created_at = then;
  row.enquiry.activities = {Did("website", "high", "contact_me", then),
                            Did("website", "high", "contact_me", then + kDay),
                            Did("website", "high", "contact_me", then + 30 * kDay)};
  row.enquiry.history = {{then + 2 * kDay, "sal", "emea-lucia-romero", "taken up"}};
  ASSERT_TRUE(Import("old", {row}).ok());
  const domain::Lead lead = NewestLeads(10).front();
  for (const SlaClock& clock : Clocks(lead)) EXPECT_NE(clock.sla_id, "asked_again");
  EXPECT_LE(Clocks(lead).size(), 2U) << "of the two statuses, as they were entered";
}

TEST_F(ClocksTest, ACorrectedCountryMovesRegionCalendarAndRep) {
  const domain::Lead lead = Mql("DE");
  ASSERT_EQ(lead.region, "emea");
  clock_.Advance(5 * kMinute);
  const UpdateResult result = Corrected(lead, {"country"}, "IN");
  EXPECT_EQ(result.lead.region, "apac");
  EXPECT_TRUE(result.lead.assignee.starts_with("ap-")) << result.lead.assignee;
  EXPECT_EQ(result.lead.sla->start, lead.sla->start);
  EXPECT_EQ(result.lead.sla->due, DueOf("apac", "contact_me", lead.sla->start));
  EXPECT_NE(result.lead.sla->due, lead.sla->due);
  bool clock_told = false, rep_told = false;
  for (const domain::Decision& decision : result.decisions) {
    clock_told =
        clock_told || (decision.kind == domain::DecisionKind::kSla && decision.trigger == "region" &&
                       decision.reasons.at(0).message.find("counted again in region apac") != std::string::npos);
    rep_told = rep_told || decision.kind == domain::DecisionKind::kRoute;
  }
  EXPECT_TRUE(clock_told);
  EXPECT_TRUE(rep_told);
  EXPECT_EQ(Clocks(lead).size(), 1U);
}

TEST_F(ClocksTest, WhatAPersonDecidedStays) {
  const domain::Lead lead = Mql("DE");
  // "Leave it": the request says the region.
  const domain::Lead left = Corrected(lead, {"country", "region"}, "IN", "emea").lead;
  EXPECT_EQ(left.region, "emea");
  EXPECT_EQ(left.sla, lead.sla);
  // It is in another region than its country's from then on, by hand.
  EXPECT_EQ(Corrected(lead, {"country"}, "US").lead.region, "emea");

  const domain::Lead given = Reassigned(Mql("DE"), "emea-anna-weber");
  const domain::Lead moved = Corrected(given, {"country"}, "IN").lead;
  EXPECT_EQ(moved.region, "apac");
  EXPECT_EQ(moved.assignee, "emea-anna-weber");
  const domain::Lead accepted = Accepted(Mql("DE"));
  EXPECT_EQ(Corrected(accepted, {"country"}, "IN").lead.assignee, accepted.assignee);
  EXPECT_EQ(Now(accepted).sla->due, DueOf("apac", "sal", accepted.sla->start));
}

TEST_F(ClocksTest, WhoeverCouldTakeItToKeepsIt) {
  const domain::Lead lead = Mql("DE");
  const domain::Lead austrian = Corrected(lead, {"country"}, "AT").lead;
  EXPECT_EQ(austrian.region, "emea");
  EXPECT_EQ(austrian.assignee, lead.assignee);
  EXPECT_EQ(austrian.sla, lead.sla);
}

TEST_F(ClocksTest, ABreachIsNotCorrectedAway) {
  domain::Lead lead = Mql("DE");
  for (int i = 0; i < 5; ++i) lead = At(lead.sla->due, lead);
  ASSERT_EQ(lead.sla->state, SlaState::kBreached);
  const int64_t breached = Compliance("contact_me").breached;
  Corrected(lead, {"country"}, "IN");
  EXPECT_EQ(Compliance("contact_me").breached, breached);
  EXPECT_EQ(Now(lead).sla->state, SlaState::kRunning) << "who has it now has a clock";
}

}  // namespace
}  // namespace leadline::engine
