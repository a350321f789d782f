// Calendars and moments for tests of business time.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/zones/time_zones.h"
#include "base/zones/zone_folder.h"
#include "domain/sla.h"

namespace leadline::domain {

inline Time At(std::string_view text) {
  auto time = ParseTime(text);
  EXPECT_TRUE(time.ok()) << text;
  return time.ok() ? *time : 0;
}

inline BusinessCalendar In(std::string zone, const std::shared_ptr<const TimeZones>& zones = SystemTimeZones()) {
  return {.id = "office", .time_zone = zone, .zone = FindZone(zones, zone)};
}

inline BusinessCalendar Office(std::string zone, int from_hour = 9, int to_hour = 17) {
  BusinessCalendar calendar = In(std::move(zone));
  for (size_t day = 0; day < 5; ++day) calendar.week[day] = {{from_hour * 60, to_hour * 60}};
  return calendar;
}

inline BusinessCalendar Always(std::string zone) {
  BusinessCalendar calendar = In(std::move(zone));
  calendar.week.fill({{0, 24 * 60}});
  return calendar;
}

inline std::string Added(const BusinessCalendar& calendar, std::string_view start, Duration duration) {
  return FormatTime(AddBusinessTime(calendar, At(start), duration));
}

}  // namespace leadline::domain
