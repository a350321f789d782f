#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::HasSubstr;

class LifecycleTest : public EngineTest {
 protected:
  domain::Lead Mql() {
    auto submitted = Submit(HotEnquiry());
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.status, "mql");
    return submitted->lead;
  }
  absl::StatusOr<RecordResult> Move(const std::string& name, std::string status, std::string reason = "",
                                    std::string etag = "") {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
      CallContext context;
      context.etag = etag;
      engine_->Transition(context, name, std::move(status), std::move(reason), std::move(done));
    });
  }
  absl::StatusOr<RecordResult> Accept(const std::string& name) {
    return Wait<RecordResult>([&](Done<RecordResult> done) { engine_->AcceptLead({}, name, "", std::move(done)); });
  }
  absl::StatusOr<RecordResult> Reject(const std::string& name, std::string reason) {
    return Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->RejectLead({}, name, std::move(reason), "", std::move(done)); });
  }
  const domain::Lifecycle& lifecycle() { return holder_->Get()->rules->ForRegion("emea").lifecycle; }
};

TEST_F(LifecycleTest, SalesAcceptsInTimeAndTheServiceLevelIsMet) {
  domain::Lead lead = Mql();
  ASSERT_TRUE(lead.sla.has_value());
  clock_.Advance(10 * kMinute);
  auto accepted = Accept(LeadName(lead));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->lead->status, "sal");
  auto levels = engine_->GetSlaCompliance({}, {}, {});
  ASSERT_TRUE(levels.ok());
  int64_t met = 0;
  for (const domain::SlaCompliance& level : *levels) met += level.met;
  EXPECT_EQ(met, 1);
}

TEST_F(LifecycleTest, RejectsNeedAReasonOfThePacksAndNeverGoBackToInquiry) {
  domain::Lead lead = Mql();
  auto refused = Reject(LeadName(lead), "just because");
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_EQ(FieldViolationsOf(refused.status()).front().field, "reason");
  for (const std::string& reason : lifecycle().reject_reasons) {
    domain::Lead another = Mql();
    auto rejected = Reject(LeadName(another), reason);
    ASSERT_TRUE(rejected.ok()) << reason << ": " << rejected.status();
    EXPECT_NE(rejected->lead->status, "inquiry");
    EXPECT_NE(rejected->lead->status, "mql");
    // Who will never buy is not warmed again.
    const bool never = reason == "competitor" || reason == "student_or_researcher" || reason == "duplicate";
    EXPECT_EQ(rejected->lead->status, never ? "disqualified" : "re_market") << reason;
    EXPECT_EQ(rejected->lead->hold_queue, reason == "wrong_contact_data" ? "data_quality" : "") << reason;
  }
}

TEST_F(LifecycleTest, DispositionsAreAnotherAxis) {
  domain::Lead lead = Mql();
  ASSERT_FALSE(lifecycle().dispositions.empty());
  const std::string disposition = lifecycle().dispositions.front();
  auto as_status = Move(LeadName(lead), disposition);
  EXPECT_TRUE(absl::IsInvalidArgument(as_status.status()));
  EXPECT_THAT(std::string(as_status.status().message()), HasSubstr("disposition"));
  auto recorded = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->RecordDisposition({}, LeadName(lead), disposition, "no answer", std::move(done));
  });
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->lead->disposition, disposition);
  EXPECT_EQ(recorded->lead->status, "mql");
}

// Where nobody was reached, the clock runs on.
TEST_F(LifecycleTest, OnlyAFirstTouchMeetsTheServiceLevel) {
  const domain::Lead lead = Mql();
  ASSERT_TRUE(lead.sla.has_value() && lead.sla->open());
  const auto dispose = [&](const std::string& disposition) {
    auto recorded = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RecordDisposition({}, LeadName(lead), disposition, "", std::move(done));
    });
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    return recorded.ok() ? recorded->lead->sla->state : domain::SlaState::kCancelled;
  };
  for (const std::string& attempt : lifecycle().attempts) EXPECT_EQ(dispose(attempt), domain::SlaState::kRunning);
  EXPECT_EQ(lifecycle().attempts.size(), 3u);
  EXPECT_EQ(dispose("connected"), domain::SlaState::kMet);
}

