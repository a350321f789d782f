// Values to text and back: numbers, times, durations, addresses, UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cel/value.h"

namespace leadline::cel {

inline constexpr int64_t kMinSeconds = -62135596800;  // 0001-01-01T00:00:00Z
inline constexpr int64_t kMaxSeconds = 253402300799;  // 9999-12-31T23:59:59Z

struct Instant {
  int64_t seconds = 0;
  uint32_t nanos = 0;
};

// Days since the epoch of a date in the proleptic Gregorian calendar, and back.
int64_t DaysFromCivil(int64_t year, int month, int day);
struct CivilDate {
  int64_t year = 0;
  int month = 0;
  int day = 0;
};
CivilDate CivilFromDays(int64_t days);

// RFC 3339, years 1 to 9999, up to nine digits of a second.
std::optional<Instant> ParseInstant(std::string_view text);
std::string FormatInstant(Instant instant);
// "1h45m", "-1.5s", "100ms"; about 292 years either way.
std::optional<int64_t> ParseNanos(std::string_view text);
// Seconds: "6347s", "0.5s".
std::string FormatNanos(int64_t nanos);

// The shortest text that reads back as the same number; "NaN", "Infinity", "-Infinity".
std::string FormatDouble(double d);
std::optional<double> ParseDouble(std::string_view text);

// No zones; a dotted IPv4 tail inside IPv6 is refused.
std::optional<NetworkAddress> ParseIp(std::string_view text);
std::optional<NetworkAddress> ParseCidr(std::string_view text);
std::string FormatNetwork(const NetworkAddress& address, bool with_prefix);

void AppendUtf8(std::string& out, uint32_t code_point);
// The code point at the front of valid UTF-8, and the bytes it takes.
uint32_t DecodeUtf8(std::string_view text, size_t* bytes);
// In double quotes, with escapes.
std::string Quote(std::string_view text);
// As ToDisplayString(), for messages: of what holds other values only the type, for it may hold very many.
std::string DisplayBriefly(const Value& value);

}  // namespace leadline::cel
