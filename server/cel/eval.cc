// Evaluation of names, logic, calls and literals.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "cel/code.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

std::string_view PlainKind(const Value& v) {
  if (v.is_timestamp()) return "timestamp";
  if (v.is_duration()) return "duration";
  if (v.is_null()) return "null";
  return TypeNameOf(v);
}

bool MayBeAbsent(const Expr& e) {
  return e.kind == ExprKind::kVariable || e.kind == ExprKind::kSelect || e.kind == ExprKind::kLocal;
}

Value KeyError(std::string_view shown, Arena& arena) {
  return Value::Error(ErrorCode::kNoSuchKey, arena.Copy(fmt::format("there is no key {}", shown)));
}

Value Some(const Value& v, Arena& arena) { return Value::Optional(arena.New(v)); }

// The type of what stands before the field.
const Type& OperandType(const Node& n, const Frame& f) {
  return f.ast->node(f.ast->node(n.expr).args[0]).type.Unwrapped();
}

enum class Found { kYes, kMissing, kError };

// Field `n.value` of `operand`, which is no optional. kMissing: a map without the key, a struct with an absent field.
Found FindField(const Node& n, Frame& f, const Value& operand, Value* out) {
  if (operand.is_map()) {
    const Value* found = FindKey(operand, n.value);
    if (found == nullptr) return Found::kMissing;
    *out = *found;
    return Found::kYes;
  }
  if (operand.is_struct()) {
    const Record& record = *operand.as_record();
    const int field = n.slot >= 0 ? n.slot : record.type->FieldIndex(n.value.as_string());
    if (field >= 0) {
      *out = record.fields[field];
      return out->is_null() ? Found::kMissing : Found::kYes;
    }
    *out = Value::Error(ErrorCode::kNoSuchField,
                        f.arena->Copy(fmt::format("{} has no field \"{}\"", record.type->name, n.value.as_string())));
    return Found::kError;
  }
  *out = operand.is_error() ? operand : OperandError(n, f, {&operand, 1});
  return Found::kError;
}

}  // namespace

Value OperandError(const Node& n, Frame& f, Args operands) {
  if (f.quiet) return Value::Error(ErrorCode::kNoSuchOverload, "");
  const Expr& e = f.ast->node(n.expr);
  std::vector<std::string_view> kinds;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_null() && i < e.args.size() && e.args[i] != kNoExpr && MayBeAbsent(f.ast->node(e.args[i]))) {
      return Value::Error(ErrorCode::kNoSuchOverload,
                          f.arena->Copy(fmt::format("{} is absent", f.ast->Text(e.args[i]))));
    }
    kinds.push_back(PlainKind(operands[i]));
  }
  if (e.kind == ExprKind::kSelect || e.kind == ExprKind::kHas || e.op == Op::kOptionalSelect) {
    return Value::Error(ErrorCode::kNoSuchOverload,
                        f.arena->Copy(fmt::format("{} has no field \"{}\"", kinds[0], e.name)));
  }
  const std::string_view what = e.name.empty() ? f.ast->Text(e.name_span) : e.name;
  return Value::Error(ErrorCode::kNoSuchOverload,
                      f.arena->Copy(fmt::format("\"{}\" cannot be applied to {}", what, fmt::join(kinds, " and "))));
}

Value ConditionError(const Node& part, Frame& f, const Value& v) {
  if (v.is_error()) return v;
  if (f.quiet) return Value::Error(ErrorCode::kNoSuchOverload, "");
  const std::string_view text = f.ast->Text(part.expr);
  const std::string message = v.is_null() && MayBeAbsent(f.ast->node(part.expr))
                                  ? fmt::format("{} is absent", text)
                                  : fmt::format("\"{}\" is {}, not true or false", text, PlainKind(v));
  return Value::Error(ErrorCode::kNoSuchOverload, f.arena->Copy(message));
}

Value EvalConst(const Node& n, Frame&) { return n.value; }
Value EvalSlot(const Node& n, Frame& f) { return f.slots[n.slot]; }
Value EvalLocal(const Node& n, Frame& f) { return f.locals[n.local]; }

Value EvalAnd(const Node& n, Frame& f) {
  Value fault = Value::Bool(true);
  for (const Node* part : n.list) {
    const Value v = Run(*part, f);
    if (v.is_bool()) {
      if (!v.as_bool()) return v;
    } else if (!fault.is_error()) {
      fault = ConditionError(*part, f, v);
    }
  }
  return fault;
}

