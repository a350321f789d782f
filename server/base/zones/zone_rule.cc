#include "base/zones/zone_rule.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline {
namespace {

constexpr int kLastYear = 2120;

// When the clocks change, each year.
struct Change {
  enum class Form { kJulian, kDay, kMonth } form = Form::kMonth;
  int day = 0;                 // kJulian: 1 to 365, never 29 February; kDay: 0 to 365; kMonth: of the week, Sunday is 0
  int week = 0;                // kMonth: 1 to 5, 5 is the last
  int month = 0;               // kMonth: 1 to 12
  int64_t seconds = 2 * 3600;  // after midnight by the clock that is in force before; may be negative

  // Midnight of its day, in days since 1970-01-01.
  int64_t DayIn(int year) const {
    using namespace std::chrono;
    const std::chrono::year y(year);
    const int64_t first = sys_days(y / January / 1).time_since_epoch().count();
    if (form == Form::kDay) return first + day;
    if (form == Form::kJulian) return first + day - 1 + (y.is_leap() && day >= 60 ? 1 : 0);
    const std::chrono::month m(static_cast<unsigned>(month));
    const weekday w(static_cast<unsigned>(day));
    if (week == 5) return sys_days(y / m / w[last]).time_since_epoch().count();
    return sys_days(y / m / w[static_cast<unsigned>(week)]).time_since_epoch().count();
  }
};

struct Rule {
  int64_t standard = 0;  // seconds to add to UTC
  bool changes = false;
  int64_t daylight = 0;
  Change to_daylight;
  Change to_standard;
};

// Reads a rule from left to right; each part takes what it reads away, and says whether it was there.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  bool Read(Rule& rule) {
    int64_t west = 0;
    if (!Name() || !Clock(24, west)) return false;
    rule.standard = -west;
    if (text_.empty()) return true;
    rule.changes = true;
    if (!Name()) return false;
    rule.daylight = rule.standard + 3600;
    if (!text_.starts_with(',')) {
      if (!Clock(24, west)) return false;
      rule.daylight = -west;
    }
    return Date(rule.to_daylight) && Date(rule.to_standard) && text_.empty();
  }

 private:
  bool Take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  // "CET" or "<+01>".
  bool Name() {
    const bool quoted = Take('<');
    size_t length = 0;
    while (length < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[length]);
      if (!absl::ascii_isalpha(c) && !(quoted && (absl::ascii_isdigit(c) || c == '+' || c == '-'))) break;
      ++length;
    }
    text_.remove_prefix(length);
    return length >= 3 && (!quoted || Take('>'));
  }

  bool Number(int least, int most, int& out) {
    size_t digits = 0;
    out = 0;
    while (digits < std::min<size_t>(text_.size(), 3) &&
           absl::ascii_isdigit(static_cast<unsigned char>(text_[digits]))) {
      out = out * 10 + (text_[digits++] - '0');
    }
    text_.remove_prefix(digits);
    return digits > 0 && out >= least && out <= most;
  }

  // "[+-]h[:mm[:ss]]" in seconds.
  bool Clock(int most_hours, int64_t& out) {
    const bool minus = Take('-');
    if (!minus) Take('+');
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!Number(0, most_hours, hours)) return false;
    if (Take(':')) {
      if (!Number(0, 59, minutes)) return false;
      if (Take(':') && !Number(0, 59, seconds)) return false;
    }
    out = (hours * 3600 + minutes * 60 + seconds) * (minus ? -1 : 1);
    return true;
  }

  // ",M3.5.0/2", ",J60", ",0/0".
  bool Date(Change& out) {
    if (!Take(',')) return false;
    bool read = false;
    if (Take('M')) {
      out.form = Change::Form::kMonth;
      read = Number(1, 12, out.month) && Take('.') && Number(1, 5, out.week) && Take('.') && Number(0, 6, out.day);
    } else if (Take('J')) {
      out.form = Change::Form::kJulian;
      read = Number(1, 365, out.day);
    } else {
      out.form = Change::Form::kDay;
      read = Number(0, 365, out.day);
    }
    return read && (!Take('/') || Clock(167, out.seconds));
  }

  std::string_view text_;
};

}  // namespace

ZoneSegments::ZoneSegments(Duration first) : segments_{{std::numeric_limits<Time>::min(), kForever, first}} {}

void ZoneSegments::Append(Time t, Duration offset) {
  if (t == segments_.back().begin) {
    segments_.back().offset = offset;
    // What lasted no time may have been all that stood between two stretches of one offset.
    if (segments_.size() < 2 || segments_[segments_.size() - 2].offset != offset) return;
    segments_.pop_back();
    segments_.back().end = kForever;
    return;
  }
  // A change of name alone is no change of time.
  if (offset == segments_.back().offset) return;
  segments_.back().end = t;
  segments_.push_back({t, kForever, offset});
}

absl::Status ExtendByRule(std::string_view text, std::vector<ZoneSegment>& segments) {
  Rule rule;
  if (!RuleReader(text).Read(rule)) {
    return absl::InvalidArgumentError(fmt::format("ends with \"{}\", which is not a rule", text.substr(0, 100)));
  }
  // A zone without changes has gone over to its last offset already.
  if (!rule.changes) return absl::OkStatus();
  std::vector<std::pair<Time, Duration>> changes;
  const Time begin = segments.back().begin;
  constexpr Time kEarliest = 0;  // no zone has had one rule since before 1970
  const auto first = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(std::max(begin, kEarliest)))));
  for (int year = static_cast<int>(first.year()) - 1; year <= kLastYear; ++year) {
    auto at = [year](const Change& change, int64_t offset) {
      return (change.DayIn(year) * 86400 + change.seconds - offset) * kSecond;
    };
    changes.emplace_back(at(rule.to_daylight, rule.standard), rule.daylight * kSecond);
    changes.emplace_back(at(rule.to_standard, rule.daylight), rule.standard * kSecond);
  }
  // Where one year's change falls together with the next year's, the later year's holds.
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  ZoneSegments out(std::move(segments));
  for (const auto& [t, offset] : changes) {
    if (t > begin) out.Append(t, offset);
  }
  segments = out.Take();
  return absl::OkStatus();
}

}  // namespace leadline
