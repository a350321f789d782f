#include "app/webhook/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/strings/escaping.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr size_t kLeastKeyBytes = 24, kMostKeyBytes = 64;

std::string HmacSha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

absl::StatusOr<std::string> SigningKeyOf(std::string_view secret) {
  if (secret.starts_with(kPrefix)) secret.remove_prefix(kPrefix.size());
  std::string key;
  // Base64Unescape takes the text without padding, too; receivers' libraries in Go and Rust do not.
  if (!absl::Base64Unescape(std::string(secret), &key) || absl::Base64Escape(key) != secret) {
    return absl::InvalidArgumentError(
        "a secret is \"whsec_\" and plain base64 with its padding; make one with: echo whsec_$(openssl rand -base64 "
        "32)");
  }
  if (key.size() < kLeastKeyBytes || key.size() > kMostKeyBytes) {
    return absl::InvalidArgumentError(
        fmt::format("a secret has {} to {} bytes, and this one {}; make one with: "
                    "echo whsec_$(openssl rand -base64 32)",
                    kLeastKeyBytes, kMostKeyBytes, key.size()));
  }
  return key;
}

std::string SignatureOf(std::span<const std::string> keys, std::string_view id, Time time, std::string_view body) {
  const std::string text = fmt::format("{}.{}.{}", id, time / kSecond, body);
  std::string out;
  for (const std::string& key : keys) {
    out += (out.empty() ? "v1," : " v1,") + absl::Base64Escape(HmacSha256(key, text));
  }
  return out;
}

}  // namespace leadline::app
