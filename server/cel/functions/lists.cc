// Functions on lists: sort, distinct, flatten, slice, lists.range, first, last. reverse() is with the texts.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cel/functions.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

Value NewList(Arena& arena, const std::vector<Value>& items) {
  return Value::List(arena.Copy(std::span<const Value>(items)));
}

// Whether values of its kind have an order. Bytes and texts go by bytes, which for texts is the order of code points.
bool HasOrder(const Value& v) { return Compare(v, v) != Order::kNotComparable; }

bool IsNan(const Value& v) { return v.is_double() && v.as_double() != v.as_double(); }

// An order of all values of one kind: NaN stands last.
bool Before(const Value& a, const Value& b) {
  if (IsNan(a) || IsNan(b)) return !IsNan(a) && IsNan(b);
  return Compare(a, b) == Order::kLess;
}

// The error for keys that cannot be sorted; null when they can.
Value KeysFault(std::span<const Value> keys, Arena& arena) {
  for (const Value& key : keys) {
    if (!HasOrder(key)) {
      return Invalid(arena.Copy(fmt::format("values of type {} cannot be put in order", TypeNameOf(key))));
    }
    if (key.kind() != keys.front().kind()) {
      return Invalid(
          arena.Copy(fmt::format("{} and {} cannot be put in one order", TypeNameOf(keys.front()), TypeNameOf(key))));
    }
  }
  return Value::Null();
}

// `items` in the order of their keys. Items of equal keys stay as they stand.
Value SortBy(std::span<const Value> items, std::span<const Value> keys, Arena& arena) {
  if (const Value fault = KeysFault(keys, arena); fault.is_error()) return fault;
  uint32_t* order = arena.NewArray<uint32_t>(items.size());
  for (uint32_t i = 0; i < items.size(); ++i) order[i] = i;
  std::sort(order, order + items.size(), [keys](uint32_t a, uint32_t b) {
    if (Before(keys[a], keys[b])) return true;
    return a < b && !Before(keys[b], keys[a]);
  });
  Value* out = arena.NewArray<Value>(items.size());
  for (size_t i = 0; i < items.size(); ++i) out[i] = items[order[i]];
  return Value::List({out, items.size()});
}

Value Sort(Args a, Arena& arena) {
  return a[0].is_list() ? SortBy(a[0].as_list(), a[0].as_list(), arena) : NoOverload();
}

// What list.sortBy(x, key) becomes: the list, and the key of each of its items.
Value SortByKeys(Args a, Arena& arena) {
  if (!a[0].is_list() || !a[1].is_list() || a[0].as_list().size() != a[1].as_list().size()) return NoOverload();
  return SortBy(a[0].as_list(), a[1].as_list(), arena);
}

Value Distinct(Args a, Arena& arena) {
  if (!a[0].is_list()) return NoOverload();
  std::vector<Value> out;
  for (const Value& item : a[0].as_list()) {
    auto same = [&item](const Value& other) { return Equals(other, item); };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(item);
  }
  return NewList(arena, out);
}

// Lists inside of lists may share parts, so that a few of them unfold to more than memory holds.
Value TooLong() { return OutOfRange("the flattened list would be too long"); }

Value Flatten(Args a, Arena& arena) {
  if (!a[0].is_list() || (a.size() > 1 && !a[1].is_int())) return NoOverload();
  const int64_t levels = a.size() > 1 ? a[1].as_int() : 1;
  if (levels < 0) return OutOfRange("the number of levels to flatten cannot be negative");
  std::vector<std::span<const Value>> open = {a[0].as_list()};  // what is left of each level
  std::vector<Value> out;
  size_t visited = 0;
  while (!open.empty()) {
    std::span<const Value>& items = open.back();
    if (items.empty()) {
      open.pop_back();
      continue;
    }
    if (++visited > kMostFlattened) return TooLong();
    const Value& item = items.front();
    items = items.subspan(1);
    if (item.is_list() && static_cast<int64_t>(open.size()) <= levels) {
      open.push_back(item.as_list());
    } else {
      out.push_back(item);
    }
  }
  return NewList(arena, out);
}

Value Slice(Args a, Arena& arena) {
  if (!a[0].is_list() || !a[1].is_int() || !a[2].is_int()) return NoOverload();
  const auto items = a[0].as_list();
  const int64_t begin = a[1].as_int();
  const int64_t end = a[2].as_int();
  const char* fault = nullptr;
  if (begin < 0 || end < 0) {
    fault = "positions in a list begin with 0";
  } else if (begin > end) {
    fault = "the end is before the beginning";
  } else if (static_cast<uint64_t>(end) > items.size()) {
    return OutOfRange(arena.Copy(fmt::format("slice({}, {}) of a list of {}", begin, end, items.size())));
  }
  if (fault != nullptr) return OutOfRange(arena.Copy(fmt::format("slice({}, {}): {}", begin, end, fault)));
  return Value::List(items.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
}

Value Range(Args a, Arena& arena) {
  if (!a[0].is_int()) return NoOverload();
  const int64_t count = a[0].as_int();
  if (count < 0) return OutOfRange("lists.range() cannot count to a negative number");
  if (count > kMostInRange) {
    return OutOfRange(arena.Copy(fmt::format("lists.range() counts to {} at most", kMostInRange)));
  }
  Value* out = arena.NewArray<Value>(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) out[i] = Value::Int(i);
  return Value::List({out, static_cast<size_t>(count)});
}

Value First(Args a, Arena&) {
  if (!a[0].is_list()) return NoOverload();
  return Value::Optional(a[0].as_list().empty() ? nullptr : &a[0].as_list().front());
}

Value Last(Args a, Arena&) {
  if (!a[0].is_list()) return NoOverload();
  return Value::Optional(a[0].as_list().empty() ? nullptr : &a[0].as_list().back());
}

constexpr FunctionRow kRows[] = {
    {"sort", ".(list(O)) -> list(O)", Sort},
    {kSortByKeys, ".(list(A), list(O)) -> list(A)", SortByKeys},
    {"distinct", ".(list(A)) -> list(A)", Distinct},
    {"flatten", ".(list(list(A))) -> list(A)", Flatten},
    {"flatten", ".(list(dyn), int) -> list(dyn)", Flatten},
    {"slice", ".(list(A), int, int) -> list(A)", Slice},
    {"lists.range", "(int) -> list(int)", Range},
    {"first", ".(list(A)) -> optional(A)", First},
    {"last", ".(list(A)) -> optional(A)", Last},
};

}  // namespace

std::span<const FunctionRow> ListFunctions() { return kRows; }

}  // namespace leadline::cel
