#include "domain/sla.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/zones/zone_folder.h"
#include "tests/base/zic_folder.h"
#include "tests/domain/calendars.h"

namespace leadline::domain {
namespace {

using ::testing::HasSubstr;

TEST(ValidateCalendarTest, SaysWhatIsWrong) {
  EXPECT_TRUE(ValidateCalendar(Office("Europe/Madrid"), *SystemTimeZones()).ok());
  EXPECT_TRUE(ValidateCalendar(Always("UTC"), *SystemTimeZones()).ok());
  auto message = [](const BusinessCalendar& calendar) {
    absl::Status status = ValidateCalendar(calendar, *SystemTimeZones());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  EXPECT_THAT(message(Office("Europe/Madird")), HasSubstr("Europe/Madird"));
  const TimeZones bare("none (no time zones in /usr/share/zoneinfo)");
  EXPECT_TRUE(ValidateCalendar(Always("UTC"), bare).ok());
  EXPECT_THAT(std::string(ValidateCalendar(Always("Europe/Madrid"), bare).message()),
              HasSubstr("this machine has no others than UTC: none (no time zones in /usr/share/zoneinfo)"));
  EXPECT_THAT(message({.id = "closed", .time_zone = "UTC"}), HasSubstr("no day is open"));
  BusinessCalendar hours = Office("UTC");
  const BusinessCalendar::Day faults[] = {{{18 * 60, 9 * 60}},     {{60, 60}},          {{0, 24 * 60 + 1}}, {{-1, 60}},
                                          {{60, 120}, {119, 180}}, {{60, 120}, {0, 30}}};
  for (const BusinessCalendar::Day& fault : faults) {
    hours.week[2] = fault;
    EXPECT_THAT(message(hours), HasSubstr("Wednesday"));
  }
  hours.week[2] = {{60, 120}, {120, 180}};
  EXPECT_TRUE(ValidateCalendar(hours, *SystemTimeZones()).ok());
  for (const char* holiday : {"2026-02-30", "25.12.2026", "", "2026-12-25T00:00:00Z", "2026-1-1"}) {
    BusinessCalendar calendar = Office("UTC");
    calendar.holidays = {"2026-12-25", holiday};
    EXPECT_THAT(message(calendar), HasSubstr(std::string("\"") + holiday + '"'));
  }
}

TEST(AddBusinessTimeTest, WithinADayOverNightAndWeekend) {
  BusinessCalendar madrid = Office("Europe/Madrid");
  // Madrid is an hour ahead of UTC in winter. 2026-01-16 is a Friday.
  EXPECT_EQ(Added(madrid, "2026-01-16T09:00:00Z", 2 * kHour), "2026-01-16T11:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-16T14:00:00Z", 2 * kHour), "2026-01-16T16:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-16T15:00:00Z", 2 * kHour), "2026-01-19T09:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-17T12:00:00Z", kHour), "2026-01-19T09:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-16T05:00:00Z", kHour), "2026-01-16T09:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-16T08:00:00Z", 40 * kHour), "2026-01-22T16:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-17T12:00:00Z", 0), "2026-01-17T12:00:00Z");
  EXPECT_EQ(Added(madrid, "2026-01-16T09:00:00.5Z", kHour), "2026-01-16T10:00:00.500000Z");
}

// The tables compiled into ICU 72 say that Mexico City still has summer time.
TEST(AddBusinessTimeTest, OpensByTheTablesOfTheSystem) {
  EXPECT_EQ(Added(Office("America/Mexico_City"), "2026-07-06T10:00:00Z", kHour), "2026-07-06T16:00:00Z");
  EXPECT_EQ(Added(Office("America/Mexico_City"), "2026-01-06T10:00:00Z", kHour), "2026-01-06T16:00:00Z");
  EXPECT_EQ(Added(Office("America/Monterrey"), "2026-07-06T10:00:00Z", kHour), "2026-07-06T16:00:00Z");
  // Unknown to them.
  EXPECT_EQ(Added(Office("America/Ciudad_Juarez"), "2026-07-06T10:00:00Z", kHour), "2026-07-06T16:00:00Z");
  EXPECT_EQ(Added(Office("America/Coyhaique"), "2026-07-06T10:00:00Z", kHour), "2026-07-06T13:00:00Z");
  // At the winter time of 2022 still, or without the summer time that came back.
  EXPECT_EQ(Added(Office("Asia/Almaty"), "2026-07-06T02:00:00Z", kHour), "2026-07-06T05:00:00Z");
  EXPECT_EQ(Added(Office("Africa/Cairo"), "2026-07-06T04:00:00Z", kHour), "2026-07-06T07:00:00Z");
  EXPECT_EQ(Added(Office("America/Asuncion"), "2026-07-06T10:00:00Z", kHour), "2026-07-06T13:00:00Z");
}

