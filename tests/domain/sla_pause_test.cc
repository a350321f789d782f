// Clocks that are handed over, stand, and climb a ladder; against the minutes of both calendars, counted one by one.
#include <gtest/gtest.h>

#include <random>

#include "domain/sla.h"
#include "tests/domain/calendars.h"

namespace leadline::domain {
namespace {

SlaDef Level(Duration warn = kHour, Duration due = 2 * kHour, Duration latest = 30 * kDay) {
  SlaDef level;
  level.id = "mql";
  level.warn_after = warn;
  level.due_after = due;
  level.due_at_latest = latest;
  return level;
}

BusinessCalendar Named(std::string id, BusinessCalendar calendar) {
  calendar.id = std::move(id);
  return calendar;
}

// 2026-06-01 is a Monday; Berlin is at UTC+2, Mexico City at UTC-6.
TEST(HandOverTest, WhatPassedStaysCountedAndTheRestPassesWhereTheNextOneWorks) {
  const BusinessCalendar berlin = Named("berlin", Office("Europe/Berlin"));
  const BusinessCalendar mexico = Named("mexico", Office("America/Mexico_City"));
  const SlaClock clock = StartClock(Level(), berlin, At("2026-06-01T14:00:00Z"));
  EXPECT_EQ(FormatTime(clock.due), "2026-06-02T08:00:00Z");
  const SlaClock over = HandOver(clock, Level(), berlin, mexico, At("2026-06-01T14:30:00Z"));
  EXPECT_EQ(over.calendar, "mexico");
  EXPECT_EQ(over.start, clock.start);
  EXPECT_EQ(over.counted, 30 * kMinute);
  EXPECT_EQ(FormatTime(over.warn), "2026-06-01T15:30:00Z") << "half an hour is left of one, from nine in Mexico on";
  EXPECT_EQ(FormatTime(over.due), "2026-06-01T16:30:00Z");
  const SlaClock back = HandOver(over, Level(), mexico, berlin, At("2026-06-01T16:00:00Z"));
  EXPECT_EQ(back.counted, 90 * kMinute);
  EXPECT_EQ(FormatTime(back.due), "2026-06-02T07:30:00Z");
}

TEST(HandOverTest, NobodyPutsItOffBeyondItsLatest) {
  const BusinessCalendar always = Named("always", Always("UTC"));
  BusinessCalendar away = Named("away", Office("UTC"));
  for (int day = 2; day <= 30; ++day) away.holidays.push_back(FormatDate(At("2026-06-01") + (day - 1) * kDay));
  const SlaDef level = Level(kHour, 20 * kHour, 5 * kDay);
  SlaClock clock = StartClock(level, always, At("2026-06-01T16:00:00Z"));
  clock = HandOver(clock, level, always, away, At("2026-06-01T17:00:00Z"));
  EXPECT_EQ(FormatTime(clock.due), "2026-06-06T16:00:00Z");
}

TEST(PauseTest, NoTimeIsCountedWhileItStands) {
  const BusinessCalendar office = Named("office", Office("UTC"));
  const SlaDef level = Level();
  const SlaClock clock = StartClock(level, office, At("2026-06-01T09:00:00Z"));
  const SlaClock stands = PauseClock(clock, level, office, At("2026-06-01T09:20:00Z"));
  EXPECT_EQ(stands.paused, At("2026-06-01T09:20:00Z"));
  EXPECT_EQ(stands.due, clock.start + 30 * kDay);
  EXPECT_FALSE(AdvanceClock(stands, At("2026-06-20T00:00:00Z")).has_value()) << "nobody is warned meanwhile";
  const SlaClock goes = ResumeClock(stands, level, office, At("2026-06-03T16:30:00Z"));
  EXPECT_EQ(goes.paused, 0);
  EXPECT_EQ(goes.counted, 20 * kMinute);
  EXPECT_EQ(FormatTime(goes.warn), "2026-06-04T09:10:00Z");
  EXPECT_EQ(FormatTime(goes.due), "2026-06-04T10:10:00Z");
}

TEST(PauseTest, ItStandsNoLongerThanItsLatest) {
  const BusinessCalendar office = Named("office", Office("UTC"));
  const SlaDef level = Level(kHour, 2 * kHour, 3 * kDay);
  const SlaClock stands =
      PauseClock(StartClock(level, office, At("2026-06-01T09:00:00Z")), level, office, At("2026-06-01T09:20:00Z"));
  const std::optional<SlaClock> breached = AdvanceClock(stands, At("2026-06-04T09:00:00Z"));
  ASSERT_TRUE(breached.has_value());
  EXPECT_EQ(breached->state, SlaState::kBreached);
  EXPECT_EQ(breached->paused, 0);
}

TEST(PauseTest, OneThatWasWarnedOfIsNotWarnedOfTwice) {
  const BusinessCalendar office = Named("office", Office("UTC"));
  const SlaDef level = Level();
  SlaClock clock = *AdvanceClock(StartClock(level, office, At("2026-06-01T09:00:00Z")), At("2026-06-01T10:00:00Z"));
  clock = PauseClock(clock, level, office, At("2026-06-01T10:30:00Z"));
  clock = ResumeClock(clock, level, office, At("2026-06-01T15:00:00Z"));
  EXPECT_EQ(clock.state, SlaState::kWarned);
  EXPECT_EQ(FormatTime(clock.warn), "2026-06-01T10:00:00Z");
  EXPECT_EQ(FormatTime(clock.due), "2026-06-01T15:30:00Z");
  EXPECT_FALSE(AdvanceClock(clock, At("2026-06-01T15:10:00Z")).has_value());
}

// A correction counts from the start; what a clock had counted before it was handed over or stood, it has counted.
TEST(PauseTest, CountedAgainItKeepsWhatItHad) {
  const BusinessCalendar office = Named("office", Office("UTC"));
  const BusinessCalendar mexico = Named("mexico", Office("America/Mexico_City"));
  const SlaDef level = Level();
  const SlaClock stands =
      PauseClock(StartClock(level, office, At("2026-06-01T09:00:00Z")), level, office, At("2026-06-01T09:30:00Z"));
  EXPECT_EQ(CountAgain(stands, level, mexico, At("2026-06-01T10:00:00Z")).paused, stands.paused);
  const SlaClock goes = ResumeClock(stands, level, office, At("2026-06-01T12:00:00Z"));
  EXPECT_EQ(FormatTime(CountAgain(goes, level, mexico, At("2026-06-01T12:10:00Z")).due), "2026-06-01T16:30:00Z");
}

TEST(LadderTest, StepsAreCountedInWorkingTimeFromTheBreach) {
  const BusinessCalendar office = Named("office", Office("UTC"));
  SlaDef level = Level();
  level.on_breach = {{LadderAction::kReassign, 0, ""}, {LadderAction::kHold, 4 * kHour, "review"}};
  SlaClock clock = StartClock(level, office, At("2026-06-05T13:00:00Z"));  // a Friday
  EXPECT_EQ(clock.step_at, 0);
  clock = *AdvanceClock(clock, clock.due);
  SetNextStep(level, office, clock);
  EXPECT_EQ(clock.step_at, clock.due);
  ++clock.steps;
  SetNextStep(level, office, clock);
  EXPECT_EQ(FormatTime(clock.step_at), "2026-06-08T11:00:00Z") << "two hours on Friday, two on Monday";
  ++clock.steps;
  SetNextStep(level, office, clock);
  EXPECT_EQ(clock.step_at, 0);
  EXPECT_EQ(DescribeStep(level.on_breach[1]), "hold in review after 4h");
}

TEST(CalendarForTest, TheRepsThenTheTeamsThenTheTerritorysThenTheLevels) {
  SlaPolicy sla;
  for (const char* id : {"level", "rep", "team", "land"}) sla.calendars.push_back(Named(id, Office("UTC")));
  SlaDef level = Level();
  level.calendar = "level";
  level.of_assignee = true;
  RoutingPolicy routing;
  routing.reps = {{.id = "ana", .team = "desk", .calendar = "rep"}};
  routing.teams = {{.id = "desk", .calendar = "team"}};
  routing.territories = {{.id = "mx", .countries = {"MX"}, .calendar = "land"}};
  Lead lead{.country = "MX", .assignee = "ana"};
  const auto chosen = [&] {
    const CalendarChoice choice = CalendarFor(level, sla, routing, lead);
    return choice.calendar->id + " " + choice.because;
  };
  EXPECT_EQ(chosen(), "rep of reps/ana");
  routing.reps[0].calendar.clear();
  EXPECT_EQ(chosen(), "team of the team desk");
  routing.teams[0].calendar.clear();
  EXPECT_EQ(chosen(), "land of the territory mx");
  lead.country = "BR";
  EXPECT_EQ(chosen(), "level ");
  routing.reps[0].calendar = "rep";
  lead.assignee = "of-another-region";
  EXPECT_EQ(chosen(), "level ");
  lead.assignee.clear();
  EXPECT_EQ(chosen(), "level ");
  lead.assignee = "ana";
  level.of_assignee = false;
  EXPECT_EQ(chosen(), "level ");
}

// One clock that is handed over and stands at random moments, and beside it the minutes, each of which is worked on the
// calendar that counts then or is not.
TEST(SlaClockProperty, HandedOverAndStandingItIsDueAfterSoManyWorkedMinutes) {
  std::mt19937_64 random(74);
  const auto below = [&](uint64_t n) { return static_cast<int64_t>(random() % n); };
  const char* kZones[] = {"Europe/Berlin", "America/Mexico_City", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"};
  int due_seen = 0, latest_seen = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<BusinessCalendar> calendars;
    for (int i = 0; i < 3; ++i) {
      const int from = static_cast<int>(6 + below(5));
      BusinessCalendar calendar = Office(kZones[below(5)], from, from + static_cast<int>(3 + below(9)));
      for (int64_t n = below(4); n > 0; --n) {
        calendar.holidays.push_back(FormatDate(At("2026-03-20") + below(30) * kDay));
      }
      calendars.push_back(Named(std::to_string(i), calendar));
    }
    const SlaDef level = Level((1 + below(200)) * kMinute, (201 + below(900)) * kMinute, (8 + below(10)) * kDay);
    const Time start = At("2026-03-20") + below(14 * 1440) * kMinute;  // around the changes of the clocks
    size_t on = static_cast<size_t>(below(3));
    bool stands = false;
    SlaClock clock = StartClock(level, calendars[on], start);
    Duration worked = 0;
    Time due = 0, warned = 0;
    for (Time t = start; due == 0 && t < start + level.due_at_latest; t += kMinute) {
      if (below(700) == 0) {
        if (below(2) == 0) {
          const size_t next = static_cast<size_t>(below(3));
          clock = HandOver(clock, level, calendars[on], calendars[next], t);
          on = next;
        } else if (stands) {
          clock = ResumeClock(clock, level, calendars[on], t);
          stands = false;
        } else {
          clock = PauseClock(clock, level, calendars[on], t);
          stands = true;
        }
      }
      const std::optional<SlaClock> before = AdvanceClock(clock, t);
      ASSERT_FALSE(before.has_value() && before->state == SlaState::kBreached) << round << " " << FormatTime(t);
      const TimeZone& zone = *calendars[on].zone;
      const Time local = t + zone.segments()[zone.SegmentAt(t)].offset;
      const int64_t minute = local % kDay / kMinute;
      const BusinessCalendar::Day& day = calendars[on].week[static_cast<size_t>((local / kDay + 3) % 7)];
      const auto& off = calendars[on].holidays;
      const bool open = !day.empty() && minute >= day[0].from_minute && minute < day[0].to_minute &&
                        std::find(off.begin(), off.end(), FormatDate(local / kDay * kDay)) == off.end();
      if (!open || stands) continue;
      worked += kMinute;
      if (worked == level.warn_after) warned = t + kMinute;
      if (worked == level.due_after) due = t + kMinute;
      if (clock.state == SlaState::kRunning && warned == t + kMinute) {
        ASSERT_EQ(FormatTime(clock.warn), FormatTime(warned)) << round;
        clock = AdvanceClock(clock, warned).value_or(clock);
      }
    }
    if (due == 0) {
      due = start + level.due_at_latest;
      ++latest_seen;
    } else {
      ++due_seen;
    }
    ASSERT_EQ(FormatTime(clock.due), FormatTime(due)) << round;
    ASSERT_EQ(AdvanceClock(clock, due)->state, SlaState::kBreached) << round;
  }
  EXPECT_GT(due_seen, 50);
  EXPECT_GT(latest_seen, 5);
}

}  // namespace
}  // namespace leadline::domain
