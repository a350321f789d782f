// Lists taken as sets: neither the order of the items nor how often one stands there counts.
#include <algorithm>

#include "cel/functions.h"

namespace leadline::cel {

namespace {

bool Holds(std::span<const Value> items, const Value& wanted) {
  return std::any_of(items.begin(), items.end(), [&wanted](const Value& v) { return Equals(v, wanted); });
}

bool HoldsAll(std::span<const Value> items, std::span<const Value> wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [items](const Value& v) { return Holds(items, v); });
}

bool AreLists(Args a) { return a[0].is_list() && a[1].is_list(); }

Value Contains(Args a, Arena&) {
  return AreLists(a) ? Value::Bool(HoldsAll(a[0].as_list(), a[1].as_list())) : NoOverload();
}

Value Equivalent(Args a, Arena&) {
  if (!AreLists(a)) return NoOverload();
  return Value::Bool(HoldsAll(a[0].as_list(), a[1].as_list()) && HoldsAll(a[1].as_list(), a[0].as_list()));
}

Value Intersects(Args a, Arena&) {
  if (!AreLists(a)) return NoOverload();
  const auto one = a[0].as_list();
  const auto other = a[1].as_list();
  return Value::Bool(std::any_of(one.begin(), one.end(), [other](const Value& v) { return Holds(other, v); }));
}

constexpr FunctionRow kRows[] = {
    {"sets.contains", "(list(A), list(A)) -> bool", Contains},
    {"sets.equivalent", "(list(A), list(A)) -> bool", Equivalent},
    {"sets.intersects", "(list(A), list(A)) -> bool", Intersects},
};

}  // namespace

std::span<const FunctionRow> SetFunctions() { return kRows; }

}  // namespace leadline::cel
