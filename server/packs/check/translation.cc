#include "packs/check/translation.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "cel/arena.h"
#include "fmt/format.h"
#include "packs/check/condition.h"

namespace leadline::packs {
namespace {

constexpr uint64_t kStepsOfRun = 10;

class TranslationChecker {
 public:
  TranslationChecker(const WrittenRules& written, const Normalizer& table)
      : written_(written),
        table_(table),
        slots_(written.fields.size(), cel::Value::Null()),
        unknown_(written.fields.size(), cel::Value::Error(cel::ErrorCode::kOther, "not known")) {}

  void Check() {
    for (const NormalizeRow& row : table_.rows) {
      if (row.layer != "central" || row.condition < 0) continue;
      const cel::Program& program = *written_.ProgramOf(row.condition);
      // What it knows by the text alone, no region's row is asked about.
      if (row.before_regions && program.used_slots().size() == 1) continue;
      for (const int slot : program.used_slots()) {
        if (written_.fields[static_cast<size_t>(slot)].kind != cel::TypeKind::kString) continue;
        for (const std::string& text : TextsIn(program)) {
          if (written_.problems.stopped()) return;
          CheckText(row, slot, text);
        }
      }
    }
  }

 private:
  static std::set<std::string> TextsIn(const cel::Program& program) {
    std::set<std::string> out;
    const cel::Ast& ast = program.ast();
    for (size_t i = 0; i < ast.size(); ++i) {
      const cel::Expr& node = ast.node(static_cast<cel::ExprId>(i));
      if (node.kind != cel::ExprKind::kConst || !node.value.is_string()) continue;
      std::string text(node.value.as_string());
      out.insert(text);
      // As people write it.
      if (!text.empty()) text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
      out.insert(std::move(text));
    }
    return out;
  }

  // A row may name a text and not know it by itself: "director" of "a deputy and a director".
  void CheckText(const NormalizeRow& row, int slot, const std::string& text) {
    const size_t at = static_cast<size_t>(slot);
    slots_[at] = unknown_[at] = cel::Value::String(text);
    if (Evaluate(row, slots_).is_true()) CheckOwn(text, *Decides());
    slots_[at] = cel::Value::Null();
    unknown_[at] = cel::Value::Error(cel::ErrorCode::kOther, "not known");
  }

  // The central row that decides about the record in `slots_`; null: none. Where one holds, there is one.
  const NormalizeRow* Decides() {
    for (const NormalizeRow& row : table_.rows) {
      if (row.layer == "central" && Evaluate(row, slots_).is_true()) return &row;
    }
    return nullptr;
  }

  // Every row of the region's own that decides about the text, or may for some record: what is not known is an error,
  // which `false &&` and `true ||` take no notice of.
  void CheckOwn(const std::string& text, const NormalizeRow& central) {
    for (const NormalizeRow& own : table_.rows) {
      // No region's row is asked after it.
      if (own.before_regions && Evaluate(own, unknown_).is_true()) return;
      if (own.layer != written_.pack) continue;
      const cel::Value holds = Evaluate(own, unknown_);
      if (!holds.is_true() && !holds.is_error()) continue;
      if (own.value != central.value && reported_.insert(&own).second) Report(text, own, central);
      if (holds.is_true()) return;
    }
  }

  cel::Value Evaluate(const NormalizeRow& row, const std::vector<cel::Value>& record) {
    arena_.Reset();
    const bool asked = row.condition >= 0 && written_.problems.budget().Spend(kStepsOfRun);
    return !asked ? cel::Value::Bool(false) : written_.ProgramOf(row.condition)->EvaluateQuietly(record, arena_);
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
  std::vector<cel::Value> slots_;    // all absent but one
  std::vector<cel::Value> unknown_;  // all not known but one
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
