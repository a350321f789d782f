// Decisions: what is kept of one, and its explanation. Plain data; not synchronised.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/records.h"
#include "domain/reference_versions.h"

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
  ReferenceVersions reference;  // the tables that it decides with
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

// What one plugin said when it was asked, or that it was not heard.
struct PluginAnswer {
  std::string plugin;   // id
  std::string version;  // empty: it was not loaded
  // What it was asked about: the scoring rule, the field, "GATE STATUS", the route, or for a match "FIELD RECORD" with
  // the candidate's resource name.
  std::string subject;
  bool failed = false;
  double number = 0;  // points, confidence or weight in bits
  // A field's value; allow, deny or abstain; the level that a pair reached; the rep's id. When it failed: the code of
  // the error, such as DEADLINE_EXCEEDED. Empty: it had nothing to say.
  std::string value;
  bool operator==(const PluginAnswer&) const = default;
};

// A record that was compared with another.
struct MatchCandidate {
  std::string record;  // resource name
  double weight = 0;   // bits, prior included
  double probability = 0;
  // One for each comparison of the packs, in their order: the number of the level reached, from 1; 0: nothing to
  // compare; -1: a plugin's word counts, which is among the answers.
  std::vector<int64_t> levels;
  // Beside the levels: how many records had the value when the two agreed on it exactly; 0: it was not counted, or one
  // alone had it. Empty: all are 0.
  std::vector<int64_t> counts;
  bool operator==(const MatchCandidate&) const = default;
};

// Reps who could not take the lead by a route, and why: one of the codes of ObstacleOf (domain/routing.h), or "before"
// for the rep who had it before.
struct PassedOver {
  std::string route;
  std::string code;
  std::vector<std::string> reps;  // ids
  bool operator==(const PassedOver&) const = default;
};

// What the fields of a record meant when it was decided on.
struct UsedMeaning {
  Meaning central;                  // as DerivedMeaning::central
  std::optional<Meaning> regional;  // nothing: the same
  bool operator==(const UsedMeaning&) const = default;
};

// What a decision was about, what came of it, and what cannot be found again by deciding anew.
struct DecisionFacts {
  DecisionKind kind = DecisionKind::kScore;
  std::string record;         // resource name; empty: of no stored record, or in an event, of the event's
  std::string field;          // kNormalize: "contact.seniority"
  bool central_only = false;  // kNormalize: for the central score, which does not accept the region's table
  std::string trigger;        // kStatus that changed nothing: the event that was asked about, such as "activity"
  std::string outcome;
  Time time = 0;
  std::shared_ptr<const SnapshotRef> snapshot;
  std::vector<PluginAnswer> answers;       // of each plugin that was asked
  std::vector<MatchCandidate> candidates;  // of a match: likeliest first, at most kMostCandidates
  std::vector<PassedOver> passed_over;     // kRoute
};
inline constexpr size_t kMostCandidates = 5;

// A rule that took part, or a plugin's that failed.
struct FiredRule {
  std::string rule_id;
  std::string layer;  // empty: "central"
  bool failed = false;
  double points = 0;
  double weight = 0;
  bool operator==(const FiredRule&) const = default;
};

// A decision as the ledger keeps it: no sentences, no evidence that the ledger holds elsewhere, no rules that did not
// fire. The rest is found by deciding again (engine/replay).
struct StoredDecision : DecisionFacts {
  std::vector<FiredRule> rules;
  // Nothing: as in the decision before it on the same record in the same transaction, and in the first: fields mean
  // what was given.
  std::optional<UsedMeaning> meaning;
};

// A decision with its explanation.
struct Decision : DecisionFacts {
  std::string summary;
  std::vector<Reason> reasons;
};

}  // namespace leadline::domain
