// What is personal in a body of many parts, gathered into a sealed block for each person whose it is: so a nonce and a
// tag are there for a person and not for each part. Where a part stood, a reference to its place in a block stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/sealing/key_file.h"
#include "store/sealing/key_sealer.h"
#include "store/sealing/sealer.h"

namespace leadline::store {

// Gathers the parts of one body. Not thread-safe.
class SealedBlocks {
 public:
  // Keeps `plain` for whoever has all of these keys and appends the reference to it, a varint each:
  //   reference := 0 | block offset length      block from 1 on; 0: nothing was kept
  // With an erased person among them, or none, nothing is kept.
  void Add(Slots slots, std::string_view plain, std::string& reference);
  // Appends all blocks:
  //   blocks := count (length sealed)*          sealed as SealWith has it, with what Compress made of the parts
  // DATA_LOSS when a key is missing. Can be called again after more was added.
  absl::Status Write(KeyFile& keys, SealedPlace place, std::string& out) const;

 private:
  struct Block {
    Slots slots;
    std::string plain;
  };
  std::vector<Block> blocks_;
};

// Takes blocks from the front; false for what is damaged. The views are of `bytes`.
bool TakeBlocks(std::string_view& bytes, std::vector<std::string_view>& blocks);

// Opens each block once, when it is first needed. The bytes and the texts of the place must outlive it. Not
// thread-safe.
class OpenedBlocks {
 public:
  OpenedBlocks(const KeyFile& keys, const SealedPlace& place, const std::vector<std::string_view>& blocks);
  // Replaces `plain`.
  Opened Open(std::string_view reference, std::string& plain);

 private:
  struct Block {
    std::string_view sealed;
    std::optional<Opened> opened;  // nothing: not tried yet
    std::string plain;
  };
  const KeyFile& keys_;
  const SealedPlace place_;
  std::vector<Block> blocks_;
};

// Seals the parts of one value of a body into the body's blocks. Asks whose keys are needed when the first part comes.
// Not thread-safe.
class BlockSealer final : public Sealer {
 public:
  BlockSealer(SealedBlocks& blocks, KeySealer::Whose whose) : blocks_(blocks), whose_(std::move(whose)) {}
  void Seal(std::string_view plain, std::string& out) override;
  bool SealsImage(std::string_view field) const override;
  // Why something could not be sealed; then nothing of it may be kept.
  const absl::Status& status() const { return status_; }
  // How many bytes the parts have.
  size_t size() const { return size_; }

 private:
  SealedBlocks& blocks_;
  const KeySealer::Whose whose_;
  std::optional<Slots> slots_;
  absl::Status status_;
  size_t size_ = 0;
};

// Opens the parts of one value of a body. Not thread-safe.
class BlockOpener final : public Opener {
 public:
  explicit BlockOpener(OpenedBlocks& blocks) : blocks_(blocks) {}
  Opened Open(std::string_view sealed, std::string& plain) override;
  // Whether something that it was asked for is gone.
  bool met_erased() const { return met_erased_; }

 private:
  OpenedBlocks& blocks_;
  bool met_erased_ = false;
};

}  // namespace leadline::store
