// Routes to whoever works another open lead of the same person, or of the same company.
#include <gmock/gmock.h>

#include <map>

#include "domain/history/stored_decision.h"
#include "engine/explain/explainer.h"
#include "engine/replay/timeline.h"
#include "engine/work/write_scope.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

// Reps as the store has them; counts who was asked for.
class CountingReps final : public RepSource {
 public:
  explicit CountingReps(store::Reader& reader) : stored_(reader) {}
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override { return stored_.State(rep_id); }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) override { return stored_.Pool(pool); }
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead& lead, domain::OpenLeadOf of) override {
    ++owners_asked[of];
    return stored_.OpenLeadOwner(lead, of);
  }

  std::map<domain::OpenLeadOf, int> owners_asked;

 private:
  StoredReps stored_;
};

class OpenLeadOwnerTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    static const std::shared_ptr<const Snapshot> snapshot =
        BuildWith("central", "routing.yaml", "routes:", "  - id: no_way_to_reach",
                  "  - {id: same_person, before_regions: true, open_lead_owner: person}\n"
                  "  - {id: same_company, before_regions: true, open_lead_owner: company}\n");
    Use(snapshot);
  }
  // Somebody of Acme in Spain.
  Enquiry FromAcme(const std::string& person) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = person;
    e.contact.email = person + "@acme.es";
    clock_.Advance(kMinute);
    return e;
  }
  domain::Lead Taken(Enquiry enquiry) {
    const auto taken = Submit(std::move(enquiry));
    EXPECT_TRUE(taken.ok()) << taken.status();
    return taken.ok() ? taken->lead : domain::Lead();
  }
  void Give(const domain::Lead& lead, const std::string& rep) {
    ASSERT_TRUE(Wait<domain::Lead>([&](Done<domain::Lead> done) {
                  engine_->ReassignLead({}, LeadName(lead), "reps/" + rep, "knows them", std::move(done));
                }).ok());
  }
  std::string RouteOf(const domain::Lead& lead) {
    const auto history = History(LeadName(lead));
    EXPECT_TRUE(history.ok()) << history.status();
    std::string route;
    for (const domain::Event& event : *history) {
      if (const auto* assigned = std::get_if<domain::Assigned>(&event.payload)) route = assigned->route;
    }
    return route;
  }

  // Of the region, with other languages and territories, so that no other route gives them a lead from Spain.
  static constexpr char kRep[] = "emea-erik-lund", kOther[] = "emea-anna-weber";
};

TEST_F(OpenLeadOwnerTest, ASecondLeadGoesToWhoeverWorksTheFirst) {
  const domain::Lead first = Taken(FromAcme("ana"));
  EXPECT_NE(RouteOf(first), "same_person") << "nobody works another one";
  EXPECT_NE(RouteOf(first), "same_company");
  Give(first, kRep);
  const domain::Lead colleague = Taken(FromAcme("bea"));
  EXPECT_EQ(colleague.assignee, kRep);
  EXPECT_EQ(RouteOf(colleague), "same_company");
  Give(colleague, kOther);
  const domain::Lead again = Taken(FromAcme("ana"));
  ASSERT_NE(again.id, first.id);
  EXPECT_EQ(again.assignee, kRep) << "the person's own lead goes before the company's newest";
  EXPECT_EQ(RouteOf(again), "same_person");
}

TEST_F(OpenLeadOwnerTest, ALeadThatIsNoWorkInHandDoesNotCount) {
  const domain::Lead first = Taken(FromAcme("ana"));
  Give(first, kRep);
  ASSERT_TRUE(Wait<RecordResult>([&](Done<RecordResult> done) {
                engine_->Transition({}, LeadName(first), "disqualified", "no budget", std::move(done));
              }).ok());
  const domain::Lead colleague = Taken(FromAcme("bea"));
  EXPECT_NE(colleague.assignee, kRep);
  EXPECT_NE(RouteOf(colleague), "same_company");
}

TEST_F(OpenLeadOwnerTest, WhoIsAwayIsPassedOver) {
  const domain::Lead first = Taken(FromAcme("ana"));
  Give(first, kRep);
  ASSERT_TRUE(Wait<RepView>([&](Done<RepView> done) {
                engine_->SetAvailability({}, std::string("reps/") + kRep, false, 0, std::move(done));
              }).ok());
  const domain::Lead colleague = Taken(FromAcme("bea"));
  EXPECT_NE(colleague.assignee, kRep);
  EXPECT_NE(colleague.assignee, "");
  const auto preview = engine_->PreviewRoute({}, LeadName(colleague));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_NE(preview->rep, kRep);
}

TEST_F(OpenLeadOwnerTest, ARouteAsksOnceWhoWorksAnotherLead) {
  using enum domain::OpenLeadOf;
  const domain::Lead first = Taken(FromAcme("ana"));
  Give(first, kRep);
  const domain::Lead colleague = Taken(FromAcme("bea"));
  const std::shared_ptr<const Snapshot> snapshot = holder_->Get();
  const absl::Status read = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
    auto stored = LoadLead(reader, colleague.id);
    if (!stored.ok()) return stored.status();
    CountingReps reps(reader);
    const packs::RegionRules& rules = snapshot->rules->ForRegion("emea");
    for (const domain::Route& route : rules.routing.routes) {
      const auto about = RepsAbout(rules, route, stored->View(clock_.Now()), reps);
      if (!about.ok()) return about.status();
      if (route.id != "same_company") continue;
      EXPECT_THAT(*about, testing::ElementsAre(testing::Pointee(testing::Field(&domain::Rep::id, kRep))));
    }
    EXPECT_THAT(reps.owners_asked, testing::ElementsAre(testing::Pair(kPerson, 1), testing::Pair(kCompany, 1)));

    reps.owners_asked.clear();
    Explainer explainer(snapshot, *std::move(stored), clock_.Now(), clock_.Now(), reps);
    const absl::Status explained = explainer.Run({.why_not_rep = kOther}).status();
    EXPECT_THAT(reps.owners_asked, testing::ElementsAre(testing::Pair(kPerson, 3), testing::Pair(kCompany, 3)))
        << "to route it, to tell of the routes, and to tell of the rep";
    return explained;
  });
  ASSERT_TRUE(read.ok()) << read;
}

TEST_F(OpenLeadOwnerTest, DecidedAgainFromTheLedgerItSaysTheSame) {
  const domain::Lead first = Taken(FromAcme("ana"));
  Give(first, kRep);
  const domain::Lead colleague = Taken(FromAcme("bea"));
  int routed = 0;
  const TimelineRequest request{LeadName(colleague), "", 1000, true};
  const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
    if (!entry.event.decision || entry.event.decision->kind != domain::DecisionKind::kRoute) return true;
    ++routed;
    EXPECT_EQ(entry.replay_note, "");
    EXPECT_EQ(entry.decision->outcome, entry.event.decision->outcome);
    EXPECT_EQ(domain::ToStored(*entry.decision).rules, entry.event.decision->rules);
    return true;
  });
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(routed, 1);
}

}  // namespace
}  // namespace leadline::engine
