// As of when the values of a person or company are, by what was said of them. Pure and thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "domain/records.h"

namespace leadline::domain {

// Takes what an event of that time says of the record's fields, one event after another: a value is of the time of the
// newest event that says it, also where it was said again (`before` is `after`). Fields that no row of an import may
// make others, such as names, are passed over.
void TakeTimes(const std::vector<FieldChange>& changes, Time time, ValueTimes& times);

// As of when the field's value is, which is there. Fields are named as in FieldsChanged.
Time TimeOf(const ValueTimes& times, std::string_view field);

}  // namespace leadline::domain
