#include "cli/duplicates/scan_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/suggestion.h"
#include "cli/import/map/map_builder.h"

namespace leadline::cli {
namespace {

using linkage::FieldType;

constexpr char kTruthCode[] = "LL6005";  // the column of the truth

constexpr auto kTypes = std::to_array<std::pair<const char*, FieldType>>({{"given_name", FieldType::kGivenName},
                                                                          {"family_name", FieldType::kFamilyName},
                                                                          {"full_name", FieldType::kFullName},
                                                                          {"company", FieldType::kCompany},
                                                                          {"date", FieldType::kDate},
                                                                          {"email", FieldType::kEmail},
                                                                          {"phone", FieldType::kPhone},
                                                                          {"website", FieldType::kWebsite},
                                                                          {"address", FieldType::kAddress},
                                                                          {"place", FieldType::kPlace},
                                                                          {"postcode", FieldType::kPostcode},
                                                                          {"identifier", FieldType::kIdentifier},
                                                                          {"text", FieldType::kText}});

std::vector<std::string> TypeNames() {
  std::vector<std::string> names;
  for (const auto& [name, type] : kTypes) names.emplace_back(name);
  return names;
}

FieldType TypeOf(const std::string& name) {
  for (const auto& [known, type] : kTypes) {
    if (name == known) return type;
  }
  return FieldType::kText;
}

Diagnostic FormProblem(const std::string& path, std::string message) {
  return {.code = kMapFormCode, .position = {.file = path}, .message = std::move(message)};
}

// Names are compared as one, and a record has room for so many comparisons.
void CheckFields(const std::string& path, const CompiledMap& map, std::vector<Diagnostic>& diagnostics) {
  if (map.compared.size() > linkage::kMostFields) {
    diagnostics.push_back(FormProblem(
        path, fmt::format("{} fields are compared; at most {} can be", map.compared.size(), linkage::kMostFields)));
  }
  for (const char* once : {"given_name", "family_name", "email"}) {
    const auto count = std::count_if(map.compared.begin(), map.compared.end(),
                                     [&](const CompiledMap::ComparedField& field) { return field.type == once; });
    if (count > 1) diagnostics.push_back(FormProblem(path, fmt::format("{} fields are of the type {}", count, once)));
  }
}

}  // namespace

ScanMap::ScanMap(std::unique_ptr<CompiledMap> state, int truth_column)
    : state_(std::move(state)), truth_column_(truth_column) {
  for (const CompiledMap::ComparedField& field : state_->compared) fields_.push_back({field.name, TypeOf(field.type)});
}
ScanMap::~ScanMap() = default;

bool ScanMap::has_truth() const { return truth_column_ >= 0 || state_->truth != nullptr; }

absl::Status ScanMap::Apply(const std::vector<std::string>& fields, int64_t line, ComparedRow& row) const {
  std::string path;
  absl::Status fault = SetRow(*state_, fields, line, path);
  PlanRunner runner(state_->slots, state_->arena);
  const auto read = [&](const Expression& expression, const std::string& name, std::string& text) {
    text.clear();
    if (!fault.ok() || expression == nullptr) return;
    fault = runner.Text(expression, name, text);
    if (!fault.ok()) path = name;
  };
  read(state_->key, "id", row.id);
  read(state_->truth, "truth", row.truth);
  if (truth_column_ >= 0) row.truth = fields[static_cast<size_t>(truth_column_)];
  row.values.resize(state_->compared.size());
  for (size_t i = 0; i < row.values.size(); ++i)
    read(state_->compared[i].value, state_->compared[i].name, row.values[i]);
  if (fault.ok()) return fault;
  return absl::InvalidArgumentError(fmt::format("{}: {}", path, std::string(fault.message())));
}

ScanMap::LoadResult ScanMap::Load(const std::string& path, const std::vector<std::string>& headings,
                                  const std::string& data_folder, const std::string& truth) {
  LoadResult result;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    result.diagnostics.push_back(FormProblem(path, "the map cannot be read"));
    return result;
  }
  packs::YamlFile file(path, std::string(std::istreambuf_iterator<char>(in), {}));
  if (!file.Parse(result.diagnostics)) return result;
  int truth_column = -1;
  if (!truth.empty()) {
    const auto found = std::find(headings.begin(), headings.end(), truth);
    truth_column = static_cast<int>(found - headings.begin());
    if (found == headings.end()) {
      Diagnostic problem = FormProblem(path, fmt::format("the file has no column \"{}\" for the truth", truth));
      problem.code = kTruthCode;
      const std::string nearest = NearestName(truth, headings);
      problem.hint =
          nearest.empty()
              ? "an expression goes into the map: truth: EXPRESSION"
              : fmt::format("did you mean \"{}\"? An expression goes into the map: truth: EXPRESSION", nearest);
      result.diagnostics.push_back(std::move(problem));
    }
  }
  auto compiled = ImportMapBuilder(file, result.diagnostics).BuildFields(headings, data_folder, TypeNames());
  if (compiled != nullptr) CheckFields(path, *compiled, result.diagnostics);
  const bool good = std::none_of(result.diagnostics.begin(), result.diagnostics.end(),
                                 [](const Diagnostic& d) { return d.severity == Severity::kError; });
  if (good && compiled != nullptr) result.map.reset(new ScanMap(std::move(compiled), truth_column));
  std::stable_sort(result.diagnostics.begin(), result.diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
  return result;
}

}  // namespace leadline::cli
