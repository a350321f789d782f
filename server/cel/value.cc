#include "cel/value.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "cel/type.h"

namespace leadline::cel {

namespace {

bool IsNumber(Kind k) { return k == Kind::kInt || k == Kind::kUint || k == Kind::kDouble; }

template <typename T>
Order OrderOf(T a, T b) {
  return a < b ? Order::kLess : b < a ? Order::kGreater : Order::kEqual;
}

Order OrderDoubles(double a, double b) {
  if (a < b) return Order::kLess;
  if (a > b) return Order::kGreater;
  return a == b ? Order::kEqual : Order::kUnordered;
}

double ToDouble(const Value& v) {
  if (v.is_double()) return v.as_double();
  return v.is_int() ? static_cast<double>(v.as_int()) : static_cast<double>(v.as_uint());
}

Order CompareNumbers(const Value& a, const Value& b) {
  if (a.is_double() || b.is_double()) return OrderDoubles(ToDouble(a), ToDouble(b));
  if (a.is_int() && b.is_int()) return OrderOf(a.as_int(), b.as_int());
  if (a.is_uint() && b.is_uint()) return OrderOf(a.as_uint(), b.as_uint());
  if (a.is_int()) return a.as_int() < 0 ? Order::kLess : OrderOf(static_cast<uint64_t>(a.as_int()), b.as_uint());
  return b.as_int() < 0 ? Order::kGreater : OrderOf(a.as_uint(), static_cast<uint64_t>(b.as_int()));
}

bool EqualLists(std::span<const Value> a, std::span<const Value> b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](const Value& x, const Value& y) { return Equals(x, y); });
}

bool EqualMaps(const Value& a, const Value& b) {
  if (a.as_map().size() != b.as_map().size()) return false;
  for (const MapEntry& entry : a.as_map()) {
    const Value* other = FindKey(b, entry.key);
    if (other == nullptr || !Equals(entry.value, *other)) return false;
  }
  return true;
}

bool EqualRecords(const Record& a, const Record& b) {
  if (a.type != b.type) return false;
  const size_t count = a.type->fields.size();
  return EqualLists({a.fields, count}, {b.fields, count});
}

// An IPv4 address and the same address mapped into IPv6 are one.
struct Canonical {
  const uint8_t* bytes;
  int size;
};
Canonical Canonicalize(const NetworkAddress& a) {
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (a.size == 16 && std::memcmp(a.bytes, kMapped, 12) == 0) return {a.bytes + 12, 4};
  return {a.bytes, a.size};
}

bool EqualAddresses(const NetworkAddress& a, const NetworkAddress& b, bool with_prefix) {
  if (with_prefix) return a.size == b.size && a.prefix == b.prefix && std::memcmp(a.bytes, b.bytes, a.size) == 0;
  const Canonical x = Canonicalize(a);
  const Canonical y = Canonicalize(b);
  return x.size == y.size && std::memcmp(x.bytes, y.bytes, static_cast<size_t>(x.size)) == 0;
}

bool EqualOptionals(const Value* a, const Value* b) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || Equals(*a, *b));
}

int KeyClass(const Value& v) {
  if (v.is_bool()) return 0;
  if (IsNumber(v.kind())) return 1;
  return v.is_string() ? 2 : 3;
}

}  // namespace

Value Value::TimestampMicros(int64_t micros) {
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  return Timestamp(seconds, static_cast<uint32_t>(rest * 1000));
}

Value Value::DurationMicros(int64_t micros) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / 1000;
  return DurationNanos(std::clamp(micros, -kMost, kMost) * 1000);
}

bool Equals(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    return IsNumber(a.kind()) && IsNumber(b.kind()) && CompareNumbers(a, b) == Order::kEqual;
  }
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDuration:
      return a.as_uint() == b.as_uint();
    case Kind::kDouble:
      return a.as_double() == b.as_double();
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kType:
      return a.as_text() == b.as_text();
    case Kind::kTimestamp:
      return a.timestamp_seconds() == b.timestamp_seconds() && a.timestamp_nanos() == b.timestamp_nanos();
    case Kind::kList:
      return EqualLists(a.as_list(), b.as_list());
    case Kind::kMap:
      return EqualMaps(a, b);
    case Kind::kStruct:
      return EqualRecords(*a.as_record(), *b.as_record());
    case Kind::kOptional:
      return EqualOptionals(a.as_optional(), b.as_optional());
    case Kind::kIp:
    case Kind::kCidr:
      return EqualAddresses(*a.as_network(), *b.as_network(), a.kind() == Kind::kCidr);
    case Kind::kError:
      return false;
  }
  return false;
}

Order Compare(const Value& a, const Value& b) {
  if (IsNumber(a.kind()) && IsNumber(b.kind())) return CompareNumbers(a, b);
  if (a.kind() != b.kind()) return Order::kNotComparable;
  switch (a.kind()) {
    case Kind::kBool:
      return OrderOf(a.as_bool(), b.as_bool());
    case Kind::kString:
    case Kind::kBytes: {
      const int c = a.as_text().compare(b.as_text());
      return OrderOf(c, 0);
    }
    case Kind::kTimestamp: {
      const Order seconds = OrderOf(a.timestamp_seconds(), b.timestamp_seconds());
      return seconds != Order::kEqual ? seconds : OrderOf(a.timestamp_nanos(), b.timestamp_nanos());
    }
    case Kind::kDuration:
      return OrderOf(a.duration_nanos(), b.duration_nanos());
    default:
      return Order::kNotComparable;
  }
}

bool KeyLess(const Value& a, const Value& b) {
  const int x = KeyClass(a);
  const int y = KeyClass(b);
  return x != y ? x < y : Compare(a, b) == Order::kLess;
}

const Value* FindKey(const Value& map, const Value& key) {
  const std::span<const MapEntry> entries = map.as_map();
  if (map.map_is_sorted()) {
    auto at = std::lower_bound(entries.begin(), entries.end(), key,
                               [](const MapEntry& e, const Value& k) { return KeyLess(e.key, k); });
    return at != entries.end() && Equals(at->key, key) ? &at->value : nullptr;
  }
  if (key.is_string()) {
    const std::string_view text = key.as_string();
    for (const MapEntry& e : entries) {
      if (e.key.is_string() && e.key.as_string() == text) return &e.value;
    }
    return nullptr;
  }
  for (const MapEntry& e : entries) {
    if (Equals(e.key, key)) return &e.value;
  }
  return nullptr;
}

std::string_view TypeNameOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null_type";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kUint:
      return "uint";
    case Kind::kDouble:
      return "double";
    case Kind::kString:
      return "string";
    case Kind::kBytes:
      return "bytes";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kList:
      return "list";
    case Kind::kMap:
      return "map";
    case Kind::kStruct:
      return value.as_record()->type->name;
    case Kind::kType:
      return "type";
    case Kind::kOptional:
      return "optional_type";
    case Kind::kIp:
      return "net.IP";
    case Kind::kCidr:
      return "net.CIDR";
    case Kind::kError:
      return "error";
  }
  return "";
}

}  // namespace leadline::cel
