#include "packs/run/requirement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/matching.h"
#include "fmt/format.h"

namespace leadline::packs {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;
using Kind = Requirement::Kind;
using Operator = Comparison::Operator;

bool CodeSet::Has(uint32_t code) const { return std::binary_search(codes.begin(), codes.end(), code) != others; }

namespace {

Requirement Constant(bool holds) {
  Requirement out;
  out.kind = holds ? Kind::kAlways : Kind::kNever;
  return out;
}

// Calls `visit` for every node under `id`.
template <typename F>
void Walk(const cel::Ast& ast, ExprId id, F&& visit) {
  if (id == cel::kNoExpr) return;
  visit(ast.node(id));
  for (const ExprId arg : ast.node(id).args) Walk(ast, arg, visit);
}

CodeSet Combine(const CodeSet& a, const CodeSet& b, bool all) {
  const auto both = [all](bool x, bool y) { return all ? x && y : x || y; };
  std::vector<uint32_t> codes;
  std::set_union(a.codes.begin(), a.codes.end(), b.codes.begin(), b.codes.end(), std::back_inserter(codes));
  CodeSet out;
  out.others = both(a.others, b.others);
  for (const uint32_t code : codes) {
    if (both(a.Has(code), b.Has(code)) != out.others) out.codes.push_back(code);
  }
  return out;
}

// Takes what `part` says into one of `parts`; false when it has to stand by itself.
bool Join(std::vector<Requirement>& parts, const Requirement& part, bool all) {
  for (Requirement& other : parts) {
    if (other.kind != part.kind) continue;
    switch (part.kind) {
      case Kind::kText:
        if (other.source != part.source) break;
        other.texts = Combine(other.texts, part.texts, all);
        return true;
      case Kind::kWords:
        // One of these or one of those; none of these and none of those.
        if (other.source != part.source || other.wanted != part.wanted || part.wanted == all) break;
        other.words.insert(other.words.end(), part.words.begin(), part.words.end());
        return true;
      case Kind::kParts:
        if (other.slot != part.slot || other.wanted != part.wanted || part.wanted == all) break;
        other.words.insert(other.words.end(), part.words.begin(), part.words.end());
        return true;
      case Kind::kLeaf:
        if (other.leaf == part.leaf && other.wanted == part.wanted) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

// All or any of `parts`, folded, flattened and in order of cost.
Requirement Combine(std::vector<Requirement> given, bool all) {
  const Kind kind = all ? Kind::kAll : Kind::kAny;
  const Kind nothing = all ? Kind::kAlways : Kind::kNever;  // adds nothing
  const Kind decides = all ? Kind::kNever : Kind::kAlways;
  std::vector<Requirement> flat;
  for (Requirement& part : given) {
    if (part.kind == kind) {
      for (Requirement& inner : part.parts) flat.push_back(std::move(inner));
    } else {
      flat.push_back(std::move(part));
    }
  }
  Requirement out;
  out.kind = kind;
  for (Requirement& part : flat) {
    if (part.kind == decides) return Constant(!all);
    if (part.kind != nothing && !Join(out.parts, part, all)) out.parts.push_back(std::move(part));
  }
  for (const Requirement& part : out.parts) {
    if (part.kind == Kind::kText && (all ? part.texts.empty() : part.texts.full())) return Constant(!all);
  }
  std::erase_if(out.parts, [all](const Requirement& part) {
    return part.kind == Kind::kText && (all ? part.texts.full() : part.texts.empty());
  });
  if (out.parts.empty()) return Constant(all);
  if (out.parts.size() == 1) return Requirement(std::move(out.parts[0]));
  std::stable_sort(out.parts.begin(), out.parts.end(),
                   [](const Requirement& a, const Requirement& b) { return a.kind < b.kind; });
  return out;
}

}  // namespace

Requirement RequirementMaker::Make(const cel::Program& program) {
  program_ = &program;
  return OfNode(program.ast().root(), true);
}

Requirement RequirementMaker::OfNode(ExprId expr, bool wanted) {
  const cel::Ast& ast = program_->ast();
  const Expr& e = ast.node(expr);
  if (e.kind == ExprKind::kConst && e.value.is_bool()) return Constant(e.value.as_bool() == wanted);
  if (e.kind == ExprKind::kCall && e.op == Op::kNot) return OfNode(e.args[0], !wanted);
  if (e.kind == ExprKind::kCall && (e.op == Op::kAnd || e.op == Op::kOr)) {
    std::vector<Requirement> parts;
    for (const ExprId arg : e.args) parts.push_back(OfNode(arg, wanted));
    // That not all of them are true: one of them is false.
    return Combine(std::move(parts), (e.op == Op::kAnd) == wanted);
  }
  if (const std::optional<Comparison> comparison = ComparisonAt(ast, expr)) {
    return OfComparison(*comparison, expr, wanted);
  }
  return OfLeaf(expr, wanted);
}

Requirement RequirementMaker::OfComparison(const Comparison& comparison, ExprId expr, bool wanted) {
  const cel::Type& type = fields_[static_cast<size_t>(comparison.slot)].type.Unwrapped();
  const std::vector<Value>& constants = comparison.constants;
  Requirement out;
  out.slot = comparison.slot;
  out.op = comparison.op;
  out.wanted = wanted;
  if (comparison.op == Operator::kIsTrue) {
    out.kind = Kind::kBool;
    out.constant = Value::Bool(wanted);
    out.wanted = true;  // absent is neither
    return out;
  }
  if (comparison.op == Operator::kHasWord && !comparison.folded) {
    return OfWords(comparison.slot, comparison.text(), wanted);
  }
  if (comparison.op == Operator::kContains && !comparison.folded && type.is(cel::TypeKind::kString)) {
    out.kind = Kind::kParts;
    out.words = {std::string(comparison.text())};
    return out;
  }
  if (type.is(cel::TypeKind::kString) && comparison.is_equality()) {
    const bool texts = std::all_of(constants.begin(), constants.end(), [&](const Value& v) {
      return v.is_string() || (v.is_null() && !comparison.folded);
    });
    return texts ? OfTexts(comparison, wanted) : OfLeaf(expr, wanted);
  }
  if (comparison.op > Operator::kGreaterEqual) return OfLeaf(expr, wanted);
  out.constant = constants[0];
  const bool number = (type.is(cel::TypeKind::kInt) && out.constant.is_int()) ||
                      (type.is(cel::TypeKind::kDouble) && out.constant.is_double());
  if (comparison.is_order()) {
    out.kind = Kind::kNumber;
    return number ? out : OfLeaf(expr, wanted);
  }
  // Equality has no error: its opposite is the other comparison.
  out.wanted = (comparison.op == Operator::kEqual) == wanted;
  out.op = Operator::kEqual;
  out.kind = out.constant.is_null()                                    ? Kind::kNull
             : type.is(cel::TypeKind::kBool) && out.constant.is_bool() ? Kind::kBool
                                                                       : Kind::kEqual;
  if (number) {
    out.kind = Kind::kNumber;
    out.op = out.wanted ? Operator::kEqual : Operator::kNotEqual;
    out.wanted = true;
  }
  return out;
}

Requirement RequirementMaker::OfTexts(const Comparison& comparison, bool wanted) {
  Requirement out;
  out.kind = Kind::kText;
  out.slot = comparison.slot;
  out.source = SourceOf(comparison.slot, comparison.folded);
  TextCodes& codes = sources_[static_cast<size_t>(out.source)].codes;
  for (const Value& constant : comparison.constants) {
    out.texts.codes.push_back(constant.is_null() ? TextCodes::kAbsent : codes.Intern(constant.as_string()));
  }
  out.texts.others = (comparison.op == Operator::kNotEqual) == wanted;
  // The fold of an absent text is an error, neither equal nor unequal.
  if (comparison.folded && out.texts.others) out.texts.codes.push_back(TextCodes::kAbsent);
  std::sort(out.texts.codes.begin(), out.texts.codes.end());
  out.texts.codes.erase(std::unique(out.texts.codes.begin(), out.texts.codes.end()), out.texts.codes.end());
  if (out.texts.empty()) return Constant(false);
  return out.texts.full() ? Constant(true) : out;
}

Requirement RequirementMaker::OfWords(int slot, std::string_view word, bool wanted) {
  Requirement out;
  out.kind = Kind::kWords;
  out.slot = slot;
  out.wanted = wanted;
  out.source = SourceOf(slot, true);
  std::string folded = domain::FoldText(word);
  if (folded.empty() && wanted) return Constant(false);
  if (!folded.empty()) out.words.push_back(std::move(folded));
  return out;
}

Requirement RequirementMaker::OfLeaf(ExprId expr, bool wanted) {
  const cel::Ast& ast = program_->ast();
  size_t number = 0;
  while (number < program_->leaf_count() && program_->leaf(number) != expr) ++number;
  bool loops = false;
  std::vector<int> slots;  // in the order of the text, so that the same text means the same
  const auto collect = [&](const Expr& e) {
    loops = loops || e.kind == ExprKind::kComprehension;
    if (e.slot >= 0) slots.push_back(e.slot);
  };
  Walk(ast, expr, collect);
  Requirement out;
  out.kind = Kind::kLeaf;
  out.wanted = wanted;
  if (number < program_->leaf_count() && !loops) {
    if (slots.empty()) {
      cel::Arena arena;
      const Value value = program_->EvaluateLeaf(number, {}, arena);
      return Constant(wanted ? value.is_true() : value.is_false());
    }
    out.leaf = InternLeaf(number, ast.Text(expr), std::move(slots));
    return out;
  }
  // The whole condition in place of a part: when the condition is true this holds whatever the part is, and when it is
  // not, the parts around cannot make it so. Loops share the fuel of their condition.
  slots.clear();
  Walk(ast, ast.root(), collect);
  out.wanted = true;
  out.leaf = InternLeaf(Leaf::kWhole, ast.source(), std::move(slots));
  return out;
}

int RequirementMaker::InternLeaf(size_t number, std::string_view text, std::vector<int> slots) {
  std::string key(number == Leaf::kWhole ? "whole " : "part ");
  for (const int slot : slots) key += fmt::format("{} ", slot);
  key += text;
  const auto [at, fresh] = leaf_of_.try_emplace(std::move(key), static_cast<int>(leaves_.size()));
  if (fresh) {
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    const bool of_activity = std::any_of(slots.begin(), slots.end(), [this](int slot) { return OfActivity(slot); });
    leaves_.push_back({program_, number, std::move(slots), of_activity});
  }
  return at->second;
}

int RequirementMaker::SourceOf(int slot, bool folded) {
  const auto [at, fresh] = source_of_.try_emplace({slot, folded}, static_cast<int>(sources_.size()));
  if (fresh) sources_.push_back({slot, folded, {}});
  return at->second;
}

}  // namespace leadline::packs
