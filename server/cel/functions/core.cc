// size, type, dyn and conversions between types.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "cel/functions.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

Value Size(Args a, Arena&) {
  switch (a[0].kind()) {
    case Kind::kString:
      return Value::Int(static_cast<int64_t>(CountCodePoints(a[0].as_string())));
    case Kind::kBytes:
      return Value::Int(static_cast<int64_t>(a[0].as_bytes().size()));
    case Kind::kList:
      return Value::Int(static_cast<int64_t>(a[0].as_list().size()));
    case Kind::kMap:
      return Value::Int(static_cast<int64_t>(a[0].as_map().size()));
    default:
      return NoOverload();
  }
}

Value TypeOf(Args a, Arena&) { return Value::TypeName(TypeNameOf(a[0])); }
Value Dyn(Args a, Arena&) { return a[0]; }

Value CannotRead(Arena& arena, const Value& v, std::string_view what) {
  return Invalid(arena.Copy(fmt::format("{} is not {}", ToDisplayString(v), what)));
}

template <typename T>
bool ReadInteger(std::string_view text, T* out) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

Value ToInt(Args a, Arena& arena) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::kInt:
      return v;
    case Kind::kUint:
      if (v.as_uint() > static_cast<uint64_t>(INT64_MAX)) return OutOfRange("the number is too large for int");
      return Value::Int(static_cast<int64_t>(v.as_uint()));
    case Kind::kDouble:
      // The ends themselves are refused: a double near them stands for many integers.
      if (!(v.as_double() > -0x1p63 && v.as_double() < 0x1p63)) return OutOfRange("the number is too large for int");
      return Value::Int(static_cast<int64_t>(v.as_double()));
    case Kind::kString: {
      int64_t out = 0;
      return ReadInteger(v.as_string(), &out) ? Value::Int(out) : CannotRead(arena, v, "a whole number");
    }
    case Kind::kTimestamp:
      return Value::Int(v.timestamp_seconds());
    default:
      return NoOverload();
  }
}

Value ToUint(Args a, Arena& arena) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::kUint:
      return v;
    case Kind::kInt:
      if (v.as_int() < 0) return OutOfRange("a negative number cannot be uint");
      return Value::Uint(static_cast<uint64_t>(v.as_int()));
    case Kind::kDouble:
      if (!(v.as_double() > -1 && v.as_double() < 0x1p64)) return OutOfRange("the number does not fit in uint");
      return Value::Uint(static_cast<uint64_t>(v.as_double()));
    case Kind::kString: {
      uint64_t out = 0;
      return ReadInteger(v.as_string(), &out) ? Value::Uint(out) : CannotRead(arena, v, "a whole number from 0");
    }
    default:
      return NoOverload();
  }
}

Value ToDouble(Args a, Arena& arena) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::kDouble:
      return v;
    case Kind::kInt:
      return Value::Double(static_cast<double>(v.as_int()));
    case Kind::kUint:
      return Value::Double(static_cast<double>(v.as_uint()));
    case Kind::kString: {
      const auto d = ParseDouble(v.as_string());
      return d ? Value::Double(*d) : CannotRead(arena, v, "a number");
    }
    default:
      return NoOverload();
  }
}

Value ToBool(Args a, Arena& arena) {
  if (a[0].is_bool()) return a[0];
  if (!a[0].is_string()) return NoOverload();
  const std::string_view text = a[0].as_string();
  for (std::string_view yes : {"1", "t", "true", "TRUE", "True"}) {
    if (text == yes) return Value::Bool(true);
  }
  for (std::string_view no : {"0", "f", "false", "FALSE", "False"}) {
    if (text == no) return Value::Bool(false);
  }
  return CannotRead(arena, a[0], "true or false");
}

Value ToBytes(Args a, Arena&) {
  if (a[0].is_bytes()) return a[0];
  return a[0].is_string() ? Value::Bytes(a[0].as_string()) : NoOverload();
}

Value ToString(Args a, Arena& arena) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::kString:
      return v;
    case Kind::kBool:
      return Value::String(v.as_bool() ? "true" : "false");
    case Kind::kInt:
      return NewString(arena, fmt::format("{}", v.as_int()));
    case Kind::kUint:
      return NewString(arena, fmt::format("{}", v.as_uint()));
    case Kind::kDouble:
      return NewString(arena, FormatDouble(v.as_double()));
    case Kind::kBytes:
      if (!IsUtf8(v.as_bytes())) return Invalid("the bytes are not UTF-8 text");
      return Value::String(v.as_bytes());
    case Kind::kTimestamp:
      return NewString(arena, FormatInstant({v.timestamp_seconds(), v.timestamp_nanos()}));
    case Kind::kDuration:
      return NewString(arena, FormatNanos(v.duration_nanos()));
    case Kind::kIp:
    case Kind::kCidr:
      return NewString(arena, FormatNetwork(*v.as_network(), v.kind() == Kind::kCidr));
    default:
      return NoOverload();
  }
}

