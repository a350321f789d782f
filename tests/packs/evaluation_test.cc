#include "packs/run/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "domain/activities/days.h"
#include "domain/lifecycle.h"
#include "domain/scoring.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using domain::ReasonOutcome;
using testing::HasSubstr;

int RuleNumber(const RegionRules& region, const std::string& id) {
  for (size_t i = 0; i < region.scoring.rules.size(); ++i) {
    if (region.scoring.rules[i].id == id) return static_cast<int>(i);
  }
  ADD_FAILURE() << "no rule " << id;
  return 0;
}

std::vector<std::string> HitIds(const RegionRules& region, const Sample& sample) {
  Evaluation evaluation(Rules());
  evaluation.Bind(region, sample.view());
  std::vector<domain::RuleHit> hits;
  evaluation.ScoringHits(hits);
  std::vector<std::string> ids;
  for (const auto& hit : hits) ids.push_back(region.scoring.rules[static_cast<size_t>(hit.rule)].id);
  return ids;
}

domain::ScoreResult ScoreOf(const RegionRules& region, const Sample& sample, bool explain = false) {
  Evaluation evaluation(Rules());
  evaluation.Bind(region, sample.view());
  std::vector<domain::RuleHit> hits;
  evaluation.ScoringHits(hits);
  return domain::FoldScore(region.scoring, hits, sample.activities, kNow, explain);
}

std::string EntryStatus(const RegionRules& region, const Sample& sample) {
  Evaluation evaluation(Rules());
  evaluation.Bind(region, sample.view());
  const auto decision =
      domain::DecideStatus(region.lifecycle, "", domain::Trigger::kEntry, "",
                           [&](int index, const domain::TransitionDef&) { return evaluation.Test(index); });
  return decision.ok() ? decision->to : decision.status().ToString();
}

std::string SeniorityOf(const std::string& region, const std::string& title) {
  Sample sample;
  sample.contact.title = title;
  Evaluation evaluation(Rules());
  const RegionRules& rules = Rules().ForRegion(region);
  evaluation.Bind(rules, sample.view());
  for (const Normalizer& normalizer : rules.normalizers) {
    if (normalizer.field == "contact.seniority") return evaluation.Normalize(normalizer).value;
  }
  return "no table";
}

TEST(Normalize, TablesOfTheRegionComeBeforeTheCentralOne) {
  EXPECT_EQ(SeniorityOf("latam", "Gerente de Compras"), "manager");
  EXPECT_EQ(SeniorityOf("emea", "GERENTE de compras"), "manager");
  EXPECT_EQ(SeniorityOf("latam", "Gerente Geral"), "director");
  EXPECT_EQ(SeniorityOf("latam", "Assistente do Gerente"), "staff");
  EXPECT_EQ(SeniorityOf("emea", "Geschäftsführerin"), "c_level");
  EXPECT_EQ(SeniorityOf("emea", "Leiter Einkauf"), "head");
  EXPECT_EQ(SeniorityOf("emea", "Directrice générale"), "c_level");
  EXPECT_EQ(SeniorityOf("emea", "Responsabile acquisti"), "manager");
  EXPECT_EQ(SeniorityOf("", "Vice-President, Sales"), "vp");
  EXPECT_EQ(SeniorityOf("", "Gerente de Compras"), "");  // no English word: the centre has no row
  EXPECT_EQ(SeniorityOf("latam", "Head of Procurement"), "head");
  EXPECT_EQ(SeniorityOf("latam", ""), "");
}

TEST(Normalize, ReasonNamesTheRowAndTheTitle) {
  Sample sample;
  sample.contact.title = "Gerente de Compras";
  Evaluation evaluation(Rules());
  const RegionRules& rules = Rules().ForRegion("latam");
  evaluation.Bind(rules, sample.view());
  const auto found = evaluation.Normalize(rules.normalizers[0]);
  ASSERT_TRUE(found.found);
  EXPECT_EQ(found.reason.layer, "latam");
  EXPECT_THAT(found.reason.source, HasSubstr("rules/regions/latam/normalize.yaml:"));
  ASSERT_EQ(found.reason.evidence.size(), 1u);
  EXPECT_EQ(found.reason.evidence[0].field, "contact.title");
  EXPECT_EQ(found.reason.evidence[0].value, "Gerente de Compras");
}

