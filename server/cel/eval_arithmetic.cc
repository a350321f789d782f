// Evaluation of + - * / % and negation.
#include <cstring>
#include <limits>

#include "cel/code.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

constexpr int64_t kNanos = 1'000'000'000;

Value Overflow() { return OutOfRange("the result does not fit in 64 bits"); }
Value TimeRange() { return OutOfRange("the time is outside the years 1 to 9999"); }
Value DurationRange() { return OutOfRange("the duration is longer than 292 years"); }

template <Op op>
Value OnInts(int64_t a, int64_t b) {
  int64_t out = 0;
  if constexpr (op == Op::kAdd) return __builtin_add_overflow(a, b, &out) ? Overflow() : Value::Int(out);
  if constexpr (op == Op::kSubtract) return __builtin_sub_overflow(a, b, &out) ? Overflow() : Value::Int(out);
  if constexpr (op == Op::kMultiply) return __builtin_mul_overflow(a, b, &out) ? Overflow() : Value::Int(out);
  if (b == 0) {
    return Value::Error(ErrorCode::kDivideByZero, op == Op::kDivide ? "division by zero" : "remainder by zero");
  }
  if (b == -1) {
    if (op == Op::kModulo) return Value::Int(0);
    return a == std::numeric_limits<int64_t>::min() ? Overflow() : Value::Int(-a);
  }
  return Value::Int(op == Op::kDivide ? a / b : a % b);
}

template <Op op>
Value OnUints(uint64_t a, uint64_t b) {
  uint64_t out = 0;
  if constexpr (op == Op::kAdd) return __builtin_add_overflow(a, b, &out) ? Overflow() : Value::Uint(out);
  if constexpr (op == Op::kSubtract) return __builtin_sub_overflow(a, b, &out) ? Overflow() : Value::Uint(out);
  if constexpr (op == Op::kMultiply) return __builtin_mul_overflow(a, b, &out) ? Overflow() : Value::Uint(out);
  if (b == 0) {
    return Value::Error(ErrorCode::kDivideByZero, op == Op::kDivide ? "division by zero" : "remainder by zero");
  }
  return Value::Uint(op == Op::kDivide ? a / b : a % b);
}

template <Op op>
Value OnDoubles(double a, double b) {
  switch (op) {
    case Op::kAdd:
      return Value::Double(a + b);
    case Op::kSubtract:
      return Value::Double(a - b);
    case Op::kMultiply:
      return Value::Double(a * b);
    default:
      return Value::Double(a / b);
  }
}

std::string_view Join(Arena& arena, std::string_view a, std::string_view b) {
  char* out = arena.NewArray<char>(a.size() + b.size());
  if (!a.empty()) std::memcpy(out, a.data(), a.size());
  if (!b.empty()) std::memcpy(out + a.size(), b.data(), b.size());
  return {out, a.size() + b.size()};
}

Value JoinLists(Arena& arena, std::span<const Value> a, std::span<const Value> b) {
  if (a.empty()) return Value::List(b);
  if (b.empty()) return Value::List(a);
  Value* out = arena.NewArray<Value>(a.size() + b.size());
  std::copy(a.begin(), a.end(), out);
  std::copy(b.begin(), b.end(), out + a.size());
  return Value::List({out, a.size() + b.size()});
}

Value Shift(const Value& time, __int128 nanos) {
  const __int128 total = static_cast<__int128>(time.timestamp_seconds()) * kNanos + time.timestamp_nanos() + nanos;
  auto seconds = static_cast<int64_t>(total / kNanos);
  auto rest = static_cast<int64_t>(total % kNanos);
  if (rest < 0) {
    rest += kNanos;
    --seconds;
  }
  if (seconds < kMinSeconds || seconds > kMaxSeconds) return TimeRange();
  return Value::Timestamp(seconds, static_cast<uint32_t>(rest));
}

Value Between(const Value& a, const Value& b) {
  const __int128 nanos = (static_cast<__int128>(a.timestamp_seconds()) - b.timestamp_seconds()) * kNanos +
                         a.timestamp_nanos() - b.timestamp_nanos();
  if (nanos > std::numeric_limits<int64_t>::max() || nanos < std::numeric_limits<int64_t>::min())
    return DurationRange();
  return Value::DurationNanos(static_cast<int64_t>(nanos));
}

// Kinds other than numbers; an error of kNoSuchOverload when there is no such operation.
template <Op op>
Value OnOthers(Arena& arena, const Value& a, const Value& b) {
  if constexpr (op == Op::kAdd) {
    if (a.is_string() && b.is_string()) return Value::String(Join(arena, a.as_text(), b.as_text()));
    if (a.is_bytes() && b.is_bytes()) return Value::Bytes(Join(arena, a.as_text(), b.as_text()));
    if (a.is_list() && b.is_list()) return JoinLists(arena, a.as_list(), b.as_list());
    if (a.is_timestamp() && b.is_duration()) return Shift(a, b.duration_nanos());
    if (a.is_duration() && b.is_timestamp()) return Shift(b, a.duration_nanos());
  }
  if constexpr (op == Op::kSubtract) {
    if (a.is_timestamp() && b.is_timestamp()) return Between(a, b);
    if (a.is_timestamp() && b.is_duration()) return Shift(a, -static_cast<__int128>(b.duration_nanos()));
  }
  if constexpr (op == Op::kAdd || op == Op::kSubtract) {
    if (a.is_duration() && b.is_duration()) {
      const Value out = OnInts<op>(a.duration_nanos(), b.duration_nanos());
      return out.is_error() ? DurationRange() : Value::DurationNanos(out.as_int());
    }
  }
  return NoOverload();
}

template <Op op>
Value EvalArithmetic(const Node& n, Frame& f) {
  const Value a = Run(*n.a, f);
  const Value b = Run(*n.b, f);
  if (a.is_int() && b.is_int()) return OnInts<op>(a.as_int(), b.as_int());
  if (op != Op::kModulo && a.is_double() && b.is_double()) return OnDoubles<op>(a.as_double(), b.as_double());
  if (a.is_uint() && b.is_uint()) return OnUints<op>(a.as_uint(), b.as_uint());
  if (a.is_error()) return a;
  if (b.is_error()) return b;
  const Value out = OnOthers<op>(*f.arena, a, b);
  if (!out.is_error() || out.error_code() != ErrorCode::kNoSuchOverload) return out;
  const Value operands[] = {a, b};
  return OperandError(n, f, operands);
}

Value EvalNegate(const Node& n, Frame& f) {
  const Value a = Run(*n.a, f);
  if (a.is_double()) return Value::Double(-a.as_double());
  if (a.is_int()) return a.as_int() == std::numeric_limits<int64_t>::min() ? Overflow() : Value::Int(-a.as_int());
  return a.is_error() ? a : OperandError(n, f, {&a, 1});
}

}  // namespace

Eval ArithmeticEval(Op op) {
  switch (op) {
    case Op::kAdd:
      return EvalArithmetic<Op::kAdd>;
    case Op::kSubtract:
      return EvalArithmetic<Op::kSubtract>;
    case Op::kMultiply:
      return EvalArithmetic<Op::kMultiply>;
    case Op::kDivide:
      return EvalArithmetic<Op::kDivide>;
    case Op::kModulo:
      return EvalArithmetic<Op::kModulo>;
    default:
      return EvalNegate;
  }
}

}  // namespace leadline::cel
