// Signatures of plugins: Ed25519 (RFC 8032) over a text made of the manifest.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/admit/manifest.h"

namespace leadline::plugin {

// What a publisher signs: these lines, in UTF-8, each ended by one line feed, with the capabilities in the order of
// their bytes and each once. The first line keeps a signature from standing for anything else.
//
//   leadline plugin signature 1
//   id: com.example.fit
//   version: 1.4.0
//   sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//   capability: leadline.normalize/1
//   capability: leadline.score/1
//
// A manifest that was read has no line feed in any of them, so that no two manifests give the same text.
std::string SignedText(const Manifest& manifest);

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
