// The parts of times, in any time zone, and of durations.
#include <algorithm>
#include <optional>

#include "base/clock.h"
#include "base/zones/time_zones.h"
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
  if (a[0].is_duration()) return DurationPart(part, a[0].duration_nanos());
  if (!a[0].is_timestamp()) return NoOverload();
  return Value::Int(PartOf(part, a[0].timestamp_seconds(), a[0].timestamp_nanos()));
}

// With the zone's offset as the second argument, see TakesZone.
template <Part part>
Value GetInZone(Args a, Arena&) {
  return Value::Int(PartOf(part, a[0].timestamp_seconds() + a[1].as_int(), a[0].timestamp_nanos()));
}

constexpr std::string_view kInZone = ".(timestamp, string) -> int";

constexpr FunctionRow kRows[] = {
    {"getFullYear", ".(timestamp) -> int", Get<Part::kYear>},
    {"getFullYear", kInZone, GetInZone<Part::kYear>},
    {"getMonth", ".(timestamp) -> int", Get<Part::kMonth>},
    {"getMonth", kInZone, GetInZone<Part::kMonth>},
    {"getDate", ".(timestamp) -> int", Get<Part::kDate>},
    {"getDate", kInZone, GetInZone<Part::kDate>},
    {"getDayOfMonth", ".(timestamp) -> int", Get<Part::kDayOfMonth>},
    {"getDayOfMonth", kInZone, GetInZone<Part::kDayOfMonth>},
    {"getDayOfWeek", ".(timestamp) -> int", Get<Part::kDayOfWeek>},
    {"getDayOfWeek", kInZone, GetInZone<Part::kDayOfWeek>},
    {"getDayOfYear", ".(timestamp) -> int", Get<Part::kDayOfYear>},
    {"getDayOfYear", kInZone, GetInZone<Part::kDayOfYear>},
    {"getHours", ".(timestamp) -> int", Get<Part::kHours>},
    {"getHours", kInZone, GetInZone<Part::kHours>},
    {"getHours", ".(duration) -> int", Get<Part::kHours>},
    {"getMinutes", ".(timestamp) -> int", Get<Part::kMinutes>},
    {"getMinutes", kInZone, GetInZone<Part::kMinutes>},
    {"getMinutes", ".(duration) -> int", Get<Part::kMinutes>},
    {"getSeconds", ".(timestamp) -> int", Get<Part::kSeconds>},
    {"getSeconds", kInZone, GetInZone<Part::kSeconds>},
    {"getSeconds", ".(duration) -> int", Get<Part::kSeconds>},
    {"getMilliseconds", ".(timestamp) -> int", Get<Part::kMillis>},
    {"getMilliseconds", kInZone, GetInZone<Part::kMillis>},
    {"getMilliseconds", ".(duration) -> int", Get<Part::kMillis>},
};

}  // namespace

std::span<const FunctionRow> TimeFunctions() { return kRows; }

bool TakesZone(Function function) {
  return std::any_of(std::begin(kRows), std::end(kRows), [function](const FunctionRow& row) {
    return row.function == function && row.signature == kInZone;
  });
}

bool IsZone(std::string_view zone, const TimeZones& zones) {
  return zone == "UTC" || zone == "Z" || FixedOffset(zone) || zones.Find(zone) != nullptr;
}

Value OffsetOf(const Value& timestamp, std::string_view zone, const TimeZones& zones) {
  if (zone == "UTC" || zone == "Z") return Value::Int(0);
  if (const auto fixed = FixedOffset(zone)) return Value::Int(*fixed);
  const TimeZone* named = zones.Find(zone);
  if (named == nullptr) return Invalid("there is no such time zone");
  return Value::Int(named->OffsetAt(timestamp.timestamp_seconds() * kSecond) / kSecond);
}

}  // namespace leadline::cel
