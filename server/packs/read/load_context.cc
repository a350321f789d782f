#include "packs/read/load_context.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/condition/comparison.h"
#include "packs/read/condition_hints.h"

namespace leadline::packs {
namespace {

// Roughly elementary operations: what one condition and one pack's conditions together may come to at the worst.
constexpr uint64_t kMaxConditionCost = 100'000;
constexpr uint64_t kMaxPackCost = 5'000'000;

const std::vector<std::string>& SealNames() {
  static const auto* const names = new std::vector<std::string>{"final", "tighten", "params", "open"};
  return *names;
}

bool IsDefinitionId(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
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

// A constant that the field can never have makes a condition that silently never holds.
void CheckConstants(LoadContext& context, const YamlNode& text, const cel::Program& program) {
  for (const Comparison& comparison : ComparisonsIn(program.ast())) {
    if (comparison.folded || !(comparison.is_equality() || comparison.is_order())) continue;
    const FieldDef& field = context.schema.fields()[static_cast<size_t>(comparison.slot)];
    if (field.values.empty()) continue;
    for (size_t i = 0; i < comparison.constants.size(); ++i) {
      const cel::Value& value = comparison.constants[i];
      if (!value.is_string()) continue;
      const std::string name(value.as_string());
      if (std::find(field.values.begin(), field.values.end(), name) != field.values.end()) continue;
      context.problems.Add(RangeOf(text, comparison.spans[i]), "LL2106",
                           fmt::format("{} is never \"{}\"", field.name, name), DidYouMean(name, field.values));
    }
  }
}

// The first place where the condition reads a field whose name begins with `prefix`.
const cel::Expr* FindRead(const LoadContext& context, const cel::Ast& ast, std::string_view prefix) {
  for (size_t i = 0; i < ast.size(); ++i) {
    const cel::Expr& e = ast.node(static_cast<cel::ExprId>(i));
    if (e.kind != cel::ExprKind::kVariable && e.kind != cel::ExprKind::kHas) continue;
    if (e.slot < 0) continue;
    if (context.schema.fields()[static_cast<size_t>(e.slot)].name.starts_with(prefix)) return &e;
  }
  return nullptr;
}

void CheckReads(LoadContext& context, const YamlNode& text, const ConditionUse& use, const cel::Program& program) {
  if (const cel::Expr* read = FindRead(context, program.ast(), "activity."); read != nullptr && !use.each_activity) {
    context.problems.Add(RangeOf(text, read->span), "LL2107", "there is no single activity to read here",
                         "activity.* is for scoring rules with `each: activity`; use record.* for the whole record");
  }
  if (const cel::Expr* read = FindRead(context, program.ast(), "score."); read != nullptr && !use.may_read_score) {
    context.problems.Add(RangeOf(text, read->span), "LL2108", "a scoring rule cannot read the score it adds to",
                         "read the fields that the score comes from");
  }
  if (use.may_read_adjustment) return;
  for (const char* field : {"score.adjustment", "score.total"}) {
    if (const cel::Expr* read = FindRead(context, program.ast(), field)) {
      context.problems.Add(RangeOf(text, read->span), "LL2307",
                           fmt::format("{} holds regions' points, and a status must not depend on them", field),
                           "read score.central or score.qualified");
    }
  }
}

void CheckPackCost(LoadContext& context, const YamlNode& text, uint64_t cost) {
  const bool was_within = context.pack_cost <= kMaxPackCost;
  context.pack_cost += cost;
  if (was_within && context.pack_cost > kMaxPackCost) {
    context.problems.Add(text, "LL2104",
                         fmt::format("with this condition the pack's conditions may cost {}, more than {}",
                                     context.pack_cost, kMaxPackCost),
                         "lower max_len or max_items of the fields in schema.yaml, or split the pack");
  }
}

}  // namespace

std::string SourceOf(const YamlNode& node) {
  const SourcePosition position = node.file->PositionOf(node.offset);
  return fmt::format("{}:{}", position.file, position.line);
}

std::optional<std::string> ReadId(LoadContext& context, MapReader& reader, std::string_view kind) {
  const std::string id = reader.RequiredText("id");
  if (id.empty()) return std::nullopt;
  if (IsDefinitionId(id)) return id;
  context.problems.Add(*reader.Get("id"), "LL1107", fmt::format("\"{}\" is no id for {}", id, kind),
                       "use up to 64 small letters, digits, and . _ -");
  return std::nullopt;
}

Seal ReadSeal(LoadContext& context, MapReader& reader, const std::vector<Seal>& allowed) {
  const int choice = reader.Choice("seal", SealNames());
  if (choice < 0) return Seal::kFinal;
  const Seal seal = static_cast<Seal>(choice);
  if (std::find(allowed.begin(), allowed.end(), seal) != allowed.end()) return seal;
  std::vector<std::string> names;
  for (const Seal s : allowed) names.push_back(SealNames()[static_cast<size_t>(s)]);
  context.problems.Add(*reader.Get("seal"), "LL2306",
                       fmt::format("`seal: {}` has no meaning here", SealNames()[static_cast<size_t>(choice)]),
                       fmt::format("use: {}", OneOf(names)));
  return Seal::kFinal;
}

void ReportSealed(LoadContext& context, const YamlNode& at, const std::string& what, const Definition& central,
                  const std::string& verb) {
  Diagnostic& d = context.problems.Add(at, "LL2301", fmt::format("a region cannot {} the central {}", verb, what),
                                       "remove it, or ask the owners of the central pack to open it");
  const YamlNode& place = central.seal_at != nullptr ? *central.seal_at : *central.at;
  d.related = place.file->PositionOf(place.offset);
  d.related_message = central.seal_at != nullptr
                          ? fmt::format("sealed here (`seal: {}`)", SealNames()[static_cast<size_t>(central.seal)])
                          : std::string("defined here; without a `seal:` it is final");
}

void RefuseSeal(LoadContext& context, MapReader& reader) {
  for (const char* key : {"seal", "params"}) {
    if (const YamlNode* node = reader.Get(key)) {
      context.problems.Add(*node, "LL2306",
                           fmt::format("a region has nothing to seal, so `{}` has no meaning here", key),
                           "remove it; seals stand in the central pack");
    }
  }
}

bool Define(LoadContext& context, const PackSource& pack, const std::string& kind, const std::string& id,
            const YamlNode& at, Seal seal, const YamlNode* seal_at, bool* replaces) {
  const std::string key = kind + " " + id;
  const auto [it, inserted] = context.definitions.try_emplace(key, Definition{seal, &at, seal_at, pack.name});
  if (inserted) return true;
  const Definition& first = it->second;
  if (first.layer == "central" && !pack.central) {
    if (first.seal == Seal::kOpen && replaces != nullptr) {
      *replaces = true;
      return true;
    }
    ReportSealed(context, at, kind + " \"" + id + "\"", first);
    return false;
  }
  Diagnostic& d = context.problems.Add(at, "LL1106", fmt::format("the {} \"{}\" is defined twice", kind, id),
                                       "give one of the two another id");
  d.related = first.at->file->PositionOf(first.at->offset);
  d.related_message = "the first one";
  return false;
}

bool CheckOpened(LoadContext& context, const YamlNode& at, bool opened, const std::string& what) {
  if (opened) return true;
  Diagnostic& d = context.problems.Add(at, "LL2302", fmt::format("the central pack does not open {} to regions", what),
                                       "remove it, or ask the owners of the central pack for an extension point");
  if (context.points.at != nullptr) {
    d.related = context.points.at->file->PositionOf(context.points.at->offset);
    d.related_message = "what is open stands here";
  }
  return false;
}

std::vector<std::string> DefinedNames(const LoadContext& context, const std::string& kind, const std::string& pack) {
  std::vector<std::string> names;
  const std::string prefix = kind + " ";
  for (auto it = context.definitions.lower_bound(prefix); it != context.definitions.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    const std::string& layer = it->second.layer;
    if (pack.empty() || layer == "central" || layer == pack) names.push_back(it->first.substr(prefix.size()));
  }
  return names;
}

const Definition* FindDefinition(const LoadContext& context, const std::string& kind, const std::string& id) {
  const auto it = context.definitions.find(kind + " " + id);
  return it == context.definitions.end() ? nullptr : &it->second;
}

namespace {

int AddCondition(RegionRules& rules, const LoadContext& context, std::shared_ptr<const cel::Program> program,
                 SourcePosition position) {
  bool reads_activity = false;
  for (const int slot : program->used_slots()) {
    if (context.schema.fields()[static_cast<size_t>(slot)].name.starts_with("activity.")) reads_activity = true;
  }
  rules.conditions.push_back({std::move(program), std::move(position), {}});
  rules.reads_activity.push_back(reads_activity);
  return static_cast<int>(rules.conditions.size()) - 1;
}

}  // namespace

int CompileCondition(LoadContext& context, const YamlNode& text, const ConditionUse& use, RegionRules& rules) {
  if (!text.is_scalar()) {
    if (text.reported) return -1;
    context.problems.Add(text, "LL1102", "a condition must be text",
                         text.is_sequence() ? "join the conditions with && or || and put the whole in quotes"
                                            : "write it behind \"when:\", in quotes");
    return -1;
  }
  cel::CompileOptions options;
  options.max_cost = kMaxConditionCost;
  options.fuel = kMaxConditionCost;
  options.expected_type = cel::Type::Bool();
  cel::CompileResult result = cel::Compile(context.schema.EnvFor(use.container), text.text, options);
  for (const cel::Issue& issue : result.issues) {
    context.problems.Add(RangeOf(text, issue.span), IssueCode(issue.kind), issue.message,
                         HintFor(issue, text.text, context.schema));
  }
  if (result.program == nullptr) return -1;
  CheckConstants(context, text, *result.program);
  CheckReads(context, text, use, *result.program);
  CheckPackCost(context, text, result.program->cost());
  context.condition_places[result.program.get()] = {&text, true};
  const YamlRange range = RangeOf(text, SourceSpan{0, 1});
  return AddCondition(rules, context, std::move(result.program), text.file->PositionOf(range.begin));
}

int CompileGenerated(LoadContext& context, const std::string& text, const YamlNode& at, RegionRules& rules) {
  cel::CompileOptions options;
  options.expected_type = cel::Type::Bool();
  cel::CompileResult result = cel::Compile(context.schema.EnvFor(""), text, options);
  if (result.program == nullptr) {
    for (const cel::Issue& issue : result.issues) context.problems.Add(at, IssueCode(issue.kind), issue.message);
    return -1;
  }
  context.condition_places[result.program.get()] = {&at, false};
  return AddCondition(rules, context, std::move(result.program), at.file->PositionOf(at.offset));
}

}  // namespace leadline::packs
