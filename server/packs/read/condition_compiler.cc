#include "packs/read/condition_compiler.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "packs/condition/comparison.h"
#include "packs/condition/stored_values.h"
#include "packs/read/condition_hints.h"

namespace leadline::packs {
namespace {

// Roughly elementary operations: what one condition and one pack's conditions together may come to at the worst.
constexpr uint64_t kMaxConditionCost = 100'000;
constexpr uint64_t kMaxPackCost = 5'000'000;
// What one takes of the budget.
constexpr uint64_t kStepsOfCondition = 500, kStepsOfByte = 30, kStepsOfCost = 5;
constexpr uint64_t kBytesOfExpression = 300, kBytesOfCost = 32;

auto Named(std::string_view name) {
  return [name](const FieldDef& field) { return field.name == name; };
}
auto Of(std::string_view prefix) {
  return [prefix](const FieldDef& field) { return field.name.starts_with(prefix); };
}

const char* IssueCode(cel::Issue::Kind kind) {
  switch (kind) {
    case cel::Issue::Kind::kSyntax:
      return "LL2101";
    case cel::Issue::Kind::kType:
      return "LL2102";
    case cel::Issue::Kind::kUnknownName:
      return "LL2103";
    case cel::Issue::Kind::kCost:
      return "LL2104";
    case cel::Issue::Kind::kSize:
      return "LL2105";
  }
  return "LL2101";
}

}  // namespace

// A constant that the field can never have makes a condition that silently never holds.
void ConditionCompiler::CheckConstants(const YamlNode& text, const cel::Program& program) {
  for (const Comparison& comparison : ComparisonsIn(program.ast())) {
    const FieldDef& field = FieldAt(comparison.slot);
    const bool listed = !field.values.empty() && comparison.is_order();
    if (comparison.folded || !(comparison.is_equality() || listed)) continue;
    for (size_t i = 0; i < comparison.constants.size(); ++i) {
      const cel::Value& value = comparison.constants[i];
      if (!value.is_string()) continue;
      const std::string name(value.as_string());
      const YamlRange at = RangeOf(text, comparison.spans[i]);
      if (IsRegionField(field) && field.values.empty() && !name.empty()) {
        CheckRegion(at, field, name);
      } else if (!CanHave(field, name)) {
        // After very many of them nobody reads on, and each hint takes its time.
        problems_.Add(at, "LL2106", fmt::format("{} is never \"{}\"", field.name, name),
                      problems_.wants_hints() ? WhatToWrite(field, name) : "");
      }
    }
  }
}

// A stored lead keeps a region whose pack was removed. So only a slip of the keyboard is surely a fault.
void ConditionCompiler::CheckRegion(const YamlRange& at, const FieldDef& field, const std::string& name) {
  if (std::find(regions_.begin(), regions_.end(), name) != regions_.end()) return;
  const std::string likely = LikelyName(name, regions_);
  if (!likely.empty()) {
    problems_.Add(at, "LL2106", fmt::format("{} is never \"{}\"", field.name, name),
                  fmt::format("did you mean \"{}\"?", likely));
  } else if (with_packs_) {
    Diagnostic& d =
        problems_.Add(at, "LL2109", fmt::format("no pack and no central territory has the region \"{}\"", name),
                      regions_.empty() ? "" : fmt::format("there are: {}", OneOf(regions_)));
    d.severity = Severity::kWarning;
  }
}

const cel::Expr* ConditionCompiler::FindRead(const cel::Ast& ast,
                                             const std::function<bool(const FieldDef&)>& is) const {
  for (size_t i = 0; i < ast.size(); ++i) {
    const cel::Expr& e = ast.node(static_cast<cel::ExprId>(i));
    if (e.kind != cel::ExprKind::kVariable && e.kind != cel::ExprKind::kHas) continue;
    if (e.slot >= 0 && is(FieldAt(e.slot))) return &e;
  }
  return nullptr;
}

void ConditionCompiler::CheckLayers(const YamlNode& text, const RegionRules& rules, const cel::Program& program) {
  for (const int slot : program.used_slots()) {
    const FieldDef& field = FieldAt(slot);
    if (field.layer.empty() || field.layer == rules.region) continue;
    const cel::Expr* read = FindRead(program.ast(), Named(field.name));
    problems_.Add(read == nullptr ? RangeOf(text) : RangeOf(text, read->span), "LL2103",
                  fmt::format("{} is an attribute of the region {}", field.name, field.layer),
                  "only that region's own rules read it; what all read is declared in the central schema.yaml");
  }
}

void ConditionCompiler::CheckReads(const YamlNode& text, const ConditionUse& use, const cel::Program& program) {
  if (const cel::Expr* read = FindRead(program.ast(), Of("activity.")); read != nullptr && !use.each_activity) {
    problems_.Add(RangeOf(text, read->span), "LL2107", "there is no single activity to read here",
                  "activity.* is for scoring rules with `each: activity`; use record.* for the whole record");
  }
  if (const cel::Expr* read = FindRead(program.ast(), Of("score.")); read != nullptr && !use.may_read_score) {
    problems_.Add(RangeOf(text, read->span), "LL2108", "a scoring rule cannot read the score it adds to",
                  "read the fields that the score comes from");
  }
  if (use.of_person) CheckReadsOfPerson(text, program);
  if (use.may_read_adjustment) return;
  for (const char* field : {"score.adjustment", "score.total"}) {
    if (const cel::Expr* read = FindRead(program.ast(), Named(field))) {
      problems_.Add(RangeOf(text, read->span), "LL2307",
                    fmt::format("{} holds regions' points, and a status must not depend on them", field),
                    "read score.central, score.warm or score.qualified");
    }
  }
}

void ConditionCompiler::CheckReadsOfPerson(const YamlNode& text, const cel::Program& program) {
  const cel::Expr* read = FindRead(program.ast(), [](const FieldDef& field) {
    return field.name.starts_with("lead.") || field.name.starts_with("score.") || field.name == "record.purchased" ||
           field.name == "contact.marketable" || field.name == "contact.not_marketable_reason";
  });
  if (read == nullptr) return;
  problems_.Add(RangeOf(text, read->span), "LL2642",
                fmt::format("{} is not known of a person, or follows from this", FieldAt(read->slot).name),
                "read contact.*, account.* or record.*, which then is all that the person did");
}

void ConditionCompiler::CheckPackCost(const YamlNode& text, uint64_t cost) {
  const bool was_within = pack_cost_ <= kMaxPackCost;
  pack_cost_ += cost;
  if (was_within && pack_cost_ > kMaxPackCost) {
    problems_.Add(
        text, "LL2104",
        fmt::format("with this condition the pack's conditions may cost {}, more than {}", pack_cost_, kMaxPackCost),
        "lower max_len or max_items of the fields in schema.yaml, or split the pack");
  }
}

int ConditionCompiler::Add(std::shared_ptr<const cel::Program> program, const SourcePosition& position,
                           RegionRules& rules) {
  const bool reads_activity = std::any_of(program->used_slots().begin(), program->used_slots().end(),
                                          [&](int slot) { return FieldAt(slot).name.starts_with("activity."); });
  rules.conditions.push_back({std::move(program), position, {}});
  rules.reads_activity.push_back(reads_activity);
  return static_cast<int>(rules.conditions.size()) - 1;
}

bool ConditionCompiler::MayCompile(std::string_view text) {
  return problems_.budget().Spend(kStepsOfCondition + kStepsOfByte * text.size());
}

// A condition's cost holds the size of its patterns.
void ConditionCompiler::Note(const cel::Program& program) {
  problems_.budget().Spend(kStepsOfCost * program.cost());
  problems_.budget().Hold(kBytesOfExpression * program.ast().size() + kBytesOfCost * program.cost());
}

int ConditionCompiler::Compile(const YamlNode& text, const ConditionUse& use, RegionRules& rules) {
  if (!text.is_scalar()) {
    if (text.reported) return -1;
    problems_.Add(text, "LL1102", "a condition must be text",
                  text.is_sequence() ? "join the conditions with && or || and put the whole in quotes"
                                     : "write it after \"when:\", in quotes");
    return -1;
  }
  if (!MayCompile(text.text)) return -1;
  problems_.budget().Visit(text.file->PositionOf(text.offset));
  cel::CompileOptions options;
  options.max_cost = kMaxConditionCost;
  options.fuel = kMaxConditionCost;
  options.expected_type = cel::Type::Bool();
  cel::CompileResult result = cel::Compile(schema_.EnvFor(use.container), text.text, options);
  for (const cel::Issue& issue : result.issues) {
    problems_.Add(RangeOf(text, issue.span), IssueCode(issue.kind), issue.message, HintFor(issue, text.text, schema_));
  }
  if (result.program == nullptr) return -1;
  CheckConstants(text, *result.program);
  CheckReads(text, use, *result.program);
  CheckLayers(text, rules, *result.program);
  CheckPackCost(text, result.program->cost());
  Note(*result.program);
  places_[result.program.get()] = {&text, true};
  const YamlRange range = RangeOf(text, SourceSpan{0, 1});
  return Add(std::move(result.program), text.file->PositionOf(range.begin), rules);
}

int ConditionCompiler::CompileGenerated(const std::string& text, const YamlNode& at, RegionRules& rules) {
  if (!MayCompile(text)) return -1;
  cel::CompileOptions options;
  options.expected_type = cel::Type::Bool();
  cel::CompileResult result = cel::Compile(schema_.EnvFor(""), text, options);
  if (result.program == nullptr) {
    for (const cel::Issue& issue : result.issues) problems_.Add(at, IssueCode(issue.kind), issue.message);
    return -1;
  }
  Note(*result.program);
  places_[result.program.get()] = {&at, false};
  return Add(std::move(result.program), at.file->PositionOf(at.offset), rules);
}

}  // namespace leadline::packs
