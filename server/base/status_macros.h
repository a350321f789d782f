// Early return for absl::Status and absl::StatusOr. Debian's Abseil has none.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the calling function when `expr`, an absl::Status, is not OK.
#define RETURN_IF_ERROR(expr)                  \
  do {                                         \
    absl::Status status_macro_result = (expr); \
    if (!status_macro_result.ok()) {           \
      return status_macro_result;              \
    }                                          \
  } while (false)

#define LEADLINE_CONCAT_INNER(a, b) a##b
#define LEADLINE_CONCAT(a, b) LEADLINE_CONCAT_INNER(a, b)

// ASSIGN_OR_RETURN(auto x, F()): declares or assigns `x` from a StatusOr, or returns its status.
#define ASSIGN_OR_RETURN(lhs, expr) ASSIGN_OR_RETURN_IMPL(LEADLINE_CONCAT(status_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                          \
  if (!result.ok()) {                            \
    return result.status();                      \
  }                                              \
  lhs = std::move(result).value()
