#include "plugin/admit/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::plugin {
namespace {

constexpr size_t kSignatureBytes = 64;

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_vfree>>;

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Only the one way of writing the bytes.
std::optional<std::string> FromBase64(std::string_view text, size_t bytes) {
  std::string out;
  if (!absl::Base64Unescape(absl::string_view(text.data(), text.size()), &out)) return std::nullopt;
  if (out.size() != bytes || absl::Base64Escape(out) != text) return std::nullopt;
  return out;
}

// Instead of asking at the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

absl::StatusOr<Key> ReadPrivate(std::string_view pem) {
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) {
    return absl::InvalidArgumentError(
        "it holds no unencrypted Ed25519 private key in PEM; make one with: leadline plugin keygen");
  }
  return key;
}

absl::Status Failed(std::string_view what) {
  ERR_clear_error();
  return absl::InternalError(fmt::format("the cryptographic library cannot {}", what));
}

absl::StatusOr<std::string> RawPublic(const Key& key) {
  std::string raw(kKeyBytes, '\0');
  size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), Bytes(raw), &size) != 1 || size != kKeyBytes) {
    return Failed("give the public key");
  }
  return absl::Base64Escape(raw);
}

}  // namespace

absl::StatusOr<KeyPair> MakeKeyPair() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Bio bio(BIO_new(BIO_s_mem()));
  if (key == nullptr || bio == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("make a key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  KeyPair pair;
  pair.private_pem.assign(data, static_cast<size_t>(size));
  ASSIGN_OR_RETURN(pair.public_key, RawPublic(key));
  return pair;
}

absl::StatusOr<std::string> PublicKeyOf(std::string_view private_pem) {
  ASSIGN_OR_RETURN(Key key, ReadPrivate(private_pem));
  return RawPublic(key);
}

absl::StatusOr<std::string> Sign(std::string_view text, std::string_view private_pem) {
  ASSIGN_OR_RETURN(Key key, ReadPrivate(private_pem));
  Digest digest(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (digest == nullptr || EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(digest.get(), Bytes(signature), &size, Bytes(text), text.size()) != 1 || size != kSignatureBytes) {
    return Failed("sign");
  }
  return absl::Base64Escape(signature);
}

bool Verifies(std::string_view text, std::string_view signature, std::string_view public_key) {
  const std::optional<std::string> raw_key = FromBase64(public_key, kKeyBytes);
  const std::optional<std::string> raw_signature = FromBase64(signature, kSignatureBytes);
  if (!raw_key || !raw_signature) return false;
  Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(std::string_view(*raw_key)), kKeyBytes));
  Digest digest(EVP_MD_CTX_new());
  const bool good = key != nullptr && digest != nullptr &&
                    EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestVerify(digest.get(), Bytes(std::string_view(*raw_signature)), kSignatureBytes,
                                     Bytes(text), text.size()) == 1;
  ERR_clear_error();
  return good;
}

bool IsBase64Of(std::string_view text, size_t bytes) { return FromBase64(text, bytes).has_value(); }

}  // namespace leadline::plugin
