// Types of operators and function calls.
#include <fmt/format.h>

#include <algorithm>

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

bool IsNumeric(TypeKind k) { return k == kInt || k == kUint || k == kDouble; }

bool IsOrdered(TypeKind k) {
  return IsNumeric(k) || k == kBool || k == kString || k == kBytes || k == kTimestamp || k == kDuration;
}

std::string NumberHint(const Type& a, const Type& b) {
  if (!IsNumeric(a.kind()) || !IsNumeric(b.kind())) return "";
  if (a.is(kDouble) || b.is(kDouble))
    return "write the whole number with a point, such as 10.0, or convert with double()";
  return "convert one side with int() or uint()";
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
  for (ExprId arg : e.args) IsCondition(arg, shown);
  return Type::Bool();
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
        NumberHint(x, y));
  return Type::Bool();
}

Type Checker::CheckIn(Expr& e) {
  const Type item = solver_.Resolve(ast_.node(e.args[0]).type);
  const Type range = solver_.Resolve(ast_.node(e.args[1]).type).Unwrapped();
  if (!range.is_known()) return Type::Bool();
  if (!range.is(kList) && !range.is(kMap)) {
    const bool text = range.is(kString);
    Fault(Issue::Kind::kType, ast_.node(e.args[1]).span,
          fmt::format("\"in\" needs a list or a map on its right, this is {}", Show(range)),
          text ? "to search inside a text write text.contains(part)" : "");
    return Type::Bool();
  }
  if (!solver_.Join(item, range.element())) {
    const Type x = solver_.Finish(item).Unwrapped();
    const Type y = solver_.Finish(range.element()).Unwrapped();
    Fault(Issue::Kind::kType, e.span, fmt::format("{} cannot be in {}", x.ToString(), Show(range)), NumberHint(x, y));
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
          fmt::format("{} and {} cannot be ordered by \"{}\"", Show(a), Show(b), ast_.Text(e.name_span)));
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
  return Fault(Issue::Kind::kType, e.span,
               fmt::format("\"{}\" cannot be applied to {} and {}", ast_.Text(e.name_span), Show(a), Show(b)),
               NumberHint(a, b));
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
    return Fault(Issue::Kind::kType, e.name_span, fmt::format("{} cannot be indexed", Show(target)));
  }
  return optional ? Type::Optional(result) : result;
}

// math.greatest(...) looks like a call on a receiver `math`; it is one name.
void Checker::QualifyFunction(Expr& e) {
  bool absolute = false;
  const auto chain = ChainName(e.args[0], &absolute);
  if (!chain) return;
  const std::string name = *chain + "." + std::string(e.name);
  auto found = [&](const std::string& full) {
    for (const Builtin& b : FindBuiltins(full)) {
      if (!b.member) return true;
    }
    return env_.FindFunction(full) != nullptr;
  };
  for (const std::string& full : Candidates(name, absolute)) {
    if (!found(full)) continue;
    e.name_span.begin = ast_.node(e.args[0]).span.begin;
    e.name = ast_.arena().Copy(full);
    e.args = e.args.subspan(1);
    e.member = false;
    return;
  }
}

Type Checker::CheckNamed(ExprId id, Expr& e) {
  if (e.member) QualifyFunction(e);
  std::vector<Type> args;
  args.reserve(e.args.size());
  bool fault = false;
  for (ExprId arg : e.args) {
    args.push_back(solver_.Resolve(Check(arg)));
    fault |= args.back().is(kError);
  }
  std::vector<Overload> overloads;
  Function function = nullptr;
  for (const Builtin& b : FindBuiltins(e.name)) {
    if (b.variadic && !e.member && !args.empty()) {
      out_.functions[static_cast<size_t>(id)] = b.function;
      return fault ? Type::Error() : CheckVariadic(e, args);
    }
    if (b.variadic || b.member != e.member || b.count != args.size()) continue;
    function = b.function;
    for (const Signature& s : b.signatures) overloads.push_back({&s.parameters, &s.result});
  }
  if (const std::vector<FunctionSignature>* own = env_.FindFunction(e.name)) {
    for (const FunctionSignature& s : *own) {
      if (s.member != e.member || s.parameters.size() != args.size()) continue;
      if (function == nullptr) function = s.function;
      overloads.push_back({&s.parameters, &s.result});
    }
  }
  if (overloads.empty()) return UnknownFunction(id, e);
  out_.functions[static_cast<size_t>(id)] = function;
  if (fault) return Type::Error();
  if (auto result = Match(overloads, args)) return *result;
  std::vector<std::string> known;
  for (const Builtin& b : FindBuiltins(e.name)) {
    for (const Signature& s : b.signatures) known.push_back(s.text);
  }
  return NoMatch(e, args, known);
}

