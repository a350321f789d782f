// What reports keep instead of reading every record: sums over records, of one group and one stretch of time each.
// Plain data; not synchronised.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "domain/records.h"

namespace leadline::domain {

// What a number in a cell counts. The numbers are stored: never change them.
enum class Measure : uint8_t {
  kRecords = 1,
  kEntered = 2,   // a status
  kAdvanced = 3,  // from a status
  kCurrent = 4,   // in a status
  kJumps = 5,
  kStepsBack = 6,
  kStay = 10,   // in a status, ended; slot: bucket of its length
  kOpen = 11,   // in a status, not ended; slot: the day of its beginning
  kToWon = 12,  // from creation to the sale; slot: bucket
  // Of a service level (a): in a state (b) that time does not change any more; slot: the code of its calendar.
  kClock = 20,
  kRunning = 21,   // not past due when it was last told; b: its calendar; slot: the second in which it is due
  kResponse = 22,  // b: the clock's calendar; slot: bucket
  kMoves = 30,     // from a status to another
  kReturns = 31,   // entries of a status in which the record had been before
  kReturned = 32,  // records that have returns
  kRecycled = 33,  // records that left the way to the sale without an end
  kRecycledWon = 34,
  kTouched = 35,  // by a person first; slot: bucket of the time since the creation
  kNeverTouched = 36,
  kTouchedIn = 38,   // a: within so many minutes, one of kTouchMinutes
  kLeftBehind = 37,  // in a status that is no end, with no step due
  // Hand-overs to sales. b: the reason of a rejection.
  kSent = 40,      // a: HandOverOutcome; slot: band of the score
  kRuleSent = 41,  // a: a rule that gave points; slot: HandOverOutcome
  // Of leads in a status (a) with a value in a currency (b); offset: hundredths of its unit together.
  kValue = 50,
  kValueEstimated = 51,    // of those with a probability of their own; offset: each by it
  kValueUnestimated = 52,  // of the others; offset: as it is
  // Of leads in a status (a) whose products want a buying group; slot: kWholeSlot where all of it is there; offset: how
  // complete they are together, in millionths.
  kBuyingGroup = 53,
  // Records that were won at least once; of them, those that began a new round: they were on the way to the sale again;
  // and of these, those that were won again after that.
  kWon = 60,
  kNewRound = 61,
  kWonAgain = 62,
  // Leads by the status (a) in which their enquirer stood just before; the empty name: the person was new.
  kCrossed = 63,
  kCrossedWon = 64,  // of them, those that were won
};

inline constexpr uint32_t kWholeSlot = 1;
// Within these the first touch counts apart.
inline constexpr uint32_t kTouchMinutes[] = {5, 15, 60};

// A measure with what it is of. a, b: codes of names, such as statuses.
using MeasureKey = uint64_t;
inline constexpr uint32_t kMostNames = 1U << 12;
constexpr MeasureKey KeyOf(Measure measure, uint32_t a = 0, uint32_t b = 0, uint32_t slot = 0) {
  return (uint64_t{static_cast<uint8_t>(measure)} << 56) | (uint64_t{a} << 44) | (uint64_t{b} << 32) | slot;
}
constexpr Measure MeasureOf(MeasureKey key) { return static_cast<Measure>(key >> 56); }
constexpr uint32_t FirstOf(MeasureKey key) { return static_cast<uint32_t>(key >> 44) & (kMostNames - 1); }
constexpr uint32_t SecondOf(MeasureKey key) { return static_cast<uint32_t>(key >> 32) & (kMostNames - 1); }
constexpr uint32_t SlotOf(MeasureKey key) { return static_cast<uint32_t>(key); }

// The code of the calendar that a clock's measure is of.
constexpr uint32_t CalendarOf(MeasureKey key) {
  return MeasureOf(key) == Measure::kClock ? SlotOf(key) : SecondOf(key);
}

// `offset`: of all that is counted, how much it is above the beginning of its slot, in microseconds together; so the
// mean within a slot is known. It wraps around, so that adding and taking away are exact whatever stands in between.
struct Sum {
  int64_t count = 0;
  int64_t offset = 0;
  bool operator==(const Sum&) const = default;