TEST_F(LifecycleTest, StaleEtagsAreRefused) {
  domain::Lead lead = Mql();
  auto accepted = Accept(LeadName(lead));
  ASSERT_TRUE(accepted.ok());
  auto stale = Move(LeadName(lead), "sql", "met them", EtagOf(lead.version));
  EXPECT_TRUE(absl::IsAborted(stale.status()));
  EXPECT_EQ(ReasonOf(stale.status()), "ETAG_MISMATCH");
}

TEST_F(LifecycleTest, TheWayToTheSaleIsWalkedAndCounted) {
  domain::Lead lead = Mql();
  clock_.Advance(kHour);
  ASSERT_TRUE(Accept(LeadName(lead)).ok());
  clock_.Advance(kDay);
  auto sql = Move(LeadName(lead), "sql", "budget confirmed");
  ASSERT_TRUE(sql.ok()) << sql.status();
  clock_.Advance(5 * kDay);
  auto customer = Move(LeadName(lead), "customer", "signed");
  ASSERT_TRUE(customer.ok()) << customer.status();
  auto funnels = engine_->GetFunnel({}, {}, {});
  ASSERT_TRUE(funnels.ok());
  int64_t current = 0;
  for (const domain::FunnelStage& stage : funnels->front().stages) current += stage.current;
  EXPECT_EQ(current, funnels->front().total);
  auto velocity = engine_->GetVelocity({}, {}, {domain::ReportDimension::kSource});
  ASSERT_TRUE(velocity.ok());
  EXPECT_EQ(velocity->front().creation_to_customer.median, kHour + 6 * kDay);
  auto contact = engine_->GetEntity({}, "contacts/" + customer->lead->contacts.front().contact_id);
  ASSERT_TRUE(contact.ok());
  EXPECT_EQ(contact->contact->status, "customer");
}

TEST_F(LifecycleTest, ReportsKnowTheOwnerAndTheTeamAndTheTimeOfEntry) {
  domain::Lead lead = Mql();
  ASSERT_FALSE(lead.assignee.empty());
  std::string team;
  for (const domain::Rep& rep : holder_->Get()->rules->reps()) {
    if (rep.id == lead.assignee) team = rep.team;
  }
  ASSERT_FALSE(team.empty());
  const Time created = clock_.Now();
  clock_.Advance(40 * kDay);
  ASSERT_TRUE(Accept(LeadName(lead)).ok());
  using enum domain::ReportDimension;
  ReportFilter filter{.basis = domain::TimeBasis::kEntry};
  const auto funnels = engine_->GetFunnel({}, filter, {kOwner, kTeam, kMonth});
  ASSERT_TRUE(funnels.ok()) << funnels.status();
  ASSERT_EQ(funnels->size(), 2U);
  std::vector<std::string> months;
  for (const domain::Funnel& funnel : *funnels) {
    EXPECT_EQ(funnel.group[0], lead.assignee);
    EXPECT_EQ(funnel.group[1], team);
    months.push_back(funnel.group[2]);
  }
  EXPECT_THAT(months, testing::UnorderedElementsAre(domain::MonthOf(created), domain::MonthOf(clock_.Now())));
  filter.start = created + kDay;
  EXPECT_EQ(engine_->GetFunnel({}, filter, {})->size(), 1U) << "the lead is older, and the entry is not";
  filter.basis = domain::TimeBasis::kCreation;
  EXPECT_TRUE(engine_->GetFunnel({}, filter, {})->empty());
  filter.basis = domain::TimeBasis::kDue;
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetFunnel({}, filter, {}).status()));
  filter = {.contacts = true};
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetFunnel({}, filter, {kOwner}).status()));
}

TEST_F(LifecycleTest, ServiceLevelsAreCountedByTheTimeTheyWereDue) {
  domain::Lead lead = Mql();
  ASSERT_TRUE(lead.sla.has_value());
  ReportFilter filter{.start = lead.sla->due, .end = lead.sla->due + 1, .basis = domain::TimeBasis::kDue};
  const auto levels = engine_->GetSlaCompliance({}, filter, {domain::ReportDimension::kWeek});
  ASSERT_TRUE(levels.ok()) << levels.status();
  ASSERT_EQ(levels->size(), 1U);
  EXPECT_THAT(levels->front().group, testing::ElementsAre(domain::WeekOf(lead.sla->due)));
  filter.start += 1;
  filter.end += 1;
  EXPECT_TRUE(engine_->GetSlaCompliance({}, filter, {})->empty());
  filter.basis = domain::TimeBasis::kEntry;
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetSlaCompliance({}, filter, {}).status()));
}

