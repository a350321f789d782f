// When time alone changes what is decided: compared with looking at every moment at which anything could.
#include <cmath>

#include "domain/activities/days.h"
#include "engine/decide/score_crossing.h"
#include "packs/run/time_plan.h"
#include "tests/engine/timed_records.h"

namespace leadline::engine {
namespace {

Record Silent(Time last) {
  Record record;
  record.lead.status = "inquiry";
  record.lead.created_at = record.lead.status_since = last;
  record.Did(last, "visit");
  return record;
}

constexpr char kNoMoves[] = "";

TEST(NextDecisionTest, AnAgeTurnsAtItsMoment) {
  struct Case {
    const char* when;
    Time at;  // after kStart; 0: never
  };
  const Time midnight = domain::StartOfDay(domain::DayOf(kStart) + 1) - kStart;
  const Case cases[] = {
      {"lead.days_since_activity > 90", 91 * kDay},
      {"90 < lead.days_since_activity", 91 * kDay},
      {"lead.days_since_activity >= 90", 90 * kDay},
      {"lead.days_since_activity < 5", 5 * kDay},
      {"lead.days_since_activity <= 5", 6 * kDay},
      {"lead.days_since_activity == 5", 5 * kDay},
      {"!(lead.days_since_activity == 0)", 1 * kDay},
      {"lead.days_since_activity in [0, 4]", 1 * kDay},
      {"lead.days_since_activity != null", 0},
      {"has(lead.days_since_activity)", 0},
      {"lead.days_since_activity >= 0", 0},
      {"lead.age_days > 900", kFarthestLook},
      {"record.days_since_interaction > 3", 4 * kDay},
      {"record.days_in_status >= 2", 2 * kDay},
      // Held back by what does not change.
      {"lead.days_since_activity > 90 && lead.purchased == true", 0},
      {"lead.days_since_activity > 90 || lead.purchased == false", 0},
      {"(lead.days_since_activity > 10 && lead.purchased == true) || lead.age_days > 20", 21 * kDay},
      {"now - lead.created_at > duration(\"48h\")", 2 * kDay + 1},
      {"now - lead.created_at >= duration(\"48h\")", 2 * kDay},
      {"duration(\"48h\") < now - lead.created_at", 2 * kDay + 1},
      {"now >= timestamp(\"2026-06-04T00:00:00Z\")", midnight + 2 * kDay},
      {"now < timestamp(\"2026-05-04T00:00:00Z\")", 0},
      // In forms that tell no moments: a look at the next day, or within the hour.
      {"lead.age_days % 7 == 3", 1 * kDay},
      {"now.getHours() == 4", kHour},
      {"lead.country == \"DE\"", 0},
  };
  for (const Case& c : cases) {
    const auto snapshot =
        PacksOf(fmt::format("  - {{id: r, dimension: behaviour, points: 5, when: '{}'}}\n", c.when), kNoMoves);
    ASSERT_NE(snapshot->rules, nullptr);
    Decider decider(snapshot);
    Record record = Silent(kStart);
    const Time next = ScoreAndAsk(decider, record, kStart);
    EXPECT_EQ(next == 0 ? 0 : next - kStart, c.at) << c.when;
    if (c.at == 0 || c.at == kHour || c.at == kFarthestLook || c.when == std::string_view("lead.age_days % 7 == 3")) {
      continue;
    }
    const double before = DecideAt(decider, record, kStart).total;
    EXPECT_EQ(DecideAt(decider, record, next - 1).total, before) << c.when;
    EXPECT_NE(DecideAt(decider, record, next).total, before) << c.when;
  }
}

TEST(NextDecisionTest, AgesOfActivitiesTurnAtMidnightAndOnlyWhereItMatters) {
  const auto snapshot = PacksOf(
      "  - {id: fresh, dimension: behaviour, each: activity, points: 2, "
      "when: 'activity.age_days <= 7 && activity.response != \"sent\"'}\n",
      kNoMoves);
  Decider decider(snapshot);
  Record record;
  record.lead.status = "inquiry";
  record.Did(kStart - 30 * kDay);
  record.Did(kStart - 2 * kDay, "sent");
  const int64_t today = domain::DayOf(kStart);
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), 0) << "the one is too old, and the other never counts";
  record.Did(kStart - 3 * kDay);
  record.Did(kStart);
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), domain::StartOfDay(today + 5));
  EXPECT_EQ(ScoreAndAsk(decider, record, domain::StartOfDay(today + 5)), domain::StartOfDay(today + 8));
  EXPECT_EQ(ScoreAndAsk(decider, record, domain::StartOfDay(today + 8)), 0);
}

TEST(NextDecisionTest, AnActivityThatIsYetToHappenIsLookedAtThen) {
  const auto snapshot = PacksOf(
      "  - {id: any, dimension: behaviour, each: activity, points: 2, when: 'activity.channel != null'}\n", kNoMoves);
  Decider decider(snapshot);
  Record record;
  record.lead.status = "inquiry";
  record.Did(kStart);
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), 0);
  record.Did(kStart + 5 * kHour);
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), kStart + 5 * kHour);
}

TEST(NextDecisionTest, TransitionsCountFromTheStatusThatTheRecordHas) {
  const auto snapshot =
      PacksOf("  - {id: r, dimension: behaviour, points: 5, when: 'lead.purchased == true'}\n",
              "  - {id: cold, from: inquiry, to: re_market, on: rescore, when: record.days_in_status > 10}\n"
              "  - {id: late, from: maql, to: re_market, on: rescore, when: record.days_in_status > 20}\n"
              "  - {id: asked, from: lal, to: re_market, on: transition, when: record.days_in_status > 30}\n");
  Decider decider(snapshot);
  Record record = Silent(kStart);
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), kStart + 11 * kDay);
  record.lead.status = "maql";
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), kStart + 21 * kDay);
  record.lead.status = "lal";
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), 0) << "a person's transition is asked for by a person";
}

