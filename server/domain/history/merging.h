// Joining two records and separating them again. Pure functions over plain data.
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

// Fills and changes `survivor` from `absorbed` by the policy (an empty field always takes the other's value) and
// returns what it changed. Ids, status, score, assignment, times and versions are left alone, except that created_at
// becomes the earlier one and handled_at the later one: what somebody answered stays answered.
std::vector<FieldChange> MergeFields(const MergePolicy& policy, const Account& absorbed, Account& survivor);
std::vector<FieldChange> MergeFields(const MergePolicy& policy, const Contact& absorbed, Contact& survivor);
std::vector<FieldChange> MergeFields(const MergePolicy& policy, const Lead& absorbed, Lead& survivor);

// Puts back each change's `before` where the field still has its `after`; fields changed since stay. Returns the
// changes made.
std::vector<FieldChange> UndoFields(const std::vector<FieldChange>& changed, Account& survivor);
std::vector<FieldChange> UndoFields(const std::vector<FieldChange>& changed, Contact& survivor);
std::vector<FieldChange> UndoFields(const std::vector<FieldChange>& changed, Lead& survivor);

}  // namespace leadline::domain
