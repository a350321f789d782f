// Optional values.
#include "cel/functions.h"

namespace leadline::cel {

namespace {

Value Of(Args a, Arena& arena) { return Value::Optional(arena.New(a[0])); }
Value None(Args, Arena&) { return Value::Optional(nullptr); }
Value OfNonZero(Args a, Arena& arena) { return IsZeroValue(a[0]) ? Value::Optional(nullptr) : Of(a, arena); }

Value HasValue(Args a, Arena&) {
  return a[0].is_optional() ? Value::Bool(a[0].as_optional() != nullptr) : NoOverload();
}

Value Get(Args a, Arena&) {
  if (!a[0].is_optional()) return NoOverload();
  return a[0].as_optional() != nullptr ? *a[0].as_optional() : Invalid("the optional value is not there");
}

Value Or(Args a, Arena&) {
  if (!a[0].is_optional() || !a[1].is_optional()) return NoOverload();
  return a[0].as_optional() != nullptr ? a[0] : a[1];
}

Value OrValue(Args a, Arena&) {
  if (!a[0].is_optional()) return NoOverload();
  return a[0].as_optional() != nullptr ? *a[0].as_optional() : a[1];
}

constexpr FunctionRow kRows[] = {
    {"optional.of", "(A) -> optional(A)", Of},
    {"optional.none", "() -> optional(A)", None},
    {"optional.ofNonZeroValue", "(A) -> optional(A)", OfNonZero},
    {"hasValue", ".(optional(A)) -> bool", HasValue},
    {"value", ".(optional(A)) -> A", Get},
    {"or", ".(optional(A), optional(A)) -> optional(A)", Or},
    {"orValue", ".(optional(A), A) -> A", OrValue},
};

}  // namespace

std::span<const FunctionRow> OptionalFunctions() { return kRows; }

}  // namespace leadline::cel