TEST_F(LifecycleTest, AForgottenLeadIsWarnedBreachedAndShown) {
  domain::Lead lead = Mql();
  const std::string first = lead.assignee;
  clock_.Set(lead.sla->warn);
  EXPECT_EQ(engine_->AdvanceClocks({}, 100)->touched, 1);
  EXPECT_EQ(engine_->GetLead({}, LeadName(lead))->sla->state, domain::SlaState::kWarned);
  EXPECT_EQ(engine_->AdvanceClocks({}, 100)->touched, 0) << "a step is taken once";
  clock_.Set(lead.sla->due + 1);
  EXPECT_EQ(engine_->ListOverdue({}, true, "", 10)->items.size(), 1u);
  EXPECT_EQ(engine_->AdvanceClocks({}, 100)->touched, 1);
  const absl::StatusOr<domain::Lead> next = engine_->GetLead({}, LeadName(lead));
  EXPECT_NE(next->assignee, first);
  EXPECT_EQ(next->handed_on, 1) << "the first one's clock ended breached";
  EXPECT_EQ(next->sla->state, domain::SlaState::kRunning) << "the next one's";
  EXPECT_EQ(next->sla->start, clock_.Now());
}

TEST_F(LifecycleTest, WhoIsAwayGetsNothingAndNobodyStarvesAfter) {
  domain::Lead lead = Mql();
  auto away = Wait<RepView>([&](Done<RepView> done) {
    engine_->SetAvailability({}, "reps/" + lead.assignee, false, clock_.Now() + kDay, std::move(done));
  });
  ASSERT_TRUE(away.ok()) << away.status();
  EXPECT_FALSE(away->available);
  int given = 0;
  auto submit = [&](int i) {
    Enquiry e = HotEnquiry();
    e.contact.email = fmt::format("p{}@acme.es", i);
    e.contact.family_name = fmt::format("Person{}", i);
    auto result = Submit(std::move(e));
    ASSERT_TRUE(result.ok()) << result.status();
    given += result->lead.assignee == lead.assignee ? 1 : 0;
  };
  for (int i = 0; i < 12; ++i) submit(i);
  EXPECT_EQ(given, 0);
  clock_.Advance(2 * kDay);
  for (int i = 12; i < 60; ++i) submit(i);
  EXPECT_GT(given, 0) << "back from leave, the rep takes part again";
}

TEST_F(LifecycleTest, APreviewWritesNothingAndAgreesWithTheRoute) {
  domain::Lead lead = Mql();
  int64_t before = *engine_->LastPosition({});
  auto preview = engine_->PreviewRoute({}, LeadName(lead));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(*engine_->LastPosition({}), before);
  auto again = engine_->PreviewRoute({}, LeadName(lead));
  EXPECT_EQ(preview->rep, again->rep);
  auto routed =
      Wait<RouteResult>([&](Done<RouteResult> done) { engine_->RouteLead({}, LeadName(lead), std::move(done)); });
  ASSERT_TRUE(routed.ok()) << routed.status();
  EXPECT_EQ(routed->lead.assignee, preview->rep);
}

TEST_F(LifecycleTest, UpdatesAreRecordedFieldByField) {
  domain::Lead lead = Mql();
  UpdateRequest request;
  request.lead.id = lead.id;
  request.lead.version = lead.version;
  request.lead.value = domain::Money{"EUR", 12'500'000'000};
  request.lead.probability = 0.4;
  request.paths = {"value", "probability"};
  auto updated =
      Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); });
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_DOUBLE_EQ(updated->lead.probability, 0.4);
  auto events = History(LeadName(lead));
  const auto* changed = std::get_if<domain::FieldsChanged>(&events->back().payload);
  for (auto it = events->rbegin(); changed == nullptr && it != events->rend(); ++it) {
    changed = std::get_if<domain::FieldsChanged>(&it->payload);
  }
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(changed->changes.size(), 2u);
  request.lead.version = 0;  // not guarded: what is refused is the field
  request.paths = {"status"};
  auto refused =
      Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); });
  ASSERT_EQ(FieldViolationsOf(refused.status()).size(), 1u) << refused.status();
  EXPECT_EQ(FieldViolationsOf(refused.status()).front().field, "update_mask.paths[0]");
}

}  // namespace
}  // namespace leadline::engine
