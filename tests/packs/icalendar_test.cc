// Days off from calendar files.
#include "packs/values/icalendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Calendar(const std::string& events) {
  std::string text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n" + events + "END:VCALENDAR\n", out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}
std::string Event(const std::string& lines) { return "BEGIN:VEVENT\n" + lines + "END:VEVENT\n"; }

std::vector<std::string> DaysOf(const std::string& events) {
  const auto days = ReadCalendarDays(Calendar(events));
  EXPECT_TRUE(days.ok()) << days.status();
  return days.ok() ? days->days : std::vector<std::string>();
}
std::string ErrorOf(const std::string& text) {
  const auto days = ReadCalendarDays(text);
  EXPECT_FALSE(days.ok());
  EXPECT_EQ(days.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(days.status().message());
}

TEST(ICalendarTest, WholeDaysAreDaysOff) {
  EXPECT_THAT(DaysOf(Event("UID:a\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\nSUMMARY:Christmas\n") +
                     Event("UID:b\nDTSTART;VALUE=DATE:20260403\n") +
                     Event("UID:c\nDTSTART;VALUE=DATE:20261231\nDURATION:P2D\n")),
              ElementsAre("2026-04-03", "2026-12-25", "2026-12-26", "2026-12-31", "2027-01-01"));
  EXPECT_THAT(DaysOf(""), IsEmpty());
}

TEST(ICalendarTest, OneDayIsCountedOnce) {
  const std::string twice =
      Event("UID:a\nDTSTART;VALUE=DATE:20260501\n") + Event("UID:b\nDTSTART;VALUE=DATE:20260501\n");
  EXPECT_THAT(DaysOf(twice), ElementsAre("2026-05-01"));
}

TEST(ICalendarTest, RepeatedDaysEndWhereTheirRuleEnds) {
  EXPECT_THAT(DaysOf(Event("UID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;UNTIL=20280101\n")),
              ElementsAre("2026-01-01", "2027-01-01", "2028-01-01"));
  // The fourth Thursday of November.
  EXPECT_THAT(DaysOf(Event("UID:a\nDTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3\n")),
              ElementsAre("2026-11-26", "2027-11-25", "2028-11-23"));
  // 29 February comes only in leap years.
  EXPECT_THAT(DaysOf(Event("UID:a\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;UNTIL=20330101\n")),
              ElementsAre("2024-02-29", "2028-02-29", "2032-02-29"));
}

TEST(ICalendarTest, HowFarAndHowOftenIsBounded) {
  const std::string yearly = "UID:a\nSUMMARY:New year\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;";
  EXPECT_EQ(DaysOf(Event(yearly + "COUNT=200\n")).size(), 200u);
  EXPECT_THAT(ErrorOf(Calendar(Event(yearly + "COUNT=300\n"))), HasSubstr("not repeated 300 times within 200 years"));
  EXPECT_THAT(ErrorOf(Calendar(Event(yearly + "UNTIL=23000101\n"))), HasSubstr("may reach 200 years at most"));
  // Each of them by itself, though they are the same days.
  const std::string daily = "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;COUNT=4000\n";
  EXPECT_EQ(DaysOf(Event("UID:a\n" + daily) + Event("UID:b\n" + daily)).size(), 4'000u);
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\n" + daily) + Event("UID:b\n" + daily) + Event("UID:c\n" + daily))),
              HasSubstr("more than 10000 days off"));
}

TEST(ICalendarTest, CountsIntoTheBudget) {
  CheckLimits limits;
  limits.steps = 20'000;
  CheckBudget budget(limits);
  budget.BeginPack("central");
  const std::string text = Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;COUNT=4000\n"));
  EXPECT_FALSE(ReadCalendarDays(text, &budget).ok());
  EXPECT_TRUE(budget.stopped());
}

TEST(ICalendarTest, ExceptionsMovedAndCancelledDaysAreHeeded) {
  const std::string series =
      Event("UID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;COUNT=4\nEXDATE;VALUE=DATE:20270101\n");
  const std::string moved = Event("UID:a\nRECURRENCE-ID;VALUE=DATE:20280101\nDTSTART;VALUE=DATE:20280103\n");
  const std::string cancelled =
      Event("UID:a\nRECURRENCE-ID;VALUE=DATE:20290101\nDTSTART;VALUE=DATE:20290101\nSTATUS:CANCELLED\n");
  EXPECT_THAT(DaysOf(series + moved + cancelled), ElementsAre("2026-01-01", "2028-01-03"));
  EXPECT_THAT(DaysOf(cancelled + moved + series), ElementsAre("2026-01-01", "2028-01-03"));  // in whatever order
  EXPECT_THAT(DaysOf(Event("UID:x\nDTSTART;VALUE=DATE:20260701\nSTATUS:CANCELLED\n")), IsEmpty());
  EXPECT_THAT(DaysOf(Event("UID:x\nDTSTART;VALUE=DATE:20260701\nRDATE;VALUE=DATE:20260901,20270105\n")),
              ElementsAre("2026-07-01", "2026-09-01", "2027-01-05"));
}

TEST(ICalendarTest, EventsWithATimeOfDayAreCountedAndLeftOut) {
  const auto days = ReadCalendarDays(
      Calendar(Event("UID:a\nDTSTART:20261224T140000Z\n") + Event("UID:b\nDTSTART;VALUE=DATE:20261225\n")));
  ASSERT_TRUE(days.ok()) << days.status();
  EXPECT_THAT(days->days, ElementsAre("2026-12-25"));
  EXPECT_EQ(days->timed, 1u);
}

TEST(ICalendarTest, SeveralCalendarsInOneFileAreAllRead) {
  const auto days = ReadCalendarDays(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260101\n")) +
                                     Calendar(Event("UID:a2\nDTSTART;VALUE=DATE:20260106\n")));
  ASSERT_TRUE(days.ok()) << days.status();
  EXPECT_THAT(days->days, ElementsAre("2026-01-01", "2026-01-06"));
}

TEST(ICalendarTest, WhatIsNoCalendarOrRepeatsForEverIsRefused) {
  for (const char* text : {"", "holidays: [2026-01-01]", "BEGIN:VEVENT\r\nDTSTART:20260101\r\nEND:VEVENT\r\n"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("this is no calendar")) << text;
  }
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY\nSUMMARY:New Year\n"))),
              HasSubstr("\"New Year\" is repeated without an end"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=HOURLY;COUNT=3\n"))),
              HasSubstr("repeated within a day"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260230\n"))),
              HasSubstr("2026-02-30, which is no day"));
  EXPECT_THAT(ErrorOf(Calendar("BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260101\n")), HasSubstr("no calendar"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nSUMMARY:Some day\n"))), HasSubstr("\"Some day\" has no DTSTART"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SOMETIMES;COUNT=2\n"))),
              HasSubstr("cannot be read"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101\n"))),
              HasSubstr("takes 365 days"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260101\nSUMMARY:Fair\n"))),
              HasSubstr("\"Fair\" ends before it begins"));
}

// What the library counts out otherwise than the format says is not read at all.
TEST(ICalendarTest, RulesThatCalendarsReadDifferentlyAreRefused) {
  const auto error = [](const std::string& rule) {
    return ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20260213\nRRULE:" + rule + "\n")));
  };
  EXPECT_THAT(error("FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;COUNT=4"), HasSubstr("name the months, with BYMONTH"));
  EXPECT_THAT(error("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=4"), HasSubstr("numbers of weeks"));
  EXPECT_THAT(DaysOf(Event("UID:a\nDTSTART;VALUE=DATE:20260213\nRRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;COUNT=3\n")),
              ElementsAre("2026-02-13", "2026-03-13", "2026-11-13"));
}

TEST(ICalendarTest, SizeAndCountsAreBounded) {
  EXPECT_THAT(ErrorOf(std::string(kMaxCalendarFileBytes + 1, ' ')), HasSubstr("larger than 1 MiB"));
  std::string many;
  for (size_t i = 0; i <= kMaxCalendarEvents; ++i)
    many += Event(fmt::format("UID:{}\nDTSTART;VALUE=DATE:20260101\n", i));
  EXPECT_THAT(ErrorOf(Calendar(many)), HasSubstr("more than 2000 events"));
  EXPECT_THAT(ErrorOf(Calendar(Event("UID:a\nDTSTART;VALUE=DATE:20000101\nRRULE:FREQ=DAILY;COUNT=20000\n"))),
              HasSubstr("more than 10000 times"));
}

}  // namespace
}  // namespace leadline::packs
