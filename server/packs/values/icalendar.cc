#include "packs/values/icalendar.h"

#include <libical/ical.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

constexpr int kMostDaysOfEvent = 60;
// What it takes to pass over a day that a rule looks at and leaves out, to keep one, and to parse a byte.
constexpr uint64_t kStepsOfDay = 25, kStepsOfStart = 100, kStepsOfByte = 5;

absl::Status Stopped() { return absl::ResourceExhaustedError("the check of the pack stopped"); }

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;
struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};
using Iterator = std::unique_ptr<icalrecur_iterator, FreeIterator>;

std::string DayText(const icaltimetype& day) { return fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day); }

std::string TextOf(const char* text) { return text == nullptr ? "" : text; }

// One event's first days: what it repeats, without its exceptions.
class DaysOfEvent {
 public:
  // `budget` may be null.
  DaysOfEvent(icalcomponent* event, CheckBudget* budget)
      : event_(event), budget_(budget), start_(icalcomponent_get_dtstart(event)) {}

  // Whether it takes whole days.
  bool WholeDays() const { return icaltime_is_date(start_) != 0; }
  std::string Name() const {
    const std::string summary = TextOf(icalcomponent_get_summary(event_));
    return summary.empty() ? "the event of " + DayText(start_) : "\"" + summary.substr(0, 80) + "\"";
  }

  // What the parser could not read it leaves out, with a note.
  absl::Status CheckReadable() const {
    const icalproperty* note = First(ICAL_XLICERROR_PROPERTY);
    if (note == nullptr) return absl::OkStatus();
    return absl::InvalidArgumentError(
        fmt::format("{} cannot be read: {}", Name(), TextOf(icalproperty_get_xlicerror(note))));
  }

  // The parser takes a 30th of February.
  absl::Status CheckStart() const {
    const std::string day = DayText(start_);
    if (DayText(icaltime_normalize(start_)) == day) return absl::OkStatus();
    return absl::InvalidArgumentError(fmt::format("{} begins on {}, which is no day", Name(), day));
  }

  // The first day of each time that it happens.
  absl::StatusOr<std::set<std::string>> Starts() const {
    std::set<std::string> starts = {DayText(start_)};
    for (auto* p = First(ICAL_RRULE_PROPERTY); p != nullptr; p = Next(ICAL_RRULE_PROPERTY)) {
      RETURN_IF_ERROR(Repeat(icalproperty_get_rrule(p), starts));
    }
    for (auto* p = First(ICAL_RDATE_PROPERTY); p != nullptr; p = Next(ICAL_RDATE_PROPERTY)) {
      const icaldatetimeperiodtype date = icalproperty_get_rdate(p);
      starts.insert(DayText(icaltime_is_null_time(date.time) ? date.period.start : date.time));
    }
    for (auto* p = First(ICAL_EXDATE_PROPERTY); p != nullptr; p = Next(ICAL_EXDATE_PROPERTY)) {
      starts.erase(DayText(icalproperty_get_exdate(p)));
    }
    return starts;
  }

  // How many days each of them takes.
  absl::StatusOr<int> Length() const {
    const icaltimetype end = icalcomponent_get_dtend(event_);  // of DURATION, too
    if (icaltime_is_null_time(end)) return 1;
    const int days = icaldurationtype_as_int(icaltime_subtract(end, start_)) / (24 * 60 * 60);
    if (days < 0) return absl::InvalidArgumentError(fmt::format("{} ends before it begins", Name()));
    if (days <= kMostDaysOfEvent) return std::max(days, 1);
    return absl::InvalidArgumentError(
        fmt::format("{} takes {} days, and {} at most are days off", Name(), days, kMostDaysOfEvent));
  }

 private:
  icalproperty* First(icalproperty_kind kind) const { return icalcomponent_get_first_property(event_, kind); }
  icalproperty* Next(icalproperty_kind kind) const { return icalcomponent_get_next_property(event_, kind); }

