#include "cli/output/text.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/import/checkpoint.h"
#include "cli/import/import_run.h"
#include "cli/import/progress.h"
#include "cli/output/proto_text.h"
#include "cli/output/replace_file.h"
#include "cli/output/table.h"

namespace leadline::cli {
namespace {

TEST(Text, WritesNumbersForPeople) {
  EXPECT_EQ(WithThousands(9240), "9,240");
  EXPECT_EQ(WithThousands(-1234567), "-1,234,567");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(Counted(9240, "lead"), "9,240 leads");
  EXPECT_EQ(Counted(1, "lead"), "1 lead");
  EXPECT_EQ(FormatPoints(60), "60");
  EXPECT_EQ(FormatPoints(12.5), "12.5");
  EXPECT_EQ(FormatPoints(-0.001), "0");
  EXPECT_EQ(FormatPercent(0.4237), "42.4 %");
  EXPECT_EQ(FormatSpan(36 * kHour), "1.5 d");
  EXPECT_EQ(FormatSpan(90 * kSecond), "1 min");
}

TEST(Text, ReadsMoments) {
  const Time now = *ParseTime("2026-03-01T12:00:00Z");
  EXPECT_EQ(*ParseMoment("now", now), now);
  EXPECT_EQ(*ParseMoment("1d12h ago", now), now - 36 * kHour);
  EXPECT_EQ(*ParseMoment("2026-03-01", now), now - 12 * kHour);
  EXPECT_EQ(*ParseFileTime("2018-02-26 19:58:54"), *ParseTime("2018-02-26T19:58:54Z"));
  EXPECT_EQ(*ParseFileTime("2018-02-26 19:58"), *ParseTime("2018-02-26T19:58:00Z"));
  EXPECT_EQ(*ParseFileTime("2018-02-26T19:58:54-03:00"), *ParseTime("2018-02-26T22:58:54Z"));
  for (const char* bad : {"", "yesterday", "2018-13-01", "26.02.2018", "2018-02-30"}) {
    EXPECT_FALSE(ParseFileTime(bad).ok()) << bad;
  }
}

TEST(Text, DaysAgoAreMidnights) {
  const Time now = *ParseTime("2026-03-01T12:34:56Z");
  EXPECT_EQ(*ParseDayMoment("30d ago", now), *ParseTime("2026-01-30T00:00:00Z"));
  EXPECT_EQ(*ParseDayMoment("1d ago", now), *ParseTime("2026-02-28T00:00:00Z"));
  EXPECT_EQ(*ParseDayMoment("20000d ago", *ParseTime("2000-01-01T12:00:00Z")), *ParseTime("1945-03-30T00:00:00Z"));
  EXPECT_EQ(*ParseDayMoment("24h ago", now), now - kDay) << "hours are not rounded";
  EXPECT_EQ(*ParseDayMoment("1d12h ago", now), now - 36 * kHour);
  EXPECT_EQ(*ParseDayMoment("now", now), now);
  EXPECT_EQ(*ParseDayMoment("2026-02-03T04:05:06Z", now), *ParseTime("2026-02-03T04:05:06Z"));
  EXPECT_FALSE(ParseDayMoment("d ago", now).ok());
}

TEST(ProtoText, MoneyIsRoundedToAHundredth) {
  const auto text = [](int64_t units, int32_t nanos) {
    google::type::Money money;
    money.set_currency_code("EUR");
    money.set_units(units);
    money.set_nanos(nanos);
    return FormatMoney(money);
  };
  EXPECT_EQ(text(8'696'010, 736'885'000), "8,696,010.74 EUR");
  EXPECT_EQ(text(0, 575'000'000), "0.58 EUR");
  EXPECT_EQ(text(1'999, 995'000'000), "2,000 EUR");
  EXPECT_EQ(text(0, -575'000'000), "-0.58 EUR");
  EXPECT_EQ(text(0, 4'000'000), "0 EUR");
}

TEST(ProtoText, ReadsActivitiesMoneyAndAttributes) {
  v1::Activity activity;
  ASSERT_TRUE(ParseActivity("event/high/attend@2026-03-01#analytics", 0, activity).ok());
  EXPECT_EQ(activity.channel(), "event");
  EXPECT_EQ(activity.investment(), "high");
  EXPECT_EQ(activity.response(), "attend");
  EXPECT_EQ(activity.product(), "analytics");
  EXPECT_EQ(ToTime(activity.occur_time()), *ParseTime("2026-03-01"));
  EXPECT_FALSE(ParseActivity("website/visit", 0, activity).ok());

  EXPECT_EQ(ParseMoney("12000.5 EUR")->units(), 12'000);
  EXPECT_EQ(ParseMoney("12000.5 EUR")->nanos(), 500'000'000);
  EXPECT_EQ(ParseMoney("EUR 3")->currency_code(), "EUR");
  EXPECT_FALSE(ParseMoney("12000").ok());

  std::string key;
  v1::AttributeValue value;
  ASSERT_TRUE(ParseAttribute("budget=50000", key, value).ok());
  EXPECT_EQ(value.number_value(), 50000);
  ASSERT_TRUE(ParseAttribute("code=\"50000\"", key, value).ok());
  EXPECT_EQ(value.string_value(), "50000");
  ASSERT_TRUE(ParseAttribute("target=true", key, value).ok());
  EXPECT_TRUE(value.bool_value());
  EXPECT_FALSE(ParseAttribute("nothing", key, value).ok());
}

TEST(ProtoText, TimesBeforeTheEpochKeepTheirFraction) {
  for (Time time : {Time{-1}, Time{0}, Time{1}, Time{-1'500'000}, Time{1'500'000}}) {
    google::protobuf::Timestamp timestamp = ToTimestamp(time);
    EXPECT_GE(timestamp.nanos(), 0);
    EXPECT_EQ(ToTime(timestamp), time);
  }
}

TEST(WithoutControls, NamesOfFormsMoveNoTerminal) {
  EXPECT_EQ(WithoutControls("red\x1b[31m\x07 Añil 你好\tnext\n"), "red\uFFFD[31m\uFFFD Añil 你好\tnext\n");
  EXPECT_EQ(WithoutControls("\xc2\x9b"
                            "31m\x7f"),
            "\uFFFD31m\uFFFD");
  EXPECT_EQ(WithoutControls("a\u202Eb\u2066c\u200Dd"), "a\uFFFDb\uFFFDc\u200Dd") << "joiners stay";
  EXPECT_EQ(WithoutControls("\xe2\x80"), "\xe2\x80") << "cut off";
  Table table({{"Name"}});
  table.Add({"x\x1b]0;t\x07"});
  EXPECT_EQ(table.ToString(80, false).find('\x1b'), std::string::npos);
}

TEST(ReplaceFile, WhatIsNoFileIsLeftAloneAndALinkStays) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "leadline-replace-file";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const std::string pipe = folder / "pipe", target = folder / "target", link = folder / "link";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(ReplaceFile(pipe, "text", std::nullopt)));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  ASSERT_TRUE(ReplaceFile(target, "old", std::nullopt).ok());
  std::filesystem::create_symlink("target", link);
  ASSERT_TRUE(ReplaceFile(link, "new one", std::nullopt).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(std::filesystem::file_size(target), 7U);
  std::filesystem::remove_all(folder);
}

TEST(ClosingLine, AddsUp) {
  EXPECT_EQ(ClosingLine({.read = 9240, .created = 9231, .rejected = 9}), "9240 read = 9231 created + 9 rejected");
  EXPECT_EQ(ClosingLine({.read = 10, .created = 2, .already_imported = 7, .rejected = 1}),
            "10 read = 2 created + 7 already imported + 1 rejected");
}

TEST(Progress, ShowsBarRateAndTimeLeft) {
  EXPECT_EQ(FormatProgress({.read = 5012, .rejected = 3}, 0.5, 2300, 2.2, 10),
            "[=====     ]  50 %  5,012 rows  2,300 rows/s  3 s left  3 rejected");
  EXPECT_EQ(FormatProgress({.read = 10}, -1, 5, -1, 0), "10 rows  5 rows/s");
}

}  // namespace
}  // namespace leadline::cli
