#include "cli/import/map/import_map.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/status_macros.h"
#include "cli/import/map/map_builder.h"
#include "cli/import/rows/csv_reader.h"

namespace leadline::cli {

using cel::Value;

ImportMap::ImportMap(std::unique_ptr<State> state) : state_(std::move(state)) {}
ImportMap::~ImportMap() = default;

std::vector<std::string> ImportMap::joined_paths() const {
  std::vector<std::string> paths;
  for (const auto& join : state_->joins) paths.push_back(join.file.path);
  return paths;
}

ImportMap::Outcome ImportMap::Apply(const std::vector<std::string>& fields, int64_t line, v1::Enquiry& enquiry) const {
  State& state = *state_;
  state.arena.Reset();
  state.slots[static_cast<size_t>(state.line_slot)] = Value::Int(line);
  state.row.Fill(fields);
  state.slots[static_cast<size_t>(state.row_slot)] = state.row.value();
  for (const auto& [slot, column] : state.columns) {
    state.slots[static_cast<size_t>(slot)] = Value::String(fields[static_cast<size_t>(column)]);
  }
  PlanRunner runner(state.slots, state.arena);
  auto refused = [&](const absl::Status& status) {
    return Outcome{false, std::string(status.message()), runner.fault_path()};
  };
  for (auto& join : state.joins) {
    std::string key;
    if (absl::Status status = runner.Text(join.on, "joins." + join.name, key); !status.ok()) return refused(status);
    auto found = join.file.rows.find(key);
    Value& value = state.slots[static_cast<size_t>(join.slot)];
    if (found == join.file.rows.end()) {
      value = Value::Map({});
    } else {
      join.row.Fill(found->second);
      value = join.row.value();
    }
  }
  for (const auto& let : state.lets) {
    Value value = let.program->Evaluate(state.slots, state.arena);
    if (value.is_error()) {
      return {false, fmt::format("{} (in {})", value.error_message(), let.program->source()), "let." + let.name};
    }
    state.slots[static_cast<size_t>(let.slot)] = value;
  }
  for (const auto& rule : state.rejects) {
    bool holds = false;
    if (absl::Status status = runner.Holds(rule.when, "reject", holds); !status.ok()) return refused(status);
    if (!holds) continue;
    Outcome outcome{false, "", rule.field};
    if (absl::Status status = runner.Text(rule.reason, "reject", outcome.reason); !status.ok()) return refused(status);
    return outcome;
  }
  if (absl::Status status = runner.Fill(state.enquiry, enquiry); !status.ok()) return refused(status);
  return {true, "", ""};
}

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
          fmt::format("{}:{}: {} \"{}\" stands in line {} already; a joined file has each key once", path, record.line,
                      key, value, before->second));
    }
    file.rows.emplace(value, std::move(record.fields));
  }
}

}  // namespace leadline::cli
