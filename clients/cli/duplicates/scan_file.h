// A file of records that are compared with each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/source_position.h"
#include "domain/linkage/record_table.h"

namespace leadline::cli {

struct ScanFileOptions {
  std::string path, map;
  std::string truth;  // a column's heading; empty: as the map says
};

struct ScanFile {
  explicit ScanFile(std::vector<linkage::Field> fields) : table(std::move(fields)) {}

  linkage::RecordTable table;
  // Of each record of the table.
  std::vector<std::string> ids;     // the map's `id`, otherwise the row's line
  std::vector<int64_t> lines;       // of the file
  std::vector<std::string> truths;  // empty: not known
  bool has_truth = false;
  // Rows that cannot be read or mapped.
  int64_t set_aside = 0;
  std::vector<std::string> faults;  // of the first ones
};

struct ScanFileResult {
  std::vector<Diagnostic> diagnostics;  // of the map
  std::unique_ptr<ScanFile> file;       // null where the map has an error
};

// Reads all of it: memory grows with the file, by its distinct values. INVALID_ARGUMENT or NOT_FOUND where the file
// cannot be read at all.
absl::StatusOr<ScanFileResult> ReadScanFile(const ScanFileOptions& options);

}  // namespace leadline::cli
