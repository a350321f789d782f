#include "packs/explain/needed.h"

#include <optional>
#include <utility>

#include "fmt/format.h"
#include "packs/condition/formula.h"

namespace leadline::packs {
namespace {

using cel::Ast;
using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;

std::optional<double> Number(const Value& value) {
  if (value.is_double()) return value.as_double();
  if (value.is_int()) return static_cast<double>(value.as_int());
  if (value.is_uint()) return static_cast<double>(value.as_uint());
  return std::nullopt;
}

std::optional<Value> Constant(const Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  if (e.kind == ExprKind::kConst) return e.value;
  return std::nullopt;
}

// "head, manager"; nothing when an item is no constant.
std::optional<std::string> Constants(const Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  if (e.kind != ExprKind::kList) return std::nullopt;
  std::string out;
  for (const ExprId item : e.args) {
    const std::optional<Value> value = Constant(ast, item);
    if (!value) return std::nullopt;
    out += (out.empty() ? "" : ", ") + PlainText(*value);
  }
  return out;
}

bool IsField(const Ast& ast, ExprId id) { return ast.node(id).kind == ExprKind::kVariable && ast.node(id).slot >= 0; }

Op Opposite(Op op) {
  switch (op) {
    case Op::kEqual:
      return Op::kNotEqual;
    case Op::kNotEqual:
      return Op::kEqual;
    case Op::kLess:
      return Op::kGreaterEqual;
    case Op::kLessEqual:
      return Op::kGreater;
    case Op::kGreater:
      return Op::kLessEqual;
    case Op::kGreaterEqual:
      return Op::kLess;
    default:
      return op;
  }
}

std::string Bound(Op op, const Value& bound) {
  const std::string text = PlainText(bound);
  switch (op) {
    case Op::kEqual:
      return text;
    case Op::kNotEqual:
      return bound.is_null() ? "present" : "anything but " + text;
    case Op::kLess:
      return "less than " + text;
    case Op::kLessEqual:
      return "at most " + text;
    case Op::kGreater:
      return "more than " + text;
    case Op::kGreaterEqual:
      return "at least " + text;
    default:
      return "";
  }
}

bool Reached(Op op, double value, double bound) {
  switch (op) {
    case Op::kLess:
      return value < bound;
    case Op::kLessEqual:
      return value <= bound;
    case Op::kGreater:
      return value > bound;
    case Op::kGreaterEqual:
      return value >= bound;
    default:
      return true;
  }
}

Needed OfComparison(const Ast& ast, const Expr& e, bool wanted, std::span<const Value> slots) {
  Op op = e.op;
  ExprId field = e.args[0];
  ExprId other = e.args[1];
  if (!IsField(ast, field)) {
    std::swap(field, other);
    op = Mirrored(op);
  }
  const std::optional<Value> bound = Constant(ast, other);
  if (!IsField(ast, field) || !bound) return {};
  if (!wanted) op = Opposite(op);
  Needed out{Bound(op, *bound), 0};
  const std::optional<double> number = Number(*bound);
  const std::optional<double> value = Number(slots[static_cast<size_t>(ast.node(field).slot)]);
  if (number && value && !Reached(op, *value, *number)) out.missing = *number - *value;
  return out;
}

Needed OfMembership(const Ast& ast, const Expr& e, bool wanted) {
  if (IsField(ast, e.args[0])) {
    const std::optional<std::string> items = Constants(ast, e.args[1]);
    if (!items) return {};
    const bool one = ast.node(e.args[1]).args.size() == 1;
    if (one) return {wanted ? *items : "anything but " + *items, 0};
    return {(wanted ? "one of " : "none of ") + *items, 0};
  }
  const std::optional<Value> item = Constant(ast, e.args[0]);
  if (!item || !IsField(ast, e.args[1])) return {};
  return {fmt::format("{} {}", wanted ? "among them" : "without", PlainText(*item)), 0};
}

// Functions of a text with one constant: contact.title.hasWord("gerente").
Needed OfFunction(const Ast& ast, const Expr& e, bool wanted) {
  if (!e.member || e.args.size() != 2 || !IsField(ast, e.args[0])) return {};
  const std::optional<Value> argument = Constant(ast, e.args[1]);
  if (!argument || !argument->is_string()) return {};
  const char* verb = e.name == "contains"     ? "containing"
                     : e.name == "startsWith" ? "beginning with"
                     : e.name == "endsWith"   ? "ending with"
                     : e.name == "hasWord"    ? "with the word"
                     : e.name == "matches"    ? "matching"
                                              : nullptr;
  if (verb == nullptr) return {};
  return {fmt::format("{}{} \"{}\"", wanted ? "" : "not ", verb, argument->as_string()), 0};
}

}  // namespace

std::string PlainText(const Value& value) {
  if (value.is_null()) return "absent";
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_double()) return fmt::format("{:.10g}", value.as_double());
  if (value.is_list()) {
    std::string out;
    for (const Value& item : value.as_list()) out += (out.empty() ? "" : ", ") + PlainText(item);
    return out.empty() ? "none" : out;
  }
  return cel::ToDisplayString(value);
}

Needed NeededFor(const Ast& ast, ExprId test, bool wanted, std::span<const Value> slots) {
  const Expr& e = ast.node(test);
  if (e.kind == ExprKind::kVariable) return {wanted ? "true" : "false", 0};
  if (e.kind == ExprKind::kHas) return {wanted ? "present" : "absent", 0};
  if (e.kind != ExprKind::kCall) return {};
  switch (e.op) {
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return OfComparison(ast, e, wanted, slots);
    case Op::kIn:
      return OfMembership(ast, e, wanted);
    case Op::kNone:
      return OfFunction(ast, e, wanted);
    default:
      return {};
  }
}

}  // namespace leadline::packs
