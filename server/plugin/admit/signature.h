// Signatures of plugins: Ed25519 (RFC 8032). What is signed is SignedText() of a manifest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace leadline::plugin {

inline constexpr size_t kKeyBytes = 32;

struct KeyPair {
  std::string private_pem;  // PKCS #8, not encrypted
  std::string public_key;   // 32 bytes in base64
};

// A new key from the system's random source.
absl::StatusOr<KeyPair> MakeKeyPair();
// The public key of a private one, in base64. INVALID_ARGUMENT when the text holds no unencrypted Ed25519 key.
absl::StatusOr<std::string> PublicKeyOf(std::string_view private_pem);

// The signature of `text`: 64 bytes in base64.
absl::StatusOr<std::string> Sign(std::string_view text, std::string_view private_pem);
// Whether `signature` is that of `text` by the owner of `public_key`, both in base64.
bool Verifies(std::string_view text, std::string_view signature, std::string_view public_key);

// Whether the text is base64, with padding, of exactly so many bytes.
bool IsBase64Of(std::string_view text, size_t bytes);

}  // namespace leadline::plugin
