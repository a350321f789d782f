// A plugin's config, held to the plugin's own JSON Schema before the plugin sees it.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace leadline::plugin {

// INVALID_ARGUMENT when `config_json` is no JSON object or not what the schema asks, with every fault and its place;
// FAILED_PRECONDITION when the schema itself cannot be used. `schema_json` NULL: only {} is valid. JSON Schema draft 7
// without remote references.
absl::Status CheckConfig(const char* schema_json, std::string_view config_json);

}  // namespace leadline::plugin
