// Entries of the ledger. Plain data; not synchronised.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/decision.h"
#include "domain/records.h"

namespace leadline::domain {

struct RecordCreated {
  std::string source;
  std::string region;
  bool purchased = false;
  bool operator==(const RecordCreated&) const = default;
};

struct FieldChange {
  std::string field;
  std::string old_value;
  std::string new_value;
  bool operator==(const FieldChange&) const = default;
};

struct FieldsChanged {
  std::vector<FieldChange> changes;
  bool operator==(const FieldsChanged&) const = default;
};

struct ActivityRecorded {
  Activity activity;
  bool operator==(const ActivityRecorded&) const = default;
};

struct StatusChanged {
  std::string from;  // empty for the first
  std::string to;
  std::string trigger;  // created, activity, accept, reject, transition, remap, import, rescore, merge, unmerge
  std::string reason;
  bool operator==(const StatusChanged&) const = default;
};

struct DispositionRecorded {
  std::string disposition;
  std::string note;
  bool operator==(const DispositionRecorded&) const = default;
};

struct ScoreChanged {
  Score score;
  double previous_total = 0;
  bool operator==(const ScoreChanged&) const = default;
};

struct Assigned {
  std::string rep;  // empty: nobody any more
  std::string previous_rep;
  std::string route;
  std::string hold_queue;
  double score = 0;  // the lead's total at that time
  bool operator==(const Assigned&) const = default;
};

struct SlaChanged {
  SlaClock clock;
  bool operator==(const SlaChanged&) const = default;
};

struct DecisionTaken {
  bool operator==(const DecisionTaken&) const = default;
};

struct Merged {
  std::string merge_id;
  RecordRef absorbed;
  RecordRef survivor;
  bool operator==(const Merged&) const = default;
};

struct Unmerged {
  std::string merge_id;
  RecordRef restored;
  bool operator==(const Unmerged&) const = default;
};

struct AvailabilityChanged {
  std::string rep;
  bool available = true;
  Time until = 0;
  bool operator==(const AvailabilityChanged&) const = default;
};

// What happened to a version of a pack; recorded with the pack (RecordKind::kPack) as its record.
struct PackChanged {
  // proposed, approved, activated, rolled_back, removed, shadow_started, canary_started, trial_stopped; and of the
  // central pack, when the same packs decide with other tables of reference: tables_updated, whose reason names them
  std::string action;
  std::string pack;
  std::string version;
  std::string sha256;
  std::string previous_sha256;  // that decided before; empty: none, or nothing changed in what decides
  std::string side;             // approved: marketing or sales
  int64_t canary_percent = 0;   // canary_started
  int64_t generation = 0;       // that decides from now on; of the trial for shadow_started and canary_started
  std::string reason;
  bool operator==(const PackChanged&) const = default;
};

// Another file of a plugin decides; recorded with the plugin (RecordKind::kPlugin) as its record.
struct PluginChanged {
  std::string action;  // loaded, reloaded, unloaded
  std::string plugin;  // id
  std::string version;
  std::string sha256;
  std::string previous_version;  // that decided before; empty: none
  std::string previous_sha256;
  int64_t generation = 0;  // that decides from now on
  std::string reason;
  bool operator==(const PluginChanged&) const = default;
};

// The alternative's index is stored as the event's type: only append.
using EventPayload = std::variant<RecordCreated, FieldsChanged, ActivityRecorded, StatusChanged, DispositionRecorded,
                                  ScoreChanged, Assigned, SlaChanged, DecisionTaken, Merged, Unmerged,
                                  AvailabilityChanged, PackChanged, PluginChanged>;

struct Event {
  std::string id;        // made by the caller of Append
  RecordRef record;      // whose history it belongs to
  int64_t sequence = 0;  // given by the store: from 1 without gaps per record
  int64_t position = 0;  // given by the store: place in the tenant's commit order
  Time time = 0;         // when it happened
  Time append_time = 0;  // when it was appended
  std::string actor;
  std::string request_id;
  int64_t generation = 0;
  std::vector<std::string> pack_hashes;
  std::optional<Decision> decision;
  EventPayload payload;
};

}  // namespace leadline::domain
