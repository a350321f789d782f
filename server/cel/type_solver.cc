#include "cel/type_solver.h"

#include <string>

namespace leadline::cel {

namespace {

bool IsVariable(const Type& t) { return t.is(TypeKind::kParam) && t.variable() >= 0; }

// Null stands for an absent wrapper, message-like or opaque value.
bool TakesNull(const Type& t) {
  switch (t.kind()) {
    case TypeKind::kWrapper:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kStruct:
    case TypeKind::kOptional:
    case TypeKind::kOpaque:
      return true;
    default:
      return false;
  }
}

bool IsAny(const Type& t) { return t.is(TypeKind::kDyn) || t.is(TypeKind::kError); }

}  // namespace

Type TypeSolver::Resolve(Type type) const {
  while (IsVariable(type)) {
    const std::optional<Type>& bound = bindings_[static_cast<size_t>(type.variable())];
    if (!bound) return type;
    type = *bound;
  }
  return type;
}

// Calls `f` for each parameter, in their order.
template <typename F>
Type TypeSolver::MapParameters(const Type& type, F&& f) {
  switch (type.kind()) {
    case TypeKind::kList:
      return Type::List(f(type.element()));
    case TypeKind::kMap: {
      Type key = f(type.element());
      return Type::Map(std::move(key), f(type.map_value()));
    }
    case TypeKind::kWrapper:
      return Type::Wrapper(f(type.element()));
    case TypeKind::kOptional:
      return Type::Optional(f(type.element()));
    case TypeKind::kType:
      return type.parameter_count() == 0 ? type : Type::TypeOf(f(type.element()));
    case TypeKind::kOpaque: {
      std::vector<Type> parameters;
      for (size_t i = 0; i < type.parameter_count(); ++i) parameters.push_back(f(type.parameter(i)));
      return Type::Opaque(std::string(type.name()), std::move(parameters));
    }
    default:
      return type;
  }
}

Type TypeSolver::Finish(const Type& type) const {
  const Type resolved = Resolve(type);
  if (IsVariable(resolved)) return Type::Dyn();
  if (resolved.parameter_count() == 0) return resolved;
  return MapParameters(resolved, [this](const Type& t) { return Finish(t); });
}

Type TypeSolver::Instantiate(const Type& type, std::vector<std::pair<std::string_view, Type>>& names) {
  if (type.is(TypeKind::kParam) && type.variable() < 0) {
    for (const auto& [name, replacement] : names) {
      if (name == type.name()) return replacement;
    }
    names.emplace_back(type.name(), Fresh());
    return names.back().second;
  }
  if (type.parameter_count() == 0) return type;
  return MapParameters(type, [&](const Type& t) { return Instantiate(t, names); });
}

void TypeSolver::Bind(int32_t variable, Type type) {
  std::optional<Type>& binding = bindings_[static_cast<size_t>(variable)];
  trail_.emplace_back(variable, binding);
  binding = std::move(type);
}

void TypeSolver::Undo(size_t mark) {
  while (trail_.size() > mark) {
    bindings_[static_cast<size_t>(trail_.back().first)] = trail_.back().second;
    trail_.pop_back();
  }
}

bool TypeSolver::Occurs(int32_t variable, const Type& in) const {
  const Type t = Resolve(in);
  if (IsVariable(t)) return t.variable() == variable;
  for (size_t i = 0; i < t.parameter_count(); ++i) {
    if (Occurs(variable, t.parameter(i))) return true;
  }
  return false;
}

// Finds the last variable of the chain; one already bound is widened to what covers both.
bool TypeSolver::AssignVariable(int32_t variable, const Type& other, bool other_is_source) {
  while (true) {
    const std::optional<Type>& bound = bindings_[static_cast<size_t>(variable)];
    if (!bound || !IsVariable(*bound)) break;
    variable = bound->variable();
  }
  const Type target = Resolve(other);
  if (IsVariable(target) && target.variable() == variable) return true;
  const std::optional<Type> bound = bindings_[static_cast<size_t>(variable)];
  if (!bound) {
    if (Occurs(variable, target)) return false;
    Bind(variable, target);
    return true;
  }
  const bool fits = other_is_source ? Assign(target, *bound) || Assign(*bound, target) : Assign(*bound, target);
  if (!fits) return false;
  Bind(variable, General(*bound, target));
  return true;
}

bool TypeSolver::AssignParameters(const Type& from, const Type& to) {
  if (from.parameter_count() != to.parameter_count()) return false;
  for (size_t i = 0; i < from.parameter_count(); ++i) {
    if (!Assign(from.parameter(i), to.parameter(i))) return false;
  }
  return true;
}

bool TypeSolver::Assign(const Type& from, const Type& to) {
  if (from.kind() == to.kind() && from.parameter_count() == 0 && !from.is(TypeKind::kParam) && from.name().empty()) {
    return true;
  }
  if (IsVariable(to)) return AssignVariable(to.variable(), from, true);
  if (IsVariable(from)) return AssignVariable(from.variable(), to, false);
  if (IsAny(from) || IsAny(to)) return true;
  if (from.is(TypeKind::kNull)) return TakesNull(to);
  if (to.is(TypeKind::kNull)) return TakesNull(from);
  if (from.is(TypeKind::kWrapper) || to.is(TypeKind::kWrapper)) return Assign(from.Unwrapped(), to.Unwrapped());
  if (from.kind() != to.kind()) return false;
  switch (from.kind()) {
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kOptional:
      return AssignParameters(from, to);
    case TypeKind::kType:
      return true;
    case TypeKind::kOpaque:
      return from.name() == to.name() && AssignParameters(from, to);
    case TypeKind::kStruct:
      return from.struct_type() == to.struct_type() || from.name() == to.name();
    case TypeKind::kParam:
      return from.name() == to.name();
    default:
      return true;
  }
}

Type TypeSolver::General(const Type& x, const Type& y) const {
  const Type a = Resolve(x);
  const Type b = Resolve(y);
  if (a.is(TypeKind::kError) || b.is(TypeKind::kError)) return Type::Error();
  if (IsAny(a) || IsAny(b)) return Type::Dyn();
  if (IsVariable(a) || a.is(TypeKind::kNull)) return b;
  if (IsVariable(b) || b.is(TypeKind::kNull)) return a;
  if (a.is(TypeKind::kWrapper) || b.is(TypeKind::kWrapper)) {
    return Type::Wrapper(General(a.Unwrapped(), b.Unwrapped()));
  }
  if (a.kind() != b.kind()) return Type::Dyn();
  if (a.parameter_count() == 0 || a.parameter_count() != b.parameter_count()) return a;
  size_t next = 0;
  return MapParameters(a, [&](const Type& t) { return General(t, b.parameter(next++)); });
}

std::optional<Type> TypeSolver::JoinAll(std::span<const Type> types) {
  const size_t mark = Mark();
  std::optional<Type> joined = JoinEach(types);
  if (!joined) Undo(mark);
  return joined;
}

std::optional<Type> TypeSolver::Join(const Type& a, const Type& b) {
  const Type both[] = {a, b};
  return JoinAll(both);
}

// All at once, not one after another: what the first two come to may be too wide for a third that fits each of them.
std::optional<Type> TypeSolver::JoinEach(std::span<const Type> types) {
  std::vector<Type> free;
  std::vector<Type> known;
  bool any = false;
  bool null = false;
  bool absent = false;
  for (const Type& type : types) {
    Type t = Resolve(type);
    for (; t.is(TypeKind::kWrapper); t = Resolve(t.element())) absent = true;
    if (t.is(TypeKind::kError)) return t;
    any |= t.is(TypeKind::kDyn);
    null |= t.is(TypeKind::kNull);
    if (IsVariable(t)) {
      free.push_back(std::move(t));
    } else if (!t.is(TypeKind::kDyn) && !t.is(TypeKind::kNull)) {
      known.push_back(std::move(t));
    }
  }
  if (any) return Type::Dyn();
  std::optional<Type> joined = null || free.empty() ? Type::Null() : free.front();
  if (!known.empty()) {
    joined = JoinOfOneKind(known);
    if (joined && absent) joined = Type::Wrapper(*joined);
    if (!joined || (null && !TakesNull(*joined))) return std::nullopt;
  }
  for (const Type& variable : free) {
    if (!AssignVariable(variable.variable(), *joined, true)) return std::nullopt;
  }
  return joined;
}

// Of types that are neither dyn nor null nor free.
std::optional<Type> TypeSolver::JoinOfOneKind(std::span<const Type> types) {
  const Type& first = types.front();
  for (const Type& t : types) {
    if (t.kind() != first.kind() || t.name() != first.name()) return std::nullopt;
    // "type" by itself is any type as a value.
    if (t.parameter_count() != first.parameter_count()) {
      return first.is(TypeKind::kType) ? std::optional(Type::TypeOf(Type::Dyn())) : std::nullopt;
    }
  }
  std::vector<Type> parameters;
  for (size_t i = 0; i < first.parameter_count(); ++i) {
    std::vector<Type> column;
    for (const Type& t : types) column.push_back(t.parameter(i));
    std::optional<Type> joined = JoinAll(column);
    if (!joined && !first.is(TypeKind::kType)) return std::nullopt;
    parameters.push_back(joined.value_or(Type::Dyn()));
  }
  size_t next = 0;
  return MapParameters(first, [&](const Type&) { return parameters[next++]; });
}

}  // namespace leadline::cel