  // libical 3.0 counts these out otherwise than RFC 5545 says: findings/yearly_rules_of_three_calendars.sh.
  absl::Status CheckUnderstood(const icalrecurrencetype& rule) const {
    const auto given = [](short first) { return first != ICAL_RECURRENCE_ARRAY_MAX; };
    if (given(rule.by_week_no[0])) {
      return absl::InvalidArgumentError(
          fmt::format("{} is repeated by numbers of weeks, which calendars read differently; name its days", Name()));
    }
    if (rule.freq == ICAL_YEARLY_RECURRENCE && given(rule.by_month_day[0]) && !given(rule.by_month[0])) {
      return absl::InvalidArgumentError(
          fmt::format("{} is repeated each year on days of no month; name the months, with BYMONTH", Name()));
    }
    return absl::OkStatus();
  }

  absl::Status Repeat(const icalrecurrencetype& rule, std::set<std::string>& starts) const {
    if (rule.count == 0 && icaltime_is_null_time(rule.until)) {
      return absl::InvalidArgumentError(fmt::format(
          "{} is repeated without an end; give its rule an UNTIL or a COUNT, so that it is known when to look again",
          Name()));
    }
    if (rule.freq != ICAL_DAILY_RECURRENCE && rule.freq != ICAL_WEEKLY_RECURRENCE &&
        rule.freq != ICAL_MONTHLY_RECURRENCE && rule.freq != ICAL_YEARLY_RECURRENCE) {
      return absl::InvalidArgumentError(
          fmt::format("{} is repeated within a day; days off are repeated by day, week, month or year", Name()));
    }
    RETURN_IF_ERROR(CheckUnderstood(rule));
    return Follow(rule, starts);
  }

  absl::Status Follow(const icalrecurrencetype& rule, std::set<std::string>& starts) const {
    icaltimetype horizon = start_;
    horizon.year += kMaxRepeatedYears;
    if (!icaltime_is_null_time(rule.until) && icaltime_compare(rule.until, horizon) > 0) {
      return absl::InvalidArgumentError(fmt::format("{} is repeated until {}; its rule may reach {} years at most",
                                                    Name(), DayText(rule.until), kMaxRepeatedYears));
    }
    // A rule that never comes to its COUNT would be followed to the end of time.
    icalrecurrencetype ending = rule;
    ending.count = 0;
    if (rule.count > 0) ending.until = horizon;
    const Iterator iterator(icalrecur_iterator_new(ending, start_));
    if (iterator == nullptr) {
      return absl::InvalidArgumentError(fmt::format("the rule by which {} is repeated cannot be followed", Name()));
    }
    icaltimetype last = start_;
    for (int times = 0; rule.count == 0 || times < rule.count; ++times) {
      const icaltimetype day = icalrecur_iterator_next(iterator.get());
      const bool ended = icaltime_is_null_time(day) != 0;
      if (!SpendDays(last, ended ? ending.until : day)) return Stopped();
      if (ended && rule.count > 0) {
        return absl::InvalidArgumentError(fmt::format("{} is not repeated {} times within {} years; mend its rule",
                                                      Name(), rule.count, kMaxRepeatedYears));
      }
      if (ended) break;
      last = day;
      starts.insert(DayText(day));
      if (starts.size() > kMaxCalendarDays) {
        return absl::InvalidArgumentError(
            fmt::format("{} is repeated more than {} times; shorten its rule", Name(), kMaxCalendarDays));
      }
    }
    return absl::OkStatus();
  }

  bool SpendDays(const icaltimetype& from, const icaltimetype& to) const {
    const auto days = std::max<int64_t>(0, (icaltime_as_timet(to) - icaltime_as_timet(from)) / (24 * 60 * 60));
    return budget_ == nullptr || budget_->Spend(kStepsOfStart + kStepsOfDay * static_cast<uint64_t>(days));
  }

  icalcomponent* event_;
  CheckBudget* budget_;
  icaltimetype start_;
};

// What one UID says: the days of the event itself, and those that were moved or called off.
struct Series {
  std::vector<std::pair<std::string, int>> times;  // first day, how many
  std::set<std::string> replaced;                  // first days that a RECURRENCE-ID speaks of
};

std::string DayAfter(const std::string& day, int days) {
  icaltimetype time = icaltime_from_string((day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2)).c_str());
  icaltime_adjust(&time, days, 0, 0, 0);
  return DayText(time);
}

class CalendarReader {
 public:
  explicit CalendarReader(CheckBudget* budget) : budget_(budget) {}

