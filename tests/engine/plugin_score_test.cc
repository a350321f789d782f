// Plugins that give points: what they say counts and is told, and so is what counts in their place.
#include <numeric>

#include "engine/decide/known_record.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {
namespace {

using domain::Reason;
using domain::ReasonOutcome;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(PluginSlots, PointsCountWhereTheLayerLetsThemCount) {
  Decider decider(Use());
  const domain::Lead home = LeadFrom("twelve chars");
  const ScoreOutcome outcome = ScoreOf(decider, home);
  EXPECT_EQ(outcome.score.central, 12);
  EXPECT_EQ(outcome.score.adjustment, 0);
  const Reason* fit = Find(outcome.decision.reasons, "fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->layer, "central");
  EXPECT_EQ(fit->points, 12);
  EXPECT_EQ(fit->message, "letters of twelve chars");
  EXPECT_THAT(fit->source, HasSubstr("central/scoring.yaml:"));
  EXPECT_EQ(fit->evidence, (std::vector<domain::Evidence>{{kFit, "letters of twelve chars", 12, 0}}));

  // The region's own points are an adjustment, within the cap; the central score is what it was.
  const ScoreOutcome regional = ScoreOf(decider, LeadFrom("a source with thirty-one letters", "emea"));
  const ScoreOutcome central = ScoreOf(decider, LeadFrom("a source with thirty-one letters"));
  EXPECT_EQ(regional.score.central, central.score.central);
  EXPECT_EQ(regional.score.central, 20);
  EXPECT_EQ(regional.score.adjustment, 15);
  EXPECT_EQ(Find(regional.decision.reasons, "emea.habit")->layer, "emea");
  EXPECT_EQ(Find(regional.decision.reasons, "emea.habit")->points, 32);
  double sum = 0;
  for (const Reason& reason : regional.decision.reasons) sum += reason.points;
  EXPECT_EQ(sum, regional.score.total);
}

TEST_F(PluginSlots, APluginThatGivesNothingIsToldOnlyToWhomAsksWhy) {
  Decider decider(Use());
  const domain::Lead lead = LeadFrom("");
  EXPECT_EQ(Find(ScoreOf(decider, lead).decision.reasons, "fit"), nullptr);
  const ScoreOutcome why = ScoreOf(decider, lead, Explain::kWhyNot);
  const Reason* fit = Find(why.decision.reasons, "fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->outcome, ReasonOutcome::kNotFired);
  EXPECT_EQ(fit->message, "the plugin gives no points: letters of ");
}

TEST_F(PluginSlots, WhatCountsInPlaceOfAFailedPluginIsTold) {
  Decider skipping(Use());
  ScoreOutcome outcome = ScoreOf(skipping, LeadFrom("poison"));
  EXPECT_EQ(outcome.score.total, 0);
  const Reason* fit = Find(outcome.decision.reasons, "fit");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->outcome, ReasonOutcome::kError);
  EXPECT_EQ(fit->message, "the plugin was skipped: org.test.fit: cannot read this");
  EXPECT_THAT(outcome.decision.summary, HasSubstr("from 0 of"));

  Uses uses;
  uses.fit = "on_failure: fallback, fallback: 7, max_points: 20";
  Decider falling(Use(uses));
  outcome = ScoreOf(falling, LeadFrom("poison"));
  EXPECT_EQ(outcome.score.central, 7);
  EXPECT_EQ(Find(outcome.decision.reasons, "fit")->message,
            "the plugin failed, so the fallback 7 counts: org.test.fit: cannot read this");
  EXPECT_EQ(ScoreOf(falling, LeadFrom("twelve chars")).score.central, 12);

  uses.fit = "on_failure: fail, max_points: 20";
  Decider failing(Use(uses));
  const domain::Lead lead = LeadFrom("poison");
  EXPECT_TRUE(absl::IsInternal(failing.Score({&lead, nullptr, nullptr, {}, 5}, Explain::kNothing).status()));
  auto submitted = Submit(From("poison"));
  EXPECT_TRUE(absl::IsInternal(submitted.status())) << submitted.status();
  EXPECT_TRUE(Submit(From("web")).ok());
}

TEST_F(PluginSlots, ManyRecordsAreAskedAboutTogetherAndAnsweredAsAlone) {
  Decider decider(Use());
  std::vector<domain::Lead> leads;
  for (size_t i = 0; i < 150; ++i) leads.push_back(LeadFrom(std::string(i % 23, 'x'), i % 3 == 0 ? "emea" : ""));
  leads[70].source = "poison";
  std::vector<packs::RecordView> views;
  for (const domain::Lead& lead : leads) views.push_back({&lead, nullptr, nullptr, {}, 5});
  const auto many = decider.ScoreMany(views, Explain::kWhyNot);
  // The second sixty-four fail together, so each of them is asked alone.
  std::vector<size_t> expected = {64, 64};
  expected.insert(expected.end(), 64, 1);
  expected.push_back(22);
  EXPECT_EQ(fit_->calls, expected);
  EXPECT_EQ(std::accumulate(habit_->calls.begin(), habit_->calls.end(), size_t{0}), 50U);
  EXPECT_EQ(habit_->calls.size(), 3U);
  ASSERT_EQ(many.size(), leads.size());
  for (size_t i = 0; i < leads.size(); ++i) {
    ASSERT_TRUE(many[i].ok()) << many[i].status();
    const ScoreOutcome alone = ScoreOf(decider, leads[i], Explain::kWhyNot);
    EXPECT_EQ(many[i]->score, alone.score) << i;
    EXPECT_EQ(many[i]->decision.reasons, alone.decision.reasons) << i;
  }

  // A plugin that is down fails the batch at once, and is not asked again for each record.
  fit_->calls.clear();
  fit_->failure = absl::DeadlineExceededError("org.test.fit: too late");
  decider.ScoreMany(std::span(views).subspan(0, 64), Explain::kNothing);
  EXPECT_THAT(fit_->calls, ElementsAre(64));
}

// One record that is scored again and again.
TEST_F(PluginSlots, WhoAnsweredWithoutTheTimeIsNotAskedAgainAboutTheSameValues) {
  Decider decider(Use());
  domain::Lead lead = LeadFrom("twelve chars", "emea");
  KnownRecord known;
  const auto score = [&](Decider& by, Time now) {
    auto outcome = by.Score({&lead, nullptr, nullptr, {}, now}, Explain::kLater, &known);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    const ScoreOutcome alone = *by.Score({&lead, nullptr, nullptr, {}, now}, Explain::kLater);
    EXPECT_EQ(outcome->score, alone.score);
    EXPECT_EQ(outcome->answers, alone.answers);
    fit_->calls.pop_back();
    habit_->calls.pop_back();
    return outcome->score.central;
  };
  const auto timeless = [](const plugin::CallOptions& options) {
    if (options.timeless != nullptr) *options.timeless = true;
  };
  fit_->asked = timeless;  // the other one may have asked for the time
  EXPECT_EQ(score(decider, 5), 12);
  EXPECT_EQ(score(decider, kDay), 12);
  lead.status = "mql";
  EXPECT_EQ(score(decider, 2 * kDay), 12);
  EXPECT_EQ(fit_->calls.size(), 1U);
  EXPECT_EQ(habit_->calls.size(), 3U);
  // Another value, and the first one again.
  lead.source = "three";
  EXPECT_EQ(score(decider, 2 * kDay), 5);
  lead.source = "twelve chars";
  EXPECT_EQ(score(decider, 2 * kDay), 12);
  EXPECT_EQ(fit_->calls.size(), 3U);

  // What a failed call left is no answer.
  fit_->failure = absl::UnavailableError("org.test.fit: down");
  lead.source = "web";
  EXPECT_EQ(score(decider, 3 * kDay), 0);
  fit_->failure = absl::OkStatus();
  EXPECT_EQ(score(decider, 3 * kDay), 3);
  EXPECT_EQ(fit_->calls.size(), 5U);

  // Another snapshot has plugins of its own, also with the same rules.
  auto renewed = std::make_shared<Snapshot>(decider.snapshot());
  fit_ = Add(*renewed, kFit, "lead.region");
  Decider next(renewed);
  EXPECT_EQ(score(next, 3 * kDay), 4);
}

// A plugin that reads what happens to the record is asked each time.
TEST_F(PluginSlots, WhoReadsWhatHappensIsAskedEachTime) {
  std::shared_ptr<Snapshot> snapshot = Use();
  fit_ = Add(*snapshot, kFit, "record.last_response");
  fit_->asked = [](const plugin::CallOptions& options) {
    if (options.timeless != nullptr) *options.timeless = true;
  };
  Decider decider(snapshot);
  const domain::Lead lead = LeadFrom("web");
  const std::vector<domain::Activity> done = {Did("website", "low", "visit", kDay),
                                              Did("website", "low", "contact_me", 2 * kDay)};
  KnownRecord known;
  for (const size_t count : {size_t{1}, size_t{2}, size_t{1}}) {
    const packs::RecordView view{&lead, nullptr, nullptr, std::span(done).first(count), 5 * kDay};
    const auto outcome = decider.Score(view, Explain::kFired, &known);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    const Reason* fit = Find(outcome->decision.reasons, "fit");
    ASSERT_NE(fit, nullptr);
    EXPECT_EQ(fit->points, static_cast<double>(done[count - 1].response.size()));
  }
}

TEST_F(PluginSlots, EachRecordOfABatchHasItsOwnOutcome) {
  Uses uses;
  uses.fit = "on_failure: fail, max_points: 20";
  Use(uses);
  std::vector<ScoringRecord> records(70);
  for (ScoringRecord& record : records) record.lead.source = "web";
  records[3].lead.source = "poison";
  const auto scored = engine_->ScoreMany(records, 0, true);
  ASSERT_EQ(scored.size(), 70U);
  EXPECT_TRUE(absl::IsInternal(scored[3].status()));
  for (const size_t i : {size_t{0}, size_t{4}, size_t{69}}) {
    ASSERT_TRUE(scored[i].ok()) << scored[i].status();
    const auto alone = engine_->Score(records[i], 0, true);
    EXPECT_EQ(scored[i]->score, alone->score);
    EXPECT_EQ(scored[i]->decision.reasons, alone->decision.reasons);
    EXPECT_EQ(scored[i]->entry_status, alone->entry_status);
  }
}

}  // namespace
}  // namespace leadline::engine
