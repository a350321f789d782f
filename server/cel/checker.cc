#include "cel/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cel/hints/foreign_calls.h"

namespace leadline::cel {

Resolution Checker::Run() {
  out_.functions.assign(ast_.size(), nullptr);
  const Type result = Check(ast_.root());
  if (options_.expected_type && parsed_ && !solver_.Assign(result, *options_.expected_type)) {
    Fault(Issue::Kind::kType, ast_.root_node().span,
          fmt::format("this gives {}, but {} is wanted", Show(result), options_.expected_type->ToString()),
          options_.expected_type->is(TypeKind::kBool) ? hints_.ForCondition(ast_.root(), false) : "");
  }
  for (size_t i = 0; i < ast_.size(); ++i) {
    Expr& e = ast_.mutable_node(static_cast<ExprId>(i));
    if (e.type.is(TypeKind::kParam) || e.type.parameter_count() > 0) e.type = solver_.Finish(e.type);
  }
  return std::move(out_);
}

Type Checker::Fault(Issue::Kind kind, SourceSpan span, std::string message, std::string hint) {
  if (options_.check) issues_.push_back({kind, span, std::move(message), std::move(hint)});
  return options_.check ? Type::Error() : Type::Dyn();
}

Type Checker::FaultNode(Expr& e, Issue::Kind kind, SourceSpan span, std::string message, std::string hint) {
  e.kind = ExprKind::kError;
  e.args = {};
  e.name = ast_.arena().Copy(message);
  return Fault(kind, span, std::move(message), std::move(hint));
}

int32_t Checker::PushScope(std::string_view name, Type type) {
  const auto local = static_cast<int32_t>(scopes_.size());
  scopes_.push_back({name, std::move(type), local});
  out_.local_count = std::max(out_.local_count, local + 1);
  return local;
}

Type Checker::Check(ExprId id) {
  Expr& e = ast_.mutable_node(id);
  Type type = CheckNode(id, e);
  e.type = type;
  return type;
}

Type Checker::CheckNode(ExprId id, Expr& e) {
  switch (e.kind) {
    case ExprKind::kError:
      return Type::Error();
    case ExprKind::kConst:
      switch (e.value.kind()) {
        case Kind::kBool:
          return Type::Bool();
        case Kind::kInt:
          return Type::Int();
        case Kind::kUint:
          return Type::Uint();
        case Kind::kDouble:
          return Type::Double();
        case Kind::kString:
          return Type::String();
        case Kind::kBytes:
          return Type::Bytes();
        default:
          return Type::Null();
      }
    case ExprKind::kVariable:
    case ExprKind::kLocal:
      return CheckName(e);
    case ExprKind::kSelect:
      return CheckSelect(id, e);
    case ExprKind::kHas:
      return CheckHas(e);
    case ExprKind::kCall:
      return CheckCall(id, e);
    case ExprKind::kList:
      return CheckList(e);
    case ExprKind::kMap:
      return CheckMap(e);
    case ExprKind::kStruct:
      return CheckStruct(id, e);
    case ExprKind::kComprehension:
      return CheckComprehension(e);
    case ExprKind::kBind:
      return CheckBind(e);
  }
  return Type::Error();
}

Type Checker::CheckName(Expr& e) {
  if (!e.absolute) {
    if (const Scope* scope = FindScope(e.name)) {
      e.kind = ExprKind::kLocal;
      e.local = scope->local;
      return scope->type;
    }
  }
  return Resolve(e, std::string(e.name), e.absolute) ? e.type : UnknownName(e);
}

Type Checker::CheckSelect(ExprId id, Expr& e) {
  if (ResolveChain(id, e)) return e.type;
  if (const auto group = NamespaceOf(e.args[0])) return UnknownField(e, *group, env_.MemberNames(*group));
  const Type operand = solver_.Resolve(Check(e.args[0]));
  return SelectFrom(operand, e);
}

namespace {

bool IsFunctionOf(const Type& receiver, std::string_view name) {
  for (const Builtin& b : FindBuiltins(name)) {
    for (const Signature& s : b.signatures) {
      if (b.member && s.parameters[0].kind() == receiver.kind()) return true;
    }
  }
  return false;
}

}  // namespace

Type Checker::SelectFrom(const Type& operand, Expr& e) {
  const Type type = solver_.Resolve(operand).Unwrapped();
  switch (type.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kParam:
      return Type::Dyn();
    case TypeKind::kError:
      return type;
    case TypeKind::kMap:
      if (!solver_.Assign(Type::String(), type.element())) break;
      return type.map_value();
    case TypeKind::kOptional: {
      const Type inner = SelectFrom(type.element(), e);
      return inner.is(TypeKind::kOptional) ? inner : Type::Optional(inner);
    }
    case TypeKind::kStruct: {
      const StructType& fields = *type.struct_type();
      e.field_index = fields.FieldIndex(e.name);
      if (e.field_index >= 0) return fields.fields[static_cast<size_t>(e.field_index)].type;
      std::vector<std::string> names;
      for (const StructField& field : fields.fields) names.push_back(field.name);
      return UnknownField(e, fields.name, names);
    }
    default:
      break;
  }
  std::string hint = hints_.ForField(e);
  if (hint.empty() && IsFunctionOf(type, e.name)) hint = fmt::format("\"{}\" is a function: call it with ( )", e.name);
  if (hint.empty()) hint = fmt::format("\".{}\" needs a map or a record before it", e.name);
  return Fault(Issue::Kind::kType, e.name_span, fmt::format("{} has no fields", Show(type)), std::move(hint));
}

Type Checker::CheckHas(Expr& e) {
  bool absolute = false;
  if (const auto chain = ChainName(e.args[0], &absolute)) {
    const ExprId operand = e.args[0];
    if (Resolve(e, *chain + "." + std::string(e.name), absolute)) return Type::Bool();
    if (const auto group = NamespaceOf(operand)) return UnknownField(e, *group, env_.MemberNames(*group));
  }
  const Type selected = SelectFrom(Check(e.args[0]), e);
  return selected.is(TypeKind::kError) ? selected : Type::Bool();
}

// The type that item `i` of a list or map contributes: what is inside, when it is written with `?`.
Type Checker::ElementOf(const Expr& e, size_t i, ExprId item) {
  const Type type = solver_.Resolve(Check(item));
  if (e.optionals.empty() || e.optionals[i] == 0 || !type.is_known()) return type;
  if (type.is(TypeKind::kOptional)) return type.element();
  return Fault(Issue::Kind::kType, ast_.node(item).span,
               fmt::format("? needs an optional value, this is {}", Show(type)));
}

namespace {

// Most literals have many items of few types.
void AddType(std::vector<Type>& types, Type type) {
  if (types.empty() || !(types.back() == type)) types.push_back(std::move(type));
}

}  // namespace

Type Checker::CheckList(Expr& e) {
  if (e.args.empty()) return Type::List(solver_.Fresh());
  std::vector<Type> items;
  for (size_t i = 0; i < e.args.size(); ++i) AddType(items, ElementOf(e, i, e.args[i]));
  return Type::List(JoinItems(items));
}

Type Checker::CheckMap(Expr& e) {
  if (e.args.empty()) return Type::Map(solver_.Fresh(), solver_.Fresh());
  std::vector<Type> keys;
  std::vector<Type> values;
  for (size_t i = 0; i < e.args.size(); i += 2) {
    const Type k = solver_.Resolve(Check(e.args[i]));
    const Type v = ElementOf(e, i / 2, e.args[i + 1]);
    switch (k.kind()) {
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kString:
      case TypeKind::kDyn:
      case TypeKind::kError:
      case TypeKind::kParam:
      case TypeKind::kWrapper:
        break;
      default:
        Fault(Issue::Kind::kType, ast_.node(e.args[i]).span, fmt::format("{} cannot be a key of a map", Show(k)),
              "keys are text, whole numbers or true and false");
    }
    AddType(keys, k);
    AddType(values, v);
  }
  Type key = JoinItems(keys);
  return Type::Map(std::move(key), JoinItems(values));
}

bool Checker::IsCondition(ExprId id, std::string_view what, const Expr* chain) {
  const Type type = solver_.Resolve(ast_.node(id).type);
  // A tree with syntax faults has the left halves of comparisons as conditions.
  if (solver_.Assign(type, Type::Bool()) || !parsed_) return true;
  std::string hint = chain == nullptr ? "" : hints_.ForAlternatives(*chain);
  if (hint.empty()) hint = hints_.ForCondition(id, what == "!");
  if (hint.empty()) hint = "a condition is true or false, such as a comparison";
  Fault(Issue::Kind::kType, ast_.node(id).span, fmt::format("{} needs a condition here, this is {}", what, Show(type)),
        std::move(hint));
  return false;
}

Type Checker::CheckComprehension(Expr& e) {
  const Type range = solver_.Resolve(Check(e.args[0])).Unwrapped();
  Type key = Type::Dyn();
  Type item = Type::Dyn();
  const bool two = !e.variable2.empty();
  if (range.is(TypeKind::kList)) {
    key = two ? Type::Int() : range.element();
    item = range.element();
  } else if (range.is(TypeKind::kMap)) {
    key = range.element();
    item = range.map_value();
  } else if (range.is_known()) {
    Fault(Issue::Kind::kType, ast_.node(e.args[0]).span,
          fmt::format("{}() needs a list or a map, this is {}", e.name, Show(range)));
    key = Type::Error();
    item = Type::Error();
  }
  e.local = PushScope(e.variable, key);
  if (two) e.local2 = PushScope(e.variable2, item);
  if (e.args[1] != kNoExpr) {
    Check(e.args[1]);
    IsCondition(e.args[1], fmt::format("{}()", e.name));
  }
  const Type body = Check(e.args[2]);
  PopScope();
  if (two) PopScope();
  switch (e.macro) {
    case Macro::kMap:
    case Macro::kTransformList:
      return Type::List(body);
    case Macro::kTransformMap:
      return Type::Map(key, body);
    case Macro::kTransformMapEntry:
      if (solver_.Assign(body, Type::Map(solver_.Fresh(), solver_.Fresh()))) return body;
      return Fault(Issue::Kind::kType, ast_.node(e.args[2]).span,
                   "transformMapEntry() needs a map here, such as {k: v}");
    case Macro::kFilter:
      IsCondition(e.args[2], "filter()");
      return Type::List(key);
    default:
      IsCondition(e.args[2], fmt::format("{}()", e.name));
      return Type::Bool();
  }
}

Type Checker::CheckBind(Expr& e) {
  const Type initial = Check(e.args[0]);
  e.local = PushScope(e.variable, initial);
  const Type body = Check(e.args[1]);
  PopScope();
  return body;
}

void Checker::CheckStructField(const MessageType& message, const Expr& e, size_t entry) {
  const Expr& name = ast_.node(e.args[2 * entry]);
  const Type given = ElementOf(e, entry, e.args[2 * entry + 1]);
  std::vector<std::string> known;
  for (const MessageType::Field& field : message.fields) {
    known.emplace_back(field.name);
    if (field.name != name.value.as_string()) continue;
    if (!solver_.Assign(given, field.type)) {
      Fault(Issue::Kind::kType, ast_.node(e.args[2 * entry + 1]).span,
            fmt::format("{} of {} is {}, not {}", field.name, message.name, field.type.ToString(), Show(given)));
    }
    return;
  }
  Fault(Issue::Kind::kUnknownName, name.span,
        fmt::format("{} has no field \"{}\"", message.name, name.value.as_string()),
        fmt::format("it has: {}", fmt::join(known, ", ")));
}

// A literal of a known message type becomes a call of what makes its value.
Type Checker::CheckStruct(ExprId id, Expr& e) {
  const MessageType* message = nullptr;
  for (const std::string& full : Candidates(std::string(e.name), e.absolute)) {
    if (message == nullptr) message = FindMessageType(full);
  }
  if (message == nullptr) {
    for (size_t i = 1; i < e.args.size(); i += 2) Check(e.args[i]);
    return FaultNode(e, Issue::Kind::kUnknownName, e.name_span, fmt::format("there is no message type \"{}\"", e.name),
                     "records are read, not made, in an expression");
  }
  for (size_t i = 0; i < e.args.size() / 2; ++i) {
    CheckStructField(*message, e, i);
    // More entries than fields: one of the first is unknown or given twice already.
    for (size_t k = 0; k < i && i <= message->fields.size(); ++k) {
      const Expr& name = ast_.node(e.args[2 * i]);
      if (!Equals(ast_.node(e.args[2 * k]).value, name.value)) continue;
      return FaultNode(e, Issue::Kind::kSyntax, name.span,
                       fmt::format("the field \"{}\" is given twice", name.value.as_string()));
    }
  }
  e.kind = ExprKind::kCall;
  e.name = message->name;
  out_.functions[static_cast<size_t>(id)] = message->make;
  return message->result;
}

}  // namespace leadline::cel