  absl::StatusOr<CalendarDays> Read(icalcomponent* calendar) {
    RETURN_IF_ERROR(ReadEvents(calendar, /*own=*/true));
    std::set<std::string> days;
    for (const auto& [uid, series] : series_) {
      for (const auto& [first, length] : series.times) {
        for (int i = 0; i < length; ++i) days.insert(i == 0 ? first : DayAfter(first, i));
        if (days.size() > kMaxCalendarDays) return TooManyDays();
      }
    }
    out_.days.assign(days.begin(), days.end());
    return std::move(out_);
  }

 private:
  absl::Status ReadEvents(icalcomponent* calendar, bool own) {
    // A file may hold several calendars one after another.
    if (own && icalcomponent_isa(calendar) == ICAL_XROOT_COMPONENT) {
      for (auto* c = icalcomponent_get_first_component(calendar, ICAL_VCALENDAR_COMPONENT); c != nullptr;
           c = icalcomponent_get_next_component(calendar, ICAL_VCALENDAR_COMPONENT)) {
        RETURN_IF_ERROR(ReadEvents(c, false));
      }
      return absl::OkStatus();
    }
    for (auto* event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event != nullptr;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
      RETURN_IF_ERROR(ReadEvent(event));
    }
    return absl::OkStatus();
  }

  absl::Status ReadEvent(icalcomponent* event) {
    if (++events_ > kMaxCalendarEvents) {
      return absl::InvalidArgumentError(
          fmt::format("the file has more than {} events; leave out the years that are over", kMaxCalendarEvents));
    }
    const DaysOfEvent days(event, budget_);
    RETURN_IF_ERROR(days.CheckReadable());
    if (icaltime_is_null_time(icalcomponent_get_dtstart(event))) {
      return absl::InvalidArgumentError(fmt::format("{} has no DTSTART", days.Name()));
    }
    RETURN_IF_ERROR(days.CheckStart());
    if (!days.WholeDays()) {
      ++out_.timed;
      return absl::OkStatus();
    }
    // Without a UID an event is a series of its own.
    std::string uid = TextOf(icalcomponent_get_uid(event));
    if (uid.empty()) uid = fmt::format(" {}", events_);
    Series& series = series_[uid];
    const icaltimetype replaces = icalcomponent_get_recurrenceid(event);
    if (!icaltime_is_null_time(replaces)) Replace(series, DayText(replaces));
    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::set<std::string> starts, days.Starts());
    ASSIGN_OR_RETURN(const int length, days.Length());
    starts_ += starts.size();
    if (starts_ > kMaxCalendarDays) return TooManyDays();
    for (const std::string& first : starts) {
      const bool moved = icaltime_is_null_time(replaces) && series.replaced.contains(first);
      if (!moved) series.times.emplace_back(first, length);
    }
    return absl::OkStatus();
  }

  // The series itself may stand before or after the event that replaces a part of it.
  static void Replace(Series& series, const std::string& first) {
    series.replaced.insert(first);
    std::erase_if(series.times, [&](const auto& time) { return time.first == first; });
  }

  static absl::Status TooManyDays() {
    return absl::InvalidArgumentError(
        fmt::format("the file has more than {} days off; leave out the years that are over", kMaxCalendarDays));
  }

  CheckBudget* budget_;
  CalendarDays out_;
  size_t events_ = 0, starts_ = 0;
  std::map<std::string, Series> series_;
};

}  // namespace

absl::StatusOr<CalendarDays> ReadCalendarDays(std::string_view text, CheckBudget* budget) {
  if (text.size() > kMaxCalendarFileBytes) {
    return absl::InvalidArgumentError(
        fmt::format("the file is larger than {} MiB; leave out the years that are over", kMaxCalendarFileBytes >> 20));
  }
  if (budget != nullptr && !budget->Spend(kStepsOfByte * text.size())) return Stopped();
  const Component root(icalparser_parse_string(std::string(text).c_str()));
  const bool is_calendar =
      root != nullptr && (icalcomponent_isa(root.get()) == ICAL_VCALENDAR_COMPONENT ||
                          icalcomponent_get_first_component(root.get(), ICAL_VCALENDAR_COMPONENT) != nullptr);
  if (!is_calendar) {
    return absl::InvalidArgumentError(
        "this is no calendar: it begins with BEGIN:VCALENDAR and ends with END:VCALENDAR");
  }
  return CalendarReader(budget).Read(root.get());
}

}  // namespace leadline::packs
