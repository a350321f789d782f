// The activities of a record that has very many, counted by day instead of listed: a fold that is kept, not recomputed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/activities/days.h"
#include "domain/records.h"

namespace leadline::domain {

// Far beyond any clock, and within 64 bits in microseconds.
inline constexpr int64_t kFarthestDay = 100'000'000;
// Whether an activity with this time can be counted.
constexpr bool CanCount(Time time) { return time > 0 && DayOf(time) <= kFarthestDay; }

// When a sign was last given. What the signs are is up to whoever counts.
struct LastSign {
  int64_t number = 0;
  Time last = 0;
  bool operator==(const LastSign&) const = default;
};

// The activities of one day.
struct DayOfActivities {
  int64_t day = 0;  // DayOf their times
  int64_t count = 0;
  Time last = 0;             // when the last one happened
  int64_t interactions = 0;  // those that are more than a touch of ours
  // Of the interactions, the last one by time, then id; nothing without any.
  Time last_interaction = 0;
  std::string last_interaction_id;
  Time last_contact_request = 0;  // when somebody last asked to be contacted; 0: nobody did
  std::vector<LastSign> signs;    // ascending by number; those that were given
  bool operator==(const DayOfActivities&) const = default;
};

// What one activity is, besides its classes.
struct ActivityKind {
  bool interaction = false;        // more than a touch of ours
  bool contact_request = false;    // somebody asks to be contacted
  std::span<const int64_t> signs;  // that it gives, each once
};

// The activities of one class, by day. What the classes are is up to whoever counts.
struct ClassOfActivities {
  int64_t number = 0;
  std::vector<int64_t> days;    // ascending
  std::vector<int64_t> counts;  // beside the days, above 0
  bool operator==(const ClassOfActivities&) const = default;
};

// Exact: whatever order activities are added in, and however they are divided among tallies that are joined, the result
// is the same, and says of each class how many activities of each day it has. Whoever adds sees to it that each
// activity is added once. Plain data; not synchronised.
struct ActivityTally {
  std::string counted_by;                  // names the classes: tallies of other names tell nothing
  std::vector<DayOfActivities> days;       // ascending; those with an activity
  std::vector<ClassOfActivities> classes;  // ascending by number; those with an activity

  // `numbers`: the classes that the activity belongs to, each once. CanCount(activity.time).
  void Add(const Activity& activity, ActivityKind kind, std::span<const int64_t> numbers);
  // Adds all that the other has, of the same classes.
  void Join(const ActivityTally& other);

  bool empty() const { return days.empty(); }
  int64_t count() const;
  Time last() const;  // when the last activity happened; 0: none
  // Null when no activity is of that day.
  const DayOfActivities* Find(int64_t day) const;
  // Whether all is in order, as Add leaves it.
  bool Sound() const;
  bool operator==(const ActivityTally&) const = default;
};

// What has happened by the end of a day, of what is counted.
struct CountedPast {
  // No activity counts that is later than `last_day`. `last_interaction`, of the past, must outlive it; null: none.
  const ActivityTally* tally = nullptr;
  int64_t last_day = 0;
  int64_t count = 0;
  Time last = 0;
  int64_t interactions = 0;
  const Activity* last_interaction = nullptr;
  Time last_contact_request = 0;
  std::vector<LastSign> signs;  // ascending by number; those that were given
};

// When the sign was last given; 0: never.
Time LastOf(std::span<const LastSign> signs, int64_t number);

// The last day up to `last_day` that has an interaction; null when none has.
const DayOfActivities* LastWithInteraction(const ActivityTally& tally, int64_t last_day);
// All but `last_interaction`.
CountedPast PastOf(const ActivityTally& tally, int64_t last_day);

}  // namespace leadline::domain
