// Rows that were set aside, as CSV: line,reason,field.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "cli/import/rows/row_source.h"

namespace leadline::cli {

// Made with the first reject, so that an import without any leaves no file. Not thread-safe.
class RejectsFile {
 public:
  explicit RejectsFile(std::string path) : path_(std::move(path)) {}

  // Begins anew: a file of an earlier run goes away.
  absl::Status StartOver();
  // Keeps the first `size` bytes, which an earlier run wrote. False when the file is shorter than that.
  absl::StatusOr<bool> GoOn(uint64_t size);
  absl::Status Add(const Reject& reject);
  absl::Status Flush();

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }

 private:
  std::string path_;
  std::ofstream file_;
  uint64_t size_ = 0;
};

// `text` as a CSV field, quoted where it must be.
std::string CsvField(std::string_view text);

}  // namespace leadline::cli
