// Clocks where something else happens to the lead: it is merged, erased, held, tried, asked of by others; and that each
// start of one comes out again as it was.
#include <gmock/gmock.h>

#include <set>

#include "domain/history/stored_decision.h"
#include "domain/sla.h"
#include "engine/decide/deciding.h"
#include "engine/replay/timeline.h"
#include "engine/routing/held_leads.h"
#include "tests/engine/erasure_fixture.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using domain::SlaClock;
using domain::SlaState;
using ::testing::ElementsAre;

// What is done to leads with clocks, of either fixture.
template <typename Fixture>
class ClockCases : public Fixture {
 protected:
  domain::Lead Now(const domain::Lead& lead) { return *this->engine_->GetLead({}, this->LeadName(lead)); }
  // Of the person with this number, at a company of their own; it goes to somebody at once.
  domain::Lead Mql(int number, const std::string& country = "ES") {
    Enquiry e = this->HotEnquiry();
    e.contact.email = fmt::format("p{}@firm{}.es", number, number);
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.account = {};
    e.account.name = fmt::format("Firm {}", number);
    e.account.country = country;
    const auto taken = this->Submit(std::move(e));
    EXPECT_TRUE(taken.ok()) << taken.status();
    EXPECT_EQ(taken->lead.status, "mql");
    return taken->lead;
  }
  domain::Lead InWork(int number) {
    const domain::Lead lead = Mql(number);
    const auto accepted = Wait<RecordResult>(
        [&](Done<RecordResult> done) { this->engine_->AcceptLead({}, this->LeadName(lead), "", std::move(done)); });
    EXPECT_TRUE(accepted.ok()) << accepted.status();
    return Now(lead);
  }
  domain::Lead Asks(const domain::Lead& lead, const std::string& contact = "") {
    domain::Activity activity = this->Did("website", "high", "contact_me");
    activity.lead_id = lead.id;
    activity.contact_id = contact;
    const auto acted = this->Act(std::move(activity));
    EXPECT_TRUE(acted.ok()) << acted.status();
    return Now(lead);
  }
  void At(Time moment) {
    this->clock_.Set(moment);
    const auto step = this->engine_->AdvanceClocks({}, 100);
    ASSERT_TRUE(step.ok()) << step.status();
    EXPECT_TRUE(step->set_aside.empty());
  }
  static std::vector<std::string> Running(const domain::Lead& lead) {
    std::vector<std::string> levels;
    for (const SlaClock& clock : domain::OpenClocks(lead)) levels.push_back(clock.sla_id);
    return levels;
  }
};

class ClockCasesTest : public ClockCases<ErasureTest> {
 protected:
  void SetAvailable(const std::string& rep, bool available) {
    const auto set = Wait<RepView>(
        [&](Done<RepView> done) { engine_->SetAvailability({}, "reps/" + rep, available, 0, std::move(done)); });
    ASSERT_TRUE(set.ok()) << set.status();
  }
  // The triggers of decisions on clocks, each of which comes out again as it was.
  std::vector<std::string> Replayed(const domain::Lead& lead) {
    std::vector<std::string> triggers;
    TimelineRequest request{LeadName(lead), "", 1000, true};
    const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
      if (!entry.event.decision || entry.event.decision->kind != domain::DecisionKind::kSla) return true;
      triggers.push_back(entry.event.decision->trigger);
      EXPECT_EQ(entry.replay_note, "") << triggers.back();
      EXPECT_EQ(entry.decision->outcome, entry.event.decision->outcome) << triggers.back();
      EXPECT_EQ(entry.decision->trigger, entry.event.decision->trigger);
      EXPECT_EQ(domain::ToStored(*entry.decision).rules, entry.event.decision->rules) << triggers.back();
      return true;
    });
    EXPECT_TRUE(next.ok()) << next.status();
    return triggers;
  }
};

TEST_F(ClockCasesTest, EachStartComesOutAgainAsItWas) {
  const domain::Lead lead = Mql(1, "DE");
  At(lead.sla->due);
  clock_.Advance(kMinute);
  UpdateRequest request;
  request.lead.id = lead.id;
  request.lead.country = "IN";
  request.paths = {"country"};
  ASSERT_TRUE(
      Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); }).ok());
  clock_.Advance(kMinute);
  ASSERT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                engine_->AcceptLead({}, LeadName(lead), "", std::move(done));
              }).ok());
  clock_.Advance(kDay);
  Asks(lead);
  EXPECT_THAT(Replayed(lead), ElementsAre("", "step", "next", "region", "", "activity"));
}

