#include "cli/import/rejects_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace leadline::cli {
namespace {

constexpr char kHeadings[] = "line,reason,field\n";

absl::Status Fault(const std::string& path) {
  return absl::UnavailableError(
      fmt::format("cannot write the rejects file {}: {}; name another with --rejects", path, std::strerror(errno)));
}

}  // namespace

std::string DescribeReject(const Reject& reject) {
  const std::string field = reject.field.empty() ? "" : fmt::format(" [{}]", reject.field);
  return fmt::format("line {}: {}{}", reject.row, reject.reason, field);
}

std::string CsvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
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
  std::string line = fmt::format("{},{},{}\n", reject.row, CsvField(reject.reason), CsvField(reject.field));
  if (size_ == 0) line.insert(0, kHeadings);
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
