#include "packs/condition/formula.h"

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;

std::optional<Value> ConstantOf(const cel::Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  if (e.kind == ExprKind::kConst) return e.value;
  if (e.kind != ExprKind::kCall || e.op != Op::kNegate) return std::nullopt;
  const Expr& inner = ast.node(e.args[0]);
  if (inner.kind != ExprKind::kConst) return std::nullopt;
  if (inner.value.is_double()) return Value::Double(-inner.value.as_double());
  if (inner.value.is_int() && inner.value.as_int() != INT64_MIN) return Value::Int(-inner.value.as_int());
  return std::nullopt;
}

bool IsField(const Expr& e) { return e.kind == ExprKind::kVariable && e.slot >= 0; }

bool IsComparison(Op op) {
  return op == Op::kEqual || op == Op::kNotEqual || op == Op::kLess || op == Op::kLessEqual || op == Op::kGreater ||
         op == Op::kGreaterEqual;
}

std::optional<PlacedComparison> InComparison(const cel::Ast& ast, const Expr& e) {
  const Expr& field = ast.node(e.args[0]);
  const Expr& list = ast.node(e.args[1]);
  if (!IsField(field)) return std::nullopt;
  PlacedComparison out{{field.slot, Op::kIn, {}}, {}};
  if (list.kind == ExprKind::kConst && list.value.is_list()) {
    for (const Value& item : list.value.as_list()) {
      out.comparison.constants.push_back(item);
      out.spans.push_back(list.span);
    }
    return out;
  }
  if (list.kind != ExprKind::kList || !list.optionals.empty()) return std::nullopt;
  for (const ExprId item : list.args) {
    const std::optional<Value> value = ConstantOf(ast, item);
    if (!value) return std::nullopt;
    out.comparison.constants.push_back(*value);
    out.spans.push_back(ast.node(item).span);
  }
  return out;
}

std::optional<PlacedComparison> ComparisonOf(const cel::Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  if (IsField(e)) {
    if (!e.type.Unwrapped().is(cel::TypeKind::kBool)) return std::nullopt;
    return PlacedComparison{{e.slot, Op::kNone, {}}, {}};
  }
  if (e.kind == ExprKind::kHas && e.slot >= 0)
    return PlacedComparison{{e.slot, Op::kNotEqual, {Value::Null()}}, {e.span}};
  if (e.kind != ExprKind::kCall || e.args.size() != 2) return std::nullopt;
  if (e.op == Op::kIn) return InComparison(ast, e);
  if (!IsComparison(e.op)) return std::nullopt;
  const Expr& left = ast.node(e.args[0]);
  const Expr& right = ast.node(e.args[1]);
  if (IsField(left)) {
    if (const auto value = ConstantOf(ast, e.args[1]))
      return PlacedComparison{{left.slot, e.op, {*value}}, {right.span}};
  } else if (IsField(right)) {
    if (const auto value = ConstantOf(ast, e.args[0])) {
      return PlacedComparison{{right.slot, Mirrored(e.op), {*value}}, {left.span}};
    }
  }
  return std::nullopt;
}

class FormulaMaker {
 public:
  explicit FormulaMaker(const cel::Ast& ast) : ast_(ast) {}

  Formula Make() {
    out_.root = Visit(ast_.root());
    return std::move(out_);
  }

 private:
  int Visit(ExprId id) {
    const Expr& e = ast_.node(id);
    Formula::Node node;
    node.expr = id;
    if (e.kind == ExprKind::kCall && (e.op == Op::kAnd || e.op == Op::kOr || e.op == Op::kNot)) {
      node.kind = e.op == Op::kAnd ? Formula::Kind::kAnd : e.op == Op::kOr ? Formula::Kind::kOr : Formula::Kind::kNot;
      for (const ExprId arg : e.args) node.children.push_back(Visit(arg));
    } else if (e.kind == ExprKind::kConst && e.value.is_bool()) {
      node.kind = Formula::Kind::kConstant;
      node.constant = e.value.as_bool();
    } else if (std::optional<PlacedComparison> comparison = ComparisonOf(ast_, id)) {
      node.comparison = static_cast<int>(out_.comparisons.size());
      out_.comparisons.push_back(std::move(comparison->comparison));
    } else {
      node.kind = Formula::Kind::kOther;
      out_.complete = false;
    }
    out_.nodes.push_back(std::move(node));
    return static_cast<int>(out_.nodes.size()) - 1;
  }

  const cel::Ast& ast_;
  Formula out_;
};

}  // namespace

Op Mirrored(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessEqual:
      return Op::kGreaterEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterEqual:
      return Op::kLessEqual;
    default:
      return op;
  }
}

Formula FormulaOf(const cel::Ast& ast) { return FormulaMaker(ast).Make(); }

std::optional<Comparison> ComparisonAt(const cel::Ast& ast, ExprId id) {
  std::optional<PlacedComparison> placed = ComparisonOf(ast, id);
  if (!placed) return std::nullopt;
  return std::move(placed->comparison);
}

std::optional<Value> ConstantAt(const cel::Ast& ast, ExprId id) { return ConstantOf(ast, id); }

std::vector<PlacedComparison> ComparisonsIn(const cel::Ast& ast) {
  std::vector<PlacedComparison> out;
  for (size_t i = 0; i < ast.size(); ++i) {
    if (ast.node(static_cast<ExprId>(i)).kind == ExprKind::kError) continue;
    if (auto comparison = ComparisonOf(ast, static_cast<ExprId>(i));
        comparison && !comparison->comparison.constants.empty()) {
      out.push_back(std::move(*comparison));
    }
  }
  return out;
}

}  // namespace leadline::packs
