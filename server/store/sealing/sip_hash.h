// SipHash-2-4 (Aumasson, Bernstein, 2012): a keyed hash, by which nobody without the key finds what was hashed, or
// learns whether it was a given text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace leadline::store {

using SipKey = std::array<uint64_t, 2>;

// Pure and thread-safe.
uint64_t SipHash(const SipKey& key, std::string_view bytes);

}  // namespace leadline::store
