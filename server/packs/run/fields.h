// The fields that rules may read: the standard ones of the records, and the attributes that a schema adds.
#pragma once

#include <span>
#include <string_view>

#include "cel/arena.h"
#include "cel/type.h"
#include "cel/value.h"
#include "domain/records.h"
#include "packs/rule_set.h"
#include "packs/run/record_view.h"

namespace leadline::packs {

// What a field is read from.
struct FieldInput {
  const RecordView& view;
  const domain::Activity* activity;  // null outside of rules for each activity
  const FieldDef& field;
  const ResponseKinds& responses;
  const RegionRules& rules;  // by whose tables an address is a provider's and a text a number
  cel::Arena& arena;
};
// Null when absent. Must not allocate but from the arena.
using FieldAccessor = cel::Value (*)(const FieldInput& input);

struct StandardField {
  std::string_view name;
  cel::Type type;  // a wrapper when it may be absent
  FieldAccessor accessor;
  // It reads nothing but what GivenValues compares: what was given of the records and what that means. The others may
  // change by what happens: activities, the passing of time, statuses, assignments, scores.
  bool given = false;
};

// All of them, by name within each record. Thread-safe.
std::span<const StandardField> StandardFields();
// Null when there is none.
const StandardField* FindStandardField(std::string_view name);
// Whether the field is one of those that read what was given alone: such a standard one, or an attribute.
bool ReadsGivenAlone(const FieldDef& field);

// Whether the field is of what an account's people score together: account.score, account.people, account.products.
bool IsAccountScoreField(std::string_view name);

// A field that counts days, and so grows by one from time to time; or a flag that goes by such a count.
struct AgeField {
  std::string_view name;
  Time (*since)(const FieldInput& input);     // the moment that it counts from; 0: the field is absent
  Time (*reached)(Time since, int64_t days);  // the first moment at which it is at least `days`, which are 1 or more
};
// Null when the field is none.
const AgeField* FindAgeField(std::string_view name);

// The value of an attribute as the field's type has it; Null when it is of another type.
cel::Value AttributeToValue(const domain::AttributeValue& value, const FieldDef& field, cel::Arena& arena);
// Reads an attribute of the record that the field's name begins with; null when that record has no attributes.
FieldAccessor AttributeAccessor(std::string_view record);
// Of an attribute that tables give a meaning, by its whole name: the meaning, else what was given. Null for any other.
FieldAccessor MeantAttributeAccessor(std::string_view name);

}  // namespace leadline::packs