Value EvalOr(const Node& n, Frame& f) {
  Value fault = Value::Bool(false);
  for (const Node* part : n.list) {
    const Value v = Run(*part, f);
    if (v.is_bool()) {
      if (v.as_bool()) return v;
    } else if (!fault.is_error()) {
      fault = ConditionError(*part, f, v);
    }
  }
  return fault;
}

Value EvalNot(const Node& n, Frame& f) {
  const Value v = Run(*n.a, f);
  return v.is_bool() ? Value::Bool(!v.as_bool()) : ConditionError(*n.a, f, v);
}

Value EvalConditional(const Node& n, Frame& f) {
  const Value v = Run(*n.a, f);
  return v.is_bool() ? Run(v.as_bool() ? *n.b : *n.c, f) : ConditionError(*n.a, f, v);
}

Value EvalCall(const Node& n, Frame& f) {
  constexpr size_t kInline = 4;
  Value inline_args[kInline];
  const size_t count = n.list.size();
  Value* args = count <= kInline ? inline_args : f.arena->NewArray<Value>(count);
  for (size_t i = 0; i < count; ++i) {
    args[i] = Run(*n.list[i], f);
    if (args[i].is_error()) return args[i];
  }
  const Value result = n.function({args, count}, *f.arena);
  if (result.is_error() && result.error_code() == ErrorCode::kNoSuchOverload) return OperandError(n, f, {args, count});
  return result;
}

Value EvalMatchesConst(const Node& n, Frame& f) {
  const Value text = Run(*n.a, f);
  if (!text.is_string()) return text.is_error() ? text : OperandError(n, f, {&text, 1});
  const std::string_view view = text.as_string();
  return Value::Bool(RE2::PartialMatch(re2::StringPiece(view.data(), view.size()), *static_cast<const RE2*>(n.data)));
}

Value EvalInZone(const Node& n, Frame& f) {
  Value args[] = {Run(*n.list[0], f), Value::Null()};
  if (args[0].is_error()) return args[0];
  args[1] = Run(*n.list[1], f);
  if (args[1].is_error()) return args[1];
  if (!args[0].is_timestamp() || !args[1].is_string()) return OperandError(n, f, args);
  args[1] = OffsetOf(args[0], args[1].as_string(), *static_cast<const TimeZones*>(n.data));
  return args[1].is_error() ? args[1] : n.function({args, 2}, *f.arena);
}

Value EvalSelect(const Node& n, Frame& f) {
  const Value operand = Run(*n.a, f);
  Value out;
  if (operand.is_optional()) {
    if (operand.as_optional() == nullptr) return operand;
    const Found found = FindField(n, f, *operand.as_optional(), &out);
    if (found == Found::kError) return out;
    return found == Found::kMissing ? Value::Optional(nullptr) : Some(out, *f.arena);
  }
  if (FindField(n, f, operand, &out) != Found::kMissing) return out;
  return operand.is_map() ? KeyError(Quote(n.value.as_string()), *f.arena) : Value::Null();
}

Value EvalOptionalSelect(const Node& n, Frame& f) {
  Value operand = Run(*n.a, f);
  if (operand.is_optional()) {
    if (operand.as_optional() == nullptr) return operand;
    operand = *operand.as_optional();
  }
  Value out;
  const Found found = FindField(n, f, operand, &out);
  if (found == Found::kError) return out;
  return found == Found::kMissing ? Value::Optional(nullptr) : Some(out, *f.arena);
}

Value EvalHasSlot(const Node& n, Frame& f) { return Value::Bool(!f.slots[n.slot].is_null()); }

Value EvalHas(const Node& n, Frame& f) {
  Value operand = Run(*n.a, f);
  if (operand.is_optional()) {
    if (operand.as_optional() == nullptr) return Value::Bool(false);
    operand = *operand.as_optional();
  }
  // Nothing stands in a record that is not there.
  if (operand.is_null() && OperandType(n, f).is(TypeKind::kStruct)) return Value::Bool(false);
  Value out;
  const Found found = FindField(n, f, operand, &out);
  return found == Found::kError ? out : Value::Bool(found == Found::kYes);
}

