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

// What the rows give, by field; a field that a plugin decides, too, has none.
std::map<std::string, std::set<std::string>> GivenBy(const std::vector<const RegionRules*>& tables) {
  std::map<std::string, std::set<std::string>> out;
  std::set<std::string> open;
  for (const RegionRules* rules : tables) {
    for (const Normalizer& table : rules->normalizers) {
      if (table.plugin >= 0) open.insert(table.field);
      for (const NormalizeRow& row : table.rows) out[table.field].insert(row.value);
    }
  }
  for (const std::string& field : open) out.erase(field);
  return out;
}

std::set<int> ConditionsOfTables(const RegionRules& rules) {
  std::set<int> out;
  for (const Normalizer& table : rules.normalizers) {
    for (const NormalizeRow& row : table.rows) out.insert(row.condition);
  }
  return out;
}

}  // namespace

void CheckTableValues(const WrittenRules& written, size_t first, const std::vector<const RegionRules*>& tables) {
  const std::map<std::string, std::set<std::string>> given = GivenBy(tables);
  const std::set<int> rows = ConditionsOfTables(written.rules);
  written.problems.SetLayer(written.pack);
  for (size_t i = first; i < written.rules.conditions.size(); ++i) {
    const int number = static_cast<int>(i);
    if (rows.contains(number) || !written.PlaceOf(number).written) continue;
    for (const Comparison& comparison : ComparisonsIn(written.ProgramOf(number)->ast())) {
      const auto values = given.find(written.fields[static_cast<size_t>(comparison.slot)].name);
      if (values == given.end() || comparison.folded || !comparison.is_equality()) continue;
      for (size_t c = 0; c < comparison.constants.size(); ++c) {
        if (!comparison.constants[c].is_string()) continue;
        const std::string text(comparison.constants[c].as_string());
        if (text.empty() || values->second.contains(text)) continue;
        const std::vector<std::string> known(values->second.begin(), values->second.end());
        const std::string likely = LikelyName(text, known);
        Diagnostic& d = written.problems.Add(
            RangeOf(*written.PlaceOf(number).at, comparison.spans[c]), "LL2808",
            fmt::format("no table gives {} the value \"{}\"", values->first, text),
            likely.empty()
                ? "only a record that is given exactly this text has it: add a row to normalize.yaml that gives it"
                : fmt::format("did you mean \"{}\"?", likely));
        d.severity = Severity::kWarning;
      }
    }
  }
}

}  // namespace leadline::packs