TEST(Scoring, AManagerGetsTheRuleAndTheExplanationSaysWhyNotTheOthers) {
  const RegionRules& central = Rules().ForRegion("");
  Sample sample;
  sample.lead.meaning.central.seniority = "manager";
  EXPECT_THAT(HitIds(central, sample), testing::Contains("title.manager"));
  EXPECT_THAT(HitIds(central, sample), testing::Not(testing::Contains("title.vp")));

  Evaluation evaluation(Rules());
  sample.lead.meaning.central.seniority = "staff";
  evaluation.Bind(central, sample.view());
  const auto& rule = central.scoring.rules[static_cast<size_t>(RuleNumber(central, "title.manager"))];
  const domain::Reason reason = evaluation.Test(rule.condition);
  EXPECT_EQ(reason.outcome, ReasonOutcome::kNotFired);
  EXPECT_EQ(reason.message, "contact.seniority is \"staff\"");
  ASSERT_EQ(reason.evidence.size(), 1u);
  EXPECT_EQ(reason.evidence[0].value, "staff");
}

TEST(Scoring, WhyNotNamesTheFirstFailingPartAndAbsentFields) {
  const RegionRules& central = Rules().ForRegion("");
  Sample sample;
  sample.lead.attributes["total_visits"] = 9.0;
  Evaluation evaluation(Rules());
  evaluation.Bind(central, sample.view());
  const auto test = [&](const std::string& id) {
    return evaluation.Test(central.scoring.rules[static_cast<size_t>(RuleNumber(central, id))].condition);
  };
  EXPECT_EQ(test("visits.some").message, "lead.total_visits is 9");
  EXPECT_EQ(test("visits.many").outcome, ReasonOutcome::kFired);
  EXPECT_EQ(test("size.enterprise").outcome, ReasonOutcome::kError);
  EXPECT_EQ(test("size.enterprise").message, "account.employees is absent");
}

TEST(Scoring, ContactMeCountsAtOnceAndDecays) {
  const RegionRules& central = Rules().ForRegion("");
  Sample fresh, old;
  fresh.activities = {MakeActivity("website", "high", "contact_me", 0)};
  old.activities = {MakeActivity("website", "high", "contact_me", 30 * kDay)};
  const auto points = [&](const Sample& sample) {
    const domain::ScoreResult result = ScoreOf(central, sample, true);
    for (const auto& reason : result.reasons) {
      if (reason.rule_id == "form.contact_me") return reason.points;
    }
    return 0.0;
  };
  EXPECT_DOUBLE_EQ(points(fresh), 60);
  EXPECT_DOUBLE_EQ(points(old), 30);
  EXPECT_EQ(EntryStatus(central, fresh), "mql");
}

// By the calendar in UTC: what happened a minute before midnight is a day old a minute after it.
TEST(Scoring, AnActivityGrowsOldAtMidnight) {
  constexpr Time kMidnight = kNow - kNow % kDay;
  const RegionRules& central = Rules().ForRegion("");
  Sample sample;
  sample.activities = {MakeActivity("website", "high", "contact_me", 0)};
  const auto points = [&](Time happened, Time now) {
    sample.activities[0].time = happened;
    RecordView view = sample.view();
    view.now = now;
    Evaluation evaluation(Rules());
    evaluation.Bind(central, view);
    std::vector<domain::RuleHit> hits;
    evaluation.ScoringHits(hits);
    return domain::FoldScore(central.scoring, hits, view.activities, now, false).score.central;
  };
  EXPECT_EQ(points(kMidnight, kMidnight), points(kMidnight, kMidnight + kDay - 1));
  EXPECT_GT(points(kMidnight - 1, kMidnight - 1), points(kMidnight - 1, kMidnight));
  EXPECT_EQ(points(kMidnight - kDay, kMidnight), points(kMidnight - 1, kMidnight));
}

TEST(Status, ARecordWithoutInteractionEntersAsRaw) {
  const RegionRules& central = Rules().ForRegion("");
  Sample sample;
  EXPECT_EQ(EntryStatus(central, sample), "raw");
  sample.lead.purchased = true;
  sample.activities = {MakeActivity("list", "low", "listed", kDay), MakeActivity("email", "low", "sent", kHour)};
  EXPECT_EQ(EntryStatus(central, sample), "raw");  // our own mail is no interaction
  sample.activities.push_back(MakeActivity("email", "low", "open", kMinute));
  EXPECT_EQ(EntryStatus(central, sample), "inquiry");
  sample.lead.score.central = 60;
  sample.lead.score.warm = true;
  EXPECT_EQ(EntryStatus(central, sample), "maql");
  sample.lead.score.central = 100;
  sample.lead.score.qualified = true;
  EXPECT_EQ(EntryStatus(central, sample), "mql");
}

