#include "cli/import/map/joined_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/source_position.h"
#include "base/status_macros.h"
#include "cli/import/rows/csv_reader.h"

namespace leadline::cli {

absl::StatusOr<JoinedFile> ReadJoinedFile(const std::string& path, const std::string& key, char delimiter) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::NotFoundError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  struct Closer {
    int fd;
    ~Closer() { close(fd); }
  } closer{fd};
  CsvReader reader(fd, {.delimiter = delimiter});
  JoinedFile file;
  file.path = path;
  CsvRecord record;
  ASSIGN_OR_RETURN(bool any, reader.Next(record));
  if (!any || !record.fault.empty()) return absl::InvalidArgumentError(fmt::format("{} has no line of headings", path));
  file.columns = record.fields;
  auto at = std::find(file.columns.begin(), file.columns.end(), key);
  if (at == file.columns.end()) {
    std::string nearest = NearestName(key, file.columns);
    return absl::InvalidArgumentError(fmt::format(
        "{} has no column \"{}\"{}", path, key, nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
  }
  size_t column = static_cast<size_t>(at - file.columns.begin());
  std::unordered_map<std::string, int64_t> lines;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return file;
    if (!record.fault.empty()) {
      return absl::InvalidArgumentError(fmt::format("{}:{}: {}", path, record.line, record.fault));
    }
    const std::string& value = record.fields[column];
    if (auto [before, added] = lines.try_emplace(value, record.line); !added) {
      return absl::InvalidArgumentError(
          fmt::format("{}:{}: {} \"{}\" is in line {} already; a joined file has each key once", path, record.line, key,
                      value, before->second));
    }
    file.rows.emplace(value, std::move(record.fields));
  }
}

}  // namespace leadline::cli
