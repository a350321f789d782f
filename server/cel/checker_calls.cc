// Types of operators.
#include <fmt/format.h>

#include <initializer_list>
#include <string>

#include "base/source_position.h"
#include "cel/checker.h"

namespace leadline::cel {

namespace {

struct ArithmeticRow {
  Op op;
  TypeKind left;
  TypeKind right;
  TypeKind result;
};

using enum TypeKind;
constexpr ArithmeticRow kArithmetic[] = {
    {Op::kAdd, kInt, kInt, kInt},
    {Op::kAdd, kUint, kUint, kUint},
    {Op::kAdd, kDouble, kDouble, kDouble},
    {Op::kAdd, kString, kString, kString},
    {Op::kAdd, kBytes, kBytes, kBytes},
    {Op::kAdd, kTimestamp, kDuration, kTimestamp},
    {Op::kAdd, kDuration, kTimestamp, kTimestamp},
    {Op::kAdd, kDuration, kDuration, kDuration},
    {Op::kSubtract, kInt, kInt, kInt},
    {Op::kSubtract, kUint, kUint, kUint},
    {Op::kSubtract, kDouble, kDouble, kDouble},
    {Op::kSubtract, kTimestamp, kTimestamp, kDuration},
    {Op::kSubtract, kTimestamp, kDuration, kTimestamp},
    {Op::kSubtract, kDuration, kDuration, kDuration},
    {Op::kMultiply, kInt, kInt, kInt},
    {Op::kMultiply, kUint, kUint, kUint},
    {Op::kMultiply, kDouble, kDouble, kDouble},
    {Op::kDivide, kInt, kInt, kInt},
    {Op::kDivide, kUint, kUint, kUint},
    {Op::kDivide, kDouble, kDouble, kDouble},
    {Op::kModulo, kInt, kInt, kInt},
    {Op::kModulo, kUint, kUint, kUint},
};

Type OfKind(TypeKind kind) {
  switch (kind) {
    case kInt:
      return Type::Int();
    case kUint:
      return Type::Uint();
    case kDouble:
      return Type::Double();
    case kString:
      return Type::String();
    case kBytes:
      return Type::Bytes();
    case kTimestamp:
      return Type::Timestamp();
    case kDuration:
      return Type::Duration();
    default:
      return Type::Dyn();
  }
}

std::string NumberHint(const Type& a, const Type& b) {
  if (!IsNumeric(a.kind()) || !IsNumeric(b.kind())) return "";
  if (a.is(kDouble) || b.is(kDouble))
    return "write the whole number with a point, such as 10.0, or convert with double()";
  return "convert one side with int() or uint()";
}

// The text on the right of "in" is the only value, or what is searched.
std::string TextInHint(const Expr& right) {
  constexpr std::string_view kSearch = "to search inside a text write `text.contains(part)`";
  if (right.kind != ExprKind::kConst || !right.value.is_string()) return std::string(kSearch);
  return fmt::format("write a list: `[{}]`; {}", ToDisplayString(right.value), kSearch);
}

std::string OneOfHints(std::initializer_list<std::string> hints) {
  for (const std::string& hint : hints) {
    if (!hint.empty()) return hint;
  }
  return "";
}

}  // namespace

Type Checker::CheckCall(ExprId id, Expr& e) { return e.op == Op::kNone ? CheckNamed(id, e) : CheckOperator(e); }

Type Checker::CheckOperator(Expr& e) {
  if (e.op == Op::kOptionalSelect) {
    Type operand = solver_.Resolve(Check(e.args[0]));
    if (operand.is(kOptional)) operand = solver_.Resolve(operand.element());
    const Type field = SelectFrom(operand, e);
    return field.is(kError) ? field : Type::Optional(field);
  }
  for (ExprId arg : e.args) Check(arg);
  switch (e.op) {
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
      return CheckConditions(e);
    case Op::kConditional:
      return CheckConditional(e);
    case Op::kEqual:
    case Op::kNotEqual:
      return CheckEquality(e);
    case Op::kIn:
      return CheckIn(e);
    case Op::kIndex:
    case Op::kOptionalIndex:
      return CheckIndex(e);
    default:
      return CheckArithmetic(e);
  }
}

Type Checker::CheckConditions(Expr& e) {
  const std::string_view shown = e.op == Op::kAnd ? "&&" : e.op == Op::kOr ? "||" : "!";
  bool conditions = true;
  for (ExprId arg : e.args) {
    if (IsCondition(arg, shown, &e)) continue;
    conditions = false;
    // Of "a" || "b" the first is told of.
    if (!hints_.ForAlternatives(e).empty()) break;
  }
  return conditions ? Type::Bool() : Type::Error();
}

Type Checker::CheckConditional(Expr& e) {
  IsCondition(e.args[0], "?");
  const Type yes = ast_.node(e.args[1]).type;
  const Type no = ast_.node(e.args[2]).type;
  if (auto both = solver_.Join(yes, no)) return *both;
  return Fault(Issue::Kind::kType, e.span,
               fmt::format("both results must be of one type, but they are {} and {}", Show(yes), Show(no)));
}

Type Checker::CheckEquality(Expr& e) {
  const Type& a = ast_.node(e.args[0]).type;
  const Type& b = ast_.node(e.args[1]).type;
  if (a.kind() == b.kind() && a.parameter_count() == 0 && a.name().empty()) return Type::Bool();
  if (solver_.Join(a, b)) return Type::Bool();
  const Type x = solver_.Finish(a).Unwrapped();
  const Type y = solver_.Finish(b).Unwrapped();
  Fault(Issue::Kind::kType, e.span, fmt::format("{} and {} cannot be compared", x.ToString(), y.ToString()),
        OneOfHints({hints_.ForChain(e), hints_.ForList(e), NumberHint(x, y)}));
  return Type::Bool();
}

Type Checker::CheckIn(Expr& e) {
  const Type item = solver_.Resolve(ast_.node(e.args[0]).type);
  const Type range = solver_.Resolve(ast_.node(e.args[1]).type).Unwrapped();
  if (!range.is_known()) return Type::Bool();
  if (!range.is(kList) && !range.is(kMap)) {
    // A tree with syntax faults may have the beginning of the list alone.
    if (!parsed_) return Type::Bool();
    const bool text = range.is(kString);
    Fault(Issue::Kind::kType, ast_.node(e.args[1]).span,
          fmt::format("\"in\" needs a list or a map on its right, this is {}", Show(range)),
          text ? TextInHint(ast_.node(e.args[1])) : "");
    return Type::Bool();
  }
  if (!solver_.Join(item, range.element())) {
    const Type x = solver_.Finish(item).Unwrapped();
    const Type y = solver_.Finish(range.element()).Unwrapped();
    Fault(Issue::Kind::kType, e.span, fmt::format("{} cannot be in {}", x.ToString(), Show(range)),
          OneOfHints({hints_.ForList(e), NumberHint(x, y)}));
  }
  return Type::Bool();
}

Type Checker::CheckArithmetic(Expr& e) {
  const Type a = solver_.Resolve(ast_.node(e.args[0]).type).Unwrapped();
  if (a.is(kError)) return a;
  if (e.op == Op::kNegate) {
    if (a.is(kInt) || a.is(kDouble) || !a.is_known()) return a.is_known() ? a : Type::Dyn();
    return Fault(Issue::Kind::kType, e.span, fmt::format("\"-\" cannot be applied to {}", Show(a)));
  }
  const Type b = solver_.Resolve(ast_.node(e.args[1]).type).Unwrapped();
  if (b.is(kError)) return b;
  const bool free = !a.is_known() || !b.is_known();
  if (e.op >= Op::kLess && e.op <= Op::kGreaterEqual) {
    const bool both = a.kind() == b.kind() ? IsOrdered(a.kind()) : IsNumeric(a.kind()) && IsNumeric(b.kind());
    if (both || (free && (a.is_known() ? IsOrdered(a.kind()) : !b.is_known() || IsOrdered(b.kind())))) {
      return Type::Bool();
    }
    Fault(Issue::Kind::kType, e.span,
          fmt::format("{} and {} cannot be ordered by \"{}\"", Show(a), Show(b), ast_.Text(e.name_span)),
          hints_.ForChain(e));
    return Type::Bool();
  }
  if (e.op == Op::kAdd && (a.is(kList) || !a.is_known()) && (b.is(kList) || !b.is_known())) {
    if (free) return a.is(kList) ? a : b.is(kList) ? b : Type::Dyn();
    if (auto joined = solver_.Join(a, b)) return *joined;
  }
  std::optional<Type> result;
  for (const ArithmeticRow& row : kArithmetic) {
    if (row.op != e.op || (a.is_known() && a.kind() != row.left) || (b.is_known() && b.kind() != row.right)) continue;
    result = result && !result->is(row.result) ? Type::Dyn() : OfKind(row.result);
    if (result->is(kDyn)) return *result;
  }
  if (result) return *result;
  return Fault(
      Issue::Kind::kType, e.span,
      fmt::format("\"{}\" cannot be applied to {} and {}", ast_.Text(e.name_span), Show(a), Show(b)),
      e.op == Op::kAdd && a.is(kString) != b.is(kString) ? "write `string(x)` for what is no text" : NumberHint(a, b));
}

Type Checker::CheckIndex(Expr& e) {
  const Type index = solver_.Resolve(ast_.node(e.args[1]).type);
  Type target = solver_.Resolve(ast_.node(e.args[0]).type).Unwrapped();
  bool optional = e.op == Op::kOptionalIndex;
  if (target.is(kOptional)) {
    target = solver_.Resolve(target.element());
    optional = true;
  }
  Type result = Type::Dyn();
  if (target.is(kList)) {
    result = target.element();
    if (!solver_.Assign(index, Type::Int())) {
      return Fault(Issue::Kind::kType, ast_.node(e.args[1]).span,
                   fmt::format("a list is indexed by int, not {}", Show(index)));
    }
  } else if (target.is(kMap)) {
    result = target.map_value();
    if (!solver_.Join(index, target.element())) {
      return Fault(Issue::Kind::kType, ast_.node(e.args[1]).span,
                   fmt::format("the keys of this map are {}, not {}", Show(target.element()), Show(index)));
    }
  } else if (target.is_known()) {
    return Fault(Issue::Kind::kType, e.name_span, fmt::format("{} cannot be indexed", Show(target)),
                 target.is(kString) ? fmt::format("write `{}.charAt({})`", hints_.TextOr(e.args[0], "text"),
                                                  hints_.TextOr(e.args[1], "0"))
                                    : "");
  }
  return optional ? Type::Optional(result) : result;
}

}  // namespace leadline::cel
