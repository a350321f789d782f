// One lead whose step fails holds up nobody: neither service levels nor scoring again.
#include "engine/work/set_aside.h"

#include "tests/engine/poison_fixture.h"

namespace leadline::engine {
namespace {

using domain::Rescoring;
using domain::SlaState;
using testing::HasSubstr;

// -------------------------------------------------------------------------------------------- Service levels

// Steps that are taken until nothing is due but what was set aside.
ClockStep AdvanceAll(Engine& engine, int limit = 100) {
  ClockStep all;
  for (int i = 0; i < 100; ++i) {
    auto step = engine.AdvanceClocks({}, limit);
    EXPECT_TRUE(step.ok()) << step.status();
    if (!step.ok() || step->touched + step->set_aside.size() == 0) break;
    all.touched += step->touched;
    all.set_aside.insert(all.set_aside.end(), step->set_aside.begin(), step->set_aside.end());
  }
  return all;
}

// Whether somebody let it breach; it goes to another rep then, who has a clock of their own.
bool Breached(const domain::Lead& lead) { return lead.sla->state == SlaState::kBreached || lead.handed_on > 0; }

TEST_F(PoisonTest, ALeadWhoseBreachFailsIsSetAsideAndTheOthersAreBreached) {
  const domain::Lead poison = Take(0, "poison");
  const domain::Lead one = Take(1, "Head of Purchasing"), two = Take(2, "Head of Purchasing");
  ASSERT_TRUE(poison.sla.has_value());
  clock_.Advance(30 * kDay);
  Poison(folder_set_);
  const ClockStep step = AdvanceAll(*engine_);
  ASSERT_EQ(step.set_aside.size(), 1u);
  EXPECT_EQ(step.set_aside[0].lead, poison.id);
  EXPECT_EQ(step.set_aside[0].tries, 1);
  EXPECT_THAT(step.set_aside[0].error, HasSubstr("cannot read this"));
  EXPECT_TRUE(Breached(*engine_->GetLead({}, LeadName(one))));
  EXPECT_TRUE(Breached(*engine_->GetLead({}, LeadName(two))));
  EXPECT_FALSE(Breached(*engine_->GetLead({}, LeadName(poison))));

  // It is left alone until its time, and then tried again, less often each time.
  EXPECT_EQ(AdvanceAll(*engine_).set_aside.size(), 0u);
  clock_.Advance(domain::RetryDelay(1));
  const ClockStep again = AdvanceAll(*engine_);
  ASSERT_EQ(again.set_aside.size(), 1u);
  EXPECT_EQ(again.set_aside[0].tries, 2);
  EXPECT_EQ(again.set_aside[0].retry_at, clock_.Now() + domain::RetryDelay(2));
  Mend();
  EXPECT_EQ(AdvanceAll(*engine_).touched, 0);
  clock_.Advance(domain::RetryDelay(2));
  EXPECT_EQ(AdvanceAll(*engine_).touched, 2) << "the lead, and the person whose score went by the time";
  EXPECT_TRUE(Breached(*engine_->GetLead({}, LeadName(poison))));
}

TEST_F(PoisonTest, LeadsBehindThoseThatAreSetAsideHaveTheirTurn) {
  // The poisoned ones are due first.
  std::vector<domain::Lead> good;
  for (int i = 0; i < 5; ++i) Take(i, "poison");
  clock_.Advance(kMinute);
  for (int i = 5; i < 8; ++i) good.push_back(Take(i, "Head of Purchasing"));
  clock_.Advance(30 * kDay);
  Poison(folder_set_);
  EXPECT_EQ(AdvanceAll(*engine_, /*limit=*/2).set_aside.size(), 5u);
  for (const domain::Lead& lead : good) {
    EXPECT_TRUE(Breached(*engine_->GetLead({}, LeadName(lead))));
  }
}

TEST_F(PoisonTest, AStoreThatIsClosedIsNoLeadsFault) {
  Take(0, "Head of Purchasing");
  clock_.Advance(30 * kDay);
  store_->Close();
  as_told_ = false;  // nothing can be read any more
  EXPECT_EQ(engine_->AdvanceClocks({}, 10).status().code(), absl::StatusCode::kUnavailable);
}

// ------------------------------------------------------------------------------------------------ Scoring again

class RescoringTest : public PoisonTest {
 protected:
  Rescoring Progress() { return *packs_->Get({})->rollout.rescoring; }
  // Every step that can be taken now.
  RescoreStep RescoreAll(int limit = 3) {
    RescoreStep all;
    for (int i = 0; i < 1000; ++i) {
      auto step = packs_->RescoreSome({}, limit);
      EXPECT_TRUE(step.ok()) << step.status();
      if (!step.ok() || step->leads == 0) break;
      EXPECT_LE(step->leads, limit);
      all.leads += step->leads;
      all.set_aside.insert(all.set_aside.end(), step->set_aside.begin(), step->set_aside.end());
      all.skipped.insert(all.skipped.end(), step->skipped.begin(), step->skipped.end());
    }
    return all;
  }
  // The folder's packs with a generous EMEA, which is proposed and activated.
  packs::PackSet ActivateGenerous() {
    const packs::PackFiles generous = GenerousEmea();
    EXPECT_TRUE(Activate(Propose(generous)).ok());
    packs::PackSet set = folder_set_;
    set.Put(generous);
    return set;
  }
  double Adjustment(const domain::Lead& lead) { return engine_->GetLead({}, LeadName(lead))->score.adjustment; }
};

TEST_F(RescoringTest, TheOthersGoOnAndWhatWasSetAsideIsTriedAgainAfterARestart) {
  const domain::Lead poison = Take(0, "poison");
  std::vector<domain::Lead> good;
  for (int i = 1; i < 7; ++i) good.push_back(Take(i, "Head of Purchasing"));
  Poison(ActivateGenerous());
  const RescoreStep step = RescoreAll();
  EXPECT_EQ(step.leads, 7);
  ASSERT_EQ(step.set_aside.size(), 1u);
  EXPECT_EQ(step.set_aside[0].lead, poison.id);
  for (const domain::Lead& lead : good) EXPECT_GT(Adjustment(lead), lead.score.adjustment);
  Rescoring progress = Progress();
  EXPECT_EQ(progress.done, 7);
  EXPECT_EQ(progress.changed, 6);
  EXPECT_EQ(progress.finished_at, 0) << "one is to be tried again";
  ASSERT_EQ(progress.set_aside.size(), 1u);
  EXPECT_THAT(progress.set_aside[0].error, HasSubstr("cannot read this"));

  // The server starts again, with a plugin that can read it.
  packs_.reset();
  engine_.reset();
  store_.reset();
  OpenStore();
  UseDeciders(&deciders_);
  EXPECT_EQ(RescoreAll().leads, 0) << "its time has not come";
  clock_.Advance(domain::RetryDelay(1));
  EXPECT_EQ(RescoreAll().leads, 1);
  progress = Progress();
  EXPECT_TRUE(progress.set_aside.empty());
  EXPECT_NE(progress.finished_at, 0);
  EXPECT_EQ(progress.done, 7);
  EXPECT_EQ(progress.skipped, 0);
}

TEST_F(RescoringTest, ALeadThatFailsTooOftenIsSkippedAndSaidSo) {
  const domain::Lead poison = Take(0, "poison");
  Take(1, "Head of Purchasing");
  Poison(ActivateGenerous());
  RescoreStep all;
  for (int i = 0; i < 20 && Progress().finished_at == 0; ++i) {
    const RescoreStep step = RescoreAll();
    all.set_aside.insert(all.set_aside.end(), step.set_aside.begin(), step.set_aside.end());
    all.skipped.insert(all.skipped.end(), step.skipped.begin(), step.skipped.end());
    clock_.Advance(10 * kMinute);
  }
  const Rescoring progress = Progress();
  EXPECT_NE(progress.finished_at, 0);
  EXPECT_EQ(progress.skipped, 1);
  EXPECT_TRUE(progress.set_aside.empty());
  ASSERT_EQ(progress.skipped_leads.size(), 1u);
  EXPECT_EQ(progress.skipped_leads[0].lead, poison.id);
  EXPECT_EQ(progress.skipped_leads[0].tries, Rescoring::kMostTries);
  EXPECT_THAT(progress.skipped_leads[0].error, HasSubstr("cannot read this"));
  EXPECT_EQ(all.set_aside.size(), static_cast<size_t>(Rescoring::kMostTries - 1));
  ASSERT_EQ(all.skipped.size(), 1u);
  EXPECT_EQ(Adjustment(poison), poison.score.adjustment);
}

// More leads than are under way at the same time; with and without threads of their own the same comes out.
TEST_F(RescoringTest, ManyAtTheSameTimeGiveWhatOneAfterTheOtherGives) {
  std::vector<domain::Lead> leads;
  for (int i = 0; i < 40; ++i) leads.push_back(Take(i, i % 13 == 5 ? "poison" : "Head of Purchasing"));
  for (Executor* deciders : {&deciders_, static_cast<Executor*>(nullptr)}) {
    UseDeciders(deciders);
    Poison(ActivateGenerous());
    auto step = packs_->RescoreSome({}, 100);
    ASSERT_TRUE(step.ok()) << step.status();
    EXPECT_EQ(step->leads, 40);
    EXPECT_EQ(step->set_aside.size(), 3u);
    const Rescoring progress = Progress();
    EXPECT_EQ(progress.done, 40);
    EXPECT_EQ(progress.changed, 37);
    EXPECT_EQ(progress.set_aside.size(), 3u);
    for (size_t i = 0; i < leads.size(); ++i) {
      EXPECT_EQ(Adjustment(leads[i]) != leads[i].score.adjustment, i % 13 != 5) << i;
    }
    Mend();
    ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "").ok());
    RescoreAll(100);
    for (const domain::Lead& lead : leads) EXPECT_EQ(Adjustment(lead), lead.score.adjustment);
  }
}

