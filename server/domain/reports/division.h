// How a report is divided: by which dimensions of a record, and by which time. Pure; types are not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace leadline::domain {

// kCalendar: on which a clock counts; of service levels alone.
enum class ReportDimension : uint8_t { kSource, kRegion, kProduct, kOwner, kTeam, kWeek, kMonth, kCalendar };

// Which time a report's limits, weeks and months go by.
enum class TimeBasis : uint8_t {
  kCreation,  // of the record
  kEntry,     // when the stage was entered: of funnels and velocity
  kDue,       // when the clock was due: of service levels
};

inline constexpr size_t kMostReportDimensions = 3;
inline constexpr size_t kMostReportGroups = 1000;
inline constexpr size_t kMostFoldedGroups = 100'000;

struct Division {
  std::vector<ReportDimension> dimensions;  // each once, at most kMostReportDimensions; empty: one group of all
  TimeBasis basis = TimeBasis::kCreation;
  Time start = 0, end = 0;  // of the entry or the due time; end exclusive; 0: no limit. Not of the creation
  std::map<std::string, std::string, std::less<>> teams;  // of reps, for kTeam
  // Groups that an answer tells apart, the largest; the others are one, the rest.
  size_t most_groups = kMostReportGroups;
  // Groups that are told apart while folding: a record of another one counts in the rest at once.
  size_t most_folded = kMostFoldedGroups;

  bool Within(Time time) const { return (start == 0 || time >= start) && (end == 0 || time < end); }
  bool Has(ReportDimension dimension) const;
};

// What of a record a report can be divided by.
struct ReportedRecord {
  std::string source;  // as the packs mean it, or as it was given
  std::string region;
  std::string assignee;               // rep id; empty: nobody works it
  std::vector<std::string> products;  // may be named twice
  std::string calendar;               // of the clock that is counted; empty for what is none
  Time created_at = 0;
  bool operator==(const ReportedRecord&) const = default;
};

// A value for each dimension, in the order of the dimensions; empty where the record has none. An owner is a rep id.
using GroupKey = std::vector<std::string>;

// The groups that a record belongs to. Keeps `division`, which must live longer.
class KeyMaker {
 public:
  // The first `leading` places of each key are the caller's, set by leading().
  explicit KeyMaker(const Division& division, size_t leading = 0);
  KeyMaker(const KeyMaker&) = delete;
  KeyMaker& operator=(const KeyMaker&) = delete;
  std::string& leading(size_t place) { return key_[place]; }

  // Calls `visit(const GroupKey&)` once for each group of a record with `time`: one, or one for each product.
  template <typename Visit>
  void ForEachKey(const ReportedRecord& record, Time time, const Visit& visit) {
    Fill(record, time);
    if (product_ == nullptr || record.products.empty()) return visit(key_);
    for (size_t i = 0; i < record.products.size(); ++i) {
      if (NamedBefore(record.products, i)) continue;
      *product_ = record.products[i];
      visit(key_);
    }
  }

 private:
  void Fill(const ReportedRecord& record, Time time);
  static bool NamedBefore(const std::vector<std::string>& products, size_t place);

  const Division& division_;
  size_t leading_;
  GroupKey key_;
  std::string* product_ = nullptr;  // its place in key_
};

// Weeks and months of `time` as far as `division` has them: equal exactly where the values are.
struct Period {
  int64_t week = 0, month = 0;
  auto operator<=>(const Period&) const = default;
};
Period PeriodOf(const Division& division, Time time);

// ISO 8601, UTC: "2026-W09". The days around New Year belong to the year that has more of their week.
std::string WeekOf(Time t);
// "2026-03", UTC.
std::string MonthOf(Time t);

}  // namespace leadline::domain
