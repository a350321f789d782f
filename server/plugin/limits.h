// How much a plugin may say in one call.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leadline::plugin {

inline constexpr uint64_t kMostCallMemory = 1 << 20;  // of leadline_call_api.alloc
inline constexpr size_t kMostText = 1 << 20;          // bytes of any text
inline constexpr size_t kMostReasonBytes = 4'096;
inline constexpr size_t kMostReasons = 256;  // of one item

}  // namespace leadline::plugin
