// What is counted against the list that it stands for.
#include "domain/activities/activity_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <random>

#include "domain/scoring.h"

namespace leadline::domain {
namespace {

constexpr Time kNow = 1'800'000'000LL * kSecond;
constexpr int kRules = 20;

// A policy whose rules hold for an activity by its response alone, and activities of many days, each id once.
struct World {
  explicit World(uint64_t seed) : random(seed) {
    policy.adjustment_cap = Below(30);
    for (int i = 0; i < kRules; ++i) {
      ScoringRule rule{.id = "rule" + std::to_string(i), .layer = "central", .dimension = Below(2) ? "fit" : "will"};
      rule.points = (Below(4000) - 1000) / 37.0;
      rule.each_activity = Below(4) > 0;
      if (rule.each_activity && Below(3) > 0) rule.half_life = (1 + Below(90 * 24)) * kHour;
      if (Below(3) == 0) rule.max_points = 1 + Below(200);
      rule.regional = Below(4) == 0;
      policy.rules.push_back(rule);
    }
    for (int m = Below(3); m > 0; --m) {
      ScoringMatrix matrix{.id = "matrix" + std::to_string(m), .layer = "central", .dimension = "fit"};
      if (Below(2)) matrix.half_life = (1 + Below(60)) * kDay;
      if (Below(2)) matrix.max_points = 1 + Below(300);
      for (int c = 0; c < 6; ++c) {
        matrix.cells.push_back({Channel(Below(4)), Below(2) ? "*" : "high", Response(Below(6)), Below(100) / 7.0});
      }
      policy.matrices.push_back(matrix);
    }
  }

  int Below(int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); }
  static std::string Channel(int i) { return i == 3 ? "*" : "channel" + std::to_string(i); }
  static std::string Response(int i) { return "response" + std::to_string(i); }

  // Some of the far past, many of one day, some of it later than now, some of other days to come.
  Activity AnyActivity() {
    Activity activity{.id = "act" + std::to_string(++ids)};
    activity.channel = Channel(Below(3));
    activity.investment = Below(2) ? "high" : "low";
    activity.response = Response(Below(6));
    activity.time = Below(3) == 0 ? StartOfDay(DayOf(kNow)) + Below(24 * 60) * kMinute
                                  : kNow + (Below(400 * 24) - 380 * 24) * kHour;
    return activity;
  }
  bool Holds(int rule, const Activity& activity) const {
    return activity.response == Response(rule % 6) || (rule % 5 == 0 && activity.investment == "high");
  }
  static bool IsInteraction(const Activity& activity) { return activity.response != Response(0); }
  static bool IsContactRequest(const Activity& activity) { return activity.response == Response(1); }
  static std::vector<int64_t> SignsOf(const Activity& activity) {
    std::vector<int64_t> signs;
    if (activity.response == Response(2) || activity.response == Response(4)) signs.push_back(0);
    if (activity.response == Response(3)) signs.push_back(1);
    if (activity.response == Response(4)) signs.push_back(5);
    return signs;
  }

  void Count(const Activity& activity, ActivityTally& tally) const {
    std::vector<int64_t> numbers;
    for (int r = 0; r < kRules; ++r) {
      if (policy.rules[static_cast<size_t>(r)].each_activity && Holds(r, activity)) numbers.push_back(r);
    }
    int64_t first = kRules;
    for (const ScoringMatrix& matrix : policy.matrices) {
      if (const auto* cell = matrix.Find(activity)) numbers.push_back(first + (cell - matrix.cells.data()));
      first += static_cast<int64_t>(matrix.cells.size());
    }
    const std::vector<int64_t> signs = SignsOf(activity);
    tally.Add(activity,
              {.interaction = IsInteraction(activity), .contact_request = IsContactRequest(activity), .signs = signs},
              numbers);
  }

  std::vector<RuleHit> Hits(const std::vector<Activity>& activities) const {
    std::vector<RuleHit> hits;
    for (int r = 0; r < kRules; ++r) {
      if (!policy.rules[static_cast<size_t>(r)].each_activity) {
        if (r % 3 == 0) hits.push_back({r, -1});
        continue;
      }
      for (size_t a = 0; a < activities.size(); ++a) {
        if (Holds(r, activities[a])) hits.push_back({r, static_cast<int>(a)});
      }
    }
    return hits;
  }