// The result of the overloads that take `args`: dyn when several do and differ.
std::optional<Type> Checker::Match(const std::vector<Overload>& overloads, std::span<const Type> args) {
  std::optional<Type> result;
  for (const Overload& overload : overloads) {
    std::vector<std::pair<std::string_view, Type>> names;
    const size_t mark = solver_.Mark();
    bool fits = true;
    for (size_t i = 0; i < args.size() && fits; ++i) {
      fits = solver_.Assign(args[i], solver_.Instantiate((*overload.parameters)[i], names));
    }
    if (!fits) {
      solver_.Undo(mark);
      continue;
    }
    const Type next = solver_.Instantiate(*overload.result, names);
    if (result && !(solver_.Finish(*result) == solver_.Finish(next))) return Type::Dyn();
    result = next;
    // Arguments of known types cannot fit another one.
    if (std::all_of(args.begin(), args.end(), [](const Type& t) { return t.is_known(); })) break;
  }
  return result;
}

Type Checker::CheckVariadic(const Expr& e, std::span<const Type> args) {
  auto number = [](const Type& t) { return !t.is_known() || IsNumeric(t.Unwrapped().kind()); };
  if (args.size() == 1 && args[0].is(kList)) {
    const Type item = solver_.Resolve(args[0].element());
    if (number(item)) return item.Unwrapped();
  } else if (std::all_of(args.begin(), args.end(), number)) {
    const bool same = std::all_of(args.begin(), args.end(), [&](const Type& t) { return t.kind() == args[0].kind(); });
    return same ? args[0].Unwrapped() : Type::Dyn();
  }
  return NoMatch(e, args, {fmt::format("{}(number, ...)", e.name), fmt::format("{}(list of numbers)", e.name)});
}

Type Checker::NoMatch(const Expr& e, std::span<const Type> args, const std::vector<std::string>& known) {
  std::vector<std::string> shown;
  for (size_t i = e.member ? 1 : 0; i < args.size(); ++i) shown.push_back(Show(args[i].Unwrapped()));
  std::string message = e.member ? fmt::format("{}.{}({})", Show(args[0].Unwrapped()), e.name, fmt::join(shown, ", "))
                                 : fmt::format("{}({})", e.name, fmt::join(shown, ", "));
  return Fault(Issue::Kind::kType, e.span, fmt::format("there is no {}", message),
               known.empty() ? "" : fmt::format("there is: {}", fmt::join(known, "; ")));
}

Type Checker::UnknownFunction(ExprId, Expr& e) {
  const auto builtins = FindBuiltins(e.name);
  if (!builtins.empty() || env_.FindFunction(e.name) != nullptr) {
    std::vector<std::string> known;
    for (const Builtin& b : builtins) {
      for (const Signature& s : b.signatures) known.push_back(s.text);
    }
    return FaultNode(e, Issue::Kind::kType, e.name_span, fmt::format("{}() is not called like this", e.name),
                     known.empty() ? "" : fmt::format("there is: {}", fmt::join(known, "; ")));
  }
  std::vector<std::string> names = BuiltinNames();
  names.insert(names.end(), env_.function_names().begin(), env_.function_names().end());
  for (const char* macro : {"all", "exists", "exists_one", "filter", "map", "has"}) names.emplace_back(macro);
  const std::string near = NearestName(e.name, names);
  return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("there is no function \"{}\"", e.name),
                   near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
}

}  // namespace leadline::cel
