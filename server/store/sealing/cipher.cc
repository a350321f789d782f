#include "store/sealing/cipher.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>

namespace leadline::store {

namespace {

// What OpenSSL refuses here is lack of memory or a build without the cipher: going on would write what nobody reads.
void Require(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "OpenSSL cannot %s\n", what);
  std::abort();
}

class Context {
 public:
  explicit Context(bool encrypts) : context_(EVP_CIPHER_CTX_new()) {
    Require(context_ != nullptr, "make a cipher context");
    Require(EVP_CipherInit_ex(context_, EVP_aes_256_gcm(), nullptr, nullptr, nullptr, encrypts ? 1 : 0) == 1,
            "use AES-256-GCM");
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_CIPHER_CTX_free(context_); }
  EVP_CIPHER_CTX* get() { return context_; }

 private:
  EVP_CIPHER_CTX* context_;
};

const uint8_t* Bytes(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Room(std::string& text, size_t at) { return reinterpret_cast<uint8_t*>(text.data()) + at; }

}  // namespace

void Encrypt(const Key& key, const Nonce& nonce, std::string_view place, std::string_view plain, std::string& out) {
  thread_local Context context(true);
  EVP_CIPHER_CTX* c = context.get();
  const size_t at = out.size();
  out.resize(at + plain.size() + kTagBytes);
  int length = 0;
  const bool done = EVP_EncryptInit_ex(c, nullptr, nullptr, key.data(), nonce.data()) == 1 &&
                    EVP_EncryptUpdate(c, nullptr, &length, Bytes(place), static_cast<int>(place.size())) == 1 &&
                    EVP_EncryptUpdate(c, Room(out, at), &length, Bytes(plain), static_cast<int>(plain.size())) == 1 &&
                    EVP_EncryptFinal_ex(c, Room(out, at + plain.size()), &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, kTagBytes, Room(out, at + plain.size())) == 1;
  Require(done, "encrypt");
}

bool Decrypt(const Key& key, const Nonce& nonce, std::string_view place, std::string_view sealed, std::string& plain) {
  plain.clear();
  if (sealed.size() < kTagBytes) return false;
  thread_local Context context(false);
  EVP_CIPHER_CTX* c = context.get();
  const std::string_view content = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(content.size()));
  plain.resize(content.size());
  int length = 0;
  const bool done =
      EVP_DecryptInit_ex(c, nullptr, nullptr, key.data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &length, Bytes(place), static_cast<int>(place.size())) == 1 &&
      EVP_DecryptUpdate(c, Room(plain, 0), &length, Bytes(content), static_cast<int>(content.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(c, Room(plain, 0), &length) == 1;
  if (!done) plain.clear();
  return done;
}

Key JoinKeys(std::span<const Key> keys) {
  std::string all;
  for (const Key& key : keys) all.append(reinterpret_cast<const char*>(key.data()), key.size());
  Key joined{};
  unsigned length = 0;
  Require(EVP_Digest(all.data(), all.size(), joined.data(), &length, EVP_sha256(), nullptr) == 1, "use SHA-256");
  return joined;
}

void FillRandom(std::span<uint8_t> bytes) {
  Require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "give random bytes");
}

}  // namespace leadline::store