  std::vector<CountedHit> CountedHits(const ActivityTally& tally, Time now, int64_t last_day) const {
    std::vector<CountedHit> hits;
    for (const ClassOfActivities& c : tally.classes) {
      CountedHit hit;
      if (c.number < kRules) {
        hit.rule = static_cast<int>(c.number);
      } else {
        auto cell = static_cast<int>(c.number) - kRules;
        hit.matrix = 0;
        for (; cell >= 6; cell -= 6) ++hit.matrix;
        hit.cell = cell;
      }
      for (size_t i = 0; i < c.days.size(); ++i) {
        if (c.days[i] > last_day) break;
        hit.age_days = DayOf(now) - c.days[i];
        hit.activities = c.counts[i];
        hits.push_back(hit);
      }
    }
    std::shuffle(hits.begin(), hits.end(), std::minstd_rand(7));
    return hits;
  }

  std::mt19937_64 random;
  ScoringPolicy policy;
  int ids = 0;
};

void ExpectSameBytes(const Score& a, const Score& b) {
  EXPECT_EQ(std::bit_cast<uint64_t>(a.total), std::bit_cast<uint64_t>(b.total)) << a.total << " " << b.total;
  EXPECT_EQ(std::bit_cast<uint64_t>(a.central), std::bit_cast<uint64_t>(b.central));
  EXPECT_EQ(a, b);
}

// Some activities counted, some listed, in any proportion, at any moment: the score is that of the list of all, to the
// last bit, and reasons give the same points.
TEST(ActivityTallyTest, AScoreFromCountsIsTheScoreFromTheList) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    std::vector<Activity> all;
    for (int i = world.Below(120); i > 0; --i) all.push_back(world.AnyActivity());
    const Time now = world.Below(3) == 0 ? kNow - world.Below(300) * kDay : kNow + world.Below(48) * kHour;

    const auto share = static_cast<size_t>(world.Below(static_cast<int>(all.size()) + 1));
    ActivityTally tally;
    for (size_t i = 0; i < share; ++i) world.Count(all[i], tally);
    ASSERT_TRUE(tally.Sound());
    ASSERT_EQ(tally.count(), static_cast<int64_t>(share));
    // Of a day that is not over for what is counted, activities are listed.
    const DayOfActivities* today = tally.Find(DayOf(now));
    const int64_t last_day = DayOf(now) - (today != nullptr && today->last > now ? 1 : 0);
    std::vector<Activity> listed(all.begin() + static_cast<std::ptrdiff_t>(share), all.end());
    for (size_t i = 0; i < share; ++i) {
      if (DayOf(all[i].time) > last_day) listed.push_back(all[i]);
    }

    const ScoreResult whole = FoldScore(world.policy, world.Hits(all), all, now, true);
    const ScoreResult counted =
        FoldScore(world.policy, world.Hits(listed), listed, now, true, {}, {}, world.CountedHits(tally, now, last_day));
    ExpectSameBytes(whole.score, counted.score);
    ASSERT_EQ(whole.reasons.size(), counted.reasons.size());
    for (size_t i = 0; i < whole.reasons.size(); ++i) {
      EXPECT_EQ(whole.reasons[i].rule_id, counted.reasons[i].rule_id);
      EXPECT_EQ(whole.reasons[i].points, counted.reasons[i].points) << whole.reasons[i].rule_id;
    }

    const CountedPast past = PastOf(tally, last_day);
    int64_t count = 0, interactions = 0;
    Time asked = 0;
    std::map<int64_t, Time> signs;
    const Activity* last = nullptr;
    for (size_t i = 0; i < share; ++i) {
      if (DayOf(all[i].time) > last_day) continue;
      ++count;
      if (World::IsContactRequest(all[i])) asked = std::max(asked, all[i].time);
      for (const int64_t sign : World::SignsOf(all[i])) signs[sign] = std::max(signs[sign], all[i].time);
      if (!World::IsInteraction(all[i])) continue;
      ++interactions;
      if (last == nullptr || Older(*last, all[i])) last = &all[i];
    }
    EXPECT_EQ(past.count, count);
    EXPECT_EQ(past.interactions, interactions);
    EXPECT_EQ(past.last_contact_request, asked);
    EXPECT_EQ(past.signs.size(), signs.size());
    for (const auto& [sign, given] : signs) EXPECT_EQ(LastOf(past.signs, sign), given);
    EXPECT_EQ(LastOf(past.signs, 7), 0);
    const DayOfActivities* day = LastWithInteraction(tally, last_day);
    ASSERT_EQ(day == nullptr, last == nullptr);
    if (last != nullptr) {
      EXPECT_EQ(day->last_interaction_id, last->id);
    }
  }
}

