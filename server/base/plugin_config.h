// How long a plugin's config may be.
#pragma once

#include <cstddef>

namespace leadline {

// Of its JSON. A table that is larger belongs into the plugin's own file.
inline constexpr size_t kMostPluginConfigBytes = 64 * 1024;

}  // namespace leadline
