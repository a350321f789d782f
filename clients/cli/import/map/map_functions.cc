#include "cli/import/map/map_functions.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/status_macros.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using cel::Arena;
using cel::ErrorCode;
using cel::Value;

Value Fault(const std::string& message, Arena& arena) {
  return Value::Error(ErrorCode::kInvalidArgument, arena.Copy(message));
}

Value TimeOf(std::span<const Value> arguments, Arena& arena) {
  absl::StatusOr<Time> time = ParseFileTime(arguments[0].as_string());
  if (!time.ok()) return Fault(std::string(time.status().message()), arena);
  return Value::TimestampMicros(*time);
}

Value NumberOf(std::span<const Value> arguments, Arena& arena) {
  std::string_view text = arguments[0].as_string();
  if (text.empty() && arguments.size() > 1) return arguments[1];
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && std::isfinite(number)) return Value::Double(number);
  return Fault(fmt::format("\"{}\" is not a number", text), arena);
}

Value Lookup(std::span<const Value> arguments, Arena&) {
  const Value* found = cel::FindKey(arguments[0], arguments[1]);
  return found != nullptr ? *found : arguments[2];
}

}  // namespace

absl::Status AddMapFunctions(cel::Env& env) {
  using cel::Type;
  RETURN_IF_ERROR(
      env.AddFunction("time", {.parameters = {Type::String()}, .result = Type::Timestamp(), .function = TimeOf}));
  RETURN_IF_ERROR(
      env.AddFunction("number", {.parameters = {Type::String()}, .result = Type::Double(), .function = NumberOf}));
  RETURN_IF_ERROR(env.AddFunction(
      "number", {.parameters = {Type::String(), Type::Double()}, .result = Type::Double(), .function = NumberOf}));
  Type table = Type::Map(Type::String(), Type::String());
  return env.AddFunction(
      "lookup", {.parameters = {table, Type::String(), Type::String()}, .result = Type::String(), .function = Lookup});
}

}  // namespace leadline::cli