TEST(AddBusinessTimeTest, ACalendarKeepsTheTablesThatItWasMadeWith) {
  ZicFolder files;
  ZoneFolder folder(files.path());
  files.Compile("2025b", kVancouver2025);
  BusinessCalendar before = Office("America/Vancouver");
  before.zone = FindZone(*folder.Look(), "America/Vancouver");
  files.Compile("2026f", kVancouver2026);
  BusinessCalendar after = before;
  after.zone = FindZone(*folder.Look(), "America/Vancouver");
  // 2026-11-16 is a Monday; both open at 9.
  EXPECT_EQ(Added(before, "2026-11-16T10:00:00Z", kHour), "2026-11-16T18:00:00Z");
  EXPECT_EQ(Added(after, "2026-11-16T10:00:00Z", kHour), "2026-11-16T17:00:00Z");
  EXPECT_EQ(BusinessTimeBetween(after, At("2026-11-16T16:00:00Z"), At("2026-11-16T16:30:00Z")), kHour / 2);
  EXPECT_EQ(BusinessTimeBetween(before, At("2026-11-16T16:00:00Z"), At("2026-11-16T16:30:00Z")), 0);
  // What both know alike stays.
  EXPECT_EQ(Added(before, "2026-07-06T10:00:00Z", kHour), Added(after, "2026-07-06T10:00:00Z", kHour));
}

TEST(AddBusinessTimeTest, Holidays) {
  BusinessCalendar madrid = Office("Europe/Madrid");
  madrid.holidays = {"2026-12-25", "2027-01-01"};
  // Thursday, an hour before closing; Friday is Christmas.
  EXPECT_EQ(Added(madrid, "2026-12-24T15:00:00Z", 2 * kHour), "2026-12-28T09:00:00Z");
  EXPECT_EQ(BusinessTimeBetween(madrid, At("2026-12-21"), At("2027-01-04")), 8 * 8 * kHour);
}

TEST(AddBusinessTimeTest, HolidaysAreLocalDates) {
  // 2026-05-01 in Auckland begins at 12:00 on 30 April, UTC.
  BusinessCalendar auckland = Always("Pacific/Auckland");
  auckland.holidays = {"2026-05-01"};
  EXPECT_EQ(BusinessTimeBetween(auckland, At("2026-04-30T12:00:00Z"), At("2026-05-01T12:00:00Z")), 0);
  EXPECT_EQ(Added(auckland, "2026-04-30T11:00:00Z", 2 * kHour), "2026-05-01T13:00:00Z");
}

TEST(BusinessTimeTest, OfficeHoursAreTheSameOnBothSidesOfAChange) {
  // Clocks go forward on Sunday 2026-03-29: nine o'clock is 08:00 UTC before and 07:00 UTC after.
  BusinessCalendar madrid = Office("Europe/Madrid");
  EXPECT_EQ(Added(madrid, "2026-03-27T15:00:00Z", 2 * kHour), "2026-03-30T08:00:00Z");
  EXPECT_EQ(BusinessTimeBetween(madrid, At("2026-03-27T08:00:00Z"), At("2026-03-30T15:00:00Z")), 16 * kHour);
  // And back on Sunday 2026-10-25.
  EXPECT_EQ(Added(madrid, "2026-10-23T14:00:00Z", 2 * kHour), "2026-10-26T09:00:00Z");
}

