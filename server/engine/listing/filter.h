// The filter of a list, as it is written: a part of AIP-160 (https://google.aip.dev/160).
//
//   filter = factor {"AND" factor}            factor = term {"OR" term}: of one field, each with = or each with :
//   term   = ["NOT" | "-"] restriction | "(" filter ")": one level deep
//   restriction = field op arg | field "IN" "(" value {"," value} ")"
//                                             op = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":"
//   arg    = value | "(" value {"OR" value} ")": after = and :
//   value  = "text" | 'text' with \ before a quote or \, or bare: a word, number, RFC 3339 time or resource name.
//            field:* asks whether the field has a value.
//
// As in AIP-160, OR binds more tightly than AND. What stands side by side without AND is a fuzzy match there, and
// refused here; so are functions and wildcards. AIP-160 has no IN; here it is a short form of = with several values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace leadline::engine {

enum class FilterOp : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kHas };
// As it is written.
std::string_view TextOf(FilterOp op);

struct FilterValue {
  std::string text;
  size_t at = 0;        // byte of the filter where it begins
  bool any = false;     // field:*
  bool quoted = false;  // otherwise bare
  bool operator==(const FilterValue&) const = default;
};

// One restriction, or several on one field of which one must hold.
struct FilterTerm {
  std::string field;
  size_t at = 0;  // byte of the filter where the field stands
  FilterOp op = FilterOp::kEqual;
  bool negated = false;
  std::vector<FilterValue> values;  // one at least, and more only with = and :
  bool operator==(const FilterTerm&) const = default;
};

inline constexpr size_t kMostFilterBytes = 4096;
inline constexpr size_t kMostFilterValues = 50;  // in all terms together

// Terms that must all hold, in the order in which they are written; none for a filter of blanks. INVALID_ARGUMENT on
// the field "filter" otherwise, with the place and what to write. Thread-safe.
absl::StatusOr<std::vector<FilterTerm>> ParseFilter(std::string_view filter);

// INVALID_ARGUMENT on the field "filter" about what stands at byte `at`.
absl::Status FilterError(std::string_view filter, size_t at, std::string_view message);

}  // namespace leadline::engine