namespace {

// Element `index` of `target`, which is no optional.
Found FindIndex(const Node& n, Frame& f, const Value& target, const Value& index, Value* out) {
  if (target.is_map()) {
    const bool key = index.is_string() || index.is_bool() || index.is_int() || index.is_uint() || index.is_double();
    const Value* found = key ? FindKey(target, index) : nullptr;
    if (found == nullptr) return Found::kMissing;
    *out = *found;
    return Found::kYes;
  }
  if (!target.is_list()) {
    const Value operands[] = {target, index};
    *out = OperandError(n, f, operands);
    return Found::kError;
  }
  int64_t at = -1;
  if (index.is_int()) {
    at = index.as_int();
  } else if (index.is_uint() && index.as_uint() < (1ull << 62)) {
    at = static_cast<int64_t>(index.as_uint());
  } else if (index.is_double() && index.as_double() == std::floor(index.as_double()) &&
             std::abs(index.as_double()) < 1e15) {
    at = static_cast<int64_t>(index.as_double());
  } else {
    *out = Invalid("a list is indexed by a whole number");
    return Found::kError;
  }
  const auto items = target.as_list();
  if (at < 0 || static_cast<uint64_t>(at) >= items.size()) return Found::kMissing;
  *out = items[static_cast<size_t>(at)];
  return Found::kYes;
}

Value Index(const Node& n, Frame& f, bool optional) {
  Value target = Run(*n.a, f);
  if (target.is_error()) return target;
  const Value index = Run(*n.b, f);
  if (index.is_error()) return index;
  if (target.is_optional()) {
    if (target.as_optional() == nullptr) return target;
    target = *target.as_optional();
    optional = true;
  }
  Value out;
  const Found found = FindIndex(n, f, target, index, &out);
  if (found == Found::kError) return out;
  if (optional) return found == Found::kMissing ? Value::Optional(nullptr) : Some(out, *f.arena);
  if (found == Found::kYes) return out;
  if (target.is_map()) return KeyError(DisplayBriefly(index), *f.arena);
  return OutOfRange(
      f.arena->Copy(fmt::format("index {} is outside a list of {}", ToDisplayString(index), target.as_list().size())));
}

// The value that an item written with `?` adds. False: none, or `*item` became an error.
bool OpenOptional(Value* item) {
  if (item->is_error()) return false;
  if (!item->is_optional()) {
    *item = Invalid("? needs an optional value");
    return false;
  }
  if (item->as_optional() == nullptr) return false;
  *item = *item->as_optional();
  return true;
}

}  // namespace

Value EvalIndex(const Node& n, Frame& f) { return Index(n, f, false); }
Value EvalOptionalIndex(const Node& n, Frame& f) { return Index(n, f, true); }

Value EvalList(const Node& n, Frame& f) {
  Value* items = f.arena->NewArray<Value>(n.list.size());
  const auto* optionals = static_cast<const uint8_t*>(n.data);
  size_t count = 0;
  for (size_t i = 0; i < n.list.size(); ++i) {
    Value item = Run(*n.list[i], f);
    const bool keep = optionals == nullptr || optionals[i] == 0 || OpenOptional(&item);
    if (item.is_error()) return item;
    if (keep) items[count++] = item;
  }
  return Value::List({items, count});
}

Value EvalMap(const Node& n, Frame& f) {
  MapEntry* entries = f.arena->NewArray<MapEntry>(n.list.size() / 2);
  const auto* optionals = static_cast<const uint8_t*>(n.data);
  size_t count = 0;
  for (size_t i = 0; i < n.list.size(); i += 2) {
    const Value key = Run(*n.list[i], f);
    if (key.is_error()) return key;
    Value item = Run(*n.list[i + 1], f);
    const bool keep = optionals == nullptr || optionals[i / 2] == 0 || OpenOptional(&item);
    if (item.is_error()) return item;
    if (keep) entries[count++] = {key, item};
  }
  return MakeMap({entries, count}, *f.arena);
}

Value MakeMap(std::span<MapEntry> entries, Arena& arena) {
  for (const MapEntry& e : entries) {
    if (!e.key.is_string() && !e.key.is_bool() && !e.key.is_int() && !e.key.is_uint()) {
      return Invalid(arena.Copy(fmt::format("{} cannot be a key of a map", PlainKind(e.key))));
    }
  }
  constexpr size_t kSmall = 16;
  const bool sorted = entries.size() > kSmall;
  if (sorted) {
    std::sort(entries.begin(), entries.end(),
              [](const MapEntry& a, const MapEntry& b) { return KeyLess(a.key, b.key); });
  }
  for (size_t i = 1; i < entries.size(); ++i) {
    for (size_t k = sorted ? i - 1 : 0; k < i; ++k) {
      if (Equals(entries[k].key, entries[i].key)) {
        return Invalid(arena.Copy(fmt::format("the key {} is repeated", ToDisplayString(entries[i].key))));
      }
    }
  }
  return sorted ? Value::SortedMap(entries) : Value::Map(entries);
}

}  // namespace leadline::cel
