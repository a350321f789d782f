// A route that prefers whoever had the lead before, and what breaks that.
#include <gmock/gmock.h>

#include "engine/explain/explanation.h"
#include "engine/replay/timeline.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::HasSubstr;

class FormerRepTest : public PackRolloutTest {
 protected:
  void SetUp() override {
    PackRolloutTest::SetUp();
    const std::string route =
        "  - id: emea.former\n    former_rep: {within: 90d, unless_rejected_for: [outside_territory]}\n";
    const std::string sha256 = Propose(Edited("emea", "routing.yaml", "\nroutes:\n", "\nroutes:\n" + route));
    const auto activated = Activate(sha256);
    ASSERT_TRUE(activated.ok()) << activated.status();
  }
  // A lead that went to somebody and was given back by them.
  domain::Lead GivenBack(const std::string& reason) {
    auto submitted = Submit(HotEnquiry());
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.assignee, "emea-tom-hughes");
    clock_.Advance(kHour);
    return Reject(submitted->lead, reason);
  }
  domain::Lead Reject(const domain::Lead& lead, const std::string& reason) {
    auto rejected = Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(lead), reason, "", std::move(done)); });
    EXPECT_TRUE(rejected.ok()) << rejected.status();
    return *rejected->lead;
  }
  void Away(const std::string& rep, bool away) {
    auto view = Wait<RepView>(
        [&](Done<RepView> done) { engine_->SetAvailability({}, "reps/" + rep, !away, 0, std::move(done)); });
    ASSERT_TRUE(view.ok()) << view.status();
  }
  domain::Lead Again(const domain::Lead& lead) {
    domain::Activity activity = Did("website", "high", "contact_me");
    activity.lead_id = lead.id;
    auto acted = Act(std::move(activity));
    EXPECT_TRUE(acted.ok()) << acted.status();
    EXPECT_EQ(acted->lead.status, "mql");
    return acted->lead;
  }
  // What is said of why the rep would not get it now.
  std::string WhyNot(const domain::Lead& lead, const std::string& rep) {
    ExplainRequest request;
    request.name = LeadName(lead);
    auto explained = engine_->ExplainLead({}, request);
    EXPECT_TRUE(explained.ok()) << explained.status();
    for (const domain::Decision& decision : explained->decisions) {
      if (decision.kind != domain::DecisionKind::kRoute) continue;
      for (const domain::Reason& reason : decision.reasons) {
        if (reason.rule_id != "emea.former") continue;
        for (const domain::Evidence& evidence : reason.evidence) {
          if (evidence.field == "reps/" + rep) return evidence.value;
        }
        return reason.message;
      }
    }
    return "";
  }
  void ExpectReplays(const domain::Lead& lead) {
    TimelineRequest request{LeadName(lead), "", 1000, true};
    const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
      if (!entry.event.decision || entry.event.decision->kind != domain::DecisionKind::kRoute) return true;
      EXPECT_EQ(entry.decision->outcome, entry.event.decision->outcome);
      EXPECT_EQ(entry.replay_note, "");
      return true;
    });
    EXPECT_TRUE(next.ok()) << next.status();
  }
};

TEST_F(FormerRepTest, WhoHadItGetsItAgainThoughItIsAnothersTurn) {
  const domain::Lead lead = GivenBack("no_budget");
  clock_.Advance(80 * kDay);
  EXPECT_THAT(WhyNot(lead, "nobody"), HasSubstr("had it"));
  const domain::Lead again = Again(lead);
  EXPECT_EQ(again.assignee, "emea-tom-hughes");
  EXPECT_EQ(again.given_by, "emea.former");
  ExpectReplays(lead);
}

TEST_F(FormerRepTest, NotAgainstTheirOwnWord) {
  const domain::Lead lead = GivenBack("outside_territory");
  clock_.Advance(kDay);
  EXPECT_THAT(WhyNot(lead, "emea-tom-hughes"), HasSubstr("gave it back as outside_territory"));
  const domain::Lead again = Again(lead);
  EXPECT_NE(again.given_by, "emea.former");
  ExpectReplays(lead);
}

TEST_F(FormerRepTest, NotForEver) {
  const domain::Lead lead = GivenBack("no_budget");
  clock_.Advance(91 * kDay);
  EXPECT_THAT(WhyNot(lead, "emea-tom-hughes"), HasSubstr("more than 90d ago"));
  EXPECT_NE(Again(lead).given_by, "emea.former");
  ExpectReplays(lead);
}

TEST_F(FormerRepTest, NotWhileTheyAreAwayAndThenItIsTheNextOnes) {
  const domain::Lead lead = GivenBack("no_budget");
  Away("emea-tom-hughes", true);
  clock_.Advance(kDay);
  EXPECT_THAT(WhyNot(lead, "emea-tom-hughes"), HasSubstr("not available"));
  const domain::Lead other = Again(lead);
  ASSERT_NE(other.assignee, "emea-tom-hughes");
  Away("emea-tom-hughes", false);
  clock_.Advance(kHour);
  Reject(other, "no_budget");
  clock_.Advance(kDay);
  EXPECT_EQ(Again(lead).assignee, other.assignee) << "who had it last";
  ExpectReplays(lead);
}

TEST_F(FormerRepTest, NotWhoeverLetItBreach) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  clock_.Set(submitted->lead.sla->due);
  ASSERT_TRUE(engine_->AdvanceClocks({}, 100).ok());
  EXPECT_NE(engine_->GetLead({}, LeadName(submitted->lead))->assignee, submitted->lead.assignee);
  ExpectReplays(submitted->lead);
}

}  // namespace
}  // namespace leadline::engine