TEST(BusinessTimeTest, SkippedAndRepeatedHours) {
  BusinessCalendar always = Always("Europe/Madrid");
  EXPECT_EQ(BusinessTimeBetween(always, At("2026-03-28T23:00:00Z"), At("2026-03-29T22:00:00Z")), 23 * kHour);
  EXPECT_EQ(BusinessTimeBetween(always, At("2026-10-24T22:00:00Z"), At("2026-10-25T23:00:00Z")), 25 * kHour);
  // Open from two to three in the morning, every day.
  BusinessCalendar night = In("Europe/Madrid");
  night.week.fill({{120, 180}});
  EXPECT_EQ(BusinessTimeBetween(night, At("2026-03-28T12:00:00Z"), At("2026-03-29T12:00:00Z")), 0);
  EXPECT_EQ(BusinessTimeBetween(night, At("2026-10-24T12:00:00Z"), At("2026-10-25T12:00:00Z")), 2 * kHour);
  // Two to half past two: both times, with a break between.
  night.week.fill({{120, 150}});
  EXPECT_EQ(BusinessTimeBetween(night, At("2026-10-24T12:00:00Z"), At("2026-10-25T12:00:00Z")), kHour);
  EXPECT_EQ(Added(night, "2026-10-24T12:00:00Z", 45 * kMinute), "2026-10-25T01:15:00Z");
}

TEST(BusinessTimeTest, ClocksThatChangeAtMidnight) {
  // Santiago went back from midnight to 23:00 on 2026-04-04 (03:00 UTC on the 5th): that hour of the date is there
  // twice.
  BusinessCalendar santiago = Always("America/Santiago");
  EXPECT_EQ(BusinessTimeBetween(santiago, At("2026-04-04T03:00:00Z"), At("2026-04-05T04:00:00Z")), 25 * kHour);
  // On a holiday none of it is worked.
  santiago.holidays = {"2026-04-04"};
  EXPECT_EQ(BusinessTimeBetween(santiago, At("2026-04-04T03:00:00Z"), At("2026-04-05T04:00:00Z")), 0);
  // And forward at midnight on 2026-09-06: the day begins at one o'clock.
  EXPECT_EQ(BusinessTimeBetween(santiago, At("2026-09-06T04:00:00Z"), At("2026-09-07T03:00:00Z")), 23 * kHour);
}

TEST(BusinessTimeTest, ADateThatNeverWas) {
  // Samoa went over the date line: 2011-12-30 does not exist there.
  BusinessCalendar apia = Always("Pacific/Apia");
  EXPECT_EQ(BusinessTimeBetween(apia, At("2011-12-30T00:00:00Z"), At("2011-12-31T00:00:00Z")), 24 * kHour);
  apia.holidays = {"2011-12-30"};
  EXPECT_EQ(BusinessTimeBetween(apia, At("2011-12-30T00:00:00Z"), At("2011-12-31T00:00:00Z")), 24 * kHour);
}

TEST(BusinessTimeTest, NothingBetweenBackwards) {
  BusinessCalendar madrid = Office("Europe/Madrid");
  EXPECT_EQ(BusinessTimeBetween(madrid, 5, 5), 0);
  EXPECT_EQ(BusinessTimeBetween(madrid, At("2026-01-20"), At("2026-01-10")), 0);
  EXPECT_EQ(BusinessTimeBetween(madrid, At("2026-01-17"), At("2026-01-18")), 0);
}

SlaDef FirstContact() {
  return {.id = "first_contact", .warn_after = 2 * kHour, .due_after = 4 * kHour, .calendar = "office"};
}

TEST(SlaClockTest, RunsThroughItsStates) {
  SlaClock clock = StartClock(FirstContact(), Office("UTC"), At("2026-01-16T09:00:00Z"));
  EXPECT_EQ(FormatTime(clock.warn), "2026-01-16T11:00:00Z");
  EXPECT_EQ(FormatTime(clock.due), "2026-01-16T13:00:00Z");
  EXPECT_EQ(clock.state, SlaState::kRunning);
  EXPECT_EQ(clock.sla_id, "first_contact");
  EXPECT_FALSE(AdvanceClock(clock, clock.warn - 1).has_value());
  auto warned = AdvanceClock(clock, clock.warn);
  ASSERT_TRUE(warned.has_value());
  EXPECT_EQ(warned->state, SlaState::kWarned);
  EXPECT_FALSE(AdvanceClock(*warned, clock.due - 1).has_value());
  auto breached = AdvanceClock(*warned, clock.due);
  ASSERT_TRUE(breached.has_value());
  EXPECT_EQ(breached->state, SlaState::kBreached);
  EXPECT_TRUE(breached->open());
  EXPECT_FALSE(AdvanceClock(*breached, clock.due + kDay).has_value());
  EXPECT_EQ(AdvanceClock(clock, clock.due)->state, SlaState::kBreached);
}

