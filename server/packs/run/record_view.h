// The records that rules are asked about.
#pragma once

#include <span>

#include "base/clock.h"
#include "domain/activities/activity_tally.h"
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
  // Of a record with very many activities: what has happened besides `activities`, counted by the region's rules (see
  // Evaluation::Count); null: nothing. Reading it gives what a list of all would give.
  const domain::CountedPast* past = nullptr;
};

}  // namespace leadline::packs
