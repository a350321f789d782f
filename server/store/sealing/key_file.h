// The data keys of people, in a file of their own: what a key sealed can be read by nobody once the key is destroyed,
// wherever copies of the database lie.
//
// The file is a head of 32 bytes (magic and format, the store's id, a checksum) and then slots of 32 random bytes. Slot
// 0 is the secret that blocking keys are hashed with; slots from 1 on are keys of people. A destroyed key is all zeros.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sealing/cipher.h"
#include "store/sealing/sip_hash.h"

namespace leadline::store {

// Thread-safe.
class KeyFile {
 public:
  using Random = std::function<void(std::span<uint8_t>)>;
  enum class Access { kRead, kWrite };
  enum class State { kThere, kDestroyed, kMissing };

  // Makes the file, durably. ALREADY_EXISTS when there is one.
  static absl::StatusOr<std::unique_ptr<KeyFile>> Create(const std::string& path, Random random = FillRandom);
  // NOT_FOUND when there is none; DATA_LOSS when it is no keys file, or its head or secret is damaged.
  static absl::StatusOr<std::unique_ptr<KeyFile>> Open(const std::string& path, Access access,
                                                       Random random = FillRandom);
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  ~KeyFile();

  // 32 hexadecimal digits, by which a database knows its keys.
  const std::string& store_id() const { return store_id_; }
  // The keys of people that the file has room for; a slot is a number from 1 to this.
  int64_t slots() const;

  // The slot of a key that was never used, and is durable already. Slots are made many at a time, so that this seldom
  // writes. UNAVAILABLE when the disk does not take them.
  absl::StatusOr<int64_t> Take();
  State Get(int64_t slot, Key& key) const;
  // DATA_LOSS that says what is missing and what to do.
  absl::Status Missing(int64_t slot) const;
  // Overwrites the keys; they are gone from the file, durably, when it answers OK. Destroyed ones stay destroyed.
  absl::Status Destroy(std::span<const int64_t> slots);

  // A nonce that no other call gets, in this process or another.
  Nonce NextNonce();
  // Of a blocking key's text, with this store's secret.
  int64_t HashOf(std::string_view text) const { return static_cast<int64_t>(SipHash(secret_, text)); }

 private:
  static constexpr size_t kChunkSlots = 2048;
  static constexpr size_t kMostChunks = 512;  // in memory: 32 MiB; the one that was read first makes room
  struct Chunk {
    std::vector<Key> keys;  // what the file had of it when it was read
  };

  KeyFile(std::string path, int file, Random random)
      : path_(std::move(path)), file_(file), random_(std::move(random)) {}
  absl::Status ReadHead();
  absl::Status Grow();
  absl::Status Fail(std::string_view doing) const;
  // Of slots that are in the file, as it is now.
  void Load(size_t chunk) const;

  const std::string path_;
  const int file_;
  const Random random_;
  std::string store_id_;
  SipKey secret_{};

  mutable std::shared_mutex mutex_;
  mutable std::vector<Chunk> chunks_;
  mutable std::deque<size_t> loaded_;  // of them
  mutable int64_t slots_ = 0;
  int64_t next_ = 0;  // 0: none was taken yet

  std::mutex nonce_mutex_;
  Nonce nonce_{};
  uint32_t nonces_left_ = 0;
};

}  // namespace leadline::store
