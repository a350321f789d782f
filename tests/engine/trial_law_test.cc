// A trial that has ended leaves no trace in what leads are: each has the score and the status that it would have
// without it.
#include <gmock/gmock.h>

#include "engine/rollout/trial_undo.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// Beside the engine there is another one on a store of its own, which hears the same and has no trial.
class TrialLawTest : public PackRolloutTest {
 protected:
  void SetUp() override {
    PackRolloutTest::SetUp();
    store::SqliteOptions options;
    options.path = folder_ / "without.db";
    auto opened = store::OpenSqliteStore(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    without_store_ = *std::move(opened);
    without_holder_ = std::make_unique<SnapshotHolder>(holder_->Get());
    without_ = std::make_unique<Engine>(EngineOptions{&clock_, &ids_, without_store_.get(), without_holder_.get()});
  }
  void TearDown() override {
    without_.reset();
    without_store_.reset();
    PackRolloutTest::TearDown();
  }

  // Approved by both sides.
  std::string ProposeCentral(const packs::PackFiles& files) {
    const std::string sha256 = Propose(files, "centre");
    EXPECT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
    EXPECT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
    return sha256;
  }
  // Heads, whom all enquiries below are from, get so many points more than the 22 of the centre.
  packs::PackFiles CentralWithHeads(int more) {
    const std::string rule = "contact.seniority == \"head\"\n    points: ";
    return Edited("central", "scoring.yaml", rule + "22\n", rule + std::to_string(22 + more) + "\n");
  }
  static constexpr int kLenient = 40, kStrict = -62;
  void StartCanary(const std::string& sha256, int percent) {
    const auto started = Activate(sha256, Mode::kCanary, percent);
    ASSERT_TRUE(started.ok()) << started.status();
  }

  struct Pair {
    domain::Lead tried, without;
    std::string person, person_without;  // contact ids
  };

  // One enquiry of each kind in turn, to both.
  void Take(int count, const std::string& country = "ES") {
    for (int i = 0; i < count; ++i) {
      const int number = static_cast<int>(pairs_.size());
      Enquiry e = Purchaser();
      e.contact.email = fmt::format("p{}@firm{}.com", number, number);
      e.contact.given_name = fmt::format("Given{}", number);
      e.contact.family_name = fmt::format("Family{}", number);
      e.account = {};
      e.account.name = fmt::format("Firm {}", number);
      e.account.country = country;
      e.activities.clear();
      if (number % 4 == 1) e.activities = {Did("website", "low", "visit")};
      if (number % 4 == 2) {
        e.activities = {Did("event", "high", "attend", clock_.Now() - 2 * kDay), Did("webinar", "high", "attend")};
        e.created_at = clock_.Now() - 3 * kDay;
      }
      if (number % 4 == 3) e.activities = {Did("event", "high", "meeting")};
      const auto without =
          Wait<SubmitResult>([&](Done<SubmitResult> done) { without_->SubmitEnquiry({}, e, false, std::move(done)); });
      const auto tried = Submit(e);
      ASSERT_TRUE(tried.ok()) << tried.status();
      ASSERT_TRUE(without.ok()) << without.status();
      pairs_.push_back({tried->lead, without->lead, tried->contact.id, without->contact.id});
    }
  }
  void Hear(size_t pair, const std::string& channel, const std::string& investment, const std::string& response) {
    domain::Activity activity = Did(channel, investment, response);
    activity.lead_id = pairs_[pair].tried.id;
    const auto tried = Act(activity);
    activity.lead_id = pairs_[pair].without.id;
    const auto without = Wait<ActivityResult>(
        [&](Done<ActivityResult> done) { without_->RecordActivity({}, activity, std::move(done)); });
    ASSERT_TRUE(tried.ok()) << tried.status();
    ASSERT_TRUE(without.ok()) << without.status();
  }

  domain::Lead Tried(size_t pair) { return *engine_->GetLead({}, LeadName(pairs_[pair].tried)); }
  domain::Lead Without(size_t pair) { return *without_->GetLead({}, LeadName(pairs_[pair].without)); }
  static std::string StatusOf(Engine& engine, const std::string& person) {
    return engine.GetEntity({}, domain::ResourceName(domain::RecordKind::kContact, person))->contact->status;
  }
  std::vector<size_t> Differing() {
    std::vector<size_t> out;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      if (Tried(i).status != Without(i).status) out.push_back(i);
    }
    return out;
  }
  void ExpectAsWithout() {
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const domain::Lead tried = Tried(i), without = Without(i);
      EXPECT_EQ(tried.status, without.status) << "pair " << i;
      EXPECT_NEAR(tried.score.central, without.score.central, 0.05) << "pair " << i;
      EXPECT_NEAR(tried.score.adjustment, without.score.adjustment, 0.05) << "pair " << i;
      EXPECT_EQ(tried.score.threshold, without.score.threshold) << "pair " << i;
      EXPECT_EQ(tried.score.qualified, without.score.qualified) << "pair " << i;
      EXPECT_EQ(tried.open, without.open) << "pair " << i;
      EXPECT_EQ(StatusOf(*engine_, pairs_[i].person), StatusOf(*without_, pairs_[i].person_without)) << "pair " << i;
    }
  }
  domain::Rescoring Progress() { return *packs_->Get({})->rollout.rescoring; }
  domain::Rescoring Finish() {
    for (int i = 0; i < 200 && Progress().finished_at == 0; ++i) {
      const auto step = packs_->RescoreSome({}, 3);
      EXPECT_TRUE(step.ok()) << step.status();
      EXPECT_THAT(step->set_aside, IsEmpty());
    }
    EXPECT_NE(Progress().finished_at, 0);
    return Progress();
  }
  int64_t InShare(const std::string& sha256, int percent) {
    return std::count_if(pairs_.begin(), pairs_.end(),
                         [&](const Pair& p) { return InCanary(p.tried.id, sha256, percent); });
  }
  domain::PackChanged LastChange(const std::string& pack) {
    const auto history = History("packs/" + pack);
    return std::get<domain::PackChanged>(history->back().payload);
  }

  std::vector<Pair> pairs_;
  std::unique_ptr<store::Store> without_store_;
  std::unique_ptr<SnapshotHolder> without_holder_;
  std::unique_ptr<Engine> without_;
};

