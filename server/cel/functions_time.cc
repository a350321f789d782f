// The parts of times, in any time zone, and of durations.
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cel/functions.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

enum class Part { kYear, kMonth, kDate, kDayOfMonth, kDayOfWeek, kDayOfYear, kHours, kMinutes, kSeconds, kMillis };

bool TwoDigits(std::string_view text, int* out) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return false;
  *out = (text[0] - '0') * 10 + (text[1] - '0');
  return true;
}

// "+02:00", "-02:30", "02:00".
std::optional<int64_t> FixedOffset(std::string_view zone) {
  const bool minus = zone.starts_with('-');
  if (minus || zone.starts_with('+')) zone.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (zone.size() != 5 || zone[2] != ':' || !TwoDigits(zone.substr(0, 2), &hours) ||
      !TwoDigits(zone.substr(3), &minutes) || hours > 23 || minutes > 59) {
    return std::nullopt;
  }
  return (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
}

// Null when there is no zone of that name. Making a zone is slow, so each thread keeps those it used.
const icu::TimeZone* NamedZone(std::string_view name) {
  constexpr size_t kMost = 256;
  thread_local std::unordered_map<std::string, std::unique_ptr<icu::TimeZone>> zones;
  const std::string key(name);
  if (auto it = zones.find(key); it != zones.end()) return it->second.get();
  if (zones.size() >= kMost) zones.clear();
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(key)));
  if (*zone == icu::TimeZone::getUnknown()) zone.reset();
  return zones.emplace(key, std::move(zone)).first->second.get();
}

// Seconds to add to UTC at that instant.
std::optional<int64_t> ZoneOffset(std::string_view zone, int64_t seconds) {
  if (zone == "UTC" || zone == "Z") return 0;
  if (auto fixed = FixedOffset(zone)) return fixed;
  const icu::TimeZone* named = NamedZone(zone);
  if (named == nullptr) return std::nullopt;
  int32_t raw = 0;
  int32_t daylight = 0;
  UErrorCode status = U_ZERO_ERROR;
  named->getOffset(static_cast<double>(seconds) * 1000, false, raw, daylight, status);
  if (U_FAILURE(status)) return std::nullopt;
  return (raw + daylight) / 1000;
}

int64_t PartOf(Part part, int64_t seconds, uint32_t nanos) {
  int64_t days = seconds / 86400;
  int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  switch (part) {
    case Part::kYear:
      return date.year;
    case Part::kMonth:
      return date.month - 1;
    case Part::kDate:
      return date.day;
    case Part::kDayOfMonth:
      return date.day - 1;
    case Part::kDayOfWeek:
      return ((days + 4) % 7 + 7) % 7;
    case Part::kDayOfYear:
      return days - DaysFromCivil(date.year, 1, 1);
    case Part::kHours:
      return rest / 3600;
    case Part::kMinutes:
      return rest / 60 % 60;
    case Part::kSeconds:
      return rest % 60;
    case Part::kMillis:
      return nanos / 1'000'000;
  }
  return 0;
}

Value DurationPart(Part part, int64_t nanos) {
  constexpr int64_t kSecondNanos = 1'000'000'000;
  switch (part) {
    case Part::kHours:
      return Value::Int(nanos / (3600 * kSecondNanos));
    case Part::kMinutes:
      return Value::Int(nanos / (60 * kSecondNanos));
    case Part::kSeconds:
      return Value::Int(nanos / kSecondNanos);
    case Part::kMillis:
      return Value::Int(nanos % kSecondNanos / 1'000'000);
    default:
      return NoOverload();
  }
}

template <Part part>
Value Get(Args a, Arena&) {
  if (a[0].is_duration() && a.size() == 1) return DurationPart(part, a[0].duration_nanos());
  if (!a[0].is_timestamp() || (a.size() > 1 && !a[1].is_string())) return NoOverload();
  int64_t seconds = a[0].timestamp_seconds();
  if (a.size() > 1) {
    const auto offset = ZoneOffset(a[1].as_string(), seconds);
    if (!offset) return Invalid("there is no such time zone");
    seconds += *offset;
  }
  return Value::Int(PartOf(part, seconds, a[0].timestamp_nanos()));
}

constexpr FunctionRow kRows[] = {
    {"getFullYear", ".(timestamp) -> int", Get<Part::kYear>},
    {"getFullYear", ".(timestamp, string) -> int", Get<Part::kYear>},
    {"getMonth", ".(timestamp) -> int", Get<Part::kMonth>},
    {"getMonth", ".(timestamp, string) -> int", Get<Part::kMonth>},
    {"getDate", ".(timestamp) -> int", Get<Part::kDate>},
    {"getDate", ".(timestamp, string) -> int", Get<Part::kDate>},
    {"getDayOfMonth", ".(timestamp) -> int", Get<Part::kDayOfMonth>},
    {"getDayOfMonth", ".(timestamp, string) -> int", Get<Part::kDayOfMonth>},
    {"getDayOfWeek", ".(timestamp) -> int", Get<Part::kDayOfWeek>},
    {"getDayOfWeek", ".(timestamp, string) -> int", Get<Part::kDayOfWeek>},
    {"getDayOfYear", ".(timestamp) -> int", Get<Part::kDayOfYear>},
    {"getDayOfYear", ".(timestamp, string) -> int", Get<Part::kDayOfYear>},
    {"getHours", ".(timestamp) -> int", Get<Part::kHours>},
    {"getHours", ".(timestamp, string) -> int", Get<Part::kHours>},
    {"getHours", ".(duration) -> int", Get<Part::kHours>},
    {"getMinutes", ".(timestamp) -> int", Get<Part::kMinutes>},
    {"getMinutes", ".(timestamp, string) -> int", Get<Part::kMinutes>},
    {"getMinutes", ".(duration) -> int", Get<Part::kMinutes>},
    {"getSeconds", ".(timestamp) -> int", Get<Part::kSeconds>},
    {"getSeconds", ".(timestamp, string) -> int", Get<Part::kSeconds>},
    {"getSeconds", ".(duration) -> int", Get<Part::kSeconds>},
    {"getMilliseconds", ".(timestamp) -> int", Get<Part::kMillis>},
    {"getMilliseconds", ".(timestamp, string) -> int", Get<Part::kMillis>},
    {"getMilliseconds", ".(duration) -> int", Get<Part::kMillis>},
};

}  // namespace

std::span<const FunctionRow> TimeFunctions() { return kRows; }

}  // namespace leadline::cel
