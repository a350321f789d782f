#include "store/sealing/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <atomic>
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

std::atomic<uint64_t> forgotten{0};  // how often ForgetExpandedKeys was called

class Context {
 public:
  Context() : context_(EVP_CIPHER_CTX_new()) { Require(context_ != nullptr, "make a cipher context"); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_CIPHER_CTX_free(context_); }

  bool Has(const Key& key) const { return there_ && key_ == key; }
  void Take(const Key& key, bool encrypts) {
    Require(EVP_CipherInit_ex(context_, there_ ? nullptr : EVP_aes_256_gcm(), nullptr, key.data(), nullptr,
                              encrypts ? 1 : 0) == 1,
            "use AES-256-GCM");
    key_ = key;
    there_ = true;
  }
  // Overwrites what it holds.
  void Clear() {
    Require(EVP_CIPHER_CTX_reset(context_) == 1, "clear a cipher context");
    OPENSSL_cleanse(key_.data(), key_.size());
    there_ = false;
  }
  EVP_CIPHER_CTX* get() { return context_; }

 private:
  EVP_CIPHER_CTX* context_;
  Key key_{};
  bool there_ = false;
};

// The keys of one enquiry are two or three: of a contact, of a lead, and of who else is looked at. Of one thread.
class ExpandedKeys {
 public:
  explicit ExpandedKeys(bool encrypts) : encrypts_(encrypts) {}

  EVP_CIPHER_CTX* Get(const Key& key) {
    if (const uint64_t now = forgotten.load(std::memory_order_acquire); now != seen_) {
      for (Context& context : contexts_) context.Clear();
      seen_ = now;
    }
    for (Context& context : contexts_) {
      if (context.Has(key)) return context.get();
    }
    Context& context = contexts_[next_++ % contexts_.size()];
    context.Take(key, encrypts_);
    return context.get();
  }

 private:
  const bool encrypts_;
  std::array<Context, 4> contexts_;
  size_t next_ = 0;
  uint64_t seen_ = 0;
};

const uint8_t* Bytes(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Room(std::string& text, size_t at) { return reinterpret_cast<uint8_t*>(text.data()) + at; }

}  // namespace

void Encrypt(const Key& key, const Nonce& nonce, std::string_view place, std::string_view plain, std::string& out) {
  thread_local ExpandedKeys keys(/*encrypts=*/true);
  EVP_CIPHER_CTX* c = keys.Get(key);
  const size_t at = out.size();
  out.resize(at + plain.size() + kTagBytes);
  int length = 0;
  const bool done = EVP_EncryptInit_ex(c, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
                    EVP_EncryptUpdate(c, nullptr, &length, Bytes(place), static_cast<int>(place.size())) == 1 &&
                    EVP_EncryptUpdate(c, Room(out, at), &length, Bytes(plain), static_cast<int>(plain.size())) == 1 &&
                    EVP_EncryptFinal_ex(c, Room(out, at + plain.size()), &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, kTagBytes, Room(out, at + plain.size())) == 1;
  Require(done, "encrypt");
}

bool Decrypt(const Key& key, const Nonce& nonce, std::string_view place, std::string_view sealed, std::string& plain) {
  plain.clear();
  if (sealed.size() < kTagBytes) return false;
  thread_local ExpandedKeys keys(/*encrypts=*/false);
  EVP_CIPHER_CTX* c = keys.Get(key);
  const std::string_view content = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(content.size()));
  plain.resize(content.size());
  int length = 0;
  const bool done =
      EVP_DecryptInit_ex(c, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &length, Bytes(place), static_cast<int>(place.size())) == 1 &&
      EVP_DecryptUpdate(c, Room(plain, 0), &length, Bytes(content), static_cast<int>(content.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(c, Room(plain, 0), &length) == 1;
  if (!done) plain.clear();
  return done;
}

void ForgetExpandedKeys() { forgotten.fetch_add(1, std::memory_order_release); }

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
