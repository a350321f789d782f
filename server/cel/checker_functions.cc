// Types of function calls, and what to say when there is no such function.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/source_position.h"
#include "cel/checker.h"
#include "cel/hints/foreign_calls.h"

namespace leadline::cel {

using enum TypeKind;

namespace {

std::string OtherForm(std::string hint, const std::vector<std::string>& known) {
  if (!hint.empty() || known.empty()) return hint;
  return fmt::format("there is: {}", fmt::join(known, "; "));
}

}  // namespace

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
  auto use = [&](const std::string& full) {
    e.name_span.begin = ast_.node(e.args[0]).span.begin;
    e.name = ast_.arena().Copy(full);
    e.args = e.args.subspan(1);
    e.member = false;
  };
  for (const std::string& full : Candidates(name, absolute)) {
    if (found(full)) return use(full);
  }
  // A function that does not exist, of a group of functions: math.max(a, b).
  if (AnyPrefixResolves(e.args[0])) return;
  const std::vector<std::string>& names = BuiltinNames();
  const std::string prefix = *chain + ".";
  auto in_group = [&prefix](const std::string& known) { return known.starts_with(prefix); };
  if (std::any_of(names.begin(), names.end(), in_group) || !ForeignCallHint(name).empty()) use(name);
}

Type Checker::CheckNamed(ExprId id, Expr& e) {
  if (e.member) QualifyFunction(e);
  if (const std::string value = CalledValue(e); !value.empty()) {
    return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("\"{}\" is a value, no function", value),
                     fmt::format("write `{}`, without ( )", value));
  }
  std::vector<Type> args;
  args.reserve(e.args.size());
  bool fault = false;
  const bool foreign = FindBuiltins(e.name).empty() && !ForeignCallHint(e.name).empty();
  for (ExprId arg : e.args) {
    // The units of DATEDIFF(day, a, b) are names of its own.
    const Expr& node = ast_.node(arg);
    if (foreign && node.kind == ExprKind::kVariable && !IsKnown(std::string(node.name), node.absolute) &&
        FindScope(node.name) == nullptr && !env_.IsNamespace(node.name)) {
      fault = true;
      args.push_back(Type::Error());
      continue;
    }
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
  if (auto result = Match(overloads, args)) {
    if (e.name == "format" && e.args.size() == 2) CheckFormat(e);
    return *result;
  }
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
    if (!fits || !HasOrder(names)) {
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

// Whether the parameter that wants types with an order got one.
bool Checker::HasOrder(const std::vector<std::pair<std::string_view, Type>>& names) const {
  return std::all_of(names.begin(), names.end(), [this](const std::pair<std::string_view, Type>& bound) {
    if (bound.first != kOrderedParameter) return true;
    const Type type = solver_.Resolve(bound.second).Unwrapped();
    return !type.is_known() || IsOrdered(type.kind());
  });
}

// A format in quotes and a list whose items are counted.
void Checker::CheckFormat(const Expr& e) {
  const Expr& format = ast_.node(e.args[0]);
  const Expr& list = ast_.node(e.args[1]);
  if (format.kind != ExprKind::kConst || !format.value.is_string() || list.kind != ExprKind::kList) return;
  const std::optional<size_t> wanted = CountFormatVerbs(format.value.as_string());
  if (!wanted || !list.optionals.empty() || *wanted == list.args.size()) return;
  Fault(Issue::Kind::kType, list.span, FormatCountFault(*wanted, list.args.size()),
        *wanted < list.args.size() ? "write %s for each value that is to be shown" : "write %% for a percent sign");
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
  const Type receiver = args.empty() ? Type() : args[0].Unwrapped();
  const bool of_items = e.member && (receiver.is(kList) || receiver.is(kMap));
  if (e.name == kSortByKeys) {
    if (!of_items) return Type::Error();  // told of the loop over it
    return Fault(Issue::Kind::kType, e.span,
                 receiver.is(kList) ? fmt::format("sortBy() cannot put {} in order", Show(args[1].element()))
                                    : fmt::format("sortBy() needs a list, this is {}", Show(receiver)),
                 "its key is a number, a text, a time, a duration, or true or false");
  }
  std::vector<std::string> shown;
  for (size_t i = e.member ? 1 : 0; i < args.size(); ++i) shown.push_back(Show(args[i].Unwrapped()));
  const std::string call = fmt::format("{}({})", e.name, fmt::join(shown, ", "));
  std::string hint = known.empty() ? "" : fmt::format("there is: {}", fmt::join(known, "; "));
  if (of_items && e.name == "sort") hint = "to sort what has no order of its own write `list.sortBy(x, x.field)`";
  if (receiver.is(kString) && e.name == "slice") hint = "write `text.substring(0, 2)`";
  if (of_items && e.name == "contains") {
    const std::string item = args[1].is(kList) ? "" : hints_.TextOr(e.args[1], "");
    hint = item.empty() ? "write `x in list`, or `sets.contains(list, [a, b])` for several"
                        : fmt::format("write `{} in {}`", item, hints_.TextOr(e.args[0], "list"));
  }
  return Fault(Issue::Kind::kType, e.span,
               e.member ? fmt::format("there is no {}.{}", Show(receiver), call) : fmt::format("there is no {}", call),
               std::move(hint));
}

Type Checker::UnknownFunction(ExprId, Expr& e) {
  const auto builtins = FindBuiltins(e.name);
  if (!builtins.empty() || env_.FindFunction(e.name) != nullptr) {
    std::vector<std::string> known;
    for (const Builtin& b : builtins) {
      for (const Signature& s : b.signatures) known.push_back(s.text);
    }
    return FaultNode(e, Issue::Kind::kType, e.name_span, fmt::format("{}() is not called like this", e.name),
                     OtherForm(hints_.ForWrongCall(e), known));
  }
  const std::string_view usage = MacroUsage(e.name);
  if (!usage.empty()) {
    return FaultNode(e, Issue::Kind::kUnknownName, e.name_span,
                     fmt::format("there is no function \"{}\" that is called like this", e.name),
                     fmt::format("write `{}`", usage));
  }
  std::string hint = hints_.ForUnknownCall(e);
  if (hint.empty()) {
    std::vector<std::string> names = BuiltinNames();
    names.insert(names.end(), env_.function_names().begin(), env_.function_names().end());
    names.insert(names.end(), MacroNames().begin(), MacroNames().end());
    std::erase_if(names, [](const std::string& name) { return name.starts_with('@'); });
    const std::string near = NearestName(e.name, names);
    if (!near.empty()) hint = fmt::format("did you mean \"{}\"?", near);
  }
  return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("there is no function \"{}\"", e.name),
                   std::move(hint));
}

}  // namespace leadline::cel
