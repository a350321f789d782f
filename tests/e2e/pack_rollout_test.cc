// Packs from proposal to rollback, as clients see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr int kLeads = 150;

void ImportSample(const ServerProcess& server) {
  Ended ended = RunProgram({kClient, "--server", server.address(), "sample", "--leads", std::to_string(kLeads),
                            "--seed", "1", "--import", "--quiet"},
                           std::chrono::milliseconds(120'000));
  ASSERT_EQ(ended.exit_code, 0) << ended.output;
}

std::vector<v1::Lead> LeadsOf(const ServerProcess& server, const std::string& region) {
  v1::ListLeadsRequest request;
  request.set_filter("region = \"" + region + "\"");
  request.set_page_size(1000);
  v1::ListLeadsResponse response;
  grpc::Status status = v1::LeadService::NewStub(server.channel())->ListLeads(NewContext().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return {response.leads().begin(), response.leads().end()};
}

// Somebody of the lead comes to a trade fair.
v1::RecordActivityResponse VisitFair(const ServerProcess& server, const std::string& lead) {
  v1::RecordActivityRequest request;
  v1::Activity* activity = request.mutable_activity();
  activity->set_lead(lead);
  activity->set_channel("event");
  activity->set_investment("high");
  activity->set_response("attend");
  v1::RecordActivityResponse response;
  grpc::Status status =
      v1::LeadService::NewStub(server.channel())->RecordActivity(NewContext().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

// An enquiry from Germany by somebody with the title that only the new version knows.
v1::SubmitEnquiryResponse Enquire(const ServerProcess& server, int number) {
  v1::SubmitEnquiryRequest request = EnquiryNumber(number);
  request.mutable_enquiry()->mutable_contact()->set_title(kNewTitle);
  request.mutable_enquiry()->set_region("emea");
  v1::SubmitEnquiryResponse response;
  grpc::Status status =
      v1::LeadService::NewStub(server.channel())->SubmitEnquiry(NewContext().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

std::vector<std::string> ActionsOf(const std::vector<v1::Event>& events) {
  std::vector<std::string> actions;
  for (const v1::Event& event : events) actions.push_back(ActionOf(event.pack_changed()));
  return actions;
}

int64_t LeadsWith(const v1::PackDiff& diff, const std::string& aspect) {
  for (const v1::AspectCount& count : diff.aspects()) {
    if (count.aspect() == aspect) return count.lead_count();
  }
  return 0;
}

class PackRolloutTest : public ::testing::Test {
 protected:
  void Start(ServerSetup setup = {}) {
    server_ = std::make_unique<ServerProcess>(std::move(setup));
    ASSERT_TRUE(server_->Start()) << server_->output();
    Connect();
  }
  void Connect() { ops_ = std::make_unique<PackClient>(server_->channel(), "olga"); }

  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<PackClient> ops_;
};

TEST_F(PackRolloutTest, DiffSaysWhatWouldChangeAndWritesNothing) {
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_NO_FATAL_FAILURE(ImportSample(*server_));
  for (const v1::Lead& lead : LeadsOf(*server_, "emea")) VisitFair(*server_, lead.name());
  const size_t emea = LeadsOf(*server_, "emea").size();
  ASSERT_GE(emea, 10u);

  v1::DiffPackResponse response;
  ASSERT_TRUE(ops_->Diff(DiffOf("emea", EmeaVersion("2026.2.0", 7)), &response).ok());
  EXPECT_EQ(response.lead_count(), kLeads);
  EXPECT_EQ(response.diff().changed_lead_count(), response.changed_lead_count());
  EXPECT_GE(response.changed_lead_count(), 10);
  EXPECT_LE(response.changed_lead_count(), static_cast<int64_t>(emea)) << "other regions are decided as before";
  EXPECT_GT(LeadsWith(response.diff(), "adjustment"), 0);
  EXPECT_EQ(LeadsWith(response.diff(), "score"), 0) << "the central score is the centre's";
  ASSERT_GT(response.diff().rules_size(), 0);
  EXPECT_EQ(response.diff().rules(0).rule(), "emea.trade_fair");
  EXPECT_GT(response.diff().rules(0).points(), 0);
  int64_t before = 0, after = 0;
  for (const v1::StatusTotal& total : response.diff().totals()) {
    before += total.before_count();
    after += total.after_count();
  }
  EXPECT_EQ(before, kLeads);
  EXPECT_EQ(after, kLeads);
  EXPECT_GT(response.diff().mean_score_after(), response.diff().mean_score_before());
  ASSERT_EQ(response.diff().samples_size(), std::min<int64_t>(20, response.changed_lead_count()));
  for (const v1::LeadDifference& sample : response.diff().samples()) {
    EXPECT_EQ(sample.region(), "emea");
    EXPECT_GT(sample.changes_size(), 0);
  }

  v1::DiffPackRequest some = DiffOf("emea", EmeaVersion("2026.2.0", 7));
  some.set_region("latam");
  v1::DiffPackResponse latam;
  ASSERT_TRUE(ops_->Diff(some, &latam).ok());
  EXPECT_EQ(latam.lead_count(), static_cast<int64_t>(LeadsOf(*server_, "latam").size()));
  EXPECT_EQ(latam.changed_lead_count(), 0);
  some.set_region("emea");
  some.set_max_leads(7);
  some.set_max_samples(2);
  v1::DiffPackResponse few;
  ASSERT_TRUE(ops_->Diff(some, &few).ok());
  EXPECT_EQ(few.lead_count(), 7);
  EXPECT_LE(few.diff().samples_size(), 2);

  // The same by its hash once it is kept; nothing decides otherwise before it is activated.
  v1::DiffPackRequest kept;
  kept.set_sha256(ops_->Kept("emea", EmeaVersion("2026.2.0", 7)));
  v1::DiffPackResponse again;
  ASSERT_TRUE(ops_->Diff(kept, &again).ok());
  EXPECT_EQ(again.changed_lead_count(), response.changed_lead_count());
  EXPECT_EQ(ops_->Snapshot().generation(), 1);
  EXPECT_THAT(ActionsOf(ops_->Timeline("emea")), ElementsAre("activated", "proposed"));
}

TEST_F(PackRolloutTest, FromProposalOverATrialToRollback) {
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_NO_FATAL_FAILURE(ImportSample(*server_));
  const v1::SnapshotRef first = ops_->Snapshot();
  const Files files = EmeaVersion("2026.2.0", 7);
  const v1::ProposePackResponse proposed = ops_->Propose("emea", files);
  ASSERT_TRUE(proposed.has_candidate()) << proposed.check().DebugString();
  const std::string sha256 = proposed.candidate().ref().sha256();
  EXPECT_TRUE(proposed.check().good());
  EXPECT_GT(proposed.check().passed_test_count(), 0) << "the other packs' tests run with it";
  EXPECT_EQ(proposed.candidate().ref().version(), "2026.2.0");
  EXPECT_EQ(proposed.candidate().proposed_by(), "olga");
  EXPECT_EQ(ops_->Kept("emea", files), sha256) << "the same files are the same candidate";
  EXPECT_EQ(ops_->Rollout().candidates_size(), 1);

  // In shadow: decisions are compared, and the active packs go on deciding.
  v1::ActivatePackResponse shadow;
  ASSERT_TRUE(ops_->Activate(ActivationOf(sha256, v1::ACTIVATION_MODE_SHADOW), &shadow).ok());
  EXPECT_EQ(shadow.snapshot().generation(), 1);
  EXPECT_EQ(shadow.rollout().trial().ref().sha256(), sha256);
  EXPECT_GT(shadow.rollout().trial().generation(), 1);
  const std::vector<v1::Lead> leads = LeadsOf(*server_, "emea");
  ASSERT_GE(leads.size(), 10u);
  for (size_t i = 0; i < 10; ++i) {
    v1::RecordActivityResponse visited = VisitFair(*server_, leads[i].name());
    EXPECT_EQ(visited.snapshot().generation(), 1);
  }
  EXPECT_TRUE(ops_->WaitFor([](const v1::Rollout& rollout) { return rollout.trial().compared_count() >= 10; }));
  const v1::Trial trial = ops_->Rollout().trial();
  EXPECT_GT(trial.diff().changed_lead_count(), 0);
  EXPECT_GT(LeadsWith(trial.diff(), "adjustment"), 0);
  EXPECT_EQ(Enquire(*server_, 1).snapshot().generation(), 1);

  // Active: it decides, and all leads are scored again.
  v1::ActivatePackResponse active;
  v1::ActivatePackRequest request = ActivationOf(sha256, v1::ACTIVATION_MODE_ACTIVE);
  request.set_reason("fairs matter more");
  ASSERT_TRUE(ops_->Activate(request, &active).ok());
  const int64_t generation = active.snapshot().generation();
  EXPECT_GT(generation, trial.generation());
  EXPECT_EQ(HashOf(active.snapshot(), "emea"), sha256);
  EXPECT_EQ(HashOf(active.snapshot(), "central"), HashOf(first, "central"));
  EXPECT_FALSE(active.rollout().has_trial()) << "the trial ended";
  EXPECT_EQ(ops_->Snapshot().SerializeAsString(), active.snapshot().SerializeAsString());
  const v1::SubmitEnquiryResponse enquiry = Enquire(*server_, 2);
  EXPECT_EQ(enquiry.lead().regional_meaning().seniority(), "head") << "the centre has not accepted the row";
  EXPECT_NE(enquiry.lead().meaning().seniority(), "head");
  EXPECT_EQ(enquiry.snapshot().generation(), generation);
  EXPECT_TRUE(ops_->WaitFor([](const v1::Rollout& rollout) { return rollout.rescoring().has_end_time(); }));
  const v1::Rescoring rescoring = ops_->Rollout().rescoring();
  EXPECT_EQ(rescoring.generation(), generation);
  EXPECT_GE(rescoring.done_count(), kLeads);
  EXPECT_GE(rescoring.changed_count(), 10) << "those who came to the fair";

  v1::RollbackPackResponse back;
  ASSERT_TRUE(ops_->Rollback("emea", &back).ok());
  EXPECT_GT(back.snapshot().generation(), generation);
  EXPECT_EQ(HashesOf(back.snapshot()), HashesOf(first));
  EXPECT_FALSE(Enquire(*server_, 5).lead().has_regional_meaning());
  grpc::Status further = ops_->Rollback("emea", &back);
  EXPECT_EQ(further.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ErrorInfoOf(further), "NO_EARLIER_VERSION@leadline.dev");

  const std::vector<v1::Event> events = ops_->Timeline("emea");
  ASSERT_THAT(ActionsOf(events),
              ElementsAre("activated", "proposed", "shadow_started", "activated", "trial_stopped", "rolled_back"));
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].record(), "packs/emea");
    EXPECT_EQ(events[i].sequence(), static_cast<int64_t>(i) + 1);
    EXPECT_EQ(events[i].actor(), i == 0 ? "server" : "olga");
  }
  EXPECT_EQ(events[3].pack_changed().reason(), "fairs matter more");
  EXPECT_EQ(events[3].pack_changed().previous_sha256(), HashOf(first, "emea"));
  EXPECT_EQ(events[3].pack_changed().generation(), generation);
  EXPECT_EQ(events[5].pack_changed().sha256(), HashOf(first, "emea"));
}

TEST_F(PackRolloutTest, ACanaryDecidesItsShareOfTheLeads) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const std::string sha256 = ops_->Kept("emea", EmeaVersion("2026.2.0", 7));
  v1::ActivatePackResponse response;
  ASSERT_TRUE(ops_->Activate(ActivationOf(sha256, v1::ACTIVATION_MODE_CANARY, 50), &response).ok());
  const int64_t trial = response.rollout().trial().generation();
  int by_canary = 0;
  constexpr int kEnquiries = 60;
  for (int i = 0; i < kEnquiries; ++i) {
    const v1::SubmitEnquiryResponse enquiry = Enquire(*server_, i);
    const bool canary = enquiry.snapshot().generation() == trial;
    by_canary += canary ? 1 : 0;
    EXPECT_EQ(enquiry.lead().regional_meaning().seniority() == "head", canary) << enquiry.ShortDebugString();
    EXPECT_EQ(HashOf(enquiry.snapshot(), "emea") == sha256, canary);
    EXPECT_EQ(VisitFair(*server_, enquiry.lead().name()).snapshot().generation(), enquiry.snapshot().generation());
  }
  EXPECT_GT(by_canary, 0);
  EXPECT_LT(by_canary, kEnquiries);
  v1::ActivatePackResponse refused;
  EXPECT_EQ(ops_->Activate(ActivationOf(sha256, v1::ACTIVATION_MODE_CANARY, 0), &refused).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(PackRolloutTest, ACentralPackNeedsBothSides) {
  ASSERT_NO_FATAL_FAILURE(Start());
  PackClient anna(server_->channel(), "anna"), boris(server_->channel(), "boris"), nobody(server_->channel(), "");
  Files files = ProjectPack("central");
  Replace(files, "pack.yaml", "version: ", "version: 9");
  const std::string sha256 = ops_->Kept("central", files);
  v1::ActivatePackResponse response;
  const auto expect_missing = [&](v1::ActivationMode mode, int percent) {
    grpc::Status status = anna.Activate(ActivationOf(sha256, mode, percent), &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << status.error_message();
    EXPECT_EQ(ErrorInfoOf(status), "APPROVAL_MISSING@leadline.dev");
  };
  expect_missing(v1::ACTIVATION_MODE_ACTIVE, 0);
  EXPECT_EQ(ErrorInfoOf(nobody.Approve(sha256, v1::APPROVAL_SIDE_SALES)), "NOT_AN_APPROVER@leadline.dev");
  ASSERT_TRUE(anna.Approve(sha256, v1::APPROVAL_SIDE_MARKETING).ok());
  ASSERT_TRUE(anna.Approve(sha256, v1::APPROVAL_SIDE_MARKETING).ok()) << "once more changes nothing";
  expect_missing(v1::ACTIVATION_MODE_ACTIVE, 0);
  expect_missing(v1::ACTIVATION_MODE_CANARY, 5);
  grpc::Status both = anna.Approve(sha256, v1::APPROVAL_SIDE_SALES);
  EXPECT_EQ(both.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ErrorInfoOf(both), "NOT_AN_APPROVER@leadline.dev");
  EXPECT_EQ(ops_->Snapshot().generation(), 1);

  ASSERT_TRUE(boris.Approve(sha256, v1::APPROVAL_SIDE_SALES).ok());
  ASSERT_TRUE(anna.Activate(sha256, &response).ok());
  EXPECT_EQ(HashOf(response.snapshot(), "central"), sha256);
  EXPECT_THAT(ActionsOf(ops_->Timeline("central")),
              ElementsAre("activated", "proposed", "approved", "approved", "activated"));
  EXPECT_EQ(ops_->Timeline("central")[3].pack_changed().side(), v1::APPROVAL_SIDE_SALES);
  EXPECT_EQ(ErrorInfoOf(boris.Approve(ops_->Kept("emea", EmeaVersion("2", 5)), v1::APPROVAL_SIDE_SALES)),
            "PACK_NEEDS_NO_APPROVAL@leadline.dev");
}

TEST_F(PackRolloutTest, ABrokenPackIsRefusedAndNothingChanges) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Files broken = ProjectPack("emea");
  broken["scoring.yaml"] += "\n# bytes that are no text: \xff\xfe\n";
  Replace(broken, "scoring.yaml", "account.industry == \"government\"", "account.industri == \"government\"");
  Files misspelt = ProjectPack("emea");
  Replace(misspelt, "scoring.yaml", "account.industry == \"government\"", "account.industri == \"government\"");
  Files failing = ProjectPack("emea");
  failing["tests/wrong_test.yaml"] = "suite: wrong\n";

  for (const Files& files : {broken, misspelt, failing}) {
    const v1::ValidatePackResponse validated = ops_->Validate("emea", files);
    EXPECT_FALSE(validated.check().good());
    EXPECT_THAT(validated.check().message(), Not(""));
    const v1::ProposePackResponse proposed = ops_->Propose("emea", files);
    EXPECT_FALSE(proposed.has_candidate());
    EXPECT_GT(proposed.check().diagnostics_size(), 0);
  }
  const v1::ProposePackResponse proposed = ops_->Propose("emea", misspelt);
  ASSERT_EQ(proposed.check().diagnostics_size(), 1) << proposed.DebugString();
  const v1::PackDiagnostic& problem = proposed.check().diagnostics(0);
  EXPECT_EQ(problem.severity(), v1::DIAGNOSTIC_SEVERITY_ERROR);
  EXPECT_EQ(problem.code(), "LL2103");
  EXPECT_THAT(problem.locations(0).file(), HasSubstr("regions/emea/scoring.yaml"));
  EXPECT_THAT(problem.locations(0).source_line(), HasSubstr("account.industri "));
  EXPECT_GT(problem.locations(0).line(), 0);
  EXPECT_EQ(problem.layer(), "emea");
  v1::DiffPackResponse diff;
  ASSERT_TRUE(ops_->Diff(DiffOf("emea", misspelt), &diff).ok());
  EXPECT_FALSE(diff.has_diff());
  EXPECT_EQ(diff.diagnostics_size(), 1);

  // A change of the centre that a region does not stand.
  Files central = ProjectPack("central");
  Replace(central, "pack.yaml", "  calendars: {min_hours_per_week: 35, max_holidays: 25}", "  calendars: false");
  EXPECT_THAT(ops_->Validate("central", central).check().broken_packs(), Contains("packs/emea"));

  v1::ActivatePackResponse response;
  EXPECT_EQ(ops_->Activate(std::string(64, 'a'), &response).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ops_->Rollout().candidates_size(), 0);
  EXPECT_EQ(ops_->Snapshot().generation(), 1);
  EXPECT_THAT(ActionsOf(ops_->Timeline("emea")), ElementsAre("activated"));
}

}  // namespace
}  // namespace leadline::e2e
