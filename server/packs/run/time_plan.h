// Where time alone can make the conditions of one region come out otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "packs/rule_set.h"

namespace leadline::packs {

// One field by which a condition goes by the time.
struct TimeTest {
  enum class Source : uint8_t {
    kAge,    // a field that counts days
    kSince,  // `now - field`, of a field that is a moment
    kNow,    // `now` by itself
  };
  Source source = Source::kNow;
  int slot = -1;  // of the field
  // Where the condition may come out otherwise, ascending: kAge at so many days, kSince so many microseconds after the
  // field's moment, kNow at these moments.
  std::vector<int64_t> turns;
  // It is read in a form that tells no turns: an age may then turn with every day, `now` at any time.
  bool open = false;
};

struct TimedCondition {
  int condition = -1;
  bool of_activity = false;  // asked of each activity
  std::vector<TimeTest> tests;
  // Of activities that are counted by day: their class (CountingPlan::rules), of which there may be others that have
  // the same days; -1: they are not counted.
  int counted_as = -1;
};

// A constant that a condition compares the score with.
struct ScoreTest {
  enum class Of : uint8_t { kCentral, kAdjustment, kTotal } of = Of::kCentral;
  double constant = 0;
};

struct TimedTransition {
  int transition = -1;  // number in the lifecycle
  TimedCondition when;  // without tests: it reads no time
  std::vector<ScoreTest> scores;
  bool any_score = false;  // it reads the score in a form that tells no constants
};

// Made once, when packs are loaded. Immutable and thread-safe.
struct TimePlan {
  std::vector<TimedCondition> rules;         // of scoring, consent and pauses, that read the time
  std::vector<TimedTransition> transitions;  // on rescoring, that read the time or the score
};

// `rules.plan` is there.
std::shared_ptr<const TimePlan> MakeTimePlan(const RegionRules& rules, const std::vector<FieldDef>& fields);

}  // namespace leadline::packs
