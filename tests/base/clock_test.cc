#include "base/clock.h"

#include <gtest/gtest.h>

namespace leadline {
namespace {

TEST(ClockTest, TimesRoundTrip) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-02-28T23:59:59.000001Z", "1969-12-31T23:59:59Z"}) {
    auto t = ParseTime(text);
    ASSERT_TRUE(t.ok()) << t.status();
    EXPECT_EQ(FormatTime(*t), text);
  }
}

TEST(ClockTest, OffsetsAndDatesAreRead) {
  EXPECT_EQ(*ParseTime("2026-01-01T02:00:00+02:00"), *ParseTime("2026-01-01"));
  EXPECT_EQ(*ParseTime("2025-12-31T18:30:00.5-05:30"), *ParseTime("2026-01-01T00:00:00.500Z"));
}

TEST(ClockTest, WhatIsNotATimeIsRefused) {
  for (const char* text : {"", "2026", "2026-13-01", "2026-02-30", "2026-01-01T", "2026-01-01T10:00:00", "2026-01-01Tz",
                           "2026-01-01T24:00:00Z", "2026-01-01T10:00:00.Z", "2026-01-01T10:00:00Zx", "yesterday"}) {
    EXPECT_FALSE(ParseTime(text).ok()) << text;
  }
}

TEST(ClockTest, Dates) {
  EXPECT_EQ(FormatDate(*ParseTime("2026-02-28T23:59:59.000001Z")), "2026-02-28");
  EXPECT_EQ(*ParseDate("2026-02-28"), *ParseTime("2026-02-28T00:00:00Z"));
  for (const char* text : {"", "2026-02-30", "2026-2-28", "2026-02-28T00:00:00Z", "2026-02-28 ", "tomorrow!!"}) {
    EXPECT_FALSE(ParseDate(text).ok()) << text;
  }
}

TEST(ClockTest, Durations) {
  EXPECT_EQ(*ParseDuration("1d12h"), 36 * kHour);
  EXPECT_EQ(FormatDuration(36 * kHour), "1d12h");
  EXPECT_EQ(FormatDuration(0), "0s");
  for (const char* text : {"", "d", "3", "3w", "-1d", "1d-2h", "99999999999999d"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

}  // namespace
}  // namespace leadline
