// What a caller who changes packs may ask for: that nobody changed them first, that it acts once, that it only tries.
#include <gmock/gmock.h>

#include "base/errors.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

class PackGuardsTest : public PackRolloutTest {
 protected:
  static CallContext Named(std::string request_id, std::string method, std::string fingerprint = "f") {
    CallContext context = As("emea-ops");
    context.request_id = std::move(request_id);
    context.method = std::move(method);
    context.fingerprint = std::move(fingerprint);
    return context;
  }
  int64_t deciding() { return holder_->Get()->ref->generation; }
  static void ExpectOvertaken(const absl::Status& status, const std::string& now) {
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
    EXPECT_EQ(ReasonOf(status), "GENERATION_MISMATCH");
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("generation " + now + " decides now"));
  }
};

TEST_F(PackGuardsTest, WhoExpectsAnotherGenerationChangesNothing) {
  const std::string sha256 = Propose(GenerousEmea());
  ActivateRequest request{.sha256 = sha256, .expected_generation = 7};
  ExpectOvertaken(packs_->Activate(As("emea-ops"), request).status(), "1");
  EXPECT_EQ(deciding(), 1);
  request.expected_generation = 1;
  ASSERT_TRUE(packs_->Activate(As("emea-ops"), request).ok());
  EXPECT_EQ(deciding(), 2);

  ExpectOvertaken(packs_->Rollback(As("emea-ops"), "emea", "", 1).status(), "2");
  EXPECT_EQ(deciding(), 2);
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "", 2).ok());
  EXPECT_EQ(deciding(), 3);
}

TEST_F(PackGuardsTest, ATrialIsStoppedByWhoKnowsWhatDecides) {
  ASSERT_TRUE(Activate(Propose(GenerousEmea()), Mode::kShadow).ok());
  ExpectOvertaken(packs_->StopTrial(As("emea-ops"), "", 9).status(), "1");
  EXPECT_TRUE(packs_->Get({})->rollout.trial.has_value());
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "", 1).ok());
  EXPECT_FALSE(packs_->Get({})->rollout.trial.has_value());
}

TEST_F(PackGuardsTest, APluginIsLoadedByWhoKnowsWhatDecides) {
  ExpectOvertaken(packs_->LoadPlugin(As("ops"), {.id = "com.example.none", .expected_generation = 5}).status(), "1");
}

TEST_F(PackGuardsTest, AnActivationThatIsOnlyTriedSaysWhatWouldDecide) {
  const std::string sha256 = Propose(GenerousEmea());
  const auto before = Actions("emea");
  for (const Mode mode : {Mode::kActive, Mode::kShadow}) {
    CallContext context = Named("try", "ActivatePack");
    context.validate_only = true;
    const auto tried = packs_->Activate(context, {.sha256 = sha256, .mode = mode});
    ASSERT_TRUE(tried.ok()) << tried.status();
    EXPECT_EQ(tried->generation, mode == Mode::kActive ? 2 : 1);
    EXPECT_EQ(tried->trial.has_value(), mode == Mode::kShadow);
  }
  EXPECT_EQ(deciding(), 1);
  EXPECT_EQ(packs_->Get({})->rollout.generation, 1);
  EXPECT_FALSE(packs_->Get({})->rollout.trial.has_value());
  EXPECT_EQ(Actions("emea"), before);
  // What would be refused is refused, and its name is free for the real call.
  CallContext context = Named("try", "ActivatePack");
  context.validate_only = true;
  EXPECT_EQ(packs_->Activate(context, {.sha256 = std::string(64, '0')}).status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(packs_->Activate(Named("try", "ActivatePack"), {.sha256 = sha256}).ok());
  EXPECT_EQ(deciding(), 2);
}

TEST_F(PackGuardsTest, AWayBackThatIsOnlyTriedChangesNothing) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256).ok());
  ASSERT_TRUE(Activate(Propose(Edited("latam", "pack.yaml", "version: ", "version: 9")), Mode::kCanary, 20).ok());
  const auto before = packs_->Get({})->rollout;
  const int64_t position = *engine_->LastPosition({});
  CallContext context = Named("try", "RollbackPack");
  context.validate_only = true;
  const auto back = packs_->Rollback(context, "emea", "", 2);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_NE(back->FindActive("emea")->ref.sha256, sha256);
  EXPECT_FALSE(back->trial.has_value());
  context.method = "StopTrial";
  const auto stopped = packs_->StopTrial(context, "", 2);
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_FALSE(stopped->trial.has_value());
  EXPECT_EQ(packs_->Get({})->rollout, before);
  EXPECT_EQ(*engine_->LastPosition({}), position);
  EXPECT_EQ(deciding(), 2);
  EXPECT_NE(holder_->GetDeciding()->canary, nullptr);
  ASSERT_TRUE(packs_->StopTrial(Named("try", "StopTrial"), "", 2).ok()) << "its name is free for the real call";
  EXPECT_EQ(packs_->Get({})->rollout.generation, 2);
}

TEST_F(PackGuardsTest, AProposalOfOneNameActsOnce) {
  PackCheck check;
  const auto first = packs_->Propose(Named("p1", "ProposePack"), GenerousEmea(), &check);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto events = Actions("emea").size();
  const auto again = packs_->Propose(Named("p1", "ProposePack"), GenerousEmea(), &check);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->candidate.ref, first->candidate.ref);
  EXPECT_EQ(Actions("emea").size(), events);
  const auto other = packs_->Propose(Named("p1", "ProposePack", "other"), GenerousEmea(), &check);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists) << "another request under the same name";
}

TEST_F(PackGuardsTest, AnApprovalOfOneNameActsOnce) {
  const std::string sha256 = Propose(Edited("central", "pack.yaml", "version: ", "version: 9"), "centre");
  const auto approve = [&](const std::string& fingerprint, domain::ApprovalSide side) {
    CallContext context = Named("a1", "ApprovePack", fingerprint);
    context.actor = "mia";
    return packs_->Approve(context, sha256, side);
  };
  ASSERT_TRUE(approve("f", domain::ApprovalSide::kMarketing).ok());
  const auto again = approve("f", domain::ApprovalSide::kMarketing);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->approvals.size(), 1u);
  EXPECT_EQ(approve("g", domain::ApprovalSide::kSales).status().code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace leadline::engine
