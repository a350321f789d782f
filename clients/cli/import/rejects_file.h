// Rows that were set aside, as CSV: line,reason,field; and in words.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "cli/import/rows/row_source.h"

namespace leadline::cli {

// Made with the first reject, so that an import without any leaves no file. With an empty path there is never one: all
// calls succeed and do nothing. Not thread-safe.
class RejectsFile {
 public:
  explicit RejectsFile(std::string path) : path_(std::move(path)) {}

  // Whether the file can be written, before anything is imported; leaves everything as it is.
  absl::Status CheckWritable() const;
  // Begins anew: a file of an earlier run goes away.
  absl::Status StartOver();
  // Keeps the first `size` bytes, which an earlier run wrote. False when the file is shorter than that.
  absl::StatusOr<bool> GoOn(uint64_t size);
  absl::Status Add(const Reject& reject);
  absl::Status Flush();

  // Empty: no file is kept.
  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }

 private:
  std::string path_;
  std::ofstream file_;
  uint64_t size_ = 0;
};

// "line 8: not an email address [enquiry.contact.email]".
std::string DescribeReject(const Reject& reject);
// `text` as a CSV field, quoted where it must be.
std::string CsvField(std::string_view text);

}  // namespace leadline::cli