TEST(SlaClockTest, Stops) {
  SlaClock clock = StartClock(FirstContact(), Office("UTC"), At("2026-01-16T09:00:00Z"));
  SlaClock met = StopClock(clock, clock.due - 1, true);
  EXPECT_EQ(met.state, SlaState::kMet);
  EXPECT_EQ(met.stopped, clock.due - 1);
  EXPECT_FALSE(met.open());
  EXPECT_EQ(StopClock(clock, clock.due, true).state, SlaState::kMetLate);
  EXPECT_EQ(StopClock(clock, clock.due - 1, false).state, SlaState::kCancelled);
  // A breach stays one, told or not.
  for (const SlaClock& late : {clock, *AdvanceClock(clock, clock.due)}) {
    const SlaClock ended = StopClock(late, clock.due + 1, false);
    EXPECT_EQ(ended.state, SlaState::kBreached);
    EXPECT_EQ(ended.stopped, clock.due + 1);
    EXPECT_FALSE(ended.open());
    EXPECT_EQ(StopClock(ended, clock.due + 9, true), ended);
    EXPECT_FALSE(AdvanceClock(ended, clock.due + 9).has_value());
  }
  EXPECT_EQ(StopClock(met, clock.due + 5, false), met);
  EXPECT_FALSE(AdvanceClock(met, clock.due + 5).has_value());
}

TEST(SlaClockTest, AQueueStartsOne) {
  SlaDef level = FirstContact();
  level.start_on_hold = {"junk"};
  Lead lead;
  SlaClock clock{.sla_id = level.id, .start = 5};
  EXPECT_FALSE(StartedByHold(level, clock, lead));
  lead.hold_queue = "junk";
  lead.held_since = 5;
  lead.status = "mql";
  lead.status_since = 5;
  EXPECT_TRUE(StartedByHold(level, clock, lead));
  level.start_on_enter = {"mql"};
  EXPECT_FALSE(StartedByHold(level, clock, lead)) << "both were entered at once: the status counts";
  lead.status_since = 4;
  EXPECT_TRUE(StartedByHold(level, clock, lead));
  clock.start = 4;
  EXPECT_FALSE(StartedByHold(level, clock, lead)) << "it ran when the lead came into the queue";
  clock.start = 5;
  lead.hold_queue = "data_quality";
  EXPECT_FALSE(StartedByHold(level, clock, lead));
}

// In whatever order clocks are told, the one that is due first stands in front, and the last state of each counts.
TEST(SlaClockProperty, ALeadHasItsOpenClocksInOrder) {
  std::mt19937_64 random(74);
  for (int round = 0; round < 500; ++round) {
    std::vector<SlaClock> clocks;
    for (int i = 0; i < 5; ++i) {
      clocks.push_back({.sla_id = std::string(1, static_cast<char>('a' + i)),
                        .start = static_cast<Time>(random() % 3),
                        .due = static_cast<Time>(10 + random() % 5)});
    }
    Lead lead;
    for (const SlaClock& clock : clocks) TakeClock(clock, lead);
    std::map<std::string, SlaClock> open;
    for (const SlaClock& clock : clocks) open[clock.sla_id] = clock;
    for (int step = 0; step < 8; ++step) {
      const std::vector<SlaClock> before = OpenClocks(lead);
      ASSERT_EQ(before.size(), open.size());
      for (size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i], open.at(before[i].sla_id));
        if (i > 0) {
          EXPECT_LE(before[i - 1].due, before[i].due);
        }
      }
      if (before.empty()) break;
      const SlaClock stopped = StopClock(before[random() % before.size()], 12, random() % 2 == 0);
      TakeClock(stopped, lead);
      open.erase(stopped.sla_id);
      ASSERT_TRUE(lead.sla.has_value());
      if (open.empty()) {
        EXPECT_EQ(*lead.sla, stopped) << "the last that was told is still shown";
      }
    }
  }
}

TEST(SlaClockTest, CountsAgainOnAnotherCalendar) {
  SlaClock clock = StartClock(FirstContact(), Office("UTC"), At("2026-01-16T15:00:00Z"));
  clock.state = SlaState::kWarned;
  const BusinessCalendar tokyo = Office("Asia/Tokyo");  // 2026-01-16 is a Friday; its office is closed by then
  const SlaClock again = CountAgain(clock, FirstContact(), tokyo, At("2026-01-16T16:00:00Z"));
  EXPECT_EQ(again.start, clock.start);
  EXPECT_EQ(FormatTime(again.due), "2026-01-19T04:00:00Z");
  EXPECT_EQ(again.state, SlaState::kRunning) << "the warning is yet to come";
  EXPECT_EQ(CountAgain(clock, FirstContact(), tokyo, again.warn).state, SlaState::kWarned);
}

