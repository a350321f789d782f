// Early return for absl::Status and absl::StatusOr. Debian's Abseil has none.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define LEADLINE_CONCAT_INNER(a, b) a##b
#define LEADLINE_CONCAT(a, b) LEADLINE_CONCAT_INNER(a, b)
// __LINE__ would be the same for both when one macro stands in the argument of another, as lambdas do.
#define LEADLINE_UNIQUE(name) LEADLINE_CONCAT(name, __COUNTER__)

// Returns from the calling function when `expr`, an absl::Status, is not OK.
#define RETURN_IF_ERROR(expr) RETURN_IF_ERROR_IMPL(LEADLINE_UNIQUE(status_), expr)
#define RETURN_IF_ERROR_IMPL(result, expr)            \
  do {                                                \
    if (absl::Status result = (expr); !result.ok()) { \
      return result;                                  \
    }                                                 \
  } while (false)

// ASSIGN_OR_RETURN(auto x, F()): declares or assigns `x` from a StatusOr, or returns its status.
#define ASSIGN_OR_RETURN(lhs, expr) ASSIGN_OR_RETURN_IMPL(LEADLINE_UNIQUE(status_or_), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                          \
  if (!result.ok()) {                            \
    return result.status();                      \
  }                                              \
  lhs = std::move(result).value()
