// Working time of days with several ranges of hours, and of nights.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "domain/sla.h"
#include "tests/domain/calendars.h"

namespace leadline::domain {
namespace {

// Hours as a person writes them, of a day and perhaps into the next.
struct Shift {
  size_t day;
  int from, to;
};

BusinessCalendar Working(std::string zone, const std::vector<Shift>& shifts) {
  BusinessCalendar calendar = In(std::move(zone));
  for (const Shift& shift : shifts) EXPECT_TRUE(AddHours(shift.day, {shift.from, shift.to}, calendar.week));
  EXPECT_TRUE(ValidateCalendar(calendar, *SystemTimeZones()).ok());
  return calendar;
}

std::vector<Shift> EachDay(int from, int to) {
  std::vector<Shift> shifts;
  for (size_t day = 0; day < 7; ++day) shifts.push_back({day, from, to});
  return shifts;
}

TEST(AddHoursTest, TellsNightsAtMidnightAndKeepsOrder) {
  std::array<BusinessCalendar::Day, 7> week;
  EXPECT_TRUE(AddHours(0, {13 * 60, 18 * 60}, week));
  EXPECT_TRUE(AddHours(0, {8 * 60 + 30, 12 * 60}, week));
  EXPECT_TRUE(AddHours(6, {22 * 60, 6 * 60}, week)) << "into Monday";
  EXPECT_EQ(week[0], (BusinessCalendar::Day{{0, 360}, {510, 720}, {780, 1080}}));
  EXPECT_EQ(week[6], (BusinessCalendar::Day{{1320, 1440}}));
  EXPECT_TRUE(AddHours(3, {22 * 60, 0}, week));
  EXPECT_EQ(week[3], (BusinessCalendar::Day{{1320, 1440}}));
  EXPECT_TRUE(week[4].empty()) << "an end at midnight is none of the next day";
  EXPECT_TRUE(AddHours(0, {12 * 60, 13 * 60}, week)) << "where the others end and begin";
  const auto before = week;
  EXPECT_FALSE(AddHours(0, {11 * 60, 14 * 60}, week));
  EXPECT_FALSE(AddHours(0, {5 * 60, 7 * 60}, week)) << "into the night before";
  EXPECT_FALSE(AddHours(6, {20 * 60, 1 * 60}, week));
  EXPECT_FALSE(AddHours(6, {10 * 60, 0}, week));
  EXPECT_FALSE(AddHours(2, {20 * 60, 23 * 60 - 1}, week) && AddHours(2, {22 * 60, 23 * 60}, week));
  EXPECT_EQ(week[0], before[0]);
  EXPECT_EQ(week[6], before[6]);
}

TEST(AddBusinessTimeTest, NoTimePassesAtLunch) {
  std::vector<Shift> shifts;
  for (size_t day = 0; day < 5; ++day) {
    shifts.push_back({day, 8 * 60 + 30, 12 * 60});
    shifts.push_back({day, 13 * 60, 18 * 60});
  }
  const BusinessCalendar lisbon = Working("Europe/Lisbon", shifts);  // UTC in winter
  EXPECT_EQ(WorkPerWeek(lisbon), 5 * (8 * kHour + kHour / 2));
  // 2026-01-16 is a Friday.
  EXPECT_EQ(Added(lisbon, "2026-01-16T11:30:00Z", kHour), "2026-01-16T13:30:00Z");
  EXPECT_EQ(Added(lisbon, "2026-01-16T11:00:00Z", kHour), "2026-01-16T12:00:00Z");
  EXPECT_EQ(Added(lisbon, "2026-01-16T12:20:00Z", kHour), "2026-01-16T14:00:00Z");
  EXPECT_EQ(Added(lisbon, "2026-01-16T17:30:00Z", kHour), "2026-01-19T09:00:00Z");
  EXPECT_EQ(BusinessTimeBetween(lisbon, At("2026-01-16T11:00:00Z"), At("2026-01-16T14:00:00Z")), 2 * kHour);
}

TEST(AddBusinessTimeTest, SaturdayAfternoonIsMondayAtTen) {
  EXPECT_EQ(Added(Office("UTC"), "2026-01-17T15:00:00Z", kHour), "2026-01-19T10:00:00Z");
  EXPECT_EQ(Added(Office("Europe/Berlin"), "2026-07-18T15:00:00Z", kHour), "2026-07-20T08:00:00Z");
  EXPECT_EQ(Added(Office("Asia/Kolkata"), "2026-01-17T15:00:00Z", kHour), "2026-01-19T04:30:00Z");
}

TEST(BusinessTimeTest, BothNightsOfTheClockChange) {
  const BusinessCalendar night = Working("Europe/Berlin", EachDay(22 * 60, 6 * 60));
  const auto between = [&](std::string_view from, std::string_view to) {
    return BusinessTimeBetween(night, At(from), At(to));
  };
  EXPECT_EQ(between("2026-01-16T12:00:00Z", "2026-01-17T12:00:00Z"), 8 * kHour);
  EXPECT_EQ(between("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), 7 * kHour) << "two to three is skipped";
  EXPECT_EQ(between("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), 9 * kHour) << "two to three comes twice";
  // 21:30Z is 22:30 in winter; 22:30 and four hours of work is 03:30 of the clock that was put forward.
  EXPECT_EQ(Added(night, "2026-03-28T21:30:00Z", 4 * kHour), "2026-03-29T01:30:00Z");
  EXPECT_EQ(Added(night, "2026-10-24T20:30:00Z", 4 * kHour), "2026-10-25T00:30:00Z");
  EXPECT_EQ(Added(night, "2026-10-24T20:30:00Z", 6 * kHour), "2026-10-25T02:30:00Z");
  // A day's work goes over to the next night.
  EXPECT_EQ(Added(night, "2026-03-28T20:00:00Z", 8 * kHour), "2026-03-29T21:00:00Z");
}

// A night is as two lines of hours: a day off takes out what lies in it, from midnight to midnight.
TEST(BusinessTimeTest, AHolidayTakesTheNightsPartsOfItsDate) {
  BusinessCalendar night = Working("UTC", EachDay(22 * 60, 6 * 60));
  night.holidays = {"2026-12-25"};
  EXPECT_EQ(BusinessTimeBetween(night, At("2026-12-24T12:00:00Z"), At("2026-12-25T12:00:00Z")), 2 * kHour);
  EXPECT_EQ(BusinessTimeBetween(night, At("2026-12-25T12:00:00Z"), At("2026-12-26T12:00:00Z")), 6 * kHour);
  EXPECT_EQ(Added(night, "2026-12-24T23:00:00Z", 2 * kHour), "2026-12-26T01:00:00Z");
  EXPECT_EQ(FullestHolidayYear(night).holidays, 1);
  // Only Monday's night: Tuesday the 6th of January works until six, and counts as a day off; Monday's evening stays.
  BusinessCalendar monday = Working("UTC", {{0, 22 * 60, 6 * 60}});
  monday.holidays = {"2026-01-06", "2026-01-07"};
  EXPECT_EQ(FullestHolidayYear(monday).holidays, 1);
  EXPECT_EQ(BusinessTimeBetween(monday, At("2026-01-05"), At("2026-01-08")), 2 * kHour);
}

std::vector<Shift> RandomShifts(std::mt19937_64& random) {
  const auto minute = [&](int below) { return static_cast<int>(random() % static_cast<uint64_t>(below)); };
  std::vector<Shift> shifts{{static_cast<size_t>(minute(7)), 60 + minute(600), 800 + minute(600)}};
  std::array<BusinessCalendar::Day, 7> week;
  AddHours(shifts[0].day, {shifts[0].from, shifts[0].to}, week);
  for (int tries = minute(20); tries > 0; --tries) {
    const Shift shift{static_cast<size_t>(minute(7)), minute(1440), minute(1441)};
    if (shift.from != shift.to && AddHours(shift.day, {shift.from, shift.to}, week)) shifts.push_back(shift);
  }
  return shifts;
}

BusinessCalendar RandomCalendar(std::mt19937_64& random, std::vector<Shift>* written = nullptr) {
  const char* kZones[] = {
      "Europe/Madrid",       "America/Santiago", "America/Sao_Paulo", "Asia/Kolkata",   "Pacific/Auckland",
      "Australia/Lord_Howe", "America/New_York", "Africa/Casablanca", "Asia/Kathmandu", "UTC",
      "America/St_Johns",    "Asia/Tehran"};
  const std::vector<Shift> shifts = RandomShifts(random);
  if (written != nullptr) *written = shifts;
  BusinessCalendar calendar = Working(kZones[random() % std::size(kZones)], shifts);
  for (uint64_t i = random() % 10; i > 0; --i) {
    calendar.holidays.push_back(FormatTime(At("2026-01-01") + static_cast<Time>(random() % 400) * kDay).substr(0, 10));
  }
  return calendar;
}

TEST(BusinessTimeProperty, AddingAndMeasuringAreInverse) {
  std::mt19937_64 random(71);
  for (int round = 0; round < 3000; ++round) {
    BusinessCalendar calendar = RandomCalendar(random);
    ASSERT_TRUE(ValidateCalendar(calendar, *SystemTimeZones()).ok());
    Time start = At("2026-01-01") + static_cast<Time>(random() % static_cast<uint64_t>(365 * kDay));
    auto duration = static_cast<Duration>(random() % static_cast<uint64_t>(20 * kDay));
    Time end = AddBusinessTime(calendar, start, duration);
    ASSERT_GE(end, start);
    EXPECT_EQ(BusinessTimeBetween(calendar, start, end), duration) << calendar.time_zone << " " << FormatTime(start);
    if (duration > 0) {
      EXPECT_EQ(BusinessTimeBetween(calendar, start, end - 1), duration - 1);
    }
  }
}

TEST(BusinessTimeProperty, PartsAddUp) {
  std::mt19937_64 random(72);
  for (int round = 0; round < 2000; ++round) {
    BusinessCalendar calendar = RandomCalendar(random);
    Time a = At("2026-01-01") + static_cast<Time>(random() % static_cast<uint64_t>(300 * kDay));
    Time b = a + static_cast<Time>(random() % static_cast<uint64_t>(40 * kDay));
    Time c = b + static_cast<Time>(random() % static_cast<uint64_t>(40 * kDay));
    EXPECT_EQ(BusinessTimeBetween(calendar, a, c),
              BusinessTimeBetween(calendar, a, b) + BusinessTimeBetween(calendar, b, c));
    EXPECT_LE(BusinessTimeBetween(calendar, a, c), c - a);
  }
}

// By the hours as they were written: of the date, or of the night that began the day before.
bool WorksAt(const std::vector<Shift>& shifts, const std::vector<std::string>& holidays, Time local) {
  const std::string date = FormatTime(local).substr(0, 10);
  if (std::find(holidays.begin(), holidays.end(), date) != holidays.end()) return false;
  const auto minute = static_cast<int>(local % kDay / kMinute);
  const auto today = static_cast<size_t>((local / kDay + 3) % 7);
  return std::any_of(shifts.begin(), shifts.end(), [&](const Shift& shift) {
    const bool night = shift.to <= shift.from;
    if (shift.day == today && minute >= shift.from && (night || minute < shift.to)) return true;
    return night && (shift.day + 1) % 7 == today && minute < shift.to;
  });
}

TEST(BusinessTimeProperty, AgreesWithTheClockOnTheWallMinuteByMinute) {
  std::mt19937_64 random(73);
  for (int round = 0; round < 60; ++round) {
    std::vector<Shift> shifts;
    BusinessCalendar calendar = RandomCalendar(random, &shifts);
    const TimeZone* zone = calendar.zone.get();
    Time start = At("2026-01-01") + static_cast<Time>(random() % 330) * kDay;
    Duration worked = 0;
    const auto asked = static_cast<Duration>(1 + random() % 4000) * kMinute;
    Time due = 0;
    for (Time t = start; t < start + 20 * kDay; t += kMinute) {
      if (!WorksAt(shifts, calendar.holidays, t + zone->segments()[zone->SegmentAt(t)].offset)) continue;
      worked += kMinute;
      if (worked == asked) due = t + kMinute;
    }
    EXPECT_EQ(BusinessTimeBetween(calendar, start, start + 20 * kDay), worked) << calendar.time_zone;
    if (due != 0) {
      EXPECT_EQ(AddBusinessTime(calendar, start, asked), due) << calendar.time_zone;
    }
  }
}

}  // namespace
}  // namespace leadline::domain
