// Entering a status that sends leads to a rep asks the routes anew, whoever had the lead before.
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class RoutedAnewTest : public EngineTest {
 protected:
  // A lead that went to somebody, was given back, and asks to be contacted again.
  domain::Lead GivenBack(std::string reason) {
    auto submitted = Submit(HotEnquiry());
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.assignee, "emea-tom-hughes");
    clock_.Advance(kHour);
    auto rejected = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RejectLead({}, LeadName(submitted->lead), std::move(reason), "", std::move(done));
    });
    EXPECT_TRUE(rejected.ok()) << rejected.status();
    EXPECT_EQ(rejected->lead->status, "re_market");
    return *rejected->lead;
  }
  void Away(const std::string& rep, bool away = true) {
    auto view = Wait<RepView>([&](Done<RepView> done) {
      engine_->SetAvailability({}, "reps/" + rep, !away, away ? clock_.Now() + 7 * kDay : 0, std::move(done));
    });
    ASSERT_TRUE(view.ok()) << view.status();
  }
  domain::Lead Again(const domain::Lead& lead) {
    clock_.Advance(kHour);
    domain::Activity activity = Did("website", "high", "contact_me");
    activity.lead_id = lead.id;
    auto acted = Act(std::move(activity));
    EXPECT_TRUE(acted.ok()) << acted.status();
    EXPECT_EQ(acted->lead.status, "mql");
    return acted->lead;
  }
  int64_t OpenOf(const std::string& rep) {
    int64_t open = 0;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto state = reader.GetRepState(rep);
      if (state.ok()) open = state->open_leads;
      return state.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return open;
  }
};

TEST_F(RoutedAnewTest, WhoIsAwayDoesNotGetItBack) {
  const domain::Lead lead = GivenBack("outside_territory");
  Away("emea-tom-hughes");
  const domain::Lead again = Again(lead);
  EXPECT_EQ(again.assignee, "emea-lucia-romero");
  ASSERT_TRUE(again.sla.has_value());
  EXPECT_TRUE(again.sla->open());
  EXPECT_EQ(OpenOf("emea-tom-hughes"), 0);
  EXPECT_EQ(OpenOf("emea-lucia-romero"), 1);
  // The preview says the same at the same place.
  auto preview = engine_->PreviewRoute({}, LeadName(again));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->rep, again.assignee);
}

TEST_F(RoutedAnewTest, WhereEverybodyIsAwayItWaitsInAQueue) {
  const domain::Lead lead = GivenBack("no_budget");
  for (const domain::Rep& rep : holder_->Get()->rules->reps()) Away(rep.id);
  const domain::Lead again = Again(lead);
  EXPECT_EQ(again.assignee, "");
  EXPECT_EQ(again.hold_queue, "unassigned");
  EXPECT_EQ(OpenOf("emea-tom-hughes"), 0);
}

TEST_F(RoutedAnewTest, WhoIsFreeMayGetItAgainAndItIsTheirsOnce) {
  const domain::Lead again = Again(GivenBack("no_budget"));
  EXPECT_EQ(again.assignee, "emea-tom-hughes");
  EXPECT_EQ(OpenOf("emea-tom-hughes"), 1);
}

// A person's move into such a status asks, too; whoever accepts a lead keeps it.
TEST_F(RoutedAnewTest, PeoplesMovesAskAndAcceptingKeeps) {
  const domain::Lead lead = GivenBack("no_budget");
  Away("emea-tom-hughes");
  auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->Transition({}, LeadName(lead), "mql", "asked by phone", std::move(done));
  });
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_NE(moved->lead->assignee, "emea-tom-hughes");
  EXPECT_EQ(OpenOf("emea-tom-hughes"), 0);

  Enquiry e = HotEnquiry();
  e.contact.email = "bruno@otra.es";
  e.contact.given_name = "Bruno";
  e.contact.family_name = "Costa";
  e.account.name = "Otra";
  e.account.domain = "otra.es";
  e.activities = {Did("website", "low", "click")};
  auto other = Submit(e);
  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                engine_->Transition({}, LeadName(other->lead), "maql", "looked at", std::move(done));
              }).ok());
  auto accepted = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->AcceptLead({}, LeadName(other->lead), "reps/emea-tom-hughes", std::move(done));
  });
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->lead->status, "lal");
  EXPECT_EQ(accepted->lead->assignee, "emea-tom-hughes");
}

// Where the source of an import says who has it, that stands.
TEST_F(RoutedAnewTest, AnImportSaysWhoHasIt) {
  Enquiry e = HotEnquiry();
  e.created_at = clock_.Now() - kDay;
  e.activities[0].time = e.created_at;
  e.history = {{e.created_at, "mql", "emea-zofia-nowak", ""}, {e.created_at + kHour, "lal", "", ""}};
  auto submitted = Submit(e);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_EQ(submitted->lead.status, "lal");
  EXPECT_EQ(submitted->lead.assignee, "emea-zofia-nowak");
}

}  // namespace
}  // namespace leadline::engine
