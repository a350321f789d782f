// Hits of a record that lives on, found with what is known of it and from nothing.
#include "packs/run/known_hits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "packs/loader.h"
#include "packs/pack_files.h"
#include "packs/run/given_values.h"
#include "packs/run/scoring_plan.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using Random = std::mt19937_64;

domain::Activity SomeActivity(Random& random, Time time, int number) {
  const auto any = [&](const char* field) {
    const std::vector<std::string>& values = Rules().FindField(field)->values;
    return values[random() % values.size()];
  };
  domain::Activity activity =
      MakeActivity(any("activity.channel"), any("activity.investment"), any("activity.response"), 0);
  activity.id = "a" + std::to_string(number);
  activity.time = time;
  activity.product = random() % 2 == 0 ? "platform" : "";
  activity.subject = random() % 2 == 0 ? "careers page" : "";
  return activity;
}

// What may come next in a record's life: time passes, it does something, somebody finds out what it did before, it
// moves, or it is given something.
void LiveOn(Sample& sample, Time& now, Random& random) {
  static int number = 0;
  now += static_cast<Time>(random() % (3 * kDay));
  const auto did = [&](Time time) {
    sample.activities.push_back(SomeActivity(random, time, ++number));
    std::sort(sample.activities.begin(), sample.activities.end(), domain::Older);
    sample.lead.activity_count = static_cast<int64_t>(sample.activities.size());
    sample.lead.last_activity_at = sample.activities.back().time;
  };
  switch (random() % 8) {
    case 0:
    case 1:
    case 2:
      return did(now);
    case 3:
      return did(now - static_cast<Time>(random() % (60 * kDay)));
    case 4:
      sample.lead.status = random() % 2 == 0 ? "mql" : "inquiry";
      sample.lead.status_since = now;
      sample.contact.status = sample.lead.status;
      sample.contact.marketable = random() % 2 == 0;
      return;
    case 5:
      sample.lead.score.central = static_cast<double>(random() % 150);
      sample.lead.score.qualified = sample.lead.score.central >= 100;
      sample.lead.assignee = random() % 2 == 0 ? "ana" : "";
      return;
    case 6: {
      const Sample other = RandomSample(Rules(), random, 0);
      switch (random() % 3) {
        case 0:
          sample.lead.attributes = other.lead.attributes;
          return;
        case 1:
          sample.contact.title = other.contact.title;
          sample.contact.attributes = other.contact.attributes;
          return;
        default:
          sample.account.employees = other.account.employees;
          sample.lead.meaning = other.lead.meaning;
          return;
      }
    }
    default:
      return;  // time alone
  }
}

std::vector<std::pair<int, int>> HitsOf(Evaluation& evaluation, KnownHits* known) {
  std::vector<domain::RuleHit> hits;
  evaluation.ScoringHits(hits, known);
  std::vector<std::pair<int, int>> out;
  for (const domain::RuleHit& hit : hits) out.emplace_back(hit.rule, hit.activity);
  return out;
}

// Lives of `lives` records, looked at after each step.
void ExpectTheSame(const RuleSet& rules, const RegionRules& region, int lives, Random& random) {
  Evaluation evaluation(rules), fresh(rules);
  for (int life = 0; life < lives; ++life) {
    Sample sample = RandomSample(Rules(), random, random() % 3);
    for (size_t i = 0; i < sample.activities.size(); ++i) sample.activities[i].id = "before" + std::to_string(i);
    GivenValues given;
    KnownHits known;
    Time now = kNow;
    for (int step = 0; step < 25; ++step) {
      RecordView view = sample.view();
      view.now = now;
      view.activities = domain::HappenedBy(sample.activities, now);
      if (!given.AreStill(view)) known.Clear();
      fresh.Bind(region, view);
      const auto from_nothing = HitsOf(fresh, nullptr);
      evaluation.Bind(region, view);
      ASSERT_EQ(HitsOf(evaluation, &known), from_nothing) << "life " << life << ", step " << step;
      LiveOn(sample, now, random);
    }
  }
}

TEST(KnownHits, HitsOfThePackAreTheSameWithThem) {
  Random random(20261);
  for (const std::string name : {"", "emea", "latam"}) {
    const RegionRules& region = Rules().ForRegion(name);
    ASSERT_TRUE(region.plan->counting.possible);
    ExpectTheSame(Rules(), region, 120, random);
  }
}