TEST_F(TrialLawTest, AStoppedTrialLeavesNoTrace) {
  Take(8);
  const std::string sha256 = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 60));
  ASSERT_NO_FATAL_FAILURE(Take(24));
  clock_.Advance(kMinute);
  for (size_t i = 0; i < pairs_.size(); i += 3) Hear(i, "webinar", "high", "attend");
  clock_.Advance(kMinute);
  for (size_t i = 0; i < pairs_.size(); i += 5) Hear(i, "website", "low", "visit");
  ASSERT_GE(Differing().size(), 5u) << "the trial must decide something";
  ASSERT_TRUE(packs_->StopTrial(As("centre"), "seen enough").ok());
  EXPECT_EQ(LastChange("central").action, "trial_stopped");
  EXPECT_EQ(LastChange("central").reason, "seen enough");
  // The share alone is decided again.
  const domain::Rescoring progress = Finish();
  EXPECT_EQ(progress.left_out, static_cast<int64_t>(pairs_.size()) - InShare(sha256, 60));
  EXPECT_EQ(progress.same + progress.changed, InShare(sha256, 60));
  EXPECT_EQ(progress.done, progress.total);
  EXPECT_THAT(progress.regions, IsEmpty());
  ExpectAsWithout();
  // It is told why a status is another one, and nothing is left to do.
  int64_t told = 0;
  for (const Pair& pair : pairs_) {
    const auto history = History(LeadName(pair.tried));
    for (const domain::Event& event : *history) {
      const auto* moved = std::get_if<domain::StatusChanged>(&event.payload);
      told += moved != nullptr && moved->trigger == "trial_ended" ? 1 : 0;
    }
  }
  EXPECT_GE(told, 5);
  EXPECT_EQ(packs_->RescoreSome({}, 10)->leads, 0);
}

// The other way round: whom the trial held back goes on now.
TEST_F(TrialLawTest, WhomATrialHeldBackGoesOn) {
  const std::string sha256 = ProposeCentral(CentralWithHeads(kStrict));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 60));
  ASSERT_NO_FATAL_FAILURE(Take(16));
  for (int turn = 0; turn < 3; ++turn) {
    clock_.Advance(kMinute);
    for (size_t i = 0; i < pairs_.size(); ++i) Hear(i, "webinar", turn % 2 == 0 ? "high" : "medium", "attend");
  }
  ASSERT_GE(Differing().size(), 3u);
  ASSERT_TRUE(packs_->StopTrial(As("centre"), "seen enough").ok());
  Finish();
  ExpectAsWithout();
}