TEST(Status, AContactByItselfHasTheSameLifecycle) {
  domain::Contact contact;
  contact.score.central = 70;
  contact.score.warm = true;
  const std::vector<domain::Activity> activities = {MakeActivity("event", "medium", "attend", kDay)};
  Evaluation evaluation(Rules());
  const RegionRules& central = Rules().ForRegion("");
  evaluation.Bind(central, {nullptr, &contact, nullptr, activities, kNow});
  const auto decision =
      domain::DecideStatus(central.lifecycle, "", domain::Trigger::kEntry, "",
                           [&](int index, const domain::TransitionDef&) { return evaluation.Test(index); });
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "maql");
}

TEST(Evaluation, FieldsAreReadFromRecordsAndAttributes) {
  Sample sample;
  sample.lead.attributes["total_visits"] = 5.0;
  sample.lead.attributes["page_views_per_visit"] = 2.5;
  sample.lead.attributes["budget"] = true;  // not the schema's type: as good as absent
  sample.contact.email = "ana@gmail.com";
  sample.account.employees = 0;
  sample.lead.created_at = kNow - 3 * kDay;
  Evaluation evaluation(Rules());
  evaluation.Bind(Rules().ForRegion(""), sample.view());
  const auto shown = [&](const char* name) { return cel::ToDisplayString(evaluation.Field(Rules().FieldSlot(name))); };
  EXPECT_EQ(shown("lead.total_visits"), "5");
  EXPECT_EQ(shown("lead.page_views_per_visit"), "2.5");
  EXPECT_EQ(shown("lead.budget"), "null");
  EXPECT_EQ(shown("contact.email_domain"), "\"gmail.com\"");
  EXPECT_EQ(shown("contact.has_public_mail"), "true");
  EXPECT_EQ(shown("account.employees"), "null");
  EXPECT_EQ(shown("lead.age_days"), "3");
  EXPECT_EQ(shown("activity.channel"), "null");
  EXPECT_EQ(Rules().FieldSlot("lead.nothing"), -1);
}

// The fast steps and the compiled programs are two ways to say the same.
TEST(Evaluation, FastHitsEqualTheCompiledConditions) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 2000; ++i) {
    const Sample sample = RandomSample(Rules(), random, random() % 5);
    for (const std::string name : {"", "apac", "emea", "latam", "north_america"}) {
      const RegionRules& region = Rules().ForRegion(name);
      Evaluation evaluation(Rules());
      evaluation.Bind(region, sample.view());
      std::vector<domain::RuleHit> hits;
      evaluation.ScoringHits(hits);
      size_t next = 0;
      for (size_t rule = 0; rule < region.scoring.rules.size(); ++rule) {
        const domain::ScoringRule& def = region.scoring.rules[rule];
        const cel::Program& program = *region.conditions[static_cast<size_t>(def.condition)].program;
        const int rounds = def.each_activity ? static_cast<int>(sample.activities.size()) : 1;
        for (int a = 0; a < rounds; ++a) {
          std::vector<cel::Value> slots(Rules().fields().size());
          RecordView one = sample.view();
          for (const int slot : program.used_slots()) slots[static_cast<size_t>(slot)] = evaluation.Field(slot);
          if (def.each_activity) {
            const domain::Activity& activity = sample.activities[static_cast<size_t>(a)];
            slots[static_cast<size_t>(Rules().FieldSlot("activity.channel"))] = cel::Value::String(activity.channel);
            slots[static_cast<size_t>(Rules().FieldSlot("activity.investment"))] =
                cel::Value::String(activity.investment);
            slots[static_cast<size_t>(Rules().FieldSlot("activity.response"))] = cel::Value::String(activity.response);
            const auto text = [](const std::string& s) {
              return s.empty() ? cel::Value::Null() : cel::Value::String(s);
            };
            slots[static_cast<size_t>(Rules().FieldSlot("activity.product"))] = text(activity.product);
            slots[static_cast<size_t>(Rules().FieldSlot("activity.subject"))] = text(activity.subject);
            slots[static_cast<size_t>(Rules().FieldSlot("activity.age_days"))] =
                cel::Value::Int(domain::AgeInDays(activity.time, one.now));
          }
          cel::Arena arena;
          if (!program.Evaluate(slots, arena).is_true()) continue;
          ASSERT_LT(next, hits.size()) << def.id;
          EXPECT_EQ(hits[next].rule, static_cast<int>(rule)) << def.id;
          EXPECT_EQ(hits[next].activity, def.each_activity ? a : -1) << def.id;
          ++next;
        }
      }
      ASSERT_EQ(next, hits.size());
    }
  }
}

