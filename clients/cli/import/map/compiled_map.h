// The compiled form of an import map: its plan, and the places of what the plan names.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cel/arena.h"
#include "cel/value.h"
#include "cli/import/map/joined_file.h"
#include "cli/import/map/map_plan.h"

namespace leadline::cli {

// A record as a map value from heading to text; the entries are made once, the texts change.
class RecordView {
 public:
  void SetColumns(const std::vector<std::string>& columns);
  // `fields` must outlive the use of value().
  void Fill(const std::vector<std::string>& fields);
  cel::Value value() const { return cel::Value::SortedMap(entries_); }

 private:
  std::vector<std::string> names_;
  std::vector<size_t> column_of_entry_;
  std::vector<cel::MapEntry> entries_;
};

// What an import map was compiled to, with the values of the row that is mapped.
struct CompiledMap {
  cel::Arena arena;  // of one row
  std::vector<cel::Value> slots;
  int row_slot = -1, line_slot = -1;
  RecordView row;
  std::vector<std::pair<int, int>> columns;  // slot and column
  struct Join {
    std::string name;
    int slot = -1;
    Expression on;
    JoinedFile file;
    RecordView row;
  };
  std::deque<Join> joins;  // they do not move: their views hold
  struct Table {
    std::vector<std::pair<std::string, std::string>> texts;
    std::vector<cel::MapEntry> entries;
  };
  std::vector<std::unique_ptr<Table>> tables;
  struct Let {
    std::string name;
    int slot = -1;
    Expression program;
  };
  std::vector<Let> lets;
  struct RejectRule {
    Expression when, reason;
    std::string field;
  };
  std::vector<RejectRule> rejects;
  Expression key;  // null: the map declares none
  MessagePlan enquiry;
  // Of maps of rows that are compared with each other.
  struct ComparedField {
    std::string name, type;
    Expression value;
  };
  std::vector<ComparedField> compared;
  Expression truth;  // null: the map declares none
};

// Makes the values of a row ready: its columns, what is joined to it and what `let` names. INVALID_ARGUMENT where one
// of them cannot be made, with its path in `fault_path`.
absl::Status SetRow(CompiledMap& map, const std::vector<std::string>& fields, int64_t line, std::string& fault_path);

}  // namespace leadline::cli
