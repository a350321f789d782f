// AES-256 in Galois/counter mode (NIST SP 800-38D), by OpenSSL. Functions are thread-safe. Each thread keeps the last
// few keys expanded, since expanding one costs more than a short text.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace leadline::store {

inline constexpr size_t kKeyBytes = 32;
inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;
using Key = std::array<uint8_t, kKeyBytes>;
using Nonce = std::array<uint8_t, kNonceBytes>;

// Appends the ciphertext of `plain`, as long as that, and the tag. `place` is authenticated with it and not stored. A
// nonce must never serve twice with one key.
void Encrypt(const Key& key, const Nonce& nonce, std::string_view place, std::string_view plain, std::string& out);
// Replaces `plain`. False, and `plain` empty, when it was not encrypted with this key, nonce and place.
bool Decrypt(const Key& key, const Nonce& nonce, std::string_view place, std::string_view sealed, std::string& plain);

// Every thread lets go of its expanded keys before it uses one again.
void ForgetExpandedKeys();

// One key that needs all of `keys`: SHA-256 of them one after another.
Key JoinKeys(std::span<const Key> keys);

// Bytes of the operating system's random source.
void FillRandom(std::span<uint8_t> bytes);

}  // namespace leadline::store
