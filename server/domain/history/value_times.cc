#include "domain/history/value_times.h"

#include <algorithm>
#include <set>

#include "domain/history/field_values.h"
#include "domain/history/record_fields.h"

namespace leadline::domain {
namespace {

std::vector<ValueTime>::iterator PlaceOf(std::string_view field, ValueTimes& times) {
  return std::lower_bound(times.later.begin(), times.later.end(), field,
                          [](const ValueTime& known, std::string_view f) { return known.field < f; });
}

}  // namespace

bool IsGiven(std::string_view field) {
  static const auto* const fields = [] {
    auto* names = new std::set<std::string_view>();
    const auto add = [names](std::string_view name, FieldRole role, const auto&) {
      if (role == FieldRole::kGiven) names->insert(name);
    };
    VisitFields(add, static_cast<const Account&>(Account()));
    VisitFields(add, static_cast<const Contact&>(Contact()));
    VisitFields(add, static_cast<const Lead&>(Lead()));
    return names;
  }();
  return field.starts_with(kAttributePrefix) || fields->contains(field);
}

void TakeTimes(const std::vector<FieldChange>& changes, Time time, ValueTimes& times) {
  for (const FieldChange& change : changes) {
    if (!IsGiven(change.field)) continue;
    const auto found = PlaceOf(change.field, times);
    if (found != times.later.end() && found->field == change.field) {
      found->time = std::max(found->time, time);
      continue;
    }
    const bool was_there = !ShowImage(change.field, change.before).empty();
    times.later.insert(found, {change.field, was_there ? std::max(times.first, time) : time});
  }
}

void SetTime(const ValueTime& time, ValueTimes& times) {
  const auto found = PlaceOf(time.field, times);
  if (found != times.later.end() && found->field == time.field) {
    found->time = time.time;
  } else {
    times.later.insert(found, time);
  }
}

void TakeTimesOfLead(const Event& event, ValueTimes& times) {
  if (std::holds_alternative<RecordCreated>(event.payload)) {
    times.first = event.time;
  } else if (const auto* changed = std::get_if<FieldsChanged>(&event.payload)) {
    TakeTimes(changed->changes, event.time, times);
  } else if (const auto* moved = std::get_if<RegionChanged>(&event.payload)) {
    TakeTimes({{"region", EncodeValue(moved->from), EncodeValue(moved->to)}}, event.time, times);
  } else if (const auto* merged = std::get_if<Merged>(&event.payload)) {
    if (merged->survivor != event.record) return;
    for (const ValueTime& time : merged->times) SetTime(time, times);
  }
}

Time TimeOf(const ValueTimes& times, std::string_view field) {
  const auto found = std::find_if(times.later.begin(), times.later.end(),
                                  [field](const ValueTime& known) { return known.field == field; });
  return found == times.later.end() ? times.first : found->time;
}

}  // namespace leadline::domain