Value ToTimestamp(Args a, Arena& arena) {
  const Value& v = a[0];
  if (v.is_timestamp()) return v;
  if (v.is_int()) {
    if (v.as_int() < kMinSeconds || v.as_int() > kMaxSeconds)
      return OutOfRange("the time is outside the years 1 to 9999");
    return Value::Timestamp(v.as_int(), 0);
  }
  if (!v.is_string()) return NoOverload();
  const auto instant = ParseInstant(v.as_string());
  return instant ? Value::Timestamp(instant->seconds, instant->nanos)
                 : CannotRead(arena, v, "a time such as 2026-01-31T09:30:00Z");
}

Value ToDuration(Args a, Arena& arena) {
  const Value& v = a[0];
  if (v.is_duration()) return v;
  if (v.is_int()) {
    int64_t nanos = 0;
    if (__builtin_mul_overflow(v.as_int(), int64_t{1'000'000'000}, &nanos)) {
      return OutOfRange("the duration is longer than 292 years");
    }
    return Value::DurationNanos(nanos);
  }
  if (!v.is_string()) return NoOverload();
  const auto nanos = ParseNanos(v.as_string());
  return nanos ? Value::DurationNanos(*nanos) : CannotRead(arena, v, "a duration such as 1h30m or 45s");
}

constexpr FunctionRow kCore[] = {
    {"size", "(string) -> int", Size},    {"size", "(bytes) -> int", Size},      {"size", "(list(A)) -> int", Size},
    {"size", "(map(A, B)) -> int", Size}, {"size", ".(string) -> int", Size},    {"size", ".(bytes) -> int", Size},
    {"size", ".(list(A)) -> int", Size},  {"size", ".(map(A, B)) -> int", Size}, {"type", "(A) -> type(A)", TypeOf},
    {"dyn", "(A) -> dyn", Dyn},
};

constexpr FunctionRow kConversions[] = {
    {"int", "(int) -> int", ToInt},
    {"int", "(uint) -> int", ToInt},
    {"int", "(double) -> int", ToInt},
    {"int", "(string) -> int", ToInt},
    {"int", "(timestamp) -> int", ToInt},
    {"uint", "(uint) -> uint", ToUint},
    {"uint", "(int) -> uint", ToUint},
    {"uint", "(double) -> uint", ToUint},
    {"uint", "(string) -> uint", ToUint},
    {"double", "(double) -> double", ToDouble},
    {"double", "(int) -> double", ToDouble},
    {"double", "(uint) -> double", ToDouble},
    {"double", "(string) -> double", ToDouble},
    {"bool", "(bool) -> bool", ToBool},
    {"bool", "(string) -> bool", ToBool},
    {"bytes", "(bytes) -> bytes", ToBytes},
    {"bytes", "(string) -> bytes", ToBytes},
    {"string", "(string) -> string", ToString},
    {"string", "(bool) -> string", ToString},
    {"string", "(int) -> string", ToString},
    {"string", "(uint) -> string", ToString},
    {"string", "(double) -> string", ToString},
    {"string", "(bytes) -> string", ToString},
    {"string", "(timestamp) -> string", ToString},
    {"string", "(duration) -> string", ToString},
    {"string", "(ip) -> string", ToString},
    {"string", "(cidr) -> string", ToString},
    {"timestamp", "(timestamp) -> timestamp", ToTimestamp},
    {"timestamp", "(string) -> timestamp", ToTimestamp},
    {"timestamp", "(int) -> timestamp", ToTimestamp},
    {"duration", "(duration) -> duration", ToDuration},
    {"duration", "(string) -> duration", ToDuration},
    {"duration", "(int) -> duration", ToDuration},
};

}  // namespace

std::span<const FunctionRow> CoreFunctions() { return kCore; }
std::span<const FunctionRow> ConversionFunctions() { return kConversions; }

bool IsZeroValue(const Value& v) {
  switch (v.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDuration:
      return v.as_uint() == 0;
    case Kind::kDouble:
      return v.as_double() == 0;
    case Kind::kString:
    case Kind::kBytes:
      return v.as_text().empty();
    case Kind::kList:
      return v.as_list().empty();
    case Kind::kMap:
      return v.as_map().empty();
    case Kind::kTimestamp:
      return v.timestamp_seconds() == 0 && v.timestamp_nanos() == 0;
    case Kind::kOptional:
      return v.as_optional() == nullptr;
    default:
      return false;
  }
}

}  // namespace leadline::cel
