#include "cli/import/checkpoint.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/ids.h"

namespace leadline::cli {
namespace {

constexpr int kVersion = 1;

nlohmann::json ToJson(CsvPosition position) { return {{"offset", position.offset}, {"line", position.line}}; }

CsvPosition PositionFrom(const nlohmann::json& json) {
  return {json.at("offset").get<uint64_t>(), json.at("line").get<int64_t>()};
}

}  // namespace

std::string DefaultCheckpointPath(const std::string& import_id) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state != nullptr && *state != '\0') {
    folder = state;
  } else {
    folder = std::filesystem::path(home != nullptr && *home != '\0' ? home : "/tmp") / ".local" / "state";
  }
  // An id may hold characters that a file's name may not.
  return (folder / "leadline" / "imports" / (Sha256Hex(import_id).substr(0, 32) + ".json")).string();
}

std::optional<Checkpoint> LoadCheckpoint(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  try {
    nlohmann::json json = nlohmann::json::parse(file);
    if (json.at("version").get<int>() != kVersion) return std::nullopt;
    Checkpoint checkpoint;
    checkpoint.import_id = json.at("import_id").get<std::string>();
    checkpoint.content = json.at("content").get<std::string>();
    checkpoint.rejects_path = json.at("rejects").at("path").get<std::string>();
    checkpoint.rejects_size = json.at("rejects").at("size").get<uint64_t>();
    checkpoint.position = PositionFrom(json.at("position"));
    checkpoint.probe = PositionFrom(json.at("probe"));
    checkpoint.probe_rows = json.at("probe").at("rows").get<int64_t>();
    const auto& totals = json.at("totals");
    checkpoint.totals = {totals.at("read").get<int64_t>(), totals.at("created").get<int64_t>(),
                         totals.at("already_imported").get<int64_t>(), totals.at("rejected").get<int64_t>()};
    return checkpoint;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

absl::Status SaveCheckpoint(const std::string& path, const Checkpoint& checkpoint) {
  const ImportTotals& totals = checkpoint.totals;
  nlohmann::json probe = ToJson(checkpoint.probe);
  probe["rows"] = checkpoint.probe_rows;
  nlohmann::json json = {{"version", kVersion},
                         {"import_id", checkpoint.import_id},
                         {"content", checkpoint.content},
                         {"rejects", {{"path", checkpoint.rejects_path}, {"size", checkpoint.rejects_size}}},
                         {"position", ToJson(checkpoint.position)},
                         {"probe", probe},
                         {"totals",
                          {{"read", totals.read},
                           {"created", totals.created},
                           {"already_imported", totals.already_imported},
                           {"rejected", totals.rejected}}}};
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::string next = path + ".next";
  std::ofstream file(next, std::ios::binary | std::ios::trunc);
  file << json.dump(1) << '\n';
  file.close();
  if (!file || std::rename(next.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(fmt::format("cannot write the checkpoint {}: {}", path, std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace leadline::cli