TEST(ActivityTallyTest, NeitherTheOrderNorHowTheyAreDividedMatters) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    std::vector<Activity> all;
    for (int i = 0; i < 80; ++i) all.push_back(world.AnyActivity());
    ActivityTally whole;
    for (const Activity& activity : all) world.Count(activity, whole);

    std::shuffle(all.begin(), all.end(), world.random);
    ActivityTally parts[3];
    for (const Activity& activity : all) world.Count(activity, parts[world.Below(3)]);
    ActivityTally joined;
    for (const ActivityTally& part : parts) joined.Join(part);
    EXPECT_EQ(joined, whole);
  }
}

TEST(ActivityTallyTest, KnowsTheLastInteractionOfEachDay) {
  const Time noon = StartOfDay(100) + 12 * kHour;
  ActivityTally tally;
  tally.Add({.id = "b", .time = noon}, {.interaction = true}, {});
  tally.Add({.id = "a", .time = noon}, {.interaction = true}, {});
  tally.Add({.id = "c", .time = noon - kHour}, {.interaction = true}, {});
  tally.Add({.id = "d", .time = noon + kHour}, {}, {});
  tally.Add({.id = "e", .time = noon + kDay}, {}, {});
  ASSERT_EQ(tally.days.size(), 2u);
  EXPECT_EQ(tally.days[0], (DayOfActivities{100, 4, noon + kHour, 3, noon, "b"}));
  EXPECT_EQ(tally.days[1], (DayOfActivities{101, 1, noon + kDay, 0, 0, ""}));
  EXPECT_EQ(LastWithInteraction(tally, 500), &tally.days[0]);
  EXPECT_EQ(LastWithInteraction(tally, 99), nullptr);
  EXPECT_EQ(tally.last(), noon + kDay);
  EXPECT_EQ(PastOf(tally, 100).last, noon + kHour);
  EXPECT_EQ(PastOf(tally, 99).count, 0);
}

TEST(ActivityTallyTest, OnlyWhatAddLeavesIsSound) {
  ActivityTally tally;
  const std::vector<int64_t> numbers = {2, 7};
  tally.Add({.id = "a", .time = kNow}, {.interaction = true}, numbers);
  tally.Add({.id = "b", .time = kNow + kDay}, {.signs = numbers}, numbers);
  ASSERT_TRUE(tally.Sound());
  EXPECT_TRUE(ActivityTally().Sound());
  const auto broken = [&](auto change) {
    ActivityTally other = tally;
    change(other);
    return !other.Sound();
  };
  EXPECT_TRUE(broken([](ActivityTally& t) { std::swap(t.days[0], t.days[1]); }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.days[0].count = 0; }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.days[0].interactions = 2; }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.days[0].last += kDay; }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.days[1].signs[0].last -= kDay; }));
  EXPECT_TRUE(broken([](ActivityTally& t) { std::swap(t.days[1].signs[0], t.days[1].signs[1]); }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.days[1].signs[0].number = -1; }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.classes[0].counts[0] = 2; }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.classes[1].days.pop_back(); }));
  EXPECT_TRUE(broken([](ActivityTally& t) { t.classes[1].number = 2; }));
}

TEST(ActivityTallyTest, CountsOnlyTimesThatCanBe) {
  EXPECT_TRUE(CanCount(1));
  EXPECT_TRUE(CanCount(kNow));
  EXPECT_FALSE(CanCount(0));
  EXPECT_FALSE(CanCount(-kDay));
  EXPECT_FALSE(CanCount(INT64_MAX));
}

}  // namespace
}  // namespace leadline::domain
