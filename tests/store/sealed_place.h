// Keys of a test: a file of their own, and random bytes that are the same each time.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/sealing/key_sealer.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {

// 1, 2, 3 ... for ever.
inline KeyFile::Random CountingBytes() {
  return [next = std::make_shared<uint8_t>(uint8_t{0})](std::span<uint8_t> bytes) {
    for (uint8_t& byte : bytes) byte = ++*next;
  };
}

// Not thread-safe.
class KeysPlace {
 public:
  KeysPlace() : keys(*KeyFile::Create(path(), CountingBytes())) {}
  std::string path() const { return folder_.Path("leadline.keys"); }
  void Reopen() { keys = *KeyFile::Open(path(), KeyFile::Access::kWrite, CountingBytes()); }

 private:
  TemporaryFolder folder_;

 public:
  std::unique_ptr<KeyFile> keys;
};

}  // namespace leadline::store
