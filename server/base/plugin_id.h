// The form of a plugin's id, and how long its config may be.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadline {

// Of a config's JSON. A table that is larger belongs into the plugin's own file.
inline constexpr size_t kMostPluginConfigBytes = 64 * 1024;

// Whether `id` is reverse DNS in lower case, such as org.leadline.title_seniority: at least two labels of [a-z0-9_-]
// with dots between, at most 128 bytes. Thread-safe.
bool IsPluginId(std::string_view id);

}  // namespace leadline
