// The calls that are syntax: has(), all(), map(), cel.bind() ...
#include <fmt/format.h>

#include <optional>

#include "cel/ast_builder.h"
#include "cel/functions.h"

namespace leadline::cel {

namespace {

struct LoopMacro {
  std::string_view name;
  size_t args;
  Macro macro;
  size_t variables;
  bool filter;  // the argument before the last is one
};

constexpr LoopMacro kLoopMacros[] = {
    {"all", 2, Macro::kAll, 1, false},
    {"all", 3, Macro::kAll, 2, false},
    {"exists", 2, Macro::kExists, 1, false},
    {"exists", 3, Macro::kExists, 2, false},
    {"exists_one", 2, Macro::kExistsOne, 1, false},
    {"existsOne", 2, Macro::kExistsOne, 1, false},
    {"existsOne", 3, Macro::kExistsOne, 2, false},
    {"map", 2, Macro::kMap, 1, false},
    {"map", 3, Macro::kMap, 1, true},
    {"filter", 2, Macro::kFilter, 1, false},
    {"transformList", 3, Macro::kTransformList, 2, false},
    {"transformList", 4, Macro::kTransformList, 2, true},
    {"transformMap", 3, Macro::kTransformMap, 2, false},
    {"transformMap", 4, Macro::kTransformMap, 2, true},
    {"transformMapEntry", 3, Macro::kTransformMapEntry, 2, false},
    {"transformMapEntry", 4, Macro::kTransformMapEntry, 2, true},
};

// Expands one call. Lives for that call.
class Expander {
 public:
  Expander(AstBuilder& builder, const CallSyntax& call) : b_(builder), call_(call) {}

  ExprId Run() {
    if (call_.target == kNoExpr) return call_.name == "has" && call_.args.size() == 1 ? Has() : kNoExpr;
    if (IsNamed(call_.target, "cel")) return CelNamespace();
    if (call_.name == "optMap" && call_.args.size() == 2) return OptionalMap(false);
    if (call_.name == "optFlatMap" && call_.args.size() == 2) return OptionalMap(true);
    if (call_.name == "sortBy" && call_.args.size() == 2) return SortBy();
    for (const LoopMacro& macro : kLoopMacros) {
      if (macro.name == call_.name && macro.args == call_.args.size()) return Loop(macro);
    }
    return kNoExpr;
  }

 private:
  bool IsNamed(ExprId id, std::string_view name) const {
    const Expr& e = b_.node(id);
    return e.kind == ExprKind::kVariable && !e.absolute && e.name == name;
  }

  ExprId Fail(ExprId at, std::string message, std::string hint) {
    b_.Report(Issue::Kind::kSyntax, b_.node(at).span, std::move(message), std::move(hint));
    return b_.AddError(call_.span);
  }

  // The variable that an argument declares.
  std::optional<std::string_view> VariableName(ExprId id) {
    const Expr& e = b_.node(id);
    if (e.kind == ExprKind::kVariable && !e.absolute) return e.name;
    if (e.kind == ExprKind::kError) return "@fault";
    Fail(id, fmt::format("{}() wants a plain name here", call_.name), "for example x");
    return std::nullopt;
  }

  ExprId Has() {
    Expr e = b_.node(call_.args[0]);
    if (e.kind == ExprKind::kError) return call_.args[0];
    if (e.kind != ExprKind::kSelect) {
      return Fail(call_.args[0], "has() wants a field", "for example has(contact.email)");
    }
    const ExprId operand = e.args[0];
    e.kind = ExprKind::kHas;
    e.span = call_.span;
    return b_.Add(e, {operand});
  }

  ExprId Loop(const LoopMacro& macro) {
    Expr e;
    e.kind = ExprKind::kComprehension;
    e.macro = macro.macro;
    e.name = macro.name;
    e.name_span = call_.name_span;
    e.span = call_.span;
    const auto first = VariableName(call_.args[0]);
    if (!first) return b_.AddError(call_.span);
    e.variable = *first;
    if (macro.variables == 2) {
      const auto second = VariableName(call_.args[1]);
      if (!second) return b_.AddError(call_.span);
      if (*second == *first) return Fail(call_.args[1], fmt::format("the name \"{}\" is used twice", *first), "");
      e.variable2 = *second;
    }
    const ExprId filter = macro.filter ? call_.args[call_.args.size() - 2] : kNoExpr;
    return b_.Add(e, {call_.target, filter, call_.args.back()});
  }

