#include "engine/input/unlisted_values.h"

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

std::vector<InputWarning> WarningsOf(const std::vector<InputCheck::Unlisted>& values) {
  std::vector<InputWarning> out;
  for (const InputCheck::Unlisted& value : values) {
    const std::string hint = value.nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", value.nearest);
    out.push_back({value.path,
                   fmt::format("\"{}\" was taken, but schema.yaml does not list it for {}, so no rule knows it{}",
                               value.value, value.field, hint),
                   value.value, value.nearest});
  }
  return out;
}

void RowsWarnings::Add(int64_t row, const std::vector<InputCheck::Unlisted>& values) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const InputCheck::Unlisted& value : values) {
    if (!seen.emplace(value.field, value.value).second) continue;
    std::pair<std::string, std::string> key(value.field, value.value);
    auto found = values_.find(key);
    if (found == values_.end()) {
      if (values_.size() >= kMostValues) {
        ++left_out_;
        continue;
      }
      found = values_.emplace(std::move(key), RowsWarning{value.field, value.value, value.nearest, 0, row}).first;
    }
    ++found->second.rows;
  }
}

std::vector<RowsWarning> RowsWarnings::ToList() const {
  std::vector<RowsWarning> out;
  for (const auto& [key, warning] : values_) out.push_back(warning);
  return out;
}

}  // namespace leadline::engine
