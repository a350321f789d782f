#include "store/erasure/erasure_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

constexpr std::string_view kTitle = "leadline erasures 1";

// erased TIME SLOT NAME TENANT, where the name is contacts/ID or leads/ID, and the tenant, which may be any text, is
// escaped as in C.
std::string Line(const ErasedRecord& erased) {
  return fmt::format("erased {} {} {} {}\n", FormatTime(erased.time), erased.slot, domain::ResourceName(erased.record),
                     absl::CEscape(erased.tenant));
}

std::optional<ErasedRecord> ParseLine(std::string_view line) {
  std::array<std::string, 5> parts;
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t end = i + 1 < parts.size() ? line.find(' ') : line.size();
    if (end == std::string_view::npos) return std::nullopt;
    parts[i] = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  ErasedRecord erased;
  const absl::StatusOr<Time> time = ParseTime(parts[1]);
  std::optional<domain::RecordRef> record = domain::ParseResourceName(parts[3]);
  if (parts[0] != "erased" || !time.ok() || !absl::SimpleAtoi(parts[2], &erased.slot) || !record.has_value() ||
      !absl::CUnescape(parts[4], &erased.tenant)) {
    return std::nullopt;
  }
  erased.time = *time;
  erased.record = *std::move(record);
  return erased;
}

std::string ReadAll(int file) {
  std::string bytes(size_t{1} << 16, '\0'), text;
  while (true) {
    const ssize_t count = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(bytes, 0, static_cast<size_t>(count));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ErasureLog>> ErasureLog::Open(const std::string& path, const std::string& store_id,
                                                             bool make) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0600);
  if (file < 0 && errno == ENOENT) return absl::NotFoundError(fmt::format("there is no erasure log {}", path));
  if (file < 0) {
    return absl::FailedPreconditionError(
        fmt::format("cannot open the erasure log {}: {}", path, std::system_category().message(errno)));
  }
  std::unique_ptr<ErasureLog> log(new ErasureLog(path, file));
  RETURN_IF_ERROR(log->Read(store_id, make));
  return log;
}

ErasureLog::~ErasureLog() { ::close(file_); }

absl::Status ErasureLog::Read(const std::string& store_id, bool make) {
  const std::string text = ReadAll(file_);
  const std::string title = fmt::format("{} {}\n", kTitle, store_id);
  // One whose first line a crash cut off has nothing in it yet.
  if (make && title.starts_with(text) && text != title) return Write(title);
  if (!text.starts_with(kTitle)) return absl::DataLossError(fmt::format("{} is not an erasure log", path_));
  if (!text.starts_with(title)) {
    return absl::FailedPreconditionError(
        fmt::format("the erasure log {} is another store's; put the one of store {} back", path_, store_id));
  }
  size_t at = title.size();
  for (size_t end = text.find('\n', at); end != std::string::npos; end = text.find('\n', at)) {
    std::optional<ErasedRecord> erased = ParseLine(std::string_view(text).substr(at, end - at));
    if (!erased.has_value()) {
      return absl::DataLossError(fmt::format("the erasure log {} is damaged at byte {}", path_, at));
    }
    Note(*std::move(erased));
    at = end + 1;
  }
  end_ = static_cast<int64_t>(at);
  return absl::OkStatus();
}

absl::Status ErasureLog::Write(std::string_view text) {
  const auto fail = [this] {
    return WithReason(absl::UnavailableError(fmt::format("cannot write the erasure log {}: {}", path_,
                                                         std::system_category().message(errno))),
                      ErrorReason::kStoreFileFailing);
  };
  int64_t at = end_;
  while (!text.empty()) {
    const ssize_t written = ::pwrite(file_, text.data(), text.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail();
    text.remove_prefix(static_cast<size_t>(written));
    at += written;
  }
  if (::ftruncate(file_, static_cast<off_t>(at)) != 0 || ::fsync(file_) != 0) return fail();
  end_ = at;
  return absl::OkStatus();
}

void ErasureLog::Note(ErasedRecord erased) {
  known_.emplace(erased.tenant, erased.record);
  entries_.push_back(std::move(erased));
}

absl::Status ErasureLog::Append(std::span<const ErasedRecord> records) {
  std::string lines;
  for (const ErasedRecord& erased : records) {
    if (!Has(erased)) lines += Line(erased);
  }
  if (lines.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Write(lines));
  for (const ErasedRecord& erased : records) {
    if (!Has(erased)) Note(erased);
  }
  return absl::OkStatus();
}

}  // namespace leadline::store
