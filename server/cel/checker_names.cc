// Names to variables, constants and types; and what to say when there is none.
#include <fmt/format.h>

#include "base/source_position.h"
#include "cel/checker.h"

namespace leadline::cel {

const Checker::Scope* Checker::FindScope(std::string_view name) const {
  for (size_t i = scopes_.size(); i-- > 0;) {
    if (scopes_[i].name == name) return &scopes_[i];
  }
  return nullptr;
}

// From the innermost name space outwards.
std::vector<std::string> Checker::Candidates(const std::string& name, bool absolute) const {
  std::vector<std::string> out;
  std::string prefix = absolute ? "" : env_.container();
  while (!prefix.empty()) {
    out.push_back(prefix + "." + name);
    const size_t dot = prefix.rfind('.');
    prefix.resize(dot == std::string::npos ? 0 : dot);
  }
  out.push_back(name);
  return out;
}

bool Checker::IsKnown(const std::string& name, bool absolute) const {
  for (const std::string& full : Candidates(name, absolute)) {
    if (env_.FindVariable(full) != nullptr || env_.FindConstant(full) != nullptr || FindTypeName(full) != nullptr) {
      return true;
    }
  }
  return false;
}

// Turns `e` into the variable, constant or type called `name`.
bool Checker::Resolve(Expr& e, const std::string& name, bool absolute) {
  for (const std::string& full : Candidates(name, absolute)) {
    if (const Env::Variable* v = env_.FindVariable(full)) {
      if (e.kind != ExprKind::kHas) e.kind = ExprKind::kVariable;
      e.name = ast_.arena().Copy(v->name);
      e.slot = v->slot;
      e.args = {};
      e.type = v->type;
      return true;
    }
    const Env::Constant* c = env_.FindConstant(full);
    const Type* type = FindTypeName(full);
    if (c == nullptr && type == nullptr) continue;
    e.args = {};
    if (e.kind == ExprKind::kHas) {
      e.value = Value::Bool(true);
    } else if (c != nullptr) {
      e.value = c->value;
      if (c->value.is_string()) e.value = Value::String(ast_.arena().Copy(c->value.as_string()));
      if (c->value.is_bytes()) e.value = Value::Bytes(ast_.arena().Copy(c->value.as_bytes()));
      e.type = c->type;
    } else {
      e.value = Value::TypeName(ast_.arena().Copy(full));
      e.type = Type::TypeOf(*type);
    }
    e.kind = ExprKind::kConst;
    return true;
  }
  return false;
}

// "a.b.c" when the node is nothing but names and dots and does not begin with a local variable.
std::optional<std::string> Checker::ChainName(ExprId id, bool* absolute) const {
  std::vector<std::string_view> parts;
  const Expr* e = &ast_.node(id);
  while (e->kind == ExprKind::kSelect) {
    parts.push_back(e->name);
    e = &ast_.node(e->args[0]);
  }
  if (e->kind != ExprKind::kVariable || e->slot >= 0) return std::nullopt;
  if (!e->absolute && FindScope(e->name) != nullptr) return std::nullopt;
  *absolute = e->absolute;
  std::string out(e->name);
  for (size_t i = parts.size(); i-- > 0;) {
    out += '.';
    out += parts[i];
  }
  return out;
}

bool Checker::ResolveChain(ExprId id, Expr& e) {
  bool absolute = false;
  const auto name = ChainName(id, &absolute);
  return name && Resolve(e, *name, absolute);
}

bool Checker::AnyPrefixResolves(ExprId id) const {
  while (true) {
    bool absolute = false;
    const auto name = ChainName(id, &absolute);
    if (!name || IsKnown(*name, absolute)) return true;
    if (ast_.node(id).kind != ExprKind::kSelect) return false;
    id = ast_.node(id).args[0];
  }
}

// The full name of the group of variables that a chain names, if it names one.
std::optional<std::string> Checker::NamespaceOf(ExprId id) const {
  bool absolute = false;
  const auto name = ChainName(id, &absolute);
  if (!name || AnyPrefixResolves(id)) return std::nullopt;
  for (const std::string& full : Candidates(*name, absolute)) {
    if (env_.IsNamespace(full)) return full;
  }
  return std::nullopt;
}

// The full name of a variable that is called like a function; "" when there is none.
std::string Checker::CalledValue(const Expr& e) const {
  if (e.args.size() != (e.member ? 1 : 0) || !FindBuiltins(e.name).empty() || env_.FindFunction(e.name) != nullptr) {
    return "";
  }
  std::string name(e.name);
  bool absolute = e.absolute;
  if (e.member) {
    const auto chain = ChainName(e.args[0], &absolute);
    if (!chain) return "";
    name = *chain + "." + name;
  }
  return IsKnown(name, absolute) ? name : "";
}

Type Checker::UnknownField(Expr& e, std::string_view owner, const std::vector<std::string>& fields) {
  const std::string near = NearestName(e.name, fields);
  std::string hint;
  if (!near.empty()) {
    hint = fmt::format("did you mean \"{}\"?", near);
  } else if (!fields.empty() && fields.size() <= 12) {
    hint = fmt::format("it has: {}", fmt::join(fields, ", "));
  }
  return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("{} has no field \"{}\"", owner, e.name),
                   std::move(hint));
}

Type Checker::UnknownName(Expr& e) {
  std::vector<std::string> known = env_.MemberNames(env_.container());
  if (!env_.container().empty()) {
    for (std::string& name : env_.MemberNames("")) known.push_back(std::move(name));
  }
  for (const Scope& scope : scopes_) {
    if (!scope.name.starts_with('@')) known.emplace_back(scope.name);
  }
  const std::string name(e.name);
  if (env_.IsNamespace(name)) {
    const std::string field = hints_.FieldBehind(e);
    const bool known_field = !field.empty() && IsKnown(field, e.absolute);
    return FaultNode(e, Issue::Kind::kUnknownName, e.name_span,
                     fmt::format("\"{}\" is a group of fields, not a value", name),
                     known_field ? fmt::format("write `{}`", field)
                                 : fmt::format("name one of its fields: {}.{}", name, env_.MemberNames(name).front()));
  }
  const std::string near = NearestName(name, known);
  std::string foreign = hints_.ForName(e);
  if (!foreign.empty()) {
    return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("there is nothing called \"{}\"", name),
                     std::move(foreign));
  }
  return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("there is nothing called \"{}\"", name),
                   near.empty() ? fmt::format("if you mean the text, write \"{}\" in quotes", name)
                                : fmt::format("did you mean \"{}\"?", near));
}

}  // namespace leadline::cel