TEST(Evaluation, TheSameRecordGivesTheSameBytesWhateverCameBefore) {
  std::mt19937_64 random(11);
  Evaluation reused(Rules());
  for (int i = 0; i < 500; ++i) {
    const Sample sample = RandomSample(Rules(), random, 4);
    const RegionRules& region = Rules().ForRegion(sample.lead.region);
    std::vector<domain::RuleHit> first, second;
    reused.Bind(region, sample.view());
    reused.ScoringHits(first);
    Evaluation fresh(Rules());
    fresh.Bind(region, sample.view());
    fresh.ScoringHits(second);
    const auto a = domain::FoldScore(region.scoring, first, sample.activities, kNow, true);
    const auto b = domain::FoldScore(region.scoring, second, sample.activities, kNow, true);
    EXPECT_EQ(a.score, b.score);
    EXPECT_EQ(a.reasons, b.reasons);
  }
}

// Law 4: whatever a region's pack adds, the centre's score, bar and lifecycle stay.
TEST(Law4, NoRegionChangesTheCentralScoreOrStatus) {
  const RegionRules& central = Rules().ForRegion("");
  for (const std::string& name : Rules().regions()) {
    const RegionRules& region = Rules().ForRegion(name);
    std::mt19937_64 random(2026);
    int adjusted = 0, qualified = 0;
    for (int i = 0; i < 3000; ++i) {
      Sample sample = RandomSample(Rules(), random, random() % 5);
      const domain::Score with = ScoreOf(region, sample).score;
      const domain::Score without = ScoreOf(central, sample).score;
      ASSERT_EQ(with.central, without.central) << name << " record " << i;
      ASSERT_EQ(with.dimensions, without.dimensions);
      ASSERT_EQ(with.threshold, without.threshold);
      ASSERT_EQ(with.qualified, without.qualified);
      ASSERT_LE(std::abs(with.adjustment), region.scoring.adjustment_cap);
      adjusted += with.adjustment != 0;
      qualified += with.qualified;
      sample.lead.score = with;
      const std::string entry = EntryStatus(region, sample);
      sample.lead.score = without;
      ASSERT_EQ(entry, EntryStatus(central, sample)) << name << " record " << i;
    }
    // The records must be able to show a difference.
    EXPECT_GT(adjusted, 300) << name;
    EXPECT_GT(qualified, 30) << name;
  }
}

TEST(Law4, ConditionsOfTheCentreAreTheVeryProgramsOfEveryRegion) {
  const RegionRules& central = Rules().ForRegion("");
  for (const std::string& name : Rules().regions()) {
    const RegionRules& region = Rules().ForRegion(name);
    ASSERT_GE(region.conditions.size(), central.conditions.size());
    for (size_t i = 0; i < central.conditions.size(); ++i) {
      EXPECT_EQ(region.conditions[i].program, central.conditions[i].program);
    }
    for (size_t i = 0; i < central.lifecycle.transitions.size(); ++i) {
      EXPECT_EQ(region.lifecycle.transitions[i].condition, central.lifecycle.transitions[i].condition);
    }
  }
}

// Every lead goes somewhere: some route holds for it, whatever it is.
TEST(Routing, EveryRecordHasARoute) {
  std::mt19937_64 random(5);
  Evaluation evaluation(Rules());
  for (int i = 0; i < 2000; ++i) {
    const Sample sample = RandomSample(Rules(), random, random() % 3);
    const RegionRules& region = Rules().ForRegion(sample.lead.region);
    evaluation.Bind(region, sample.view());
    int holding = 0;
    for (const auto& route : region.routing.routes) holding += evaluation.Holds(route.condition);
    EXPECT_GT(holding, 0);
  }
}

TEST(Rate, FullCentralPack) {
  std::mt19937_64 random(3);
  std::vector<Sample> samples;
  // About as many attributes as a form or a web analytics export fills.
  for (int i = 0; i < 500; ++i) samples.push_back(RandomSample(Rules(), random, 3, 5));
  const RegionRules& central = Rules().ForRegion("");
  Evaluation evaluation(Rules());
  std::vector<domain::RuleHit> hits;
  size_t found = 0;
  const auto start = std::chrono::steady_clock::now();
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    for (const Sample& sample : samples) {
      evaluation.Bind(central, sample.view());
      evaluation.ScoringHits(hits);
      found += hits.size();
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double records = kRounds * static_cast<double>(samples.size());
  std::printf("bind and hits: %.0f records/s (%.2f us each), %.1f hits each\n", records / took.count(),
              took.count() / records * 1e6, static_cast<double>(found) / records);
  EXPECT_GT(found, 0u);
}

}  // namespace
}  // namespace leadline::packs
