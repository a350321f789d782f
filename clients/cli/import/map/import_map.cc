#include "cli/import/map/import_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "cli/import/map/map_builder.h"

namespace leadline::cli {
namespace {

std::string ReadAll(const std::string& path, bool& ok) {
  std::ifstream file(path, std::ios::binary);
  ok = static_cast<bool>(file);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

ImportMap::ImportMap(std::unique_ptr<CompiledMap> state) : state_(std::move(state)) {}
ImportMap::~ImportMap() = default;

std::vector<std::string> ImportMap::joined_paths() const {
  std::vector<std::string> paths;
  for (const auto& join : state_->joins) paths.push_back(join.file.path);
  return paths;
}

ImportMap::Outcome ImportMap::Apply(const std::vector<std::string>& fields, int64_t line, v1::Enquiry& enquiry) const {
  CompiledMap& state = *state_;
  std::string fault_path;
  if (absl::Status set = SetRow(state, fields, line, fault_path); !set.ok()) {
    return {false, std::string(set.message()), fault_path};
  }
  PlanRunner runner(state.slots, state.arena);
  auto refused = [&](const absl::Status& status) {
    return Outcome{false, std::string(status.message()), runner.fault_path()};
  };
  for (const auto& rule : state.rejects) {
    bool holds = false;
    if (absl::Status status = runner.Holds(rule.when, "reject", holds); !status.ok()) return refused(status);
    if (!holds) continue;
    Outcome outcome{false, "", rule.field};
    if (absl::Status status = runner.Text(rule.reason, "reject", outcome.reason); !status.ok()) return refused(status);
    return outcome;
  }
  Outcome mapped{true, "", ""};
  if (state.key != nullptr) {
    if (absl::Status status = runner.Text(state.key, "key", mapped.key); !status.ok()) return refused(status);
    if (mapped.key.empty()) return {false, "the row has no key: " + state.key->source() + " is empty", "key"};
  }
  if (absl::Status status = runner.Fill(state.enquiry, enquiry); !status.ok()) return refused(status);
  return mapped;
}

ImportMap::LoadResult ImportMap::Load(const std::string& path, const std::vector<std::string>& headings,
                                      const std::string& data_folder, const std::map<std::string, std::string>& paths) {
  LoadResult result;
  bool ok = false;
  std::string text = ReadAll(path, ok);
  if (!ok) {
    result.diagnostics.push_back(
        {.code = kMapFormCode, .position = {.file = path}, .message = "the map cannot be read"});
    return result;
  }
  packs::YamlFile file(path, std::move(text));
  if (!file.Parse(result.diagnostics)) return result;
  if (auto compiled = ImportMapBuilder(file, result.diagnostics).Build(headings, data_folder, paths)) {
    result.map.reset(new ImportMap(std::move(compiled)));
  }
  std::stable_sort(result.diagnostics.begin(), result.diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
  return result;
}

char ImportMap::DelimiterOf(const std::string& path) {
  bool ok = false;
  packs::YamlFile file(path, ReadAll(path, ok));
  std::vector<Diagnostic> ignored;
  return ok && file.Parse(ignored) ? DelimiterIn(file.root()) : ',';
}

}  // namespace leadline::cli