  ExprId Bind(std::string_view name, ExprId initial, ExprId body) {
    Expr e;
    e.kind = ExprKind::kBind;
    e.name_span = call_.name_span;
    e.span = call_.span;
    e.variable = name;
    return b_.Add(e, {initial, body});
  }

  // bind(@target, target, @target.hasValue() ? [of](bind(name, @target.value(), body)) : none())
  ExprId OptionalMap(bool flat) {
    const auto name = VariableName(call_.args[0]);
    if (!name) return b_.AddError(call_.span);
    const SourceSpan span = call_.span;
    auto target = [&] { return b_.AddName(span, "@target"); };
    const ExprId value = b_.AddCall(span, "value", {target()}, true);
    ExprId yes = Bind(*name, value, call_.args[1]);
    if (!flat) yes = b_.AddCall(span, "optional.of", {yes}, false);
    Expr choose;
    choose.kind = ExprKind::kCall;
    choose.op = Op::kConditional;
    choose.span = span;
    choose.name_span = call_.name_span;
    const ExprId has = b_.AddCall(span, "hasValue", {target()}, true);
    const ExprId none = b_.AddCall(span, "optional.none", {}, false);
    return Bind("@target", call_.target, b_.Add(choose, {has, yes, none}));
  }

  // bind(@list, target, @list.@sortBy(@list.map(name, key)))
  ExprId SortBy() {
    const auto name = VariableName(call_.args[0]);
    if (!name) return b_.AddError(call_.span);
    Expr keys;
    keys.kind = ExprKind::kComprehension;
    keys.macro = Macro::kMap;
    keys.name = call_.name;
    keys.name_span = call_.name_span;
    keys.span = call_.span;
    keys.variable = *name;
    const ExprId map = b_.Add(keys, {b_.AddName(call_.span, "@list"), kNoExpr, call_.args[1]});
    const ExprId list = b_.AddName(call_.span, "@list");
    return Bind("@list", call_.target, b_.AddCall(call_.span, kSortByKeys, {list, map}, true));
  }

  ExprId CelNamespace() {
    const size_t count = call_.args.size();
    if (call_.name == "bind" && count == 3) {
      const auto name = VariableName(call_.args[0]);
      return name ? Bind(*name, call_.args[1], call_.args[2]) : b_.AddError(call_.span);
    }
    if (call_.name == "index" && count == 1) return Numbered("@index", call_.args.first(1));
    if (call_.name == "iterVar" && count == 2) return Numbered("@it", call_.args);
    if (call_.name == "block" && count == 2) return Block();
    return kNoExpr;
  }

  ExprId Numbered(std::string_view prefix, std::span<const ExprId> numbers) {
    std::string name(prefix);
    for (ExprId id : numbers) {
      const Expr& e = b_.node(id);
      if (e.kind != ExprKind::kConst || !e.value.is_int()) return Fail(id, "a whole number is wanted here", "");
      name += fmt::format(":{}", e.value.as_int());
    }
    return b_.AddName(call_.span, b_.Own(name));
  }

  // cel.block([a, b], body): nested binds.
  ExprId Block() {
    const Expr& list = b_.node(call_.args[0]);
    if (list.kind != ExprKind::kList) return Fail(call_.args[0], "cel.block() wants a list here", "");
    ExprId body = call_.args[1];
    for (size_t i = list.args.size(); i-- > 0;) {
      body = Bind(b_.Own(fmt::format("@index:{}", i)), b_.node(call_.args[0]).args[i], body);
    }
    return body;
  }

  AstBuilder& b_;
  const CallSyntax& call_;
};

}  // namespace

ExprId ExpandMacro(AstBuilder& builder, const CallSyntax& call) { return Expander(builder, call).Run(); }

}  // namespace leadline::cel
