// Entries of the ledger. Plain data; not synchronised.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/decision.h"
#include "domain/records.h"
#include "domain/rollout.h"

namespace leadline::domain {

// The first event of a record. `image` holds all that was given, of the kind that the event's record is; what is
// decided (status, score, assignment, clock, counters) follows in events of its own. Every value is of the event's
// time.
struct RecordCreated {
  std::string source;
  std::string region;
  bool purchased = false;
  std::variant<std::monostate, Account, Contact, Lead> image;
  // Of a lead: in which its enquirer stood just before, as far as that was known; empty: the person was new.
  std::string enquirer_status = {};
  bool operator==(const RecordCreated&) const = default;
};

// Values that became others, or, where `before` is `after`, were said again; each is of the event's time.
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
  // created, activity, accept, reject, transition, remap, import, rescore, merge, unmerge, split, trial_ended: the
  // status is the one that the packs which stay would have given, had a canary not decided
  std::string trigger;
  std::string reason;
  bool open = false;          // whether a lead in it counts as work in hand
  bool lead_alone = false;    // it says something of the lead and nothing of the person
  std::string reject_reason;  // one of the packs'; of a rejection
  bool operator==(const StatusChanged&) const = default;
};

// Whether a person decided it, here or in the system that the record comes from.
inline bool ByPerson(const StatusChanged& change) {
  return change.trigger == "accept" || change.trigger == "reject" || change.trigger == "transition" ||
         change.trigger == "import";
}
// Whether whoever asked for something is answered by it: a person decided, and did more than let a lead that waited in
// a hold queue go on.
inline bool Answers(const StatusChanged& change, bool waited) {
  return ByPerson(change) && !(waited && change.trigger == "transition");
}

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
  // The route, gate or transition that decided, or "sla/" and the level whose ladder did; manual, accepted, split,
  // import, merge, or unmerge (credited); empty: no route had a rep for the lead, or, without a queue, it only leaves
  // the one that it was in.
  std::string route;
  std::string hold_queue;        // in which the lead waits from here on; empty: in none
  double score = 0;              // the lead's total at that time
  std::string pool;              // whose turn it was; empty: no pool was asked
  std::vector<PoolState> turns;  // members of the pool whose place changed, as they stand after it
  std::string reason;            // a person's, or what was missed
  bool closed = false;           // the lead was no work in hand then
  // The turn that the lead took is given back: the rep, who has the lead still, rejected it for a reason that is not
  // theirs, or the merge by which it came to them was undone.
  bool credited = false;
  std::vector<PoolState> turns_before;  // of a merge: where the members of `turns` stood that had a place
  bool operator==(const Assigned&) const = default;
};

struct SlaChanged {
  SlaClock clock;
  bool operator==(const SlaChanged&) const = default;
};

struct DecisionTaken {
  bool operator==(const DecisionTaken&) const = default;
};

// Stands in the history of both records, and of those that were decided anew because of it. `changed` is what the merge
// made of the survivor's fields, and `times` as of when these are, and those that both had, in the order of fields.
struct Merged {
  std::string merge_id;
  RecordRef absorbed;
  RecordRef survivor;
  std::string reason;
  std::vector<FieldChange> changed;
  std::vector<ValueTime> times;
  bool operator==(const Merged&) const = default;
};

// The same; `changed` is what became of the fields of the event's record. `state` is all of that record as its own
// history has it, without what the merge made of it, and without what is personal, which `changed` tells.
struct Unmerged {
  std::string merge_id;
  RecordRef restored;
  std::string reason;
  std::vector<FieldChange> changed;
  std::variant<std::monostate, Account, Contact, Lead> state;
  bool operator==(const Unmerged&) const = default;
};

// How it is from here on.
struct AvailabilityChanged {
  std::string rep;
  bool available = true;
  Time until = 0;
  std::vector<Absence> absences;  // planned
  bool operator==(const AvailabilityChanged&) const = default;
};

