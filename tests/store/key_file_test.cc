// The keys of people: the ciphers against published vectors, and the file through crashes and mistakes.
#include "store/sealing/key_file.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "store/sealing/sip_hash.h"
#include "tests/store/codec_bytes.h"
#include "tests/store/sealed_place.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

void SetContent(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

// Test cases 13 and 14 of "The Galois/Counter Mode of Operation" (McGrew and Viega).
TEST(CipherTest, GivesThePublishedBytes) {
  std::string out;
  Encrypt(Key{}, Nonce{}, "", "", out);
  EXPECT_EQ(ShowBytes(out), ShowBytes(Bytes("53 0f 8a fb c7 45 36 b9 a9 63 b4 f1 c4 cb 73 8b")));
  out.clear();
  Encrypt(Key{}, Nonce{}, "", std::string(16, '\0'), out);
  EXPECT_EQ(ShowBytes(out), ShowBytes(Bytes("ce a7 40 3d 4d 60 6b 6e 07 4e c5 d3 ba f3 9d 18 "
                                            "d0 d1 c8 a7 99 99 6b f0 26 5b 98 b5 d4 8a b9 19")));
}

TEST(CipherTest, OpensOnlyWithTheSameKeyNonceAndPlace) {
  const Key key{1};
  const Nonce nonce{2};
  std::string sealed, plain;
  Encrypt(key, nonce, "here", "secret", sealed);
  EXPECT_TRUE(Decrypt(key, nonce, "here", sealed, plain));
  EXPECT_EQ(plain, "secret");
  EXPECT_FALSE(Decrypt(Key{3}, nonce, "here", sealed, plain));
  EXPECT_EQ(plain, "");
  EXPECT_FALSE(Decrypt(key, Nonce{3}, "here", sealed, plain));
  EXPECT_FALSE(Decrypt(key, nonce, "there", sealed, plain));
  EXPECT_FALSE(Decrypt(key, nonce, "here", sealed.substr(1), plain));
  EXPECT_FALSE(Decrypt(key, nonce, "here", "short", plain));
}

// More keys than a thread keeps expanded, in turns, and all let go in between.
TEST(CipherTest, ManyKeysInTurn) {
  std::vector<std::string> first;
  for (int round = 0; round < 3; ++round) {
    for (uint8_t i = 0; i < 9; ++i) {
      std::string sealed, plain;
      Encrypt(Key{i}, Nonce{2}, "here", "secret", sealed);
      if (round == 0) first.push_back(sealed);
      EXPECT_EQ(sealed, first[i]);
      EXPECT_TRUE(Decrypt(Key{i}, Nonce{2}, "here", first[i], plain));
      EXPECT_EQ(plain, "secret");
      EXPECT_FALSE(Decrypt(Key{i}, Nonce{2}, "here", first[(i + 1) % first.size()], plain) && first.size() > 1);
    }
    if (round == 1) ForgetExpandedKeys();
  }
}

// The vector in the appendix of the paper.
TEST(SipHashTest, GivesThePublishedNumber) {
  const SipKey key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string text;
  for (char c = 0; c < 15; ++c) text.push_back(c);
  EXPECT_EQ(SipHash(key, text), 0xa129ca6149be45e5U);
}

TEST(KeyFileTest, GivesEachSlotOnceAlsoAfterItWasOpenedAgain) {
  KeysPlace place;
  const std::string id = place.keys->store_id();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(place.keys->slots(), 0) << "none are made before one is needed";
  std::set<int64_t> taken;
  std::map<int64_t, Key> keys;
  for (int run = 0; run < 3; ++run) {
    for (int i = 0; i < 3000; ++i) {  // more than are made at a time
      const auto slot = place.keys->Take();
      ASSERT_TRUE(slot.ok()) << slot.status();
      EXPECT_TRUE(taken.insert(*slot).second);
      EXPECT_LE(*slot, place.keys->slots());
      ASSERT_EQ(place.keys->Get(*slot, keys[*slot]), KeyFile::State::kThere);
    }
    place.Reopen();
    EXPECT_EQ(place.keys->store_id(), id);
  }
  for (const auto& [slot, key] : keys) {
    Key again;
    EXPECT_EQ(place.keys->Get(slot, again), KeyFile::State::kThere);
    EXPECT_EQ(again, key);
  }
}

TEST(KeyFileTest, ADestroyedKeyIsGoneFromTheFile) {
  KeysPlace place;
  const int64_t slot = *place.keys->Take(), other = *place.keys->Take();
  Key key, kept, now;
  ASSERT_EQ(place.keys->Get(slot, key), KeyFile::State::kThere);
  ASSERT_EQ(place.keys->Get(other, kept), KeyFile::State::kThere);
  const std::string bytes(reinterpret_cast<const char*>(key.data()), key.size());
  ASSERT_NE(ContentOf(place.path()).find(bytes), std::string::npos);
  const std::vector<int64_t> slots = {slot, 99999};  // one that is not there is passed over
  ASSERT_EQ(place.keys->Destroy(slots), absl::OkStatus());
  EXPECT_EQ(ContentOf(place.path()).find(bytes), std::string::npos);
  EXPECT_EQ(place.keys->Get(slot, now), KeyFile::State::kDestroyed) << "at once";
  place.Reopen();
  EXPECT_EQ(place.keys->Get(slot, now), KeyFile::State::kDestroyed);
  EXPECT_EQ(place.keys->Get(other, now), KeyFile::State::kThere);
  EXPECT_EQ(now, kept);
  EXPECT_EQ(place.keys->Get(99999, now), KeyFile::State::kMissing);
  EXPECT_EQ(place.keys->Get(0, now), KeyFile::State::kMissing);
  EXPECT_THAT(place.keys->Missing(99999).message(), HasSubstr("older than the database"));
}

// More than it keeps in memory.
TEST(KeyFileTest, EveryKeyOfALongFileIsFound) {
  KeysPlace place;
  constexpr int64_t kSlots = 1'100'000;
  {
    std::ofstream file(place.path(), std::ios::binary | std::ios::app);
    std::string bytes(kKeyBytes, '\1');
    for (int64_t slot = 1; slot <= kSlots; ++slot) {
      std::memcpy(bytes.data(), &slot, sizeof(slot));
      file << bytes;
    }
  }
  place.Reopen();
  ASSERT_EQ(place.keys->slots(), kSlots);
  for (int round = 0; round < 2; ++round) {
    for (int64_t slot = 1; slot <= kSlots; slot += 1000) {
      Key key{};
      ASSERT_EQ(place.keys->Get(slot, key), KeyFile::State::kThere);
      int64_t found = 0;
      std::memcpy(&found, key.data(), sizeof(found));
      ASSERT_EQ(found, slot);
    }
  }
  ASSERT_TRUE(place.keys->Destroy({{1, kSlots}}).ok());
  for (const int64_t slot : {int64_t{1}, kSlots}) {
    Key key{};
    EXPECT_EQ(place.keys->Get(slot, key), KeyFile::State::kDestroyed);
  }
}

TEST(KeyFileTest, WhatACrashLeftOfAChunkIsWrittenOver) {
  KeysPlace place;
  ASSERT_TRUE(place.keys->Take().ok());
  const auto whole = fs::file_size(place.path());
  const int64_t slots = place.keys->slots();
  fs::resize_file(place.path(), whole + 100);  // three slots and a part of one
  place.Reopen();
  EXPECT_EQ(place.keys->slots(), slots + 3);
  EXPECT_EQ(*place.keys->Take(), slots + 4);
  EXPECT_EQ((fs::file_size(place.path()) - 32) % 32, 0U);
}

TEST(KeyFileTest, OtherFilesAreRefused) {
  KeysPlace place;
  const auto code = [&] { return KeyFile::Open(place.path(), KeyFile::Access::kRead).status().code(); };
  EXPECT_EQ(KeyFile::Create(place.path()).status().code(), absl::StatusCode::kAlreadyExists);
  const std::string content = ContentOf(place.path());
  for (const size_t at : {size_t{0}, size_t{7}, size_t{10}, size_t{30}, size_t{40}}) {
    std::string damaged = content;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    SetContent(place.path(), damaged);
    EXPECT_EQ(code(), absl::StatusCode::kDataLoss) << at;
  }
  SetContent(place.path(), content.substr(0, 50));
  EXPECT_EQ(code(), absl::StatusCode::kDataLoss);
  fs::remove(place.path());
  EXPECT_EQ(code(), absl::StatusCode::kNotFound);
}

TEST(KeyFileTest, NoncesNeverComeAgain) {
  TemporaryFolder folder;
  const auto keys = *KeyFile::Create(folder.Path("k"));
  std::set<Nonce> seen;
  for (int i = 0; i < 70000; ++i) EXPECT_TRUE(seen.insert(keys->NextNonce()).second);
  const auto again = *KeyFile::Open(folder.Path("k"), KeyFile::Access::kWrite);
  EXPECT_FALSE(seen.contains(again->NextNonce()));
}

}  // namespace
}  // namespace leadline::store