TEST_F(TrialLawTest, AnActivationThatEndsATrialLeavesNoTraceOfIt) {
  const std::string sha256 = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 60));
  ASSERT_NO_FATAL_FAILURE(Take(16));
  ASSERT_GE(Differing().size(), 2u);
  // Another region's pack, and the scores of all others are to stay as they are.
  packs::PackFiles remark = *folder_set_.Find("latam");
  remark.files["scoring.yaml"] += "\n# Looked at in March.\n";
  ActivateRequest request{Propose(remark), Mode::kActive, 0, "because", false};
  const auto activated = packs_->Activate(As("latam-ops"), request);
  ASSERT_TRUE(activated.ok()) << activated.status();
  EXPECT_FALSE(activated->trial.has_value());
  EXPECT_EQ(LastChange("central").action, "trial_stopped") << "the ledger tells it of the pack that was on trial";
  EXPECT_EQ(LastChange("central").reason, "latam activated");
  EXPECT_EQ(LastChange("central").sha256, sha256);
  EXPECT_THAT(Actions("central"), Contains("trial_stopped by latam-ops"));
  EXPECT_EQ(Finish().left_out, static_cast<int64_t>(pairs_.size()) - InShare(sha256, 60));
  ExpectAsWithout();
}

TEST_F(TrialLawTest, ARollbackOrAnotherTrialThatEndsATrialLeavesNoTraceOfIt) {
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  const std::string lenient = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(lenient, 60));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "too generous").ok());
  EXPECT_EQ(LastChange("central").action, "trial_stopped");
  Finish();
  ExpectAsWithout();

  ASSERT_NO_FATAL_FAILURE(StartCanary(lenient, 60));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  ASSERT_GE(Differing().size(), 1u);
  ASSERT_TRUE(Activate(Propose(GenerousEmea()), Mode::kShadow).ok());
  EXPECT_THAT(LastChange("central").action, "trial_stopped");
  EXPECT_EQ(LastChange("emea").action, "shadow_started");
  Finish();
  ExpectAsWithout();
}

TEST_F(TrialLawTest, ARestartInBetweenGoesOn) {
  const std::string sha256 = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 80));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  Restart();
  ASSERT_NO_FATAL_FAILURE(Take(12));
  ASSERT_GE(Differing().size(), 3u);
  ASSERT_TRUE(packs_->StopTrial(As("centre"), "").ok());
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 3);
  Restart();
  EXPECT_THAT(Progress().shares, testing::SizeIs(1));
  Finish();
  ExpectAsWithout();
}

// What began before the trial ended goes on, and is not forgotten.
TEST_F(TrialLawTest, ARescoringThatGoesOnTakesTheShareAlong) {
  ASSERT_NO_FATAL_FAILURE(Take(8));
  const std::string lenient = ProposeCentral(CentralWithHeads(kLenient));
  const std::string emea = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(emea).ok());
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 3);
  ASSERT_NO_FATAL_FAILURE(StartCanary(lenient, 60));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  ASSERT_TRUE(packs_->StopTrial(As("centre"), "").ok());
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 3);
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "too generous").ok());
  EXPECT_THAT(Progress().shares, testing::SizeIs(1)) << "not gone over yet";
  Finish();
  ExpectAsWithout();
}

TEST_F(TrialLawTest, WhatPeopleSaidStands) {
  const std::string sha256 = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 90));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  std::vector<size_t> differing = Differing();
  std::erase_if(differing, [&](size_t i) { return Tried(i).status != "mql"; });
  ASSERT_GE(differing.size(), 2u);
  const auto accepted = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->AcceptLead(As("ana"), LeadName(pairs_[differing[0]].tried), "", std::move(done));
  });
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  const std::string worked_by = Tried(differing[1]).assignee;
  ASSERT_TRUE(packs_->StopTrial(As("centre"), "").ok());
  Finish();
  EXPECT_EQ(Tried(differing[0]).status, "sal");
  EXPECT_EQ(StatusOf(*engine_, pairs_[differing[0]].person), "sal");
  EXPECT_FALSE(Tried(differing[0]).score.qualified) << "the score is the active packs'";
  EXPECT_EQ(Tried(differing[1]).status, Without(differing[1]).status);
  EXPECT_EQ(Tried(differing[1]).assignee, worked_by) << "who works it keeps it";
}

