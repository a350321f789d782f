#include "base/clock.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "fmt/format.h"

namespace leadline {
namespace {

constexpr size_t kDateLength = 10;  // 2026-01-31

// Reads exactly `digits` digits at `pos`, moving it; -1 when they are not there.
int ReadDigits(std::string_view text, size_t& pos, size_t digits) {
  if (pos + digits > text.size()) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    char c = text[pos + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  pos += digits;
  return value;
}

bool Take(std::string_view text, size_t& pos, char c) {
  if (pos >= text.size() || text[pos] != c) return false;
  ++pos;
  return true;
}

absl::Status BadTime(std::string_view text) {
  return absl::InvalidArgumentError(fmt::format(
      "\"{}\" is not a time: write RFC 3339, such as 2026-01-31T09:30:00Z, or a date, such as 2026-01-31", text));
}

// Reads "Z", "+02:00" or "-05:30"; false when it is none of them.
bool ReadOffset(std::string_view text, size_t& pos, Duration& offset) {
  offset = 0;
  if (Take(text, pos, 'Z') || Take(text, pos, 'z')) return true;
  int sign = Take(text, pos, '+') ? 1 : Take(text, pos, '-') ? -1 : 0;
  if (sign == 0) return false;
  int h = ReadDigits(text, pos, 2);
  if (h < 0 || h > 23 || !Take(text, pos, ':')) return false;
  int m = ReadDigits(text, pos, 2);
  if (m < 0 || m > 59) return false;
  offset = sign * (h * kHour + m * kMinute);
  return true;
}

bool ReadFraction(std::string_view text, size_t& pos, Duration& micros) {
  micros = 0;
  if (!Take(text, pos, '.')) return true;
  size_t digits = 0;
  Duration scale = 100'000;
  while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
    micros += (text[pos] - '0') * scale;
    scale /= 10;
    ++pos;
    ++digits;
  }
  return digits > 0;
}

}  // namespace

Time SystemClock::Now() const {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string FormatTime(Time t) {
  using namespace std::chrono;
  sys_time<microseconds> point{microseconds{t}};
  auto day = floor<days>(point);
  year_month_day ymd{day};
  hh_mm_ss hms{point - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(ymd.year()),
                                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                                hms.hours().count(), hms.minutes().count(), hms.seconds().count());
  if (auto sub = hms.subseconds().count(); sub != 0) out += fmt::format(".{:06}", sub);
  return out + "Z";
}

absl::StatusOr<Time> ParseTime(std::string_view text) {
  using namespace std::chrono;
  size_t pos = 0;
  int y = ReadDigits(text, pos, 4);
  if (y < 1 || !Take(text, pos, '-')) return BadTime(text);
  int mo = ReadDigits(text, pos, 2);
  if (mo < 0 || !Take(text, pos, '-')) return BadTime(text);
  int d = ReadDigits(text, pos, 2);
  if (d < 0) return BadTime(text);
  year_month_day ymd{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (!ymd.ok()) return BadTime(text);
  Time t = duration_cast<microseconds>(sys_days{ymd}.time_since_epoch()).count();
  if (pos == text.size()) return t;
  if (!Take(text, pos, 'T') && !Take(text, pos, 't') && !Take(text, pos, ' ')) return BadTime(text);
  int h = ReadDigits(text, pos, 2);
  if (h < 0 || h > 23 || !Take(text, pos, ':')) return BadTime(text);
  int mi = ReadDigits(text, pos, 2);
  if (mi < 0 || mi > 59 || !Take(text, pos, ':')) return BadTime(text);
  int s = ReadDigits(text, pos, 2);
  Duration micros = 0;
  Duration offset = 0;
  if (s < 0 || s > 59 || !ReadFraction(text, pos, micros) || !ReadOffset(text, pos, offset) || pos != text.size()) {
    return BadTime(text);
  }
  return t + h * kHour + mi * kMinute + s * kSecond + micros - offset;
}

std::string FormatDate(Time t) { return FormatTime(t).substr(0, kDateLength); }

absl::StatusOr<Time> ParseDate(std::string_view text) {
  return text.size() == kDateLength ? ParseTime(text) : BadTime(text);
}

absl::StatusOr<Duration> ParseDuration(std::string_view text) {
  constexpr std::array<std::pair<char, Duration>, 4> kUnits = {
      {{'d', kDay}, {'h', kHour}, {'m', kMinute}, {'s', kSecond}}};
  Duration total = 0;
  const char* p = text.data();
  const char* end = p + text.size();
  bool any = false;
  while (p != end) {
    int64_t n = 0;
    auto [next, error] = std::from_chars(p, end, n);
    Duration unit = 0;
    if (error == std::errc{} && next != end && n >= 0) {
      for (const auto& [letter, size] : kUnits) {
        if (*next == letter) unit = size;
      }
    }
    Duration part = 0;
    if (unit == 0 || __builtin_mul_overflow(n, unit, &part) || __builtin_add_overflow(total, part, &total)) {
      any = false;
      break;
    }
    p = next + 1;
    any = true;
  }
  if (!any) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not a duration: write a whole number and d, h, m or s, such as 30d, 4h or 1d12h", text));
  }
  return total;
}

std::string FormatDuration(Duration d) {
  if (d < 0) return "-" + FormatDuration(-d);
  std::string out;
  for (auto [unit, name] : {std::pair{kDay, 'd'}, {kHour, 'h'}, {kMinute, 'm'}, {kSecond, 's'}}) {
    if (d >= unit) {
      out += fmt::format("{}{}", d / unit, name);
      d %= unit;
    }
  }
  return out.empty() ? "0s" : out;
}

}  // namespace leadline
