#include "packs/condition/comparison.h"

#include <utility>

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;
using Operator = Comparison::Operator;

bool IsField(const Expr& e) { return e.kind == ExprKind::kVariable && e.slot >= 0; }

// A constant, also a negative number.
std::optional<Value> ConstantAt(const cel::Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  if (e.kind == ExprKind::kConst) return e.value;
  if (e.kind != ExprKind::kCall || e.op != Op::kNegate) return std::nullopt;
  const Expr& inner = ast.node(e.args[0]);
  if (inner.kind != ExprKind::kConst) return std::nullopt;
  if (inner.value.is_double()) return Value::Double(-inner.value.as_double());
  if (inner.value.is_int() && inner.value.as_int() != INT64_MIN) return Value::Int(-inner.value.as_int());
  return std::nullopt;
}

std::optional<Operator> OperatorOf(Op op) {
  switch (op) {
    case Op::kEqual:
      return Operator::kEqual;
    case Op::kNotEqual:
      return Operator::kNotEqual;
    case Op::kLess:
      return Operator::kLess;
    case Op::kLessEqual:
      return Operator::kLessEqual;
    case Op::kGreater:
      return Operator::kGreater;
    case Op::kGreaterEqual:
      return Operator::kGreaterEqual;
    default:
      return std::nullopt;
  }
}

std::optional<Operator> OperatorOf(std::string_view function) {
  if (function == "hasWord") return Operator::kHasWord;
  if (function == "contains") return Operator::kContains;
  if (function == "startsWith") return Operator::kStartsWith;
  if (function == "endsWith") return Operator::kEndsWith;
  if (function == "matches") return Operator::kMatches;
  return std::nullopt;
}

// The same comparison read from right to left: 3 < n asks what n > 3 does.
Operator Mirrored(Operator op) {
  switch (op) {
    case Operator::kLess:
      return Operator::kGreater;
    case Operator::kLessEqual:
      return Operator::kGreaterEqual;
    case Operator::kGreater:
      return Operator::kLess;
    case Operator::kGreaterEqual:
      return Operator::kLessEqual;
    default:
      return op;
  }
}

// Begins a comparison of `field` or of the text `field.fold()`. False when the node is neither.
bool TakeField(const cel::Ast& ast, ExprId id, Comparison& out) {
  const Expr& e = ast.node(id);
  out.folded = e.kind == ExprKind::kCall && e.op == Op::kNone && e.name == "fold" && e.args.size() == 1;
  const Expr& field = out.folded ? ast.node(e.args[0]) : e;
  if (!IsField(field) || (out.folded && !field.type.Unwrapped().is(cel::TypeKind::kString))) return false;
  out.slot = field.slot;
  return true;
}

bool TakeConstant(const cel::Ast& ast, ExprId id, Comparison& out) {
  const std::optional<Value> value = ConstantAt(ast, id);
  if (!value) return false;
  out.constants.push_back(*value);
  out.spans.push_back(ast.node(id).span);
  return true;
}

// The items of a list of constants.
bool TakeConstants(const cel::Ast& ast, ExprId id, Comparison& out) {
  const Expr& list = ast.node(id);
  if (list.kind == ExprKind::kConst && list.value.is_list()) {
    for (const Value& item : list.value.as_list()) {
      out.constants.push_back(item);
      out.spans.push_back(list.span);
    }
    return true;
  }
  if (list.kind != ExprKind::kList || !list.optionals.empty()) return false;
  for (const ExprId item : list.args) {
    if (!TakeConstant(ast, item, out)) return false;
  }
  return true;
}

std::optional<Comparison> BinaryAt(const cel::Ast& ast, const Expr& e) {
  const std::optional<Operator> op = OperatorOf(e.op);
  if (!op) return std::nullopt;
  for (const bool mirrored : {false, true}) {
    Comparison out;
    out.op = mirrored ? Mirrored(*op) : *op;
    if (!TakeField(ast, e.args[mirrored ? 1 : 0], out)) continue;
    if (!TakeConstant(ast, e.args[mirrored ? 0 : 1], out) || (out.folded && out.is_order())) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

std::optional<Comparison> InAt(const cel::Ast& ast, const Expr& e) {
  Comparison out;
  out.op = Operator::kIn;
  if (TakeField(ast, e.args[0], out)) {
    if (!TakeConstants(ast, e.args[1], out)) return std::nullopt;
    return out;
  }
  Comparison member;
  member.op = Operator::kMember;
  const Expr& list = ast.node(e.args[1]);
  if (!IsField(list) || !list.type.Unwrapped().is(cel::TypeKind::kList)) return std::nullopt;
  member.slot = list.slot;
  if (!TakeConstant(ast, e.args[0], member) || !member.constants[0].is_string()) return std::nullopt;
  return member;
}

std::optional<Comparison> FunctionAt(const cel::Ast& ast, const Expr& e) {
  const std::optional<Operator> op = OperatorOf(e.name);
  if (!op || !e.member || e.args.size() != 2) return std::nullopt;
  Comparison out;
  out.op = *op;
  if (!TakeField(ast, e.args[0], out) || !TakeConstant(ast, e.args[1], out)) return std::nullopt;
  const Expr& field = ast.node(out.folded ? ast.node(e.args[0]).args[0] : e.args[0]);
  if (!field.type.Unwrapped().is(cel::TypeKind::kString) || !out.constants[0].is_string()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<Comparison> ComparisonAt(const cel::Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  Comparison out;
  if (IsField(e)) {
    if (!e.type.Unwrapped().is(cel::TypeKind::kBool)) return std::nullopt;
    out.slot = e.slot;
    return out;
  }
  if (e.kind == ExprKind::kHas && e.slot >= 0) {
    out.slot = e.slot;
    out.op = Operator::kNotEqual;
    out.constants = {Value::Null()};
    out.spans = {e.span};
    return out;
  }
  if (e.kind != ExprKind::kCall) return std::nullopt;
  if (e.op == Op::kNone) return FunctionAt(ast, e);
  if (e.op == Op::kIn) return InAt(ast, e);
  return BinaryAt(ast, e);
}

std::vector<Comparison> ComparisonsIn(const cel::Ast& ast) {
  std::vector<Comparison> out;
  for (size_t i = 0; i < ast.size(); ++i) {
    std::optional<Comparison> comparison = ComparisonAt(ast, static_cast<ExprId>(i));
    if (comparison && !comparison->constants.empty()) out.push_back(*std::move(comparison));
  }
  return out;
}

}  // namespace leadline::packs
