// The records that rules are asked about.
#pragma once

#include <span>

#include "base/clock.h"
#include "domain/records.h"

namespace leadline::packs {

// What rules read. The pointers may be null: then every field of that record is absent. The records must outlive every
// use of the view.
struct RecordView {
  const domain::Lead* lead = nullptr;
  const domain::Contact* contact = nullptr;
  const domain::Account* account = nullptr;
  std::span<const domain::Activity> activities;  // distinct, oldest first, none later than `now`
  Time now = 0;
  // What fields mean; null: what the centre makes of them (DerivedMeaning::central of the lead, or of the contact
  // without one).
  const domain::Meaning* meaning = nullptr;
};

}  // namespace leadline::packs
