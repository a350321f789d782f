// Bytes made smaller, and what was made smaller read from damage.
#include "store/compression.h"

#include <gtest/gtest.h>

#include <random>

#include "store/codec_wire.h"
#include "tests/store/codec_bytes.h"

namespace leadline::store {
namespace {

std::string Compressed(std::string_view bytes) {
  std::string out;
  Compress(bytes, out);
  return out;
}

std::string Random(size_t size, int letters) {
  std::mt19937 random(static_cast<unsigned>(size));
  std::string bytes(size, 0);
  for (char& byte : bytes) byte = static_cast<char>(random() % static_cast<unsigned>(letters));
  return bytes;
}

TEST(CompressionTest, EverythingComesBackAsItWas) {
  for (const int letters : {1, 2, 20, 256}) {
    for (const size_t size : {0, 1, 31, 32, 33, 100, 4'000, 70'000}) {
      const std::string bytes = Random(size, letters);
      const std::string compressed = Compressed(bytes) + "behind";
      EXPECT_LE(compressed.size(), size + 4 + 6) << "never much longer";
      std::string_view left = compressed;
      std::string read = "before";
      ASSERT_TRUE(Decompress(left, read)) << size;
      EXPECT_EQ(read, bytes);
      EXPECT_EQ(left, "behind");
    }
  }
}

TEST(CompressionTest, WhatComesAgainTakesLittleRoom) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += "seniority.c_level";
  EXPECT_LT(Compressed(bytes).size(), 60U);
}

// What is here must be read for ever; another version of the library may write it otherwise.
TEST(CompressionTest, Bytes) {
  for (const std::string& known : {Bytes("03 00 'abc'"), Bytes("28 0b 1f 'a' 01 00 0f 50 'aaaaa'")}) {
    std::string_view left = known;
    std::string read;
    ASSERT_TRUE(Decompress(left, read)) << ShowBytes(known);
    EXPECT_TRUE(left.empty());
    EXPECT_EQ(read, known[0] == 3 ? "abc" : std::string(40, 'a'));
  }
}

TEST(CompressionTest, DamageHarmsNobody) {
  const std::string compressed = Compressed(Random(500, 3));
  for (size_t size = 0; size < compressed.size(); ++size) {
    std::string_view left = std::string_view(compressed).substr(0, size);
    std::string read;
    EXPECT_FALSE(Decompress(left, read)) << size;
  }
  for (size_t i = 0; i < compressed.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = compressed;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      std::string_view left = damaged;
      std::string read;
      if (Decompress(left, read)) {
        EXPECT_LE(read.size(), 255 * damaged.size());
      }
    }
  }
}

TEST(CompressionTest, NoMoreMemoryThanTheBytesCanStandFor) {
  for (const uint64_t size : {uint64_t{1} << 30, uint64_t{1} << 40, ~uint64_t{0}}) {
    std::string claims;
    PutVarint(size, claims);
    PutVarint(4, claims);
    claims += "abcd";
    std::string_view left = claims;
    std::string read;
    EXPECT_FALSE(Decompress(left, read));
    EXPECT_LT(read.capacity(), size_t{2000});
  }
}

}  // namespace
}  // namespace leadline::store
