#include "cli/output/text.h"

#include <fmt/format.h>

#include <cmath>

namespace leadline::cli {

std::string WithThousands(int64_t number) {
  std::string digits = std::to_string(number);
  size_t first = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Counted(int64_t number, std::string_view what) {
  return fmt::format("{} {}{}", WithThousands(number), what, number == 1 ? "" : "s");
}

std::string FormatPoints(double points) {
  std::string text = fmt::format("{:.2f}", points);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string FormatPercent(double fraction) { return fmt::format("{:.1f} %", fraction * 100); }

std::string FormatSpan(Duration span) {
  if (span < 0) return "-" + FormatSpan(-span);
  if (span >= kDay) return fmt::format("{:.1f} d", static_cast<double>(span) / kDay);
  if (span >= kHour) return fmt::format("{:.1f} h", static_cast<double>(span) / kHour);
  if (span >= kMinute) return fmt::format("{} min", span / kMinute);
  return fmt::format("{} s", span / kSecond);
}

std::string FormatMinute(Time time) {
  std::string text = FormatTime(time).substr(0, 16);
  if (text.size() == 16) text[10] = ' ';
  return text;
}

absl::StatusOr<Time> ParseMoment(std::string_view text, Time now) {
  constexpr std::string_view kAgo = " ago";
  if (text == "now") return now;
  if (text.ends_with(kAgo)) {
    absl::StatusOr<Duration> span = ParseDuration(text.substr(0, text.size() - kAgo.size()));
    if (!span.ok()) return span.status();
    return now - *span;
  }
  return ParseFileTime(text);
}

absl::StatusOr<Time> ParseDayMoment(std::string_view text, Time now) {
  constexpr std::string_view kDaysAgo = "d ago";
  absl::StatusOr<Time> moment = ParseMoment(text, now);
  if (!moment.ok() || !text.ends_with(kDaysAgo)) return moment;
  // "24h ago" and "1d12h ago" have hours in them, and are moments.
  const std::string_view days = text.substr(0, text.size() - kDaysAgo.size());
  if (days.find_first_not_of("0123456789") != std::string_view::npos) return moment;
  const Time today = now - (now % kDay + kDay) % kDay;
  return today - (now - *moment);
}

absl::StatusOr<Time> ParseFileTime(std::string_view text) {
  std::string copy(text);
  if (copy.size() > 10 && (copy[10] == ' ' || copy[10] == 'T')) {
    copy[10] = 'T';
    if (copy.size() == 16) copy += ":00";
    bool zoned = copy.back() == 'Z' || copy.find_first_of("+-", 11) != std::string::npos;
    if (!zoned) copy += 'Z';
  }
  absl::StatusOr<Time> time = ParseTime(copy);
  if (time.ok()) return time;
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is not a time; write 2026-01-31, 2026-01-31 09:30:00 or 2026-01-31T09:30:00Z", text));
}

std::string CsvField(std::string_view text, char delimiter) {
  const bool plain =
      text.find_first_of("\"\r\n") == std::string_view::npos && text.find(delimiter) == std::string_view::npos;
  if (plain) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string WithoutControls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](size_t n) { return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0U; };
    const unsigned c = at(0);
    size_t bytes = 0;
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) bytes = 1;
    if (c == 0xC2 && at(1) >= 0x80 && at(1) <= 0x9F) bytes = 2;                   // C1
    if (c == 0xE2 && at(1) == 0x80 && at(2) >= 0xAA && at(2) <= 0xAE) bytes = 3;  // embeddings and overrides
    if (c == 0xE2 && at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9) bytes = 3;  // isolates
    if (bytes == 0) {
      out += text[i];
      continue;
    }
    out += "\uFFFD";
    i += bytes - 1;
  }
  return out;
}

std::string EscapeMarkup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

}  // namespace leadline::cli
