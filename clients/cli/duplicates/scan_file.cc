#include "cli/duplicates/scan_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "cli/duplicates/scan_map.h"
#include "cli/import/map/import_map.h"
#include "cli/import/rows/csv_reader.h"

namespace leadline::cli {
namespace {

constexpr size_t kShownFaults = 5;

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

absl::StatusOr<std::vector<std::string>> ReadHeadings(CsvReader& reader, const std::string& path) {
  CsvRecord record;
  ASSIGN_OR_RETURN(const bool any, reader.Next(record));
  if (!any) return absl::InvalidArgumentError(fmt::format("{} is empty; it needs a line of headings and rows", path));
  if (!record.fault.empty()) return absl::InvalidArgumentError(fmt::format("{}: {}", path, record.fault));
  std::vector<std::string> headings;
  for (const std::string& heading : record.fields) {
    headings.push_back(Trimmed(heading));
    const auto twice = std::count(headings.begin(), headings.end(), headings.back());
    if (twice > 1 && !headings.back().empty()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: the heading \"{}\" is there twice; rename one", path, headings.back()));
    }
  }
  return headings;
}

// In the order of the table's records, which Finish() gives.
template <typename Item>
void Follow(const linkage::RecordTable& table, std::vector<Item>& items) {
  std::vector<Item> moved;
  moved.reserve(items.size());
  for (uint32_t i = 0; i < table.size(); ++i) moved.push_back(std::move(items[table.row_of(i)]));
  items = std::move(moved);
}

absl::Status ReadRows(CsvReader& reader, const ScanMap& map, ScanFile& file) {
  CsvRecord record;
  ComparedRow row;
  const auto set_aside = [&](std::string fault) {
    ++file.set_aside;
    if (file.faults.size() < kShownFaults) file.faults.push_back(fmt::format("line {}: {}", record.line, fault));
  };
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more) break;
    if (!record.fault.empty()) {
      set_aside(record.fault);
      continue;
    }
    for (std::string& field : record.fields) field = Trimmed(field);
    if (absl::Status mapped = map.Apply(record.fields, record.line, row); !mapped.ok()) {
      set_aside(std::string(mapped.message()));
      continue;
    }
    file.table.Add(row.values);
    file.ids.push_back(row.id.empty() ? std::to_string(record.line) : row.id);
    file.lines.push_back(record.line);
    file.truths.push_back(row.truth);
  }
  file.table.Finish();
  Follow(file.table, file.ids);
  Follow(file.table, file.lines);
  Follow(file.table, file.truths);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScanFileResult> ReadScanFile(const ScanFileOptions& options) {
  const OpenFile input(options.path);
  if (input.fd() < 0) {
    return absl::NotFoundError(fmt::format("cannot read {}: {}", options.path, std::strerror(errno)));
  }
  CsvReader reader(input.fd(), {.delimiter = ImportMap::DelimiterOf(options.map)});
  ASSIGN_OR_RETURN(const std::vector<std::string> headings, ReadHeadings(reader, options.path));
  const std::string folder = std::filesystem::path(options.path).parent_path().string();
  ScanMap::LoadResult loaded = ScanMap::Load(options.map, headings, folder, options.truth);
  ScanFileResult result{std::move(loaded.diagnostics), nullptr};
  if (loaded.map == nullptr) return result;
  result.file = std::make_unique<ScanFile>(loaded.map->fields());
  result.file->has_truth = loaded.map->has_truth();
  RETURN_IF_ERROR(ReadRows(reader, *loaded.map, *result.file));
  return result;
}

}  // namespace leadline::cli
