// Activities counted by day against the list that they stand for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fmt/format.h"
#include "packs/pack_files.h"
#include "packs/run/evaluation.h"
#include "packs/run/scoring_plan.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

domain::ScoreResult ScoreOf(Evaluation& evaluation, const RegionRules& region, const RecordView& view) {
  std::vector<domain::RuleHit> hits;
  std::vector<domain::CountedHit> counted;
  evaluation.Bind(region, view);
  evaluation.ScoringHits(hits);
  evaluation.CountedHits(counted);
  return domain::FoldScore(region.scoring, hits, view.activities, view.now, false, {}, {}, counted);
}

// The repository's central pack with one more rule.
LoadResult WithRule(const std::string& rule, const std::string& from = "", const std::string& to = "") {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  PackFiles central = *set.Find("central");
  std::string& scoring = central.files["scoring.yaml"];
  scoring.insert(scoring.find("  - id: mail.bounced\n"), rule);
  if (!from.empty()) scoring.replace(scoring.find(from), from.size(), to);
  set.Put(std::move(central));
  return LoadRuleSet(set);
}

TEST(Counting, TheShippedRulesOfEveryRegionCanBeCounted) {
  EXPECT_FALSE(Evaluation::Counting(Rules().ForRegion("")).empty());
  for (const std::string& region : Rules().regions()) {
    EXPECT_FALSE(Evaluation::Counting(Rules().ForRegion(region)).empty()) << region;
  }
  EXPECT_NE(Evaluation::Counting(Rules().ForRegion("")), Evaluation::Counting(Rules().ForRegion("emea")))
      << "emea has a rule for each activity of its own";
}

// Whatever share of the activities is counted: the same score, and the same fields of the record.
TEST(Counting, GivesWhatTheListGives) {
  std::mt19937_64 random(11);
  Evaluation evaluation(Rules());
  for (int i = 0; i < 400; ++i) {
    Sample sample = RandomSample(Rules(), random, random() % 60);
    for (size_t a = 0; a < sample.activities.size(); ++a) {
      domain::Activity& activity = sample.activities[a];
      activity.id = "act" + std::to_string(a);
      // Around the ages that rules ask for, too.
      if (random() % 2 == 0) activity.time = kNow - static_cast<Time>(random() % (12 * 24)) * kHour;
      if (random() % 6 == 0) activity.response = "sent";
    }
    std::sort(sample.activities.begin(), sample.activities.end(), domain::Older);
    for (const std::string name : {"", "apac", "emea", "latam", "north_america"}) {
      SCOPED_TRACE(fmt::format("{} {}", i, name));
      const RegionRules& region = Rules().ForRegion(name);
      const size_t share = random() % (sample.activities.size() + 1);
      std::vector<domain::Activity> mixed = sample.activities;
      std::shuffle(mixed.begin(), mixed.end(), random);
      const std::span<const domain::Activity> counted = std::span(mixed).first(share);
      domain::ActivityTally tally;
      ASSERT_TRUE(evaluation.Count(region, counted, tally));
      std::vector<domain::Activity> listed(mixed.begin() + static_cast<std::ptrdiff_t>(share), mixed.end());
      std::sort(listed.begin(), listed.end(), domain::Older);

      const RecordView whole = sample.view();
      RecordView view = whole;
      view.activities = listed;
      domain::CountedPast past = domain::PastOf(tally, domain::DayOf(kNow));
      if (const auto* day = domain::LastWithInteraction(tally, past.last_day)) {
        past.last_interaction =
            &*std::find_if(mixed.begin(), mixed.end(), [&](const auto& a) { return a.id == day->last_interaction_id; });
      }
      view.past = &past;
      const domain::ScoreResult expected = ScoreOf(evaluation, region, whole);
      const domain::ScoreResult result = ScoreOf(evaluation, region, view);
      EXPECT_EQ(expected.score, result.score);
      ASSERT_EQ(expected.decaying.size(), result.decaying.size());
      for (size_t d = 0; d < expected.decaying.size(); ++d) {
        EXPECT_EQ(expected.decaying[d].points, result.decaying[d].points);
        EXPECT_EQ(expected.decaying[d].half_life, result.decaying[d].half_life);
        EXPECT_EQ(expected.decaying[d].parts, result.decaying[d].parts);
        EXPECT_EQ(expected.decaying[d].regional, result.decaying[d].regional);
      }
      evaluation.Bind(region, whole);
      const Time next = evaluation.NextScoringFlip();
      evaluation.Bind(region, view);
      EXPECT_EQ(next, evaluation.NextScoringFlip()) << "the first age of an activity that turns";
      for (const char* field : {"record.interactions", "record.last_channel", "record.last_investment",
                                "record.last_response", "record.days_since_interaction"}) {
        const int slot = Rules().FieldSlot(field);
        evaluation.Bind(region, whole);
        const cel::Value of_list = evaluation.Field(slot);
        evaluation.Bind(region, view);
        EXPECT_TRUE(cel::Equals(of_list, evaluation.Field(slot))) << field;
      }
    }
  }
}