// What happened to a version of a pack; recorded with the pack (RecordKind::kPack) as its record. The last event of a
// transaction that changes what decides, or what stands ready to, holds the rollout as it is from then on
// (WithoutProgress).
struct PackChanged {
  // proposed, approved, activated, rolled_back, removed, shadow_started, canary_started, trial_stopped; and of the
  // central pack, when the same packs decide with other tables of reference: tables_updated, whose reason names them.
  // A trial that ends with another change, such as an activation, is told as trial_stopped in the same transaction
  std::string action;
  std::string pack;
  std::string version;
  std::string sha256;
  std::string previous_sha256;  // that decided before; empty: none, or nothing changed in what decides
  std::string side;             // approved: marketing or sales
  int64_t canary_percent = 0;   // canary_started
  int64_t generation = 0;       // that decides from now on; of the trial for shadow_started and canary_started
  std::string reason;
  std::optional<Rollout> rollout;  // see below
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
  std::optional<Rollout> rollout;  // as in PackChanged
  bool operator==(const PluginChanged&) const = default;
};

// A lead belongs to another region from here on.
struct RegionChanged {
  std::string from;
  std::string to;
  bool operator==(const RegionChanged&) const = default;
};

// A person was erased: whatever the history of the contact, or of a lead of theirs, held of them can be read no more.
struct Erased {
  std::string reason;
  bool operator==(const Erased&) const = default;
};

// What the people of an account score together became another, or there is nothing to score any more.
struct AccountScored {
  std::optional<AccountScore> score;
  double previous_total = 0;
  bool operator==(const AccountScored&) const = default;
};

// More leads wait in a queue than a rule of notify.yaml lets pass without a word; recorded with the queue as its
// record. Said once, until no more wait than that, which is said too, and so on.
struct QueueLong {
  std::string queue;
  int64_t leads = 0;        // that wait in it
  int64_t longer_than = 0;  // the rule's
  Time held_since = 0;      // of the one that waits longest; 0: none waits
  bool over = false;        // no longer
  bool operator==(const QueueLong&) const = default;
};

// The days off of a calendar end soon, as a rule of notify.yaml counts it; recorded with the calendar's pack. Said once
// for each last day off.
struct CalendarEnding {
  std::string pack;
  std::string calendar;
  std::string last_day;  // "2026-12-25"
  bool operator==(const CalendarEnding&) const = default;
};

// One deal turned out to be two. Stands in the history of both leads.
struct LeadSplit {
  RecordRef from;
  RecordRef into;  // made by it
  std::string reason;
  bool operator==(const LeadSplit&) const = default;
};

// The alternative's index is stored as the event's type: only append.
using EventPayload =
    std::variant<RecordCreated, FieldsChanged, ActivityRecorded, StatusChanged, DispositionRecorded, ScoreChanged,
                 Assigned, SlaChanged, DecisionTaken, Merged, Unmerged, AvailabilityChanged, PackChanged, PluginChanged,
                 RegionChanged, Erased, AccountScored, QueueLong, CalendarEnding, LeadSplit>;

// One thing that happened to one record. A transaction is what one request, or one row of a bulk request, did: its
// events stand together in the ledger and share its id, append time, actor, request, generation and packs.
struct Event {
  std::string id;              // given by the store: the transaction's id, "." and the index in it
  std::string transaction_id;  // made by the caller of Append
  RecordRef record;            // whose history it belongs to
  std::string addressed;       // id that the request named, where the record was found through a merge; else empty
  std::string region;          // of the lead that it is about, at that time; empty: of none
  int64_t sequence = 0;        // given by the store: from 1 without gaps per record
  int64_t position = 0;        // given by the store: see PositionOf
  Time time = 0;               // when it happened
  Time append_time = 0;        // when it was appended
  std::string actor;
  std::string request_id;
  int64_t generation = 0;
  std::vector<std::string> pack_hashes;
  bool erased = false;  // given by the store: some of what it held of a person is gone with the person's key
  std::optional<StoredDecision> decision;
  EventPayload payload;
};

// A position is the transaction's number in its tenant (from 1, dense, in commit order) and the event's index in it.
// Positions grow in commit order, and have gaps between transactions.
inline constexpr int kPositionIndexBits = 20;
inline constexpr int64_t kMostEventsInTransaction = int64_t{1} << kPositionIndexBits;
constexpr int64_t PositionOf(int64_t transaction, int64_t index) { return (transaction << kPositionIndexBits) | index; }
constexpr int64_t TransactionAt(int64_t position) { return position >> kPositionIndexBits; }

}  // namespace leadline::domain
