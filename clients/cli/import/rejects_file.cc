#include "cli/import/rejects_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "cli/output/text.h"

namespace leadline::cli {
namespace {

absl::Status Fault(const std::string& path) {
  return absl::UnavailableError(
      fmt::format("cannot write the rejects file {}: {}; name another with --rejects", path, std::strerror(errno)));
}

}  // namespace

std::string DescribeReject(const Reject& reject) {
  const std::string field = reject.field.empty() ? "" : fmt::format(" [{}]", reject.field);
  return fmt::format("line {}: {}{}", reject.row, reject.reason, field);
}

size_t RejectColumnsIn(const std::vector<std::string>& headings) {
  const bool all = headings.size() > kRejectColumns.size() &&
                   std::equal(kRejectColumns.begin(), kRejectColumns.end(), headings.begin());
  return all ? kRejectColumns.size() : 0;
}

void RejectsFile::ComeFrom(std::string import_id, char delimiter, std::string headings) {
  import_id_ = std::move(import_id);
  delimiter_ = delimiter;
  headings_ = std::move(headings);
}

absl::Status RejectsFile::CheckWritable() const {
  if (path_.empty()) return absl::OkStatus();
  const std::filesystem::path folder = std::filesystem::absolute(path_).parent_path();
  if (access(folder.c_str(), W_OK | X_OK) != 0) return Fault(path_);
  if (access(path_.c_str(), F_OK) == 0 && access(path_.c_str(), W_OK) != 0) return Fault(path_);
  return absl::OkStatus();
}

absl::Status RejectsFile::StartOver() {
  file_.close();
  size_ = 0;
  if (path_.empty()) return absl::OkStatus();
  std::error_code error;
  std::filesystem::remove(path_, error);
  if (error) return absl::UnavailableError(fmt::format("cannot replace {}: {}", path_, error.message()));
  return absl::OkStatus();
}

absl::StatusOr<bool> RejectsFile::GoOn(uint64_t size) {
  if (path_.empty()) return true;
  std::error_code error;
  uint64_t there = std::filesystem::exists(path_, error) ? std::filesystem::file_size(path_, error) : 0;
  if (error || there < size) return false;
  if (there > size) std::filesystem::resize_file(path_, size, error);
  if (error) return absl::UnavailableError(fmt::format("cannot shorten {}: {}", path_, error.message()));
  size_ = size;
  return true;
}

absl::Status RejectsFile::Add(const Reject& reject) {
  if (path_.empty()) return absl::OkStatus();
  if (!file_.is_open()) {
    file_.open(path_, std::ios::binary | (size_ == 0 ? std::ios::trunc : std::ios::app));
    if (!file_) return Fault(path_);
  }
  // `values`, then the row or its headings where there are any.
  const auto line_of = [this](std::span<const std::string_view> values, const std::string& rest) {
    std::string out;
    for (const std::string_view value : values)
      out += (out.empty() ? "" : std::string(1, delimiter_)) + CsvField(value, delimiter_);
    return out + (headings_.empty() ? "" : delimiter_ + rest) + "\n";
  };
  const std::string row = std::to_string(reject.row);
  const std::array<std::string_view, 4> values = {import_id_, row, reject.reason, reject.field};
  std::string line = line_of(values, reject.record);
  if (size_ == 0) line.insert(0, line_of(kRejectColumns, headings_));
  file_ << line;
  size_ += line.size();
  return file_ ? absl::OkStatus() : Fault(path_);
}

absl::Status RejectsFile::Flush() {
  if (!file_.is_open()) return absl::OkStatus();
  file_.flush();
  return file_ ? absl::OkStatus() : Fault(path_);
}

}  // namespace leadline::cli
