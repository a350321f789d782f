// Evaluation of comparisons and `in`.
#include <algorithm>

#include "cel/code.h"

namespace leadline::cel {

namespace {

template <Op op>
bool Holds(Order o) {
  switch (op) {
    case Op::kLess:
      return o == Order::kLess;
    case Op::kLessEqual:
      return o == Order::kLess || o == Order::kEqual;
    case Op::kGreater:
      return o == Order::kGreater;
    default:
      return o == Order::kGreater || o == Order::kEqual;
  }
}

template <Op op, typename T>
bool Apply(const T& a, const T& b) {
  switch (op) {
    case Op::kEqual:
      return a == b;
    case Op::kNotEqual:
      return !(a == b);
    case Op::kLess:
      return a < b;
    case Op::kLessEqual:
      return a <= b;
    case Op::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

template <Op op>
[[gnu::noinline]] Value CompareSlow(const Node& n, Frame& f, const Value& a, const Value& b) {
  if (a.is_error()) return a;
  if (b.is_error()) return b;
  if constexpr (op == Op::kEqual || op == Op::kNotEqual) return Value::Bool(Equals(a, b) == (op == Op::kEqual));
  const Order order = Compare(a, b);
  if (order != Order::kNotComparable) return Value::Bool(Holds<op>(order));
  const Value operands[] = {a, b};
  return OperandError(n, f, operands);
}

template <Op op>
inline Value CompareValues(const Node& n, Frame& f, const Value& a, const Value& b) {
  if (a.is_double() && b.is_double()) return Value::Bool(Apply<op>(a.as_double(), b.as_double()));
  if (a.is_int() && b.is_int()) return Value::Bool(Apply<op>(a.as_int(), b.as_int()));
  return CompareSlow<op>(n, f, a, b);
}

template <Op op>
Value EvalCompare(const Node& n, Frame& f) {
  const Value a = Run(*n.a, f);
  const Value b = Run(*n.b, f);
  return CompareValues<op>(n, f, a, b);
}

template <Op op>
Value EvalCompareConst(const Node& n, Frame& f) {
  const Value a = Run(*n.a, f);
  return CompareValues<op>(n, f, a, n.value);
}

template <Op op, Kind kind>
Value EvalSlotConst(const Node& n, Frame& f) {
  const Value& a = f.slots[n.slot];
  if (a.kind() != kind) return CompareSlow<op>(n, f, a, n.value);
  if constexpr (kind == Kind::kDouble) return Value::Bool(Apply<op>(a.as_double(), n.value.as_double()));
  if constexpr (kind == Kind::kInt) return Value::Bool(Apply<op>(a.as_int(), n.value.as_int()));
  if constexpr (op == Op::kEqual) return Value::Bool(a.as_string() == n.value.as_string());
  if constexpr (op == Op::kNotEqual) return Value::Bool(a.as_string() != n.value.as_string());
  return Value::Bool(Apply<op>(a.as_string(), n.value.as_string()));
}

template <Op op>
Eval SlotConst(Kind constant) {
  switch (constant) {
    case Kind::kDouble:
      return EvalSlotConst<op, Kind::kDouble>;
    case Kind::kInt:
      return EvalSlotConst<op, Kind::kInt>;
    case Kind::kString:
      return EvalSlotConst<op, Kind::kString>;
    default:
      return nullptr;
  }
}

bool TextLess(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

Value InRange(const Node& n, Frame& f, const Value& item, const Value& range) {
  if (range.is_list()) {
    for (const Value& v : range.as_list()) {
      if (Equals(item, v)) return Value::Bool(true);
    }
    return Value::Bool(false);
  }
  if (range.is_map()) return Value::Bool(FindKey(range, item) != nullptr);
  const Value operands[] = {item, range};
  return OperandError(n, f, operands);
}

Value InText(std::string_view text, std::span<const Value> items) {
  for (const Value& v : items) {
    if (v.is_string() && v.as_string() == text) return Value::Bool(true);
  }
  return Value::Bool(false);
}

}  // namespace

Eval CompareEval(Op op) {
  switch (op) {
    case Op::kEqual:
      return EvalCompare<Op::kEqual>;
    case Op::kNotEqual:
      return EvalCompare<Op::kNotEqual>;
    case Op::kLess:
      return EvalCompare<Op::kLess>;
    case Op::kLessEqual:
      return EvalCompare<Op::kLessEqual>;
    case Op::kGreater:
      return EvalCompare<Op::kGreater>;
    default:
      return EvalCompare<Op::kGreaterEqual>;
  }
}

Eval CompareConstEval(Op op) {
  switch (op) {
    case Op::kEqual:
      return EvalCompareConst<Op::kEqual>;
    case Op::kNotEqual:
      return EvalCompareConst<Op::kNotEqual>;
    case Op::kLess:
      return EvalCompareConst<Op::kLess>;
    case Op::kLessEqual:
      return EvalCompareConst<Op::kLessEqual>;
    case Op::kGreater:
      return EvalCompareConst<Op::kGreater>;
    default:
      return EvalCompareConst<Op::kGreaterEqual>;
  }
}

Eval CompareSlotConstEval(Op op, Kind constant) {
  switch (op) {
    case Op::kEqual:
      return SlotConst<Op::kEqual>(constant);
    case Op::kNotEqual:
      return SlotConst<Op::kNotEqual>(constant);
    case Op::kLess:
      return SlotConst<Op::kLess>(constant);
    case Op::kLessEqual:
      return SlotConst<Op::kLessEqual>(constant);
    case Op::kGreater:
      return SlotConst<Op::kGreater>(constant);
    default:
      return SlotConst<Op::kGreaterEqual>(constant);
  }
}

Value EvalIn(const Node& n, Frame& f) {
  const Value item = Run(*n.a, f);
  if (item.is_error()) return item;
  const Value range = Run(*n.b, f);
  if (range.is_error()) return range;
  if (item.is_string() && range.is_list()) return InText(item.as_string(), range.as_list());
  return InRange(n, f, item, range);
}

Value EvalInTexts(const Node& n, Frame& f) {
  const Value item = Run(*n.a, f);
  if (!item.is_string()) return item.is_error() ? item : InRange(n, f, item, n.value);
  const auto& set = static_cast<const ConstSet*>(n.data)->texts;
  const auto at = std::lower_bound(set.begin(), set.end(), item.as_string(), TextLess);
  return Value::Bool(at != set.end() && *at == item.as_string());
}

Value EvalInInts(const Node& n, Frame& f) {
  const Value item = Run(*n.a, f);
  if (!item.is_int()) return item.is_error() ? item : InRange(n, f, item, n.value);
  const auto& set = static_cast<const ConstSet*>(n.data)->ints;
  return Value::Bool(std::binary_search(set.begin(), set.end(), item.as_int()));
}

}  // namespace leadline::cel
