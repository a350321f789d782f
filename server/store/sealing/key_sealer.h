// Sealing with data keys: a sealed part names the slots of the keys that it needs, all of them, and is bound to its
// place.
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

// What a sealed part is bound to: moved anywhere else, it does not open. The texts must outlive it.
struct SealedPlace {
  std::string_view table, tenant, id;
  int64_t index = -1;        // of the part, where there are several; -1: there is one
  std::string_view in = {};  // which kind of part

  // TABLE/TENANT/ID, and where there are several .INDEX and the kind.
  std::string ToString() const;
};

// sealed := count slot* nonce ciphertext tag; count and slots are varints, the slots ascend. Destroying one of the keys
// is enough. With an erased person among them, or none: a count of 0 and nothing else. DATA_LOSS, and nothing written,
// when a key is missing.
absl::Status SealWith(KeyFile& keys, Slots slots, const SealedPlace& place, std::string_view plain, std::string& out);
Opened OpenWith(const KeyFile& keys, const SealedPlace& place, std::string_view sealed, std::string& plain);

// Asks whose keys are needed when the first part is sealed: most structures have nothing personal. Not thread-safe.
class KeySealer final : public Sealer {
 public:
  using Whose = std::function<absl::StatusOr<Slots>()>;

  KeySealer(KeyFile& keys, const SealedPlace& place, Whose whose)
      : keys_(keys), place_(place), whose_(std::move(whose)) {}
  void Seal(std::string_view plain, std::string& out) override;
  bool SealsImage(std::string_view field) const override;
  // Why something could not be sealed; then nothing of it may be kept.
  const absl::Status& status() const { return status_; }

 private:
  KeyFile& keys_;
  const SealedPlace place_;
  const Whose whose_;
  bool asked_ = false;
  Slots slots_;
  absl::Status status_;
};

// Not thread-safe.
class KeyOpener final : public Opener {
 public:
  KeyOpener(const KeyFile& keys, const SealedPlace& place) : keys_(keys), place_(place) {}
  Opened Open(std::string_view sealed, std::string& plain) override;
  // Whether something that it was asked for is gone.
  bool met_erased() const { return met_erased_; }

 private:
  const KeyFile& keys_;
  const SealedPlace place_;
  bool met_erased_ = false;
};

}  // namespace leadline::store
