// Rows that were set aside, as CSV, ready to be mended and imported again; and in words.
//
// The first columns say what was wrong: leadline_import (the import's name), leadline_line, leadline_reason and
// leadline_field. Behind them the row stands as it was, under its own headings. An import reads such a file as it is.
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "cli/import/rows/row_source.h"

namespace leadline::cli {

// The columns that a rejects file has before those of the rows.
inline constexpr std::array<std::string_view, 4> kRejectColumns = {"leadline_import", "leadline_line",
                                                                   "leadline_reason", "leadline_field"};
// How many of these columns the headings begin with: all of them, or 0.
size_t RejectColumnsIn(const std::vector<std::string>& headings);

// Made with the first reject, so that an import without any leaves no file. With an empty path there is never one: all
// calls succeed and do nothing. Not thread-safe.
class RejectsFile {
 public:
  explicit RejectsFile(std::string path) : path_(std::move(path)) {}

  // What the file says of where its rows come from: the import, and the line of headings of a file with this delimiter.
  // Before the first Add.
  void ComeFrom(std::string import_id, char delimiter, std::string headings);

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
  std::string import_id_;
  char delimiter_ = ',';
  std::string headings_;  // of the rows; empty: they come from no file
  std::ofstream file_;
  uint64_t size_ = 0;
};

// "line 8: not an email address [enquiry.contact.email]".
std::string DescribeReject(const Reject& reject);

}  // namespace leadline::cli
