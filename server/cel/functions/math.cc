// math.*
#include <cmath>
#include <limits>

#include "cel/functions.h"

namespace leadline::cel {

namespace {

bool IsNumber(const Value& v) { return v.is_int() || v.is_uint() || v.is_double(); }

template <Order wanted>
Value Extreme(Args a, Arena&) {
  if (a.size() == 1 && a[0].is_list()) a = a[0].as_list();
  if (a.empty()) return Invalid("there is no number to choose from");
  const Value* best = &a[0];
  for (const Value& v : a) {
    if (!IsNumber(v)) return NoOverload();
    if (Compare(v, *best) == wanted) best = &v;
  }
  return *best;
}

template <double (*f)(double)>
Value OnDouble(Args a, Arena&) {
  return a[0].is_double() ? Value::Double(f(a[0].as_double())) : NoOverload();
}

template <bool (*f)(double)>
Value TestDouble(Args a, Arena&) {
  return a[0].is_double() ? Value::Bool(f(a[0].as_double())) : NoOverload();
}

double Ceil(double d) { return std::ceil(d); }
double Floor(double d) { return std::floor(d); }
double Round(double d) { return std::round(d); }
double Trunc(double d) { return std::trunc(d); }
bool IsNan(double d) { return std::isnan(d); }
bool IsInf(double d) { return std::isinf(d); }
bool IsFinite(double d) { return std::isfinite(d); }

Value Sqrt(Args a, Arena&) {
  if (a[0].is_double()) return Value::Double(std::sqrt(a[0].as_double()));
  if (a[0].is_int()) return Value::Double(std::sqrt(static_cast<double>(a[0].as_int())));
  return a[0].is_uint() ? Value::Double(std::sqrt(static_cast<double>(a[0].as_uint()))) : NoOverload();
}

Value Abs(Args a, Arena&) {
  if (a[0].is_uint()) return a[0];
  if (a[0].is_double()) return Value::Double(std::abs(a[0].as_double()));
  if (!a[0].is_int()) return NoOverload();
  if (a[0].as_int() == std::numeric_limits<int64_t>::min()) return OutOfRange("the result does not fit in 64 bits");
  return Value::Int(std::abs(a[0].as_int()));
}

Value Sign(Args a, Arena&) {
  if (a[0].is_uint()) return Value::Uint(a[0].as_uint() > 0 ? 1 : 0);
  if (a[0].is_int()) return Value::Int((a[0].as_int() > 0) - (a[0].as_int() < 0));
  if (!a[0].is_double()) return NoOverload();
  const double d = a[0].as_double();
  return Value::Double(d > 0 ? 1.0 : d < 0 ? -1.0 : d);
}

template <char op>
uint64_t Bits(uint64_t a, uint64_t b) {
  return op == '&' ? a & b : op == '|' ? a | b : a ^ b;
}

template <char op>
Value BitOp(Args a, Arena&) {
  if (a[0].kind() != a[1].kind()) return NoOverload();
  if (a[0].is_int()) return Value::Int(static_cast<int64_t>(Bits<op>(a[0].as_uint(), a[1].as_uint())));
  return a[0].is_uint() ? Value::Uint(Bits<op>(a[0].as_uint(), a[1].as_uint())) : NoOverload();
}

Value BitNot(Args a, Arena&) {
  if (a[0].is_int()) return Value::Int(~a[0].as_int());
  return a[0].is_uint() ? Value::Uint(~a[0].as_uint()) : NoOverload();
}

// Shifts in zeros, from the left too.
template <bool left>
Value BitShift(Args a, Arena&) {
  if ((!a[0].is_int() && !a[0].is_uint()) || !a[1].is_int()) return NoOverload();
  const int64_t by = a[1].as_int();
  if (by < 0) return Invalid("a shift cannot be negative");
  const uint64_t bits = a[0].as_uint();
  const uint64_t out = by > 63 ? 0 : left ? bits << by : bits >> by;
  return a[0].is_int() ? Value::Int(static_cast<int64_t>(out)) : Value::Uint(out);
}

constexpr FunctionRow kRows[] = {
    {"math.greatest", "...", Extreme<Order::kGreater>},
    {"math.least", "...", Extreme<Order::kLess>},
    {"math.ceil", "(double) -> double", OnDouble<Ceil>},
    {"math.floor", "(double) -> double", OnDouble<Floor>},
    {"math.round", "(double) -> double", OnDouble<Round>},
    {"math.trunc", "(double) -> double", OnDouble<Trunc>},
    {"math.isNaN", "(double) -> bool", TestDouble<IsNan>},
    {"math.isInf", "(double) -> bool", TestDouble<IsInf>},
    {"math.isFinite", "(double) -> bool", TestDouble<IsFinite>},
    {"math.sqrt", "(double) -> double", Sqrt},
    {"math.sqrt", "(int) -> double", Sqrt},
    {"math.sqrt", "(uint) -> double", Sqrt},
    {"math.abs", "(int) -> int", Abs},
    {"math.abs", "(uint) -> uint", Abs},
    {"math.abs", "(double) -> double", Abs},
    {"math.sign", "(int) -> int", Sign},
    {"math.sign", "(uint) -> uint", Sign},
    {"math.sign", "(double) -> double", Sign},
    {"math.bitAnd", "(int, int) -> int", BitOp<'&'>},
    {"math.bitAnd", "(uint, uint) -> uint", BitOp<'&'>},
    {"math.bitOr", "(int, int) -> int", BitOp<'|'>},
    {"math.bitOr", "(uint, uint) -> uint", BitOp<'|'>},
    {"math.bitXor", "(int, int) -> int", BitOp<'^'>},
    {"math.bitXor", "(uint, uint) -> uint", BitOp<'^'>},
    {"math.bitNot", "(int) -> int", BitNot},
    {"math.bitNot", "(uint) -> uint", BitNot},
    {"math.bitShiftLeft", "(int, int) -> int", BitShift<true>},
    {"math.bitShiftLeft", "(uint, int) -> uint", BitShift<true>},
    {"math.bitShiftRight", "(int, int) -> int", BitShift<false>},
    {"math.bitShiftRight", "(uint, int) -> uint", BitShift<false>},
};

}  // namespace

std::span<const FunctionRow> MathFunctions() { return kRows; }

}  // namespace leadline::cel
