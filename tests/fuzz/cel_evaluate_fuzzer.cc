// An expression and values for its variables. The first line is the expression, the bytes behind it make the values.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/utf8.h"
#include "cel/program.h"
#include "tests/fuzz/cel_variables.h"

namespace leadline::fuzz {
namespace {

using cel::Value;

constexpr uint64_t kFuel = 20'000;

bool RanOut(const Value& v) { return v.is_error() && v.error_code() == cel::ErrorCode::kOutOfFuel; }

// All the texts inside are valid UTF-8.
bool IsText(const Value& v) {
  switch (v.kind()) {
    case cel::Kind::kString:
    case cel::Kind::kError:
      return IsUtf8(v.as_text());
    case cel::Kind::kList:
      return std::all_of(v.as_list().begin(), v.as_list().end(), IsText);
    case cel::Kind::kMap:
      return std::all_of(v.as_map().begin(), v.as_map().end(),
                         [](const cel::MapEntry& e) { return IsText(e.key) && IsText(e.value); });
    case cel::Kind::kOptional:
      return v.as_optional() == nullptr || IsText(*v.as_optional());
    default:
      return true;
  }
}

// Whether a value of a checked expression is of the type it was said to have.
bool IsOfType(const Value& v, const cel::Type& type) {
  if (v.is_error()) return true;
  switch (type.kind()) {
    case cel::TypeKind::kBool:
      return v.is_bool();
    case cel::TypeKind::kInt:
      return v.is_int();
    case cel::TypeKind::kUint:
      return v.is_uint();
    case cel::TypeKind::kDouble:
      return v.is_double();
    case cel::TypeKind::kString:
      return v.is_string();
    case cel::TypeKind::kList:
      return v.is_list();
    case cel::TypeKind::kMap:
      return v.is_map();
    default:
      return true;
  }
}

// What && || ! and ?: make of the values that Explain() shows.
class Combination {
 public:
  Combination(const cel::Ast& ast, const std::vector<cel::TracePart>& parts) : ast_(ast) {
    for (const cel::TracePart& part : parts) {
      if (!part.operand) leaves_.emplace(part.expr, part.value);
    }
  }

  Value Of(cel::ExprId id) const {
    const cel::Expr& e = ast_.node(id);
    if (auto it = leaves_.find(id); it != leaves_.end()) return it->second;
    switch (e.op) {
      case cel::Op::kNot: {
        const Value v = Of(e.args[0]);
        return v.is_bool() ? Value::Bool(!v.as_bool()) : Fault();
      }
      case cel::Op::kConditional: {
        const Value v = Of(e.args[0]);
        return v.is_bool() ? Of(e.args[v.as_bool() ? 1 : 2]) : Fault();
      }
      default: {
        const bool stop = e.op == cel::Op::kOr;
        Value out = Value::Bool(!stop);
        for (cel::ExprId arg : e.args) {
          const Value v = Of(arg);
          if (v.is_bool() && v.as_bool() == stop) return v;
          if (!v.is_bool()) out = Fault();
        }
        return out;
      }
    }
  }

 private:
  static Value Fault() { return Value::Error(cel::ErrorCode::kOther, "a part is not a condition"); }

  const cel::Ast& ast_;
  std::unordered_map<cel::ExprId, Value> leaves_;
};

void CheckExplain(const cel::Program& program, std::span<const Value> slots, const Value& result,
                  std::string_view source) {
  cel::Arena arena;
  const Value combined = Combination(program.ast(), program.Explain(slots, arena)).Of(program.ast().root());
  const std::string shown = cel::ToDisplayString(combined);
  if (result.is_error()) {
    Require(combined.is_error(), "Explain agrees with Evaluate on an error", source, shown);
  } else {
    Require(shown == cel::ToDisplayString(result), "Explain agrees with Evaluate", source, shown);
  }
}

void Check(const CelVariables& variables, std::string_view source, std::span<const uint8_t> bytes) {
  cel::CompileOptions options;
  options.fuel = kFuel;
  options.max_cost = 10'000'000;
  const cel::CompileResult compiled = cel::Compile(variables.env(), source, options);
  options.check = false;
  const cel::CompileResult unchecked = cel::Compile(variables.env(), source, options);
  cel::Arena inputs;
  const std::vector<Value> slots = variables.Values(bytes, inputs);
  cel::Arena arena;
  if (unchecked.program != nullptr) {
    Require(IsText(unchecked.program->Evaluate(slots, arena)), "results are text", source);
  }
  if (compiled.program == nullptr) return;
  const Value result = compiled.program->Evaluate(slots, arena);
  const std::string shown = cel::ToDisplayString(result);
  Require(IsText(result), "results are text", source, shown);
  Require(IsOfType(result, compiled.program->result_type()), "the result is of its type", source, shown);
  cel::Arena again;
  Require(cel::ToDisplayString(compiled.program->Evaluate(slots, again)) == shown, "same inputs, same result", source,
          shown);
  Require(unchecked.program != nullptr, "what checks compiles unchecked", source);
  Require(cel::ToDisplayString(unchecked.program->Evaluate(slots, again)) == shown, "checking changes no result",
          source, shown);
  if (RanOut(result)) return;
  CheckExplain(*compiled.program, slots, result, source);
  // Rounds of loops are steps: so many are never taken as the cost allows for.
  options.check = true;
  options.fuel = compiled.program->cost();
  const Value bounded = cel::Compile(variables.env(), source, options).program->Evaluate(slots, again);
  Require(!RanOut(bounded), "the cost bounds the steps", source, std::to_string(options.fuel));
}

}  // namespace
}  // namespace leadline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const leadline::fuzz::CelVariables variables;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(all.find('\n'), size);
  leadline::fuzz::Check(variables, all.substr(0, line), std::span(data, size).subspan(std::min(line + 1, size)));
  return 0;
}
