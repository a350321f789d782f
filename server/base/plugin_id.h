// The form of a plugin's id.
#pragma once

#include <string_view>

namespace leadline {

// Whether `id` is reverse DNS in lower case, such as org.leadline.title_seniority: at least two labels of [a-z0-9_-]
// with dots between, at most 128 bytes. Thread-safe.
bool IsPluginId(std::string_view id);

}  // namespace leadline