TEST(NextDecisionTest, AStatusThatOnlyAPersonLeavesIsNotLookedAt) {
  const auto snapshot =
      PacksOf("  - {id: r, dimension: behaviour, points: 5, when: 'lead.days_since_activity > 90'}\n", kNoMoves);
  Decider decider(snapshot);
  Record record = Silent(kStart);
  record.lead.status = "disqualified";
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), 0);
  record.lead.status = "customer";
  EXPECT_EQ(ScoreAndAsk(decider, record, kStart), kStart + 91 * kDay);
}

TEST(NextDecisionTest, RulesWithoutTimeMakeNoPlan) {
  const auto snapshot = PacksOf("  - {id: r, dimension: behaviour, points: 5, when: 'lead.country == \"DE\"'}\n",
                                "  - {id: cold, from: inquiry, to: re_market, on: rescore, when: score.qualified}\n");
  EXPECT_TRUE(snapshot->rules->ForRegion("").timing->rules.empty());
  EXPECT_TRUE(snapshot->rules->ForRegion("").timing->transitions.empty());
}

// ------------------------------------------------------------------------------------------------------- Decay

TEST(DaysToCrossTest, IsTheDayThatCountingFinds) {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<domain::DecayingPoints> parts;
    double value = static_cast<double>(random() % 40);
    const bool lifts = random() % 2 == 0;
    for (int i = static_cast<int>(random() % 4); i >= 0; --i) {
      const double points = (lifts ? 1 : -1) * static_cast<double>(1 + random() % 60);
      parts.push_back({points, static_cast<Duration>(3 + random() % 60) * kDay, 1, false});
      value += points;
    }
    const double constant = value + static_cast<double>(random() % 140) - 70.25;
    const auto on = [&](int64_t day) {
      double sum = value;
      for (const auto& part : parts) {
        sum -= part.points * (1 - std::exp2(-static_cast<double>(day * kDay) / static_cast<double>(part.half_life)));
      }
      return sum;
    };
    int64_t counted = 0;
    for (int64_t day = 1; day <= 366 && counted == 0; ++day) {
      const bool crossed = value > constant   ? on(day) <= constant
                           : value < constant ? on(day) >= constant
                                              : on(day) != constant;
      if (crossed) counted = day;
    }
    bool never = false;
    const int64_t days = DaysToCross(value, constant, parts, 366, &never);
    EXPECT_EQ(days, counted) << round;
    EXPECT_FALSE(counted != 0 && never);
  }
}

TEST(DaysToCrossTest, WhatCannotBeReachedIsNever) {
  const domain::DecayingPoints parts[] = {{30, 10 * kDay, 1, false}};
  bool never = false;
  EXPECT_EQ(DaysToCross(80, 49, parts, 366, &never), 0);
  EXPECT_TRUE(never) << "50 points stay";
  EXPECT_EQ(DaysToCross(80, 90, parts, 366, &never), 0);
  EXPECT_TRUE(never) << "nothing rises";
  EXPECT_EQ(DaysToCross(80, 65, parts, 366, &never), 10);
  EXPECT_FALSE(never);
  EXPECT_EQ(DaysToCross(80, 50.0000001, parts, 30, &never), 0);
  EXPECT_FALSE(never) << "later than that";
  EXPECT_EQ(DaysToCross(80, 80, {}, 366, &never), 0);
  EXPECT_TRUE(never);
}

// From the day it is written on, the clock finds the day on which the bar is crossed, however many looks that takes.
TEST(NextDecisionTest, TheBarIsCrossedOnTheDayThatCountingFinds) {
  const auto snapshot = PacksOf(
      "  - {id: asked, dimension: behaviour, each: activity, points: 60, when: 'activity.response == \"contact_me\"', "
      "decay: {half_life: 30d}, max_points: 90}\n"
      "  - {id: visit, dimension: behaviour, each: activity, points: 40, when: 'activity.response == \"visit\"', "
      "decay: {half_life: 14d}}\n"
      "  - {id: no_show, dimension: behaviour, each: activity, points: -9, when: 'activity.response == \"no_show\"', "
      "decay: {half_life: 60d}}\n",
      kNoMoves);
  Decider decider(snapshot);
  Random random(11);
  int crossed = 0;
  for (int round = 0; round < 60; ++round) {
    Record record;
    record.lead.status = "inquiry";
    static const char* const kResponses[] = {"contact_me", "visit", "no_show", "visit"};
    for (int i = static_cast<int>(2 + random() % 5); i > 0; --i) {
      record.Did(kStart - static_cast<Time>(random() % static_cast<uint64_t>(20 * kDay)), kResponses[random() % 4]);
    }
    const bool first = DecideAt(decider, record, kStart).qualified;
    Time counted = 0;
    for (int64_t day = 1; day < 200 && counted == 0; ++day) {
      const Time midnight = domain::StartOfDay(domain::DayOf(kStart) + day);
      if (DecideAt(decider, record, midnight).qualified != first) counted = midnight;
    }
    Time found = 0;
    int looks = 0;
    for (Time now = kStart; found == 0; ++looks) {
      const Time next = ScoreAndAsk(decider, record, now);
      if (record.lead.score.qualified != first) found = now;
      if (next == 0 || next - kStart > 200 * kDay) break;
      now = next;
    }
    EXPECT_EQ(found, counted) << round;
    EXPECT_LE(looks, 12) << round;
    crossed += counted != 0 ? 1 : 0;
  }
  EXPECT_GT(crossed, 10);
}

}  // namespace
}  // namespace leadline::engine