  void Add(const Sum& other, int64_t times = 1) {
    count += other.count * times;
    offset = static_cast<int64_t>(static_cast<uint64_t>(offset) +
                                  static_cast<uint64_t>(other.offset) * static_cast<uint64_t>(times));
  }
  bool Nothing() const { return count == 0 && offset == 0; }
};
struct Addition {
  MeasureKey key = 0;
  Sum sum;
  bool operator==(const Addition&) const = default;
};
using Additions = std::vector<Addition>;

using Sums = absl::flat_hash_map<MeasureKey, Sum>;
// Leaves no sum of nothing.
void AddTo(Sums& sums, const Addition& addition, int64_t times = 1);
// Puts them in the order of their keys, each once, without sums of nothing.
void Combine(Additions& additions);
// In the order of the keys.
Additions Sorted(const Sums& sums);
// Of two that are in the order of their keys; so is what comes out, without sums of nothing.
Additions SumOf(const Additions& a, const Additions& b);

// Which numbers a cell holds: those that one report reads. The numbers are stored.
enum class Section : uint8_t { kFunnel = 1, kVelocity = 2, kSla = 3, kFlow = 4, kFeedback = 5 };
inline constexpr Section kAllSections[] = {Section::kFunnel, Section::kVelocity, Section::kSla, Section::kFlow,
                                           Section::kFeedback};

// By what a cell's records are the same. The numbers are stored. Reports over others read the records.
enum class Grouping : uint8_t {
  kAll = 0,
  kRegion = 1,
  kRegionSource = 2,
  kRegionProduct = 3,
  kRegionOwner = 4,
};
inline constexpr int kGroupings = 5;

// Which stretch of time, and of what. Weeks begin on Monday; UTC. The numbers are stored.
enum class Level : uint8_t {
  kDay = 0,  // of the creation, like the next two
  kWeek = 1,
  kMonth = 2,
  kEntryWeek = 3,
  kEntryMonth = 4,
  kDueDay = 5,
  kDueWeek = 6,
  kDueMonth = 7,
  kYear = 8,  // of the creation
};

struct CellKey {
  RecordKind kind = RecordKind::kLead;
  Section section = Section::kFunnel;
  Grouping grouping = Grouping::kAll;
  Level level = Level::kDay;
  int64_t period = 0;  // days, weeks, months or years since the beginning of 1970
  std::string values;  // of the grouping, as JoinValues makes it
  auto operator<=>(const CellKey&) const = default;
};

std::string JoinValues(std::string_view first, std::string_view second);
// The part before the separator, and behind it.
std::pair<std::string_view, std::string_view> SplitValues(std::string_view values);

int64_t DayNumber(Time time);
int64_t WeekNumber(Time time);
int64_t MonthNumber(Time time);
// Of a level: the number of the stretch that `time` is in, and when it begins.
int64_t PeriodNumber(Level level, Time time);
Time BeginOf(Level level, int64_t period);

// Codes of statuses, service levels, rules and reasons within cells: from 0, in the order in which they came. Not
// synchronised.
class Names {
 public:
  // The code, a new one for a new name. Past kMostNames all have the last code, and overflowed() says so.
  uint32_t CodeOf(std::string_view name);
  // The same, but a new name past `most` has the code of `instead`.
  uint32_t CodeOf(std::string_view name, size_t most, std::string_view instead);
  // Empty for a code that none has.
  const std::string& NameOf(uint32_t code) const;
  const std::vector<std::string>& all() const { return names_; }
  bool overflowed() const { return overflowed_; }

 private:
  std::vector<std::string> names_;
  std::map<std::string, uint32_t, std::less<>> codes_;
  bool overflowed_ = false;
};

}  // namespace leadline::domain
