// How the columns of a file become fields that are compared: a YAML file of CEL expressions.
//
//   description: what the file is
//   delimiter: ";"                       of the CSV; a comma when not given
//   id: row["ID"]                        by what a row is told apart for people; its line when not given
//   truth: row["Person"]                 who the row really is, where that is known
//   fields:
//     email: mail                        a field that is called as its type, and an expression
//     birth_date: {type: date, value: dob}
//
// `joins`, `tables`, `let`, and what an expression may name, are those of cli/import/map/import_map.h. Columns'
// headings count without blanks around them. Empty text is no value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/source_position.h"
#include "domain/linkage/record_table.h"

namespace leadline::cli {

struct CompiledMap;

// One row, mapped.
struct ComparedRow {
  std::string id;                   // empty: the map names none
  std::string truth;                // empty: not known
  std::vector<std::string> values;  // one of each field
};

// Compiled against the columns of one file. Immutable; Apply() is not thread-safe.
class ScanMap {
 public:
  struct LoadResult;
  // `headings`: the columns of the file. `data_folder`: where joined files are looked for. `truth`: an expression that
  // stands in for the map's own; a column's heading stands for itself; empty: the map's.
  static LoadResult Load(const std::string& path, const std::vector<std::string>& headings,
                         const std::string& data_folder, const std::string& truth);

  ~ScanMap();
  ScanMap(const ScanMap&) = delete;
  ScanMap& operator=(const ScanMap&) = delete;

  const std::vector<linkage::Field>& fields() const { return fields_; }
  bool has_truth() const;
  // INVALID_ARGUMENT with the field and the reason.
  absl::Status Apply(const std::vector<std::string>& fields, int64_t line, ComparedRow& row) const;

 private:
  ScanMap(std::unique_ptr<CompiledMap> state, int truth_column);
  std::unique_ptr<CompiledMap> state_;
  std::vector<linkage::Field> fields_;
  const int truth_column_;  // that stands for the truth; -1: an expression does, or nothing
};

struct ScanMap::LoadResult {
  std::unique_ptr<ScanMap> map;         // null when there is an error
  std::vector<Diagnostic> diagnostics;  // all of them
};

}  // namespace leadline::cli