// Conditions of every kind: on what was given, on what happens, on both, and on activities together with the record.
LoadResult Mixed(bool counted) {
  ReadPacksResult read = ReadPackSet(LEADLINE_SOURCE_DIR "/rules");
  PackSet set{"rules", {*read.set.Find("central")}};
  std::vector<std::string> once = {"account.employees > 50",
                                   "lead.status == \"mql\"",
                                   "lead.status == \"mql\" && account.employees > 50",
                                   "lead.total_visits > 3 || lead.days_since_activity > 2",
                                   "lead.total_visits > 3",
                                   "record.interactions > 2",
                                   "contact.marketable",
                                   "contact.title.hasWord(\"leiter\") || lead.assignee != null",
                                   "lead.activity_count > 3 && contact.do_not_email != true",
                                   "lead.days_in_status >= 2 && contact.seniority == \"manager\"",
                                   "lead.age_days > 20",
                                   "now > timestamp(\"2026-06-20T00:00:00Z\")",
                                   "record.last_channel == \"email\" && lead.source == \"referral\""};
  std::vector<std::string> each = {"activity.channel == \"website\"", "activity.age_days <= 5",
                                   "activity.age_days > 9 && activity.response == \"visit\"",
                                   "activity.product == \"platform\" || activity.subject.contains(\"careers\")"};
  if (!counted) each.push_back("activity.channel == \"email\" && (lead.total_visits > 3 || lead.status == \"mql\")");
  std::string& scoring = set.packs[0].files["scoring.yaml"];
  scoring = "threshold: {mql: 100}\nregional_adjustment: {cap: 15}\ndimensions: [demographic]\nrules:\n";
  int number = 0;
  const auto add = [&](const std::string& when, const char* per) {
    scoring += "  - {id: r" + std::to_string(number++) + ", dimension: demographic, " + per + "when: '" + when +
               "', points: 1}\n";
  };
  for (const std::string& when : once) add(when, "");
  for (const std::string& when : each) add(when, "each: activity, ");
  return LoadRuleSet(set, {.analyze = false});
}

TEST(KnownHits, HitsOfConditionsOnEverythingAreTheSameWithThem) {
  Random random(20262);
  for (const bool counted : {true, false}) {
    const LoadResult loaded = Mixed(counted);
    ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
    const RegionRules& region = loaded.rules->ForRegion("");
    ASSERT_EQ(region.plan->counting.possible, counted);
    ASSERT_FALSE(region.plan->record_rules.keys.empty() && region.plan->record_rules.rest.empty());
    ASSERT_FALSE(region.plan->moving_rules.keys.empty() && region.plan->moving_rules.rest.empty());
    ExpectTheSame(*loaded.rules, region, 150, random);
  }
}

// What is found again is what was found, and no more than that.
TEST(KnownHits, AnActivityThatComesLateMovesTheLaterOnes) {
  const RegionRules& region = Rules().ForRegion("");
  Evaluation evaluation(Rules());
  Sample sample;
  sample.activities = {MakeActivity("website", "high", "demo_request", 3 * kDay),
                       MakeActivity("website", "medium", "pricing", kDay)};
  sample.activities[0].id = "demo";
  sample.activities[1].id = "pricing";
  KnownHits known;
  evaluation.Bind(region, sample.view());
  HitsOf(evaluation, &known);
  sample.activities.insert(sample.activities.begin() + 1, MakeActivity("website", "high", "contact_me", 2 * kDay));
  sample.activities[1].id = "contact me";
  evaluation.Bind(region, sample.view());
  const auto with = HitsOf(evaluation, &known);
  EXPECT_EQ(with, HitsOf(evaluation, nullptr));
  ASSERT_EQ(known.activities.size(), 3u);
  EXPECT_EQ(known.activities[1].id, "contact me");
  EXPECT_EQ(known.activities[2].id, "pricing");

  // Of activities without an id none is known from another.
  for (domain::Activity& activity : sample.activities) activity.id.clear(), activity.time = kNow;
  evaluation.Bind(region, sample.view());
  EXPECT_EQ(HitsOf(evaluation, &known), HitsOf(evaluation, nullptr));
  std::swap(sample.activities[0], sample.activities[2]);
  evaluation.Bind(region, sample.view());
  EXPECT_EQ(HitsOf(evaluation, &known), HitsOf(evaluation, nullptr));
}

}  // namespace
}  // namespace leadline::packs
