// Two looks at the same rotation within one write.
#include <gmock/gmock.h>

#include <cmath>

#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

class TurnsTwiceTest : public PackRolloutTest {
 protected:
  // Whatever is rejected is credited, and routed again at once.
  void SetUp() override {
    EngineTest::SetUp();
    folder_set_ = packs::ReadPackSet(kRulesRoot).set;
    for (packs::PackFiles& pack : folder_set_.packs) {
      std::erase_if(pack.files, [](const auto& f) { return f.first.starts_with("tests/"); });
    }
    packs::PackFiles central = *folder_set_.Find("central");
    std::string& routing = central.files["routing.yaml"];
    routing = Replaced(routing, "route_on_enter: [lal, mql]", "route_on_enter: [lal, mql, re_market]");
    routing = Replaced(routing, "credit_for: [", "credit_for: [no_budget, ");
    folder_set_.Put(std::move(central));
    Restart();
  }

  domain::Lead Given(const std::string& language) {
    const std::string number = std::to_string(++people_);
    Enquiry enquiry;
    enquiry.account.name = "Company " + number;
    enquiry.account.country = "US";
    enquiry.contact.family_name = "Buyer" + number;
    enquiry.contact.email = "buyer@company" + number + ".example";
    enquiry.contact.language = language;
    enquiry.source = "website";
    enquiry.activities = {Did("website", "high", "contact_me")};
    auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    clock_.Advance(kMinute);
    return submitted->lead;
  }
  double SumOfTurns() {
    double sum = 0;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto pool = reader.GetPool("na_sales");
      if (!pool.ok()) return pool.status();
      for (const domain::PoolState& member : *pool) sum += member.turns_owed;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return sum;
  }

  int people_ = 0;
};

TEST_F(TurnsTwiceTest, WhoIsAskedOnlyTheSecondTimeHasTheirPlaceStill) {
  for (int i = 0; i < 3; ++i) Given("en");
  const domain::Lead lead = Given("es");
  ASSERT_EQ(lead.assignee, "na-jordan-reyes") << "alone speaks it";
  auto away = Wait<RepView>(
      [&](Done<RepView> done) { engine_->SetAvailability({}, "reps/" + lead.assignee, false, 0, std::move(done)); });
  ASSERT_TRUE(away.ok()) << away.status();
  ASSERT_NEAR(SumOfTurns(), 0, 1e-9);
  auto rejected = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(lead), "no_budget", "", std::move(done)); });
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_NE(rejected->lead->assignee, lead.assignee);
  EXPECT_NE(rejected->lead->assignee, "") << "somebody else of the team";
  EXPECT_NEAR(SumOfTurns(), 0, 1e-9) << "turns are neither made nor lost";
}

}  // namespace
}  // namespace leadline::engine