TEST_F(RescoringTest, ALeadThatIsDecidedAsBeforeIsNotWritten) {
  for (int i = 0; i < 5; ++i) Take(i, "Head of Purchasing");
  // Another rule, which none of them meets.
  packs::PackFiles other = Edited("emea", "scoring.yaml", "    points: 4\n", "    points: 3\n");
  ASSERT_TRUE(Activate(Propose(other)).ok());
  const int64_t before = *engine_->LastPosition({});
  EXPECT_EQ(RescoreAll().leads, 5);
  EXPECT_EQ(*engine_->LastPosition({}), before);
  EXPECT_EQ(Progress().changed, 0);
  EXPECT_EQ(Progress().same, 5);
  EXPECT_NE(Progress().finished_at, 0);
}

// Some leads were scored again, and the server ended before it noted so: none is left out, none is written twice.
TEST_F(RescoringTest, AnEndBeforeTheProgressIsNotedCostsNothing) {
  for (int i = 0; i < 6; ++i) Take(i, "Head of Purchasing");
  ActivateGenerous();
  const auto rollout = packs_->Get({})->rollout;
  EXPECT_EQ(packs_->RescoreSome({}, 4)->leads, 4);
  const int64_t position = *engine_->LastPosition({});
  // As if the progress of that step had not been written.
  ASSERT_TRUE(
      store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) { return tx.PutProgress(rollout); }).ok());
  EXPECT_EQ(packs_->RescoreSome({}, 4)->leads, 4);
  EXPECT_EQ(*engine_->LastPosition({}), position);
  RescoreAll();
  const Rescoring progress = Progress();
  EXPECT_EQ(progress.done, 6);
  EXPECT_NE(progress.finished_at, 0);
}