TEST(Counting, WhatAConditionMayAskOf) {
  const auto possible = [](const std::string& condition) {
    const LoadResult loaded =
        WithRule(fmt::format("  - id: tried\n    dimension: behaviour\n    each: activity\n    when: '{}'\n    points: "
                             "1\n    max_points: 2\n",
                             condition));
    EXPECT_NE(loaded.rules, nullptr) << condition << FormatDiagnostics(loaded.diagnostics);
    if (loaded.rules == nullptr) return false;
    const RegionRules& central = loaded.rules->ForRegion("");
    const CountingPlan& counting = central.plan->counting;
    EXPECT_EQ(counting.possible, !counting.name.empty());
    const auto warned = std::count_if(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                                      [](const Diagnostic& d) { return d.code == "LL2210"; });
    EXPECT_EQ(warned, counting.possible ? 0 : 1);
    return counting.possible;
  };
  EXPECT_TRUE(possible("activity.channel == \"email\""));
  EXPECT_TRUE(possible("activity.age_days < 3"));
  EXPECT_TRUE(possible("activity.age_days >= 3 && activity.age_days < 30 && activity.response != \"open\""));
  EXPECT_TRUE(possible("!(activity.age_days > 3 || activity.subject.contains(\"press\"))"));
  EXPECT_TRUE(possible("activity.time > timestamp(\"2026-01-01T00:00:00Z\")"));
  EXPECT_FALSE(possible("activity.age_days < 3 || activity.response == \"open\""));
  EXPECT_FALSE(possible("activity.channel == \"email\" && contact.has_public_mail == true"));
  EXPECT_FALSE(possible("activity.time > now - duration(\"72h\")"));
}

TEST(Counting, IsCalledByWhatItCountsAndNotByItsPoints) {
  const std::string rule =
      "  - id: tried\n    dimension: behaviour\n    each: activity\n    when: activity.channel == \"email\"\n"
      "    points: 1\n    max_points: 2\n";
  const auto name = [](const LoadResult& loaded) { return Evaluation::Counting(loaded.rules->ForRegion("")); };
  const std::string base = name(WithRule(rule));
  EXPECT_EQ(base, name(WithRule(rule)));
  EXPECT_EQ(base, name(WithRule(rule, "    points: 60\n    decay: {half_life: 30d}",
                                "    points: 61\n    decay: {half_life: 31d}")));
  EXPECT_NE(base, name(WithRule("")));
  EXPECT_NE(base, name(WithRule(rule, "activity.age_days <= 7 &&", "activity.age_days <= 8 &&")));
  EXPECT_NE(base, name(WithRule(rule, "low: {register: 3, attend: 8, visit: 4}", "low: {register: 3, attend: 8}")));
}

TEST(Counting, RefusesTimesThatHaveNoDay) {
  Evaluation evaluation(Rules());
  std::vector<domain::Activity> activities = {MakeActivity("email", "low", "open", kDay)};
  domain::ActivityTally tally;
  EXPECT_TRUE(evaluation.Count(Rules().ForRegion(""), activities, tally));
  activities[0].time = 0;
  EXPECT_FALSE(evaluation.Count(Rules().ForRegion(""), activities, tally));
}

}  // namespace
}  // namespace leadline::packs
