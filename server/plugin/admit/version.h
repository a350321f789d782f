// Versions of plugins, as far as they can be told from each other.
#pragma once

#include <optional>
#include <string_view>

namespace leadline::plugin {

// Whether `text` is what a minimum may be: one to four numbers with dots between, such as 1.4.0.
bool IsPlainVersion(std::string_view text);

// Whether `version` is `least`, a plain version, or one after it. Numbers that are not there are 0; 1.4.0-rc1 comes
// before 1.4.0, and what follows a + does not count. nullopt: `version` is of another form.
std::optional<bool> IsAtLeast(std::string_view version, std::string_view least);

}  // namespace leadline::plugin
