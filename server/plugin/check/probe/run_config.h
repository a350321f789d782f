// The config of a run: given, or found in the plugin's own schema; and whether the schema is of any use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::plugin::check {

// FAILED_PRECONDITION when the schema cannot be used. `schema` null: the plugin gives none.
absl::Status CheckSchema(const std::optional<std::string>& schema);

// `given` when there is one; else the schema's first example, its default, {} or the least that its properties ask for,
// whichever is valid first. INVALID_ARGUMENT when it is not valid, or none is.
absl::StatusOr<std::string> ConfigFor(const std::optional<std::string>& schema,
                                      const std::optional<std::string>& given);

// Variants of `config` that a careful schema refuses, and this one lets through: an unknown setting, values of another
// type. One text each.
std::vector<std::string> OddConfigs(const std::optional<std::string>& schema, const std::string& config);

}  // namespace leadline::plugin::check