TEST_F(TrialLawTest, ASmallerShareGivesBackWhatItLoses) {
  const std::string sha256 = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 40));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 80));
  EXPECT_FALSE(packs_->Get({})->rollout.rescoring.has_value()) << "it only takes more";
  ASSERT_NO_FATAL_FAILURE(Take(12));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 20));
  Finish();
  int in_share = 0;
  for (size_t i = 0; i < pairs_.size(); ++i) {
    if (!InCanary(pairs_[i].tried.id, sha256, 20)) {
      EXPECT_EQ(Tried(i).status, Without(i).status);
    } else {
      EXPECT_NEAR(Tried(i).score.central - Without(i).score.central, kLenient, 0.05);
      ++in_share;
    }
  }
  EXPECT_GE(in_share, 1);
  ASSERT_TRUE(packs_->StopTrial(As("centre"), "").ok());
  Finish();
  ExpectAsWithout();
}

// What it decided otherwise before, with plugins of then, it may not decide otherwise any more.
TEST_F(TrialLawTest, ACanaryThatGoesOnForgetsNoRegion) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 40));
  const absl::Status noted = store::WriteAndWait(*store_, "default", [](store::Transaction& tx) -> absl::Status {
    auto rollout = tx.GetRollout();
    if (!rollout.ok()) return rollout.status();
    rollout->trial->regions = {"emea", "latam"};
    return tx.Put(*rollout);
  });
  ASSERT_TRUE(noted.ok()) << noted;
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 80));
  EXPECT_THAT(packs_->Get({})->rollout.trial->regions, ElementsAre("emea", "latam"));
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "").ok());
  ASSERT_THAT(Progress().shares, testing::SizeIs(1));
  EXPECT_THAT(Progress().shares[0].regions, ElementsAre("emea", "latam"));
  // One that begins anew has decided about nobody yet.
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 40));
  EXPECT_THAT(packs_->Get({})->rollout.trial->regions, ElementsAre("emea"));
}

// A region's trial: leads of others are not looked at.
TEST_F(TrialLawTest, ATrialInOneRegionTouchesNoLeadOfAnother) {
  ASSERT_TRUE(Activate(Propose(GenerousEmea()), Mode::kCanary, 90).ok());
  ASSERT_NO_FATAL_FAILURE(Take(6, "ES"));
  ASSERT_NO_FATAL_FAILURE(Take(6, "BR"));
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "").ok());
  ASSERT_THAT(Progress().shares, testing::SizeIs(1));
  EXPECT_THAT(Progress().shares[0].regions, ElementsAre("emea"));
  EXPECT_GE(Finish().left_out, 6);
  for (size_t i = 6; i < 12; ++i) EXPECT_EQ(Tried(i), pairs_[i].tried);
  ExpectAsWithout();
}

TEST_F(TrialLawTest, AShadowThatEndsLeavesNothingToDo) {
  ASSERT_TRUE(Activate(Propose(GenerousEmea()), Mode::kShadow).ok());
  ASSERT_NO_FATAL_FAILURE(Take(4));
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "seen enough").ok());
  EXPECT_FALSE(packs_->Get({})->rollout.rescoring.has_value());
  EXPECT_EQ(LastChange("emea").action, "trial_stopped");
  ExpectAsWithout();
}

// What decides for all leads now, decided them.
TEST_F(TrialLawTest, AnActivatedCandidateKeepsItsShare) {
  const std::string sha256 = ProposeCentral(CentralWithHeads(kLenient));
  ASSERT_NO_FATAL_FAILURE(StartCanary(sha256, 60));
  ASSERT_NO_FATAL_FAILURE(Take(12));
  std::vector<std::string> before;
  for (size_t i = 0; i < pairs_.size(); ++i) before.push_back(Tried(i).status);
  ASSERT_TRUE(Activate(sha256).ok());
  EXPECT_THAT(Actions("central"), Contains("trial_stopped by emea-ops"));
  Finish();
  for (size_t i = 0; i < pairs_.size(); ++i) {
    const bool in_share = InCanary(pairs_[i].tried.id, sha256, 60);
    if (in_share) {
      EXPECT_EQ(Tried(i).status, before[i]) << "pair " << i;
    }
    EXPECT_NEAR(Tried(i).score.central - Without(i).score.central, kLenient, 0.05);
  }
}

}  // namespace
}  // namespace leadline::engine
