#include "domain/history/value_times.h"

#include <algorithm>
#include <array>

#include "domain/history/field_values.h"
#include "domain/history/record_fields.h"

namespace leadline::domain {
namespace {

bool MayBecomeAnother(std::string_view field) {
  static constexpr std::array<std::string_view, 6> kFields = {"title",   "phone",    "language",
                                                              "country", "industry", "employees"};
  return field.starts_with(kAttributePrefix) || std::find(kFields.begin(), kFields.end(), field) != kFields.end();
}

}  // namespace

void TakeTimes(const std::vector<FieldChange>& changes, Time time, ValueTimes& times) {
  for (const FieldChange& change : changes) {
    if (!MayBecomeAnother(change.field)) continue;
    const auto found = std::lower_bound(times.later.begin(), times.later.end(), change.field,
                                        [](const ValueTime& known, const auto& field) { return known.field < field; });
    if (found != times.later.end() && found->field == change.field) {
      found->time = std::max(found->time, time);
      continue;
    }
    const bool was_there = !ShowImage(change.field, change.before).empty();
    times.later.insert(found, {change.field, was_there ? std::max(times.first, time) : time});
  }
}

Time TimeOf(const ValueTimes& times, std::string_view field) {
  const auto found = std::find_if(times.later.begin(), times.later.end(),
                                  [field](const ValueTime& known) { return known.field == field; });
  return found == times.later.end() ? times.first : found->time;
}

}  // namespace leadline::domain
