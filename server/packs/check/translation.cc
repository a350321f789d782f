#include "packs/check/translation.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cel/arena.h"
#include "fmt/format.h"
#include "packs/check/condition.h"

namespace leadline::packs {
namespace {

class TranslationChecker {
 public:
  TranslationChecker(const WrittenRules& written, const Normalizer& table)
      : written_(written), table_(table), slots_(written.fields.size(), cel::Value::Null()) {}

  void Check() {
    for (const NormalizeRow& row : table_.rows) {
      if (row.layer != "central" || row.condition < 0) continue;
      const cel::Program& program = *written_.ProgramOf(row.condition);
      for (const int slot : program.used_slots()) {
        if (written_.fields[static_cast<size_t>(slot)].kind != cel::TypeKind::kString) continue;
        for (const std::string& text : TextsIn(program)) CheckText(slot, text);
      }
    }
  }

 private:
  static std::set<std::string> TextsIn(const cel::Program& program) {
    std::set<std::string> out;
    const cel::Ast& ast = program.ast();
    for (size_t i = 0; i < ast.size(); ++i) {
      const cel::Expr& node = ast.node(static_cast<cel::ExprId>(i));
      if (node.kind == cel::ExprKind::kConst && node.value.is_string()) out.emplace(node.value.as_string());
    }
    return out;
  }

  void CheckText(int slot, const std::string& text) {
    slots_[static_cast<size_t>(slot)] = cel::Value::String(text);
    const NormalizeRow* central = FirstOf("central");
    const NormalizeRow* own = FirstOf(written_.pack);
    slots_[static_cast<size_t>(slot)] = cel::Value::Null();
    if (central == nullptr || own == nullptr || own->value == central->value) return;
    if (reported_.insert(own).second) Report(text, *own, *central);
  }

  // The row that decides about the record in `slots_`; null: none.
  const NormalizeRow* FirstOf(const std::string& layer) {
    for (const NormalizeRow& row : table_.rows) {
      if (row.layer != layer) continue;
      arena_.Reset();
      if (row.condition < 0) continue;
      if (written_.ProgramOf(row.condition)->EvaluateQuietly(slots_, arena_).is_true()) return &row;
    }
    return nullptr;
  }

  void Report(const std::string& text, const NormalizeRow& own, const NormalizeRow& central) {
    Problems& problems = written_.problems;
    problems.SetRule(table_.field);
    Diagnostic& d =
        problems.Add(*written_.PlaceOf(own.condition).at, "LL2805",
                     fmt::format("the centre knows \"{}\" as {}; this row makes it {}", text, central.value, own.value),
                     "a region translates what the centre does not know: make the row narrower, or take it out");
    const YamlNode& other = *written_.PlaceOf(central.condition).at;
    d.related = other.file->PositionOf(other.offset);
    d.related_message = "the central row that knows it";
    problems.SetRule("");
  }

  const WrittenRules& written_;
  const Normalizer& table_;
  std::vector<cel::Value> slots_;  // all absent but one
  cel::Arena arena_;
  std::set<const NormalizeRow*> reported_;
};

}  // namespace

void CheckTranslation(const WrittenRules& written) {
  if (!IsSound(written.problems, written.pack, "normalize.yaml")) return;
  for (const Normalizer& table : written.rules.normalizers) {
    if (table.counts_for != Normalizer::CountsFor::kCentre) TranslationChecker(written, table).Check();
  }
}

}  // namespace leadline::packs
