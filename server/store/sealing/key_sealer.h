// Sealing with the keys of people: a sealed part names the slots of the keys that it needs, all of them, and is bound
// to its place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sealing/key_file.h"
#include "store/sealing/sealer.h"

namespace leadline::store {

// Slots of keys; one below 1 is of an erased person.
using Slots = std::vector<int64_t>;

// sealed := count slot* nonce ciphertext tag; count and slots are varints, the slots ascend. Destroying one of the keys
// is enough. With an erased person among them, or none: a count of 0 and nothing else. DATA_LOSS, and nothing written,
// when a key is missing.
absl::Status SealWith(KeyFile& keys, Slots slots, std::string_view place, std::string_view plain, std::string& out);
Opened OpenWith(const KeyFile& keys, std::string_view place, std::string_view sealed, std::string& plain);

// Asks whose keys are needed when the first part is sealed: most structures have nothing personal. Not thread-safe.
class KeySealer final : public Sealer {
 public:
  using Whose = std::function<absl::StatusOr<Slots>()>;
  enum class Images { kClear, kContact };

  KeySealer(KeyFile& keys, std::string place, Images images, Whose whose)
      : keys_(keys), place_(std::move(place)), images_(images), whose_(std::move(whose)) {}
  void Seal(std::string_view plain, std::string& out) override;
  bool SealsImage(std::string_view field) const override;
  // Why something could not be sealed; then nothing of it may be kept.
  const absl::Status& status() const { return status_; }

 private:
  KeyFile& keys_;
  const std::string place_;
  const Images images_;
  const Whose whose_;
  bool asked_ = false;
  Slots slots_;
  absl::Status status_;
};

// Not thread-safe.
class KeyOpener final : public Opener {
 public:
  KeyOpener(const KeyFile& keys, std::string place) : keys_(keys), place_(std::move(place)) {}
  Opened Open(std::string_view sealed, std::string& plain) override { return OpenWith(keys_, place_, sealed, plain); }

 private:
  const KeyFile& keys_;
  const std::string place_;
};

}  // namespace leadline::store
