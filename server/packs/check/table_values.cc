#include "packs/check/table_values.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/suggestion.h"
#include "fmt/format.h"
#include "packs/condition/comparison.h"

namespace leadline::packs {
namespace {

// How near one name is to another takes so much for each byte of both.
constexpr uint64_t kStepsOfLikeness = 8;

// What the rows give, by field, ascending and each once; a field that a plugin decides, too, has none.
std::map<std::string, std::vector<std::string>> GivenBy(const std::vector<const RegionRules*>& tables) {
  std::map<std::string, std::vector<std::string>> out;
  std::set<std::string> open;
  for (const RegionRules* rules : tables) {
    for (const Normalizer& table : rules->normalizers) {
      if (table.plugin >= 0) open.insert(table.field);
      for (const NormalizeRow& row : table.rows) out[table.field].push_back(row.value);
    }
  }
  for (const std::string& field : open) out.erase(field);
  for (auto& [field, values] : out) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  return out;
}

std::set<int> ConditionsOfTables(const RegionRules& rules) {
  std::set<int> out;
  for (const Normalizer& table : rules.normalizers) {
    for (const NormalizeRow& row : table.rows) out.insert(row.condition);
  }
  return out;
}

class TableValueChecker {
 public:
  TableValueChecker(const WrittenRules& written, const std::vector<const RegionRules*>& tables)
      : written_(written), given_(GivenBy(tables)), rows_(ConditionsOfTables(written.rules)) {}

  void Check(size_t first) {
    for (size_t i = first; i < written_.rules.conditions.size(); ++i) {
      const int number = static_cast<int>(i);
      if (rows_.contains(number) || !written_.PlaceOf(number).written) continue;
      const cel::Ast& ast = written_.ProgramOf(number)->ast();
      if (!budget().Spend(ast.size())) return;
      for (const Comparison& comparison : ComparisonsIn(ast)) CheckComparison(number, comparison);
    }
  }

 private:
  CheckBudget& budget() const { return written_.problems.budget(); }

  void CheckComparison(int number, const Comparison& comparison) {
    const auto values = given_.find(written_.fields[static_cast<size_t>(comparison.slot)].name);
    if (values == given_.end() || comparison.folded || !comparison.is_equality()) return;
    for (size_t c = 0; c < comparison.constants.size() && budget().Spend(1); ++c) {
      if (!comparison.constants[c].is_string()) continue;
      const std::string text(comparison.constants[c].as_string());
      if (text.empty() || std::binary_search(values->second.begin(), values->second.end(), text)) continue;
      Report(RangeOf(*written_.PlaceOf(number).at, comparison.spans[c]), values->first, text, values->second);
    }
  }

  void Report(const YamlRange& range, const std::string& field, const std::string& text,
              const std::vector<std::string>& known) {
    Problems& problems = written_.problems;
    std::string likely;
    if (problems.wants_hints() && budget().Spend(known.size() * (text.size() + 1) * kStepsOfLikeness)) {
      likely = LikelyName(text, known);
    }
    Diagnostic& d = problems.Add(
        range, "LL2808", fmt::format("no table gives {} the value \"{}\"", field, text),
        likely.empty()
            ? "only a record that is given exactly this text has it: add a row to normalize.yaml that gives it"
            : fmt::format("did you mean \"{}\"?", likely));
    d.severity = Severity::kWarning;
  }

  const WrittenRules& written_;
  const std::map<std::string, std::vector<std::string>> given_;
  const std::set<int> rows_;
};

}  // namespace

void CheckTableValues(const WrittenRules& written, size_t first, const std::vector<const RegionRules*>& tables) {
  written.problems.SetLayer(written.pack);
  written.problems.budget().BeginStage(CheckStage::kValues);
  TableValueChecker(written, tables).Check(first);
}

}  // namespace leadline::packs
