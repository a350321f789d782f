// Numbers, moments and lengths of time as people read them, and text as the formats that we write have it. Pure
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"

namespace leadline::cli {

// "9,240".
std::string WithThousands(int64_t number);
// "1 lead", "9,240 leads".
std::string Counted(int64_t number, std::string_view what);
// Points and weights: two decimals at most, none where there are none: "60", "12.5", "-3.07".
std::string FormatPoints(double points);
// "42.3 %".
std::string FormatPercent(double fraction);
// Coarse, for tables: "3.2 d", "5 h", "12 min", "8 s".
std::string FormatSpan(Duration span);
// "2026-01-31 09:30" in UTC.
std::string FormatMinute(Time time);
// What --at, --from and the like accept: RFC 3339, "2026-01-31", "2026-01-31 09:30:00" (UTC), "now", or a length of
// time with "ago" such as "30d ago", seen from `now`.
absl::StatusOr<Time> ParseMoment(std::string_view text, Time now);
// The same, where "30d ago" is the midnight UTC with which the day begins that was so many days ago: for what is made
// of whole days.
absl::StatusOr<Time> ParseDayMoment(std::string_view text, Time now);
// A time as files have it: RFC 3339, or date and time with a space or T between and no zone (UTC), or a bare date.
absl::StatusOr<Time> ParseFileTime(std::string_view text);
// `text` as a CSV field, quoted where it must be (RFC 4180).
std::string CsvField(std::string_view text, char delimiter = ',');
// `text` for a terminal: control characters but newline and tab, and those that turn the direction of writing, become
// U+FFFD. Names come from whoever fills in a form.
std::string WithoutControls(std::string_view text);
// `text` within an element or an attribute of XML or HTML. Control characters that XML does not know become spaces.
std::string EscapeMarkup(std::string_view text);

}  // namespace leadline::cli