TEST_F(RescoringTest, PacksThatAreActivatedMeanwhileBeginAnew) {
  for (int i = 0; i < 5; ++i) Take(i, "Head of Purchasing");
  ActivateGenerous();
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 3);
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "").ok());
  EXPECT_EQ(Progress().done, 0);
  EXPECT_EQ(RescoreAll().leads, 5);
  EXPECT_EQ(Progress().changed, 3) << "those that the version before had reached";
}

TEST(SetAsideTest, WaitsLongerEachTimeAndForgetsWhoHasNothingToDo) {
  SetAside set_aside;
  Time now = 1000;
  Duration last = 0;
  for (int i = 0; i < 12; ++i) {
    const domain::SetAsideLead lead = set_aside.Failed("a", absl::InternalError("no"), now);
    EXPECT_EQ(lead.tries, i + 1);
    EXPECT_GE(lead.retry_at - now, last);
    EXPECT_LE(lead.retry_at - now, 10 * kMinute);
    EXPECT_TRUE(set_aside.Waits("a", lead.retry_at - 1));
    EXPECT_FALSE(set_aside.Waits("a", lead.retry_at));
    last = lead.retry_at - now;
    now = lead.retry_at;
  }
  EXPECT_EQ(last, 10 * kMinute);
  set_aside.Failed("b", absl::InternalError("no"), now);
  set_aside.KeepOnly({"b"});
  EXPECT_EQ(set_aside.size(), 1u);
  set_aside.Succeeded("b");
  EXPECT_EQ(set_aside.size(), 0u);
}

}  // namespace
}  // namespace leadline::engine
