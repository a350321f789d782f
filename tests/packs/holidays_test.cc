// Days off of calendars: where they come from, and that they run out.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

PackSet WithHolidays(const std::string& holidays, const std::string& file = "") {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  std::string& sla = central.files["sla.yaml"];
  const std::string hours = "tuesday: 09:00-18:00}}";
  sla.replace(sla.find(hours), hours.size(), "tuesday: 09:00-18:00}, holidays: " + holidays + "}");
  if (!file.empty()) central.files["days/spain.ics"] = file;
  set.Put(std::move(central));
  return set;
}

std::string CodesAt(const PackSet& set, const std::string& now) {
  LoadOptions options;
  options.now = now.empty() ? 0 : *ParseTime(now);
  std::string out;
  for (const Diagnostic& d : WithoutPins(LoadRuleSet(set, options).diagnostics)) {
    EXPECT_EQ(d.severity, Severity::kWarning);
    out += d.code;
  }
  return out;
}

const char kSpain[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20260106\r\n"
    "RRULE:FREQ=YEARLY;COUNT=2\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nDTSTART:20260105T140000Z\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

TEST(HolidaysTest, AFileAndDatesBesideItAreOneListInOrder) {
  const LoadResult loaded =
      LoadRuleSet(WithHolidays("{file: days/spain.ics, dates: [2026-12-24, 2026-01-06]}", kSpain));
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  const domain::BusinessCalendar* office = loaded.rules->ForRegion("").sla.FindCalendar("office");
  ASSERT_NE(office, nullptr);
  EXPECT_EQ(office->holidays, (std::vector<std::string>{"2026-01-06", "2026-12-24", "2027-01-06"}));
  EXPECT_EQ(CodesAt(WithHolidays("{file: days/spain.ics}", kSpain), ""), "LL2707") << "the event in the afternoon";
}

TEST(HolidaysTest, ACalendarThatRunsOutWithinSixtyDaysIsTold) {
  for (const PackSet& set :
       {WithHolidays("[2026-12-25, 2027-01-06]"), WithHolidays("{file: days/spain.ics}", kSpain)}) {
    const std::string timed = set.Find("central")->files.contains("days/spain.ics") ? "LL2707" : "";
    EXPECT_EQ(CodesAt(set, "2026-11-07T00:00:00Z"), timed);
    EXPECT_EQ(CodesAt(set, "2026-11-07T00:00:01Z"), "LL2708" + timed);
    EXPECT_EQ(CodesAt(set, "2030-01-01T00:00:00Z"), "LL2708" + timed);
  }
  // A calendar without days off says so on purpose.
  EXPECT_EQ(CodesAt(WithHolidays("[]"), "2030-01-01T00:00:00Z"), "");
}

TEST(HolidaysTest, AFileWithoutADayOffIsTold) {
  const std::string cancelled =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20260106\r\nSTATUS:CANCELLED\r\n"
      "END:VEVENT\r\nEND:VCALENDAR\r\n";
  EXPECT_EQ(CodesAt(WithHolidays("{file: days/spain.ics}", cancelled), ""), "LL2708");
}

TEST(HolidaysTest, TheShippedCalendarsHoldTheDaysOffOfTheYearsToCome) {
  const RegionRules& emea = Rules().ForRegion("emea");
  const domain::BusinessCalendar* berlin = emea.sla.FindCalendar("berlin");
  ASSERT_NE(berlin, nullptr);
  for (const char* day : {"2026-05-14", "2026-10-03", "2027-03-26", "2027-03-29", "2028-04-14", "2029-12-26"}) {
    EXPECT_TRUE(std::binary_search(berlin->holidays.begin(), berlin->holidays.end(), day)) << day;
  }
  for (const domain::BusinessCalendar& calendar : emea.sla.calendars) {
    if (calendar.holidays.empty()) continue;
    EXPECT_GE(calendar.holidays.back(), "2027-12-01") << calendar.id;
  }
}

}  // namespace
}  // namespace leadline::packs
