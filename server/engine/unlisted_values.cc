#include "engine/unlisted_values.h"

#include "fmt/format.h"

namespace leadline::engine {

void UnlistedValues::Note(const std::vector<InputCheck::Unlisted>& values) {
  if (!tell_) return;
  for (const InputCheck::Unlisted& value : values) {
    {
      std::lock_guard lock(mutex_);
      if (seen_.size() >= kMostValues || !seen_.emplace(value.field, value.value).second) continue;
    }
    tell_(value.field, value.value);
  }
}

std::vector<FieldViolation> WarningsOf(const std::vector<InputCheck::Unlisted>& values) {
  std::vector<FieldViolation> out;
  for (const InputCheck::Unlisted& value : values) {
    out.push_back(
        {value.path, fmt::format("\"{}\" was taken, but schema.yaml does not list it for {}, so no rule knows it",
                                 value.value, value.field)});
  }
  return out;
}

}  // namespace leadline::engine
