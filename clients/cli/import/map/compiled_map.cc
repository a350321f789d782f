#include "cli/import/map/compiled_map.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/status_macros.h"

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

absl::Status SetRow(CompiledMap& map, const std::vector<std::string>& fields, int64_t line, std::string& fault_path) {
  map.arena.Reset();
  map.slots[static_cast<size_t>(map.line_slot)] = Value::Int(line);
  map.row.Fill(fields);
  map.slots[static_cast<size_t>(map.row_slot)] = map.row.value();
  for (const auto& [slot, column] : map.columns) {
    map.slots[static_cast<size_t>(slot)] = Value::String(fields[static_cast<size_t>(column)]);
  }
  PlanRunner runner(map.slots, map.arena);
  for (auto& join : map.joins) {
    std::string key;
    absl::Status read = runner.Text(join.on, "joins." + join.name, key);
    fault_path = runner.fault_path();
    RETURN_IF_ERROR(read);
    auto found = join.file.rows.find(key);
    Value& value = map.slots[static_cast<size_t>(join.slot)];
    if (found == join.file.rows.end()) {
      value = Value::Map({});
    } else {
      join.row.Fill(found->second);
      value = join.row.value();
    }
  }
  for (const auto& let : map.lets) {
    Value value = let.program->Evaluate(map.slots, map.arena);
    if (value.is_error()) {
      fault_path = "let." + let.name;
      return absl::InvalidArgumentError(fmt::format("{} (in {})", value.error_message(), let.program->source()));
    }
    map.slots[static_cast<size_t>(let.slot)] = value;
  }
  return absl::OkStatus();
}

}  // namespace leadline::cli
