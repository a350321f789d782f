#include "cel/text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace leadline::cel {

namespace {

// Reads exactly `count` digits from the front.
bool TakeDigits(std::string_view& text, size_t count, int* out) {
  if (text.size() < count) return false;
  int n = 0;
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    n = n * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  *out = n;
  return true;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool TakeFraction(std::string_view& text, uint32_t* nanos) {
  *nanos = 0;
  if (!TakeChar(text, '.')) return true;
  uint32_t scale = 100'000'000;
  size_t digits = 0;
  while (!text.empty() && IsDigit(text.front()) && digits < 9) {
    *nanos += static_cast<uint32_t>(text.front() - '0') * scale;
    scale /= 10;
    ++digits;
    text.remove_prefix(1);
  }
  return digits > 0;
}

bool TakeOffset(std::string_view& text, int* seconds) {
  *seconds = 0;
  if (text == "Z" || text == "z") {
    text.remove_prefix(1);
    return true;
  }
  const bool minus = !text.empty() && text.front() == '-';
  if (!TakeChar(text, '+') && !TakeChar(text, '-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!TakeDigits(text, 2, &hours) || !TakeChar(text, ':') || !TakeDigits(text, 2, &minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  *seconds = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
  return true;
}

bool IsLeap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysInMonth(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

// Nanoseconds of a unit, taken from the front; 0 if there is none.
double TakeUnit(std::string_view& text) {
  struct Unit {
    std::string_view name;
    double nanos;
  };
  static constexpr Unit kUnits[] = {{"ns", 1},  {"us", 1e3}, {"\xc2\xb5s", 1e3}, {"ms", 1e6},
                                    {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}};
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return unit.nanos;
    }
  }
  return 0;
}

}  // namespace

int64_t DaysFromCivil(int64_t year, int month, int day) {
  // Years counted from March put the leap day last.
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate CivilFromDays(int64_t days) {
  const int64_t shifted = days + 719468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_index = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1);
  const int month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::optional<Instant> ParseInstant(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0;
  uint32_t nanos = 0;
  const bool shaped =
      TakeDigits(text, 4, &year) && TakeChar(text, '-') && TakeDigits(text, 2, &month) && TakeChar(text, '-') &&
      TakeDigits(text, 2, &day) && (TakeChar(text, 'T') || TakeChar(text, 't') || TakeChar(text, ' ')) &&
      TakeDigits(text, 2, &hour) && TakeChar(text, ':') && TakeDigits(text, 2, &minute) && TakeChar(text, ':') &&
      TakeDigits(text, 2, &second) && TakeFraction(text, &nanos) && TakeOffset(text, &offset) && text.empty();
  if (!shaped || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const int64_t seconds = DaysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
  if (seconds < kMinSeconds || seconds > kMaxSeconds) return std::nullopt;
  return Instant{seconds, nanos};
}

std::string FormatInstant(Instant instant) {
  int64_t days = instant.seconds / 86400;
  int64_t rest = instant.seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  const CivilDate d = CivilFromDays(days);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", d.year, d.month, d.day, rest / 3600,
                                rest / 60 % 60, rest % 60);
  if (instant.nanos != 0) {
    std::string fraction = fmt::format(".{:09}", instant.nanos);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += fraction;
  }
  return out + "Z";
}

std::optional<int64_t> ParseNanos(std::string_view text) {
  const bool minus = TakeChar(text, '-');
  if (!minus) TakeChar(text, '+');
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  __int128 total = 0;
  while (!text.empty()) {
    __int128 whole = 0;
    size_t digits = 0;
    while (!text.empty() && IsDigit(text.front())) {
      if (++digits > 20) return std::nullopt;
      whole = whole * 10 + (text.front() - '0');
      text.remove_prefix(1);
    }
    __int128 fraction = 0;
    __int128 scale = 1;
    if (TakeChar(text, '.')) {
      while (!text.empty() && IsDigit(text.front())) {
        ++digits;
        if (scale < 1'000'000'000'000'000) {
          fraction = fraction * 10 + (text.front() - '0');
          scale *= 10;
        }
        text.remove_prefix(1);
      }
    }
    const auto unit = static_cast<int64_t>(TakeUnit(text));
    if (digits == 0 || unit == 0) return std::nullopt;
    total += whole * unit + fraction * unit / scale;
    if (total > std::numeric_limits<int64_t>::max()) return std::nullopt;
  }
  const auto nanos = static_cast<int64_t>(total);
  return minus ? -nanos : nanos;
}

std::string FormatNanos(int64_t nanos) {
  const bool minus = nanos < 0;
  const uint64_t size = minus ? 0 - static_cast<uint64_t>(nanos) : static_cast<uint64_t>(nanos);
  std::string out = fmt::format("{}{}", minus ? "-" : "", size / 1'000'000'000);
  if (const uint64_t rest = size % 1'000'000'000; rest != 0) {
    std::string fraction = fmt::format(".{:09}", rest);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += fraction;
  }
  return out + "s";
}

std::string FormatDouble(double d) {
  if (std::isnan(d)) return "NaN";
  if (std::isinf(d)) return d > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", d);
}

std::optional<double> ParseDouble(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity" || text == "+Infinity" || text == "Inf" || text == "+Inf") {
    return std::numeric_limits<double>::infinity();
  }
  if (text == "-Infinity" || text == "-Inf") return -std::numeric_limits<double>::infinity();
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !(IsDigit(text.front()) || text.front() == '-' || text.front() == '.')) return std::nullopt;
  if (text.front() == '-' && (text.size() < 2 || !(IsDigit(text[1]) || text[1] == '.'))) return std::nullopt;
  double d = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), d);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small becomes zero, too large infinity, as in arithmetic.
    return std::strtod(std::string(text).c_str(), nullptr);
  }
  return error == std::errc() ? std::optional<double>(d) : std::nullopt;
}

void AppendUtf8(std::string& out, uint32_t c) {
  auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

uint32_t DecodeUtf8(std::string_view text, size_t* bytes) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t more = lead < 0xC0 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (more == 0 || more >= text.size()) {
    *bytes = 1;
    return lead;
  }
  uint32_t code = lead & (0x3F >> more);
  for (size_t k = 1; k <= more; ++k) code = code << 6 | (static_cast<uint8_t>(text[k]) & 0x3F);
  *bytes = more + 1;
  return code;
}

}  // namespace leadline::cel
