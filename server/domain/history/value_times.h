// As of when the values of a record are, by what was said of it. Pure and thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "domain/event.h"
#include "domain/records.h"

namespace leadline::domain {

// Whether somebody gives the field, in the place of its following from what was given: a record's field or attribute.
bool IsGiven(std::string_view field);

// Takes what an event of that time says of the record's fields, one event after another: a value is of the time of the
// newest event that says it, also where it was said again (`before` is `after`). Fields that nobody gives are passed
// over.
void TakeTimes(const std::vector<FieldChange>& changes, Time time, ValueTimes& times);

// The value is as of that time, whatever was known of it: a merge took it from another record.
void SetTime(const ValueTime& time, ValueTimes& times);

// Takes an event of a lead's history, whose values' times nobody keeps.
void TakeTimesOfLead(const Event& event, ValueTimes& times);

// As of when the field's value is, which is there. Fields are named as in FieldsChanged.
Time TimeOf(const ValueTimes& times, std::string_view field);

}  // namespace leadline::domain
