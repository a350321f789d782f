// The built-in functions: what each takes and gives, and what it does.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/arena.h"
#include "cel/env.h"
#include "cel/type.h"
#include "cel/value.h"

namespace leadline {
class TimeZones;
}

namespace leadline::cel {

// One row of a function table. `signature` is "(string, int) -> bool", or ".(string, int) -> bool" for a member
// function whose receiver is the first parameter. One capital letter stands for any type, the same at each place where
// it is written; the letter O for any type whose values can be put in order. Rows of the same name, style and count of
// parameters share one function, which looks at the kinds it gets.
struct FunctionRow {
  std::string_view name;
  std::string_view signature;
  Function function;
};

struct Signature {
  std::vector<Type> parameters;
  Type result;
  std::string text;  // for hints: "string.startsWith(string)"
};

struct Builtin {
  std::string_view name;
  bool member = false;
  bool variadic = false;  // math.greatest, math.least: any count of numbers, or one list of them
  size_t count = 0;       // parameters
  Function function = nullptr;
  std::vector<Signature> signatures;
};

// All the built-ins called `name`, of any style and count; empty if there is none. The tables are built on first use
// and never change: thread-safe.
std::span<const Builtin> FindBuiltins(std::string_view name);
const std::vector<std::string>& BuiltinNames();
// The type that a name such as "int" or "net.IP" stands for, as a value; null if it is no type.
const Type* FindTypeName(std::string_view name);

std::span<const FunctionRow> CoreFunctions();
std::span<const FunctionRow> ConversionFunctions();
std::span<const FunctionRow> StringFunctions();
std::span<const FunctionRow> FormatFunctions();
std::span<const FunctionRow> MathFunctions();
std::span<const FunctionRow> TimeFunctions();
std::span<const FunctionRow> NetworkFunctions();
std::span<const FunctionRow> OptionalFunctions();
std::span<const FunctionRow> ListFunctions();
std::span<const FunctionRow> SetFunctions();

inline constexpr std::string_view kOrderedParameter = "O";
// list.sortBy(x, key) is list.@sortBy(list.map(x, key)).
inline constexpr std::string_view kSortByKeys = "@sortBy";
// lists.range() counts so far, an error beyond: its argument may be any number, and the cost must be known before.
inline constexpr int64_t kMostInRange = 10'000;
// As many values flatten() looks at, an error beyond.
inline constexpr size_t kMostFlattened = 1'000'000;

// How many values "...".format([...]) shows; none when the text is no format.
std::optional<size_t> CountFormatVerbs(std::string_view format);
// What is wrong when the list has another number of them.
std::string FormatCountFault(size_t wanted, size_t given);

using Args = std::span<const Value>;

// "no such overload": the caller replaces its message by one that names the operands.
inline Value NoOverload() { return Value::Error(ErrorCode::kNoSuchOverload, "no such overload"); }
inline Value OutOfRange(std::string_view message) { return Value::Error(ErrorCode::kOutOfRange, message); }
inline Value Invalid(std::string_view message) { return Value::Error(ErrorCode::kInvalidArgument, message); }
inline Value NewString(Arena& arena, std::string_view text) { return Value::String(arena.Copy(text)); }

// Whether the function is one of those with a time and a zone, such as getHours(timestamp, string). It has no zones of
// its own: in the place of the zone it gets the Int that OffsetOf gives.
bool TakesZone(Function function);
// Whether the text is a zone: "UTC", "Z", an offset such as "+05:30", or a name of `zones`.
bool IsZone(std::string_view zone, const TimeZones& zones);
// Seconds to add to UTC in the zone at that moment. An error when it is none.
Value OffsetOf(const Value& timestamp, std::string_view zone, const TimeZones& zones);

// Whether the value counts as unset: null, false, zero, "", empty.
bool IsZeroValue(const Value& value);

}  // namespace leadline::cel
