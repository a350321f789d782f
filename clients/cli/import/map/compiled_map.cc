#include "cli/import/map/compiled_map.h"

#include <algorithm>

namespace leadline::cli {

using cel::Value;

void RecordView::SetColumns(const std::vector<std::string>& columns) {
  names_ = columns;
  column_of_entry_.clear();
  for (size_t i = 0; i < names_.size(); ++i) {
    if (!names_[i].empty()) column_of_entry_.push_back(i);
  }
  std::sort(column_of_entry_.begin(), column_of_entry_.end(),
            [&](size_t a, size_t b) { return cel::KeyLess(Value::String(names_[a]), Value::String(names_[b])); });
  entries_.clear();
  for (size_t column : column_of_entry_) entries_.push_back({Value::String(names_[column]), Value()});
}

void RecordView::Fill(const std::vector<std::string>& fields) {
  for (size_t i = 0; i < entries_.size(); ++i) entries_[i].value = Value::String(fields[column_of_entry_[i]]);
}

}  // namespace leadline::cli
