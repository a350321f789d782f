// Keys of a test, in a file of their own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/sealing/key_sealer.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {

// 1, 2, 3 ... for ever. Keys come again with them, so that they only serve for bytes.
inline KeyFile::Random CountingBytes() {
  return [next = std::make_shared<uint8_t>(uint8_t{0})](std::span<uint8_t> bytes) {
    for (uint8_t& byte : bytes) byte = ++*next;
  };
}

// Not thread-safe.
class KeysPlace {
 public:
  explicit KeysPlace(const KeyFile::Random& random = FillRandom) : keys(*KeyFile::Create(path(), random)) {}
  std::string path() const { return folder_.Path("leadline.keys"); }
  void Reopen() { keys = *KeyFile::Open(path(), KeyFile::Access::kWrite); }

 private:
  TemporaryFolder folder_;

 public:
  std::unique_ptr<KeyFile> keys;
};

}  // namespace leadline::store