// Held while nobody can take it, answered by somebody else, and then given to whoever comes back.
TEST_F(ClockCasesTest, TheClockOfWhoGetsAHeldLeadComesOutAgain) {
  for (const domain::Rep& rep : BuildOnce()->rules->reps()) SetAvailable(rep.id, false);
  const domain::Lead lead = Mql(1, "US");
  ASSERT_EQ(lead.hold_queue, "unassigned");
  clock_.Advance(kMinute);
  ASSERT_TRUE(Dispose(LeadName(lead), "they call again").ok());
  ASSERT_EQ(Now(lead).sla->state, SlaState::kMet);
  clock_.Advance(kMinute);
  SetAvailable("na-morgan-chen", true);
  HeldLeads held(engine_->options());
  ASSERT_TRUE(held.GiveOut({.actor = "system"}, 100).ok());
  const domain::Lead given = Now(lead);
  ASSERT_EQ(given.assignee, "na-morgan-chen");
  EXPECT_EQ(given.sla->state, SlaState::kRunning);
  EXPECT_EQ(given.sla->start, clock_.Now());
  EXPECT_THAT(Replayed(lead), ElementsAre("", "next"));
}

// The other lead's request is the survivor's to answer now, if it is newer than all that the survivor has.
TEST_F(ClockCasesTest, AMergeStartsTheClockOfANewerRequest) {
  for (const bool newer : {true, false}) {
    const domain::Lead survivor = InWork(newer ? 1 : 2);
    const domain::Lead absorbed = Mql(newer ? 3 : 4);
    clock_.Advance(kHour);
    Asks(newer ? absorbed : survivor);
    clock_.Advance(kHour);
    const std::vector<std::string> before = Running(Now(survivor));
    ASSERT_TRUE(Merge(LeadName(survivor), LeadName(absorbed)).ok());
    const domain::Lead merged = Now(survivor);
    EXPECT_EQ(merged.status, "sal");
    if (newer) {
      EXPECT_THAT(Running(merged), ElementsAre("asked_again", "sal"));
      EXPECT_EQ(merged.sla->start, clock_.Now());
    } else {
      EXPECT_EQ(Running(merged), before);
    }
    // Nobody is told of the absorbed one.
    At(clock_.Now() + 3 * kDay);
    for (const domain::Lead& late : engine_->ListOverdue({}, false, "", 10)->items) EXPECT_NE(late.id, absorbed.id);
  }
}

TEST_F(ClockCasesTest, TheClocksOfSomebodyErasedRunOutAndNewOnesDoNotBegin) {
  const domain::Lead lead = InWork(1);
  clock_.Advance(kHour);
  ASSERT_THAT(Running(Asks(lead)), ElementsAre("asked_again", "sal"));
  ASSERT_TRUE(Erase("contacts/" + lead.contacts.front().contact_id).ok());
  const domain::Lead erased = Now(lead);
  EXPECT_THAT(Running(erased), ElementsAre("asked_again", "sal")) << "what was promised is counted";
  At(erased.sla->due);
  EXPECT_EQ(Now(lead).sla->state, SlaState::kBreached);
  EXPECT_EQ(Now(lead).assignee, lead.assignee);
}

// Whoever of the people on a lead asks: it is the lead that is to be answered.
TEST_F(ClockCasesTest, AnotherPersonOnTheLeadAsks) {
  const domain::Lead lead = InWork(1), other = Mql(2);
  UpdateRequest request;
  request.lead = Now(lead);
  request.lead.contacts.push_back({other.contacts.front().contact_id, "decision_maker"});
  request.paths = {"contacts"};
  const auto updated =
      Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); });
  ASSERT_TRUE(updated.ok()) << updated.status();
  clock_.Advance(kHour);
  const domain::Lead asked = Asks(lead, other.contacts.front().contact_id);
  EXPECT_THAT(Running(asked), ElementsAre("asked_again", "sal"));
  EXPECT_EQ(Running(Now(other)), Running(other));
}

class ClockCanaryTest : public ClockCases<PackRolloutTest> {};

// A level that starts on an activity is the candidate's for the leads of its share, and the active packs' for others.
TEST_F(ClockCanaryTest, ALeadHasTheClocksOfThePacksThatDecideAboutIt) {
  const std::string level = "  - {level: asked_again, calendar: berlin";
  const std::string sha256 =
      Propose(Edited("emea", "sla.yaml", level + "}", level + ", warn_after: 1h, due_after: 2h}"));
  ASSERT_TRUE(Activate(sha256, Mode::kCanary, 50).ok());
  std::set<Duration> seen;
  for (int i = 0; i < 40 && seen.size() < 2; ++i) {
    const domain::Lead asked = Asks(InWork(i));
    ASSERT_EQ(asked.sla->sla_id, "asked_again");
    const Duration due = asked.sla->due - asked.sla->start;
    EXPECT_EQ(due, InCanary(asked.id, sha256, 50) ? 2 * kHour : 4 * kHour);
    seen.insert(due);
  }
  EXPECT_THAT(seen, ElementsAre(2 * kHour, 4 * kHour)) << "leads of both";
}

}  // namespace
}  // namespace leadline::engine
