// What a decision wants changed, and all that it was read from: plain data that a decider hands to the writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "domain/activities/activity_tally.h"
#include "domain/event.h"
#include "domain/records.h"
#include "domain/rollout.h"
#include "store/delivery.h"

namespace leadline::store {

// What an earlier request of the same name did.
struct RequestRecord {
  std::string request_id;
  std::string fingerprint;  // of the request's content
  std::string result;       // what the engine needs to answer again; its own form
  Time time = 0;
};

// The fingerprint of a request that touched a person who was erased since.
inline constexpr std::string_view kErasedRequest = "erased";

// A part of a tenant's data that is read and changed as one. Two different parts may have the same number: then a
// change of one counts as a change of the other, too.
using Scope = uint64_t;

enum class ScopeKind : uint8_t {
  kRecord,             // an account, contact or lead
  kContactsOfAccount,  // which ones they are
  kLeadsOfAccount,
  kLeadsOfContact,
  kActivitiesOfLead,  // how they are counted, too
  kActivitiesOfContact,
  kActivity,
  kKey,  // a blocking key: who stands under it
  kMerge,
  kMergesInto,
  kRequest,
  kRep,   // availability and open leads
  kPool,  // turns
  kRollout,
  kPackContent,
  kKeyBuild,
  kOperation,
};
// `record`: where the id is of a record, or of something that records have. Within one process only.
Scope ScopeOf(ScopeKind kind, std::string_view id, domain::RecordKind record = domain::RecordKind::kLead);

// What was read. `number` is the store's at that time (Reader::ReadNumber).
struct ReadSet {
  int64_t number = 0;
  std::vector<Scope> firm;   // changed since: the decision must be taken again
  std::vector<Scope> pools;  // reps and pools; changed since: whose turn it is must be looked at again
};

struct RecordKeys {
  domain::RecordKind kind = domain::RecordKind::kContact;
  std::string id;
  std::vector<std::string> keys;
};
struct TallyOf {
  domain::RecordKind kind = domain::RecordKind::kLead;
  std::string id;
  domain::ActivityTally tally;
};
struct PoolPlaces {
  std::string pool;
  std::vector<domain::PoolState> members;
};
// What becomes another of a rep's load.
struct RepLoad {
  int64_t change = 0;       // of the open leads
  std::vector<Time> given;  // when more leads were
};
struct OpenLeads {
  std::string rep;
  RepLoad load;
};

// A person or company of whom rules read something else than before: the leads that share it are decided again by and
// by.
struct SharedChange {
  domain::RecordKind kind = domain::RecordKind::kContact;  // or kAccount
  std::string id;
  int64_t number = 0;  // of the last commit before it: another one, and it changed again since
  std::string after;   // the last of its leads, in the order of ids, that is done; empty: none is
  bool operator==(const SharedChange&) const = default;
};
struct SharedChangeNote {
  domain::RecordKind kind = domain::RecordKind::kContact;
  std::string id;
};

// An account whose score rests on something else than before, or will at a moment: it is scored again by and by.
struct AccountToScore {
  std::string id;
  int64_t number = 0;  // of the last commit before it was noted: another one, and it was noted again since
  Time due = 0;        // not before; 0: at once
  bool operator==(const AccountToScore&) const = default;
};
struct AccountNote {
  std::string id;
};

// As the function of the same name of Transaction does it. Records hold the version that must be stored; 0: none.
using Change = std::variant<domain::Account, domain::Contact, domain::Lead, domain::RepState, OpenLeads, PoolPlaces,
                            domain::Activity, TallyOf, RecordKeys, SharedChangeNote, AccountNote, domain::MergeRecord,
                            RequestRecord, domain::Event, DeliveryNote>;

// In the order in which they are to be made. They are large, and never move: references to them stay good, and moving
// all of them costs what moving a pointer does.
class Changes {
 public:
  size_t size() const { return changes_.size(); }
  bool empty() const { return changes_.empty(); }
  Change& operator[](size_t i) { return *changes_[i]; }
  template <typename Value>
  void Add(Value&& value) {
    changes_.push_back(std::make_unique<Change>(std::forward<Value>(value)));
  }

 private:
  std::vector<std::unique_ptr<Change>> changes_;
};

// A stretch of a change set that was decided by itself, one after another, each seeing what the ones before it changed.
struct ChangePart {
  // Where it ends in ReadSet::firm, ReadSet::pools and ChangeSet::changes; it begins where the one before ends.
  size_t firm_end = 0, pools_end = 0, changes_end = 0;
  std::vector<Scope> changed;  // by it
};

struct ChangeSet {
  ReadSet read;
  Changes changes;
  std::vector<ChangePart> parts;  // one at least, once it is finished
};

// That what a change set was read from has changed since: decide again. Such a set changed nothing.
absl::Status ReadConflict();
bool IsReadConflict(const absl::Status& status);

}  // namespace leadline::store
