// Decisions and their explanations. Plain data; not synchronised.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"

namespace leadline::domain {

struct PackRef {
  std::string pack;  // "central" or the region
  std::string version;
  std::string sha256;
  bool operator==(const PackRef&) const = default;
};

struct PluginRef {
  std::string id;
  std::string version;
  std::string sha256;
  bool operator==(const PluginRef&) const = default;
};

// What one request is decided with. Immutable once made, shared by every decision of its time.
struct SnapshotRef {
  int64_t generation = 0;
  std::vector<PackRef> packs;  // central first
  std::vector<PluginRef> plugins;
  bool operator==(const SnapshotRef&) const = default;
};

// The numbers are stored: never change them.
enum class DecisionKind : uint8_t {
  kMatchAccount = 1,
  kMatchContact = 2,
  kDuplicates = 3,
  kNormalize = 4,
  kScore = 5,
  kStatus = 6,
  kRoute = 7,
  kSla = 8,
};

enum class ReasonOutcome : uint8_t { kFired = 1, kNotFired = 2, kError = 3, kSkipped = 4 };

// One fact that a reason rested on.
struct Evidence {
  std::string field;
  std::string value;
  double contribution = 0;
  Time time = 0;  // 0: has no meaning
  bool operator==(const Evidence&) const = default;
};

// One part of a condition and what it came to on one record. A condition is a list of parts in the order of its text,
// each before the parts within it; the first is the whole. Made for explanations only, and never stored.
struct ConditionPart {
  enum class Kind : uint8_t {
    kTest,    // a comparison, or any other text that is true or false
    kAll,     // holds when all parts within hold
    kAny,     // holds when one of the parts within holds
    kChoice,  // the first part within says which of the two others counts
  };
  enum class Truth : uint8_t { kFalse, kTrue, kUnknown };  // kUnknown: over what is not known, see `error`

  Kind kind = Kind::kTest;
  int depth = 0;     // 0: the whole condition
  std::string text;  // as written; where a `!` is carried into parentheses, with that `!`
  Truth value = Truth::kUnknown;
  std::string error;             // why it can be neither true nor false
  bool decisive = false;         // the whole came out as it did because of this part
  std::vector<Evidence> fields;  // kTest: what it read; of all() and exists() also the item that decided
  std::string needed;            // kTest: what makes it true, in a few words: "manager", "at least 100"; may be empty
  double missing = 0;  // how far the field is from a number that it should reach: 12 for 88 of 100; 0: no meaning
  std::string layer;   // who wrote it; empty: the same as the part around it, or as the rule
  std::string source;  // file:line:column of the whole, and of parts that stand elsewhere; otherwise empty
  bool operator==(const ConditionPart&) const = default;
};

// One rule's or plugin's part in a decision.
struct Reason {
  std::string rule_id;
  std::string layer;  // "central", the region's name or "plugin"
  ReasonOutcome outcome = ReasonOutcome::kFired;
  double points = 0;
  double weight = 0;
  std::vector<Evidence> evidence;
  std::string message;
  std::string source;  // file:line
  // Only in explanations that were asked for; never stored.
  std::vector<ConditionPart> parts;  // of its condition; empty when it has none
  std::string target;                // where it leads: a status, a rep, a team, a queue
  bool operator==(const Reason&) const = default;
};

struct Decision {
  DecisionKind kind = DecisionKind::kScore;
  std::string record;  // resource name; empty when not stored
  std::string outcome;
  std::string summary;
  std::vector<Reason> reasons;
  Time time = 0;
  std::shared_ptr<const SnapshotRef> snapshot;
};

}  // namespace leadline::domain
