// Values of the expression language: what a variable holds and what an evaluation gives.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "cel/arena.h"

namespace leadline::cel {

enum class Kind : uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,
  kMap,
  kStruct,
  kType,
  kOptional,
  kIp,
  kCidr,
  kError,
};

enum class ErrorCode : uint8_t {
  kOther,
  kNoSuchOverload,  // an operation on kinds it does not know, absent values among them
  kNoSuchField,
  kNoSuchKey,
  kOutOfRange,  // overflow, an index past the end, a time outside the calendar
  kDivideByZero,
  kInvalidArgument,
  kUnknownName,
  kOutOfFuel,  // the evaluation was stopped because it ran too long
};

struct MapEntry;
struct Record;
struct NetworkAddress;

// One value in 16 bytes. Strings, bytes, lists, maps and structs are views over memory that the caller, the Arena or
// the Program keeps alive. Trivially copyable; immutable, so freely shared between threads.
class Value {
 public:
  constexpr Value() : bits_(0) {}

  static Value Null() { return Value(); }
  static Value Bool(bool v) { return Value(Kind::kBool, 0, v ? 1 : 0); }
  static Value Int(int64_t v) { return Value(Kind::kInt, 0, static_cast<uint64_t>(v)); }
  static Value Uint(uint64_t v) { return Value(Kind::kUint, 0, v); }
  static Value Double(double v) { return Value(Kind::kDouble, 0, std::bit_cast<uint64_t>(v)); }
  // At most 4 GiB, valid UTF-8.
  static Value String(std::string_view v) { return OfText(Kind::kString, v); }
  static Value Bytes(std::string_view v) { return OfText(Kind::kBytes, v); }
  // 0 <= nanos < 1e9; seconds since the Unix epoch.
  static Value Timestamp(int64_t seconds, uint32_t nanos) {
    return Value(Kind::kTimestamp, nanos, static_cast<uint64_t>(seconds));
  }
  static Value TimestampMicros(int64_t micros);
  static Value DurationNanos(int64_t nanos) { return Value(Kind::kDuration, 0, static_cast<uint64_t>(nanos)); }
  // Clamped to about 292 years either way.
  static Value DurationMicros(int64_t micros);
  static Value List(std::span<const Value> items) {
    return Value(Kind::kList, static_cast<uint32_t>(items.size()), Address(items.data()));
  }
  // Keys bool, int, uint or string, no two equal.
  static Value Map(std::span<const MapEntry> entries) {
    return Value(Kind::kMap, static_cast<uint32_t>(entries.size()), Address(entries.data()));
  }
  // As Map(), with the entries in the order of KeyLess(): looked up by halving.
  static Value SortedMap(std::span<const MapEntry> entries) {
    Value v = Map(entries);
    v.flags_ = 1;
    return v;
  }
  static Value Struct(const Record* record) { return Value(Kind::kStruct, 0, Address(record)); }
  // A type as a value, by its runtime name: "int", "list", "google.protobuf.Timestamp".
  static Value TypeName(std::string_view name) { return OfText(Kind::kType, name); }
  // `item` null: optional.none().
  static Value Optional(const Value* item) { return Value(Kind::kOptional, 0, Address(item)); }
  static Value Ip(const NetworkAddress* address) { return Value(Kind::kIp, 0, Address(address)); }
  static Value Cidr(const NetworkAddress* address) { return Value(Kind::kCidr, 0, Address(address)); }
  static Value Error(ErrorCode code, std::string_view message) {
    Value v = OfText(Kind::kError, message);
    v.flags_ = static_cast<uint8_t>(code);
    return v;
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_int() const { return kind_ == Kind::kInt; }
  bool is_uint() const { return kind_ == Kind::kUint; }
  bool is_double() const { return kind_ == Kind::kDouble; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_bytes() const { return kind_ == Kind::kBytes; }
  bool is_timestamp() const { return kind_ == Kind::kTimestamp; }
  bool is_duration() const { return kind_ == Kind::kDuration; }
  bool is_list() const { return kind_ == Kind::kList; }
  bool is_map() const { return kind_ == Kind::kMap; }
  bool is_struct() const { return kind_ == Kind::kStruct; }
  bool is_type() const { return kind_ == Kind::kType; }
  bool is_optional() const { return kind_ == Kind::kOptional; }
  bool is_error() const { return kind_ == Kind::kError; }
  bool is_true() const { return kind_ == Kind::kBool && bits_ != 0; }
  bool is_false() const { return kind_ == Kind::kBool && bits_ == 0; }

  // Each of these asks for the kind in its name and does not check.
  bool as_bool() const { return bits_ != 0; }
  int64_t as_int() const { return static_cast<int64_t>(bits_); }
  uint64_t as_uint() const { return bits_; }
  double as_double() const { return std::bit_cast<double>(bits_); }
  // String, bytes, type name or error message.
  std::string_view as_text() const { return {Pointer<char>(), length_}; }
  std::string_view as_string() const { return as_text(); }
  std::string_view as_bytes() const { return as_text(); }
  int64_t timestamp_seconds() const { return static_cast<int64_t>(bits_); }
  uint32_t timestamp_nanos() const { return length_; }
  int64_t timestamp_micros() const { return timestamp_seconds() * 1'000'000 + length_ / 1000; }
  int64_t duration_nanos() const { return static_cast<int64_t>(bits_); }
  int64_t duration_micros() const { return duration_nanos() / 1000; }
  std::span<const Value> as_list() const { return {Pointer<Value>(), length_}; }
  std::span<const MapEntry> as_map() const;
  bool map_is_sorted() const { return flags_ == 1; }
  const Record* as_record() const { return Pointer<Record>(); }
  // Null for optional.none().
  const Value* as_optional() const { return Pointer<Value>(); }
  const NetworkAddress* as_network() const { return Pointer<NetworkAddress>(); }
  std::string_view error_message() const { return as_text(); }
  ErrorCode error_code() const { return static_cast<ErrorCode>(flags_); }

 private:
  constexpr Value(Kind kind, uint32_t length, uint64_t bits) : kind_(kind), length_(length), bits_(bits) {}
  static Value OfText(Kind kind, std::string_view text) {
    return Value(kind, static_cast<uint32_t>(text.size()), Address(text.data()));
  }
  static uint64_t Address(const void* p) { return reinterpret_cast<uintptr_t>(p); }
  template <typename T>
  const T* Pointer() const {
    return reinterpret_cast<const T*>(static_cast<uintptr_t>(bits_));
  }

  Kind kind_ = Kind::kNull;
  uint8_t flags_ = 0;
  uint32_t length_ = 0;  // length of text and list; nanoseconds of a timestamp
  uint64_t bits_;
};
static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

struct MapEntry {
  Value key;
  Value value;
};

struct StructType;

// A struct value: one Value per field of the type, in the type's order; Null where absent.
struct Record {
  const StructType* type = nullptr;
  const Value* fields = nullptr;
};

// An IP address or, with a prefix, a CIDR block.
struct NetworkAddress {
  uint8_t bytes[16] = {};
  uint8_t size = 4;    // 4 or 16
  uint8_t prefix = 0;  // of a CIDR block
};

inline std::span<const MapEntry> Value::as_map() const { return {Pointer<MapEntry>(), length_}; }

// Equality as the language has it: 1 == 1u == 1.0, NaN unlike itself, different kinds unequal. Errors are never equal.
bool Equals(const Value& a, const Value& b);

enum class Order : int8_t { kLess = -1, kEqual = 0, kGreater = 1, kUnordered = 2, kNotComparable = 3 };
// Order across numeric kinds and within bool, string, bytes, timestamp, duration; kUnordered when NaN takes part.
Order Compare(const Value& a, const Value& b);

// The value under `key`, or null. Numeric keys match across kinds.
const Value* FindKey(const Value& map, const Value& key);
// The order that SortedMap() asks for: by kind class (bool, number, string), then by value.
bool KeyLess(const Value& a, const Value& b);

// The value as an expression would write it: `"EU"`, `[1, 2u]`, `timestamp("2026-01-01T00:00:00Z")`.
std::string ToDisplayString(const Value& value);
// The runtime name of the value's type: "int", "null_type", "google.protobuf.Duration".
std::string_view TypeNameOf(const Value& value);

}  // namespace leadline::cel
