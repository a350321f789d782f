// What a compilation is held to, and what it finds wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/source_position.h"
#include "cel/type.h"

namespace leadline::cel {

struct CompileOptions {
  uint32_t max_size = 64 * 1024;      // bytes of source
  uint32_t max_depth = 250;           // nesting
  uint64_t max_cost = 100'000'000;    // see Program::cost()
  uint64_t fuel = 100'000'000;        // loop rounds an evaluation may take before it ends in an error
  std::optional<Type> expected_type;  // of the result; a result of type dyn passes
  bool check = true;                  // false: unknown names and type faults become errors of evaluation
};

// One problem in an expression, in words for its author.
struct Issue {
  enum class Kind { kSyntax, kType, kUnknownName, kCost, kSize };
  Kind kind = Kind::kSyntax;
  SourceSpan span;      // bytes of the source at fault
  std::string message;  // e.g. contact has no field "senority"
  std::string hint;     // e.g. did you mean "seniority"? May be empty
};

}  // namespace leadline::cel
