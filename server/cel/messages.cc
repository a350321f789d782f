#include "cel/messages.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cel/functions.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

// The field called `name`; null when it is not given, or by an optional that is none.
const Value* Given(Args a, std::string_view name) {
  for (size_t i = 0; i + 1 < a.size(); i += 2) {
    if (a[i].as_string() != name) continue;
    return a[i + 1].is_optional() ? a[i + 1].as_optional() : &a[i + 1];
  }
  return nullptr;
}

template <Kind kind>
Value MakeScalar(Args a, Arena&) {
  const Value* given = Given(a, "value");
  if (given != nullptr) return given->kind() == kind ? *given : NoOverload();
  if constexpr (kind == Kind::kBool) return Value::Bool(false);
  if constexpr (kind == Kind::kInt) return Value::Int(0);
  if constexpr (kind == Kind::kUint) return Value::Uint(0);
  if constexpr (kind == Kind::kDouble) return Value::Double(0);
  if constexpr (kind == Kind::kString) return Value::String("");
  return Value::Bytes("");
}

Value MakeInt32(Args a, Arena& arena) {
  const Value v = MakeScalar<Kind::kInt>(a, arena);
  if (!v.is_int()) return v;
  const bool fits =
      v.as_int() >= std::numeric_limits<int32_t>::min() && v.as_int() <= std::numeric_limits<int32_t>::max();
  return fits ? v : OutOfRange("the number does not fit in 32 bits");
}

Value MakeUint32(Args a, Arena& arena) {
  const Value v = MakeScalar<Kind::kUint>(a, arena);
  if (!v.is_uint()) return v;
  return v.as_uint() <= std::numeric_limits<uint32_t>::max() ? v : OutOfRange("the number does not fit in 32 bits");
}

// Past the range of float it is infinite, as the conversion has it.
Value MakeFloat(Args a, Arena& arena) {
  const Value v = MakeScalar<Kind::kDouble>(a, arena);
  if (!v.is_double()) return v;
  constexpr double kMost = std::numeric_limits<float>::max();
  const double d = v.as_double();
  if (d > kMost || d < -kMost) return Value::Double(d > 0 ? HUGE_VAL : -HUGE_VAL);
  return Value::Double(static_cast<double>(static_cast<float>(d)));
}

Value MakeList(Args a, Arena&) {
  const Value* given = Given(a, "values");
  if (given == nullptr) return Value::List({});
  return given->is_list() ? *given : NoOverload();
}

Value MakeStruct(Args a, Arena&) {
  const Value* given = Given(a, "fields");
  if (given == nullptr) return Value::Map({});
  return given->is_map() ? *given : NoOverload();
}

// One field at most may be given.
Value MakeValue(Args a, Arena&) {
  if (a.size() > 2) return Invalid("google.protobuf.Value holds one thing");
  if (a.empty() || a[0].as_string() == "null_value") return Value::Null();
  const Value* given = Given(a, a[0].as_string());
  return given != nullptr ? *given : Value::Null();
}

// The whole seconds and nanoseconds of a time or duration.
bool ReadSeconds(Args a, int64_t* seconds, int64_t* nanos) {
  for (auto [name, out] : {std::pair("seconds", seconds), std::pair("nanos", nanos)}) {
    const Value* given = Given(a, name);
    if (given == nullptr) continue;
    if (!given->is_int()) return false;
    *out = given->as_int();
  }
  return true;
}

constexpr int64_t kNanos = 1'000'000'000;

Value MakeTimestamp(Args a, Arena&) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  if (!ReadSeconds(a, &seconds, &nanos)) return NoOverload();
  if (seconds < kMinSeconds || seconds > kMaxSeconds || nanos < 0 || nanos >= kNanos) {
    return OutOfRange("the time is outside the years 1 to 9999");
  }
  return Value::Timestamp(seconds, static_cast<uint32_t>(nanos));
}

Value MakeDuration(Args a, Arena&) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  if (!ReadSeconds(a, &seconds, &nanos)) return NoOverload();
  int64_t total = 0;
  if (nanos <= -kNanos || nanos >= kNanos || __builtin_mul_overflow(seconds, kNanos, &total) ||
      __builtin_add_overflow(total, nanos, &total)) {
    return OutOfRange("the duration is longer than 292 years");
  }
  return Value::DurationNanos(total);
}

std::vector<MessageType> AllMessageTypes() {
  auto wrapper = [](std::string_view name, const Type& type, Function make) {
    return MessageType{name, {{"value", type}}, Type::Wrapper(type), make};
  };
  const Type list = Type::List(Type::Dyn());
  const Type map = Type::Map(Type::String(), Type::Dyn());
  const std::vector<MessageType::Field> time = {{"seconds", Type::Int()}, {"nanos", Type::Int()}};
  return {
      wrapper("google.protobuf.BoolValue", Type::Bool(), MakeScalar<Kind::kBool>),
      wrapper("google.protobuf.BytesValue", Type::Bytes(), MakeScalar<Kind::kBytes>),
      wrapper("google.protobuf.DoubleValue", Type::Double(), MakeScalar<Kind::kDouble>),
      wrapper("google.protobuf.FloatValue", Type::Double(), MakeFloat),
      wrapper("google.protobuf.Int32Value", Type::Int(), MakeInt32),
      wrapper("google.protobuf.Int64Value", Type::Int(), MakeScalar<Kind::kInt>),
      wrapper("google.protobuf.StringValue", Type::String(), MakeScalar<Kind::kString>),
      wrapper("google.protobuf.UInt32Value", Type::Uint(), MakeUint32),
      wrapper("google.protobuf.UInt64Value", Type::Uint(), MakeScalar<Kind::kUint>),
      {"google.protobuf.ListValue", {{"values", list}}, list, MakeList},
      {"google.protobuf.Struct", {{"fields", map}}, map, MakeStruct},
      {"google.protobuf.Value",
       {{"null_value", Type::Dyn()},
        {"number_value", Type::Double()},
        {"string_value", Type::String()},
        {"bool_value", Type::Bool()},
        {"struct_value", map},
        {"list_value", list}},
       Type::Dyn(),
       MakeValue},
      {"google.protobuf.Timestamp", time, Type::Timestamp(), MakeTimestamp},
      {"google.protobuf.Duration", time, Type::Duration(), MakeDuration},
  };
}

}  // namespace

const MessageType* FindMessageType(std::string_view name) {
  static const std::vector<MessageType> all = AllMessageTypes();
  auto it = std::find_if(all.begin(), all.end(), [&](const MessageType& t) { return t.name == name; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace leadline::cel
