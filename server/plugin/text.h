// Text that comes from plugins and their files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "leadline/plugin.h"

namespace leadline::plugin {

using leadline::IsUtf8;

// `text` made fit for a message: at most `most` bytes, and "?" for each byte that is not UTF-8 or is a control
// character.
std::string Presentable(std::string_view text, size_t most = 1'000);

// The bytes a plugin handed over; nullopt when they cannot be text: NULL with a length, or longer than 1 MiB.
std::optional<std::string_view> ViewOf(leadline_str text);

// The name of an enum leadline_kind: "STR".
std::string_view KindName(uint32_t kind);

}  // namespace leadline::plugin