TEST(SlaClockTest, WithoutAWarning) {
  SlaDef level = FirstContact();
  level.warn_after = 0;
  SlaClock clock = StartClock(level, Office("UTC"), At("2026-01-16T09:00:00Z"));
  EXPECT_EQ(clock.warn, clock.due);
  EXPECT_FALSE(AdvanceClock(clock, clock.due - 1).has_value());
  EXPECT_EQ(AdvanceClock(clock, clock.due)->state, SlaState::kBreached);
}

// Hours of one day and weeks off at a stretch put the end off as far as the level says, and no further.
TEST(SlaClockTest, IsDueByItsLatest) {
  BusinessCalendar seldom = In("Europe/Madrid");
  seldom.week[0] = {{9 * 60, 9 * 60 + 30}};
  seldom.holidays = {"2026-01-26", "2026-02-02"};
  SlaDef level = FirstContact();
  level.due_after = kHour;
  level.warn_after = 45 * kMinute;
  const Time start = At("2026-01-19T12:00:00Z");  // a Monday, after hours
  EXPECT_EQ(FormatTime(StartClock(level, seldom, start).due), "2026-02-16T08:30:00Z");
  level.due_at_latest = 5 * kDay;
  const SlaClock clock = StartClock(level, seldom, start);
  EXPECT_EQ(clock.due, start + 5 * kDay);
  EXPECT_EQ(clock.warn, clock.due);
  EXPECT_EQ(StartClock(level, Office("UTC"), start).due, start + kHour) << "it never makes a level longer";
  // By the clock: the hour that is skipped on 29 March is none of the five days.
  EXPECT_EQ(StartClock(level, seldom, At("2026-03-27T12:00:00Z")).due, At("2026-04-01T12:00:00Z"));
  EXPECT_EQ(DescribeDue(level), "1h of working time (office), at most 5d in all");
  EXPECT_EQ(DescribeDue(FirstContact()), "4h of working time (office)");
}

TEST(CalendarFloorTest, CountsTheWorkOfAWeek) {
  EXPECT_EQ(WorkPerWeek(Office("UTC")), 40 * kHour);
  EXPECT_EQ(WorkPerWeek(Always("UTC")), 168 * kHour);
  EXPECT_EQ(WorkPerWeek(In("UTC")), 0);
}

TEST(CalendarFloorTest, CountsHolidaysOfAnyYear) {
  BusinessCalendar calendar = Office("UTC");
  EXPECT_EQ(FullestHolidayYear(calendar).holidays, 0);
  EXPECT_EQ(FullestHolidayYear(calendar).from, "");
  // In no order, one twice, one on a Saturday, one that is no date.
  calendar.holidays = {"2027-01-01", "2026-12-25", "2026-12-26", "2026-12-25", "soon", "2025-12-24", "2026-12-24"};
  EXPECT_EQ(FullestHolidayYear(calendar).holidays, 3);
  EXPECT_EQ(FullestHolidayYear(calendar).from, "2026-12-24");
  calendar.holidays = {"2026-06-01", "2027-06-01"};
  EXPECT_EQ(FullestHolidayYear(calendar).holidays, 1) << "365 days on is the year after";
  calendar.holidays = {"2026-06-01", "2027-05-31"};
  EXPECT_EQ(FullestHolidayYear(calendar).holidays, 2);
  EXPECT_EQ(FullestHolidayYear(calendar).from, "2026-06-01");
}

TEST(SlaPolicyTest, Finds) {
  SlaPolicy policy{.calendars = {Office("UTC")}, .levels = {FirstContact()}};
  EXPECT_EQ(policy.FindCalendar("office"), policy.calendars.data());
  EXPECT_EQ(policy.FindCalendar("none"), nullptr);
  EXPECT_EQ(policy.Find("first_contact"), policy.levels.data());
  EXPECT_EQ(policy.Find("none"), nullptr);
}

}  // namespace
}  // namespace leadline::domain
