// JSON of the files beside plugins, read strictly: what a person reads is what the program reads.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/status/statusor.h"

namespace leadline::plugin {

// The value that `text` holds. INVALID_ARGUMENT, with line and column, for what is not JSON; also for a member that
// stands twice in one object, of which most readers see only one. Thread-safe.
absl::StatusOr<nlohmann::json> ParseStrictJson(std::string_view text);

}  // namespace leadline::plugin
