// Joining the fields of two records. Pure functions over plain data.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/event.h"
#include "domain/identity_tables.h"
#include "domain/records.h"

namespace leadline::domain {

// Which side's value stands.
enum class Survivorship : uint8_t { kSurvivor, kMostRecent, kLongest, kUnion };

struct SurvivorshipRule {
  std::string field;  // as in FieldsChanged; "*": every field that has no rule of its own
  Survivorship keep = Survivorship::kSurvivor;
};

struct MergePolicy {
  std::vector<SurvivorshipRule> rules;
  // By which a text is a telephone number or not. Never null; empty by default.
  std::shared_ptr<const IdentityTables> identity = std::make_shared<IdentityTables>();
};

// As of when the values of two records are.
struct FieldTimes {
  ValueTimes absorbed, survivor;
};

// What a merge makes of the survivor.
struct FieldMerge {
  std::vector<FieldChange> changed;
  std::vector<ValueTime>
      times;  // of values that are the absorbed record's, where the survivor's were as of another one
};

// Fills and changes `survivor` from `absorbed` by the policy (an empty field always takes the other's value) and
// returns what it changed. The newest of two values is the one whose own date is newest; of the same date the
// survivor's stands. Ids, status, score, assignment, times and versions are left alone, except that created_at becomes
// the earlier one and handled_at the later one: what somebody answered stays answered.
FieldMerge MergeFields(const MergePolicy& policy, const Account& absorbed, Account& survivor);
FieldMerge MergeFields(const MergePolicy& policy, const Contact& absorbed, Contact& survivor);
// Leads do not keep the times of their values; they follow from the history.
FieldMerge MergeFields(const MergePolicy& policy, const Lead& absorbed, const FieldTimes& times, Lead& survivor);

}  // namespace leadline::domain
