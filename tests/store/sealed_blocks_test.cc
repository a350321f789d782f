// Parts of many values, sealed in one block for each person.
#include "store/sealing/sealed_blocks.h"

#include <gtest/gtest.h>

#include "tests/store/sealed_place.h"

namespace leadline::store {
namespace {

constexpr SealedPlace kPlace = {"ledger", "default", "t1"};

class SealedBlocksTest : public testing::Test {
 protected:
  std::string Add(Slots slots, std::string_view plain) {
    std::string reference;
    blocks_.Add(std::move(slots), plain, reference);
    return reference;
  }
  std::string Write() {
    std::string out;
    EXPECT_TRUE(blocks_.Write(*place_.keys, kPlace, out).ok());
    return out;
  }
  Opened Open(std::string_view written, std::string_view reference, SealedPlace place = kPlace) {
    std::vector<std::string_view> blocks;
    EXPECT_TRUE(TakeBlocks(written, blocks));
    EXPECT_TRUE(written.empty());
    OpenedBlocks opened(*place_.keys, place, blocks);
    plain_ = "before";
    const Opened result = opened.Open(reference, plain_);
    std::string again;
    EXPECT_EQ(opened.Open(reference, again), result) << "also from what is open already";
    EXPECT_EQ(again, plain_);
    return result;
  }

  KeysPlace place_;
  const int64_t one_ = *place_.keys->Take(), two_ = *place_.keys->Take();
  SealedBlocks blocks_;
  std::string plain_;
};

TEST_F(SealedBlocksTest, PartsComeBackFromABlockForEachPerson) {
  const std::string first = Add({one_}, "Eva"), other = Add({two_}, "Ana"), second = Add({one_}, "Ruiz"),
                    both = Add({two_, one_, two_}, "a merge"), again = Add({one_, two_}, "another"),
                    nothing = Add({one_}, "");
  const std::string written = Write();
  std::string_view left = written;
  std::vector<std::string_view> blocks;
  ASSERT_TRUE(TakeBlocks(left, blocks));
  EXPECT_EQ(blocks.size(), 3U);
  EXPECT_EQ(written.find("Eva"), std::string::npos);
  for (const auto& [reference, plain] : std::vector<std::pair<std::string, std::string>>{
           {first, "Eva"}, {other, "Ana"}, {second, "Ruiz"}, {both, "a merge"}, {again, "another"}, {nothing, ""}}) {
    EXPECT_EQ(Open(written, reference), Opened::kOpened);
    EXPECT_EQ(plain_, plain);
  }
}

TEST_F(SealedBlocksTest, ADestroyedKeyTakesItsBlocksAlone) {
  const std::string first = Add({one_}, "Eva"), other = Add({two_}, "Ana"), both = Add({one_, two_}, "a merge");
  const std::string written = Write();
  ASSERT_TRUE(place_.keys->Destroy({{one_}}).ok());
  EXPECT_EQ(Open(written, first), Opened::kErased);
  EXPECT_EQ(plain_, "");
  EXPECT_EQ(Open(written, both), Opened::kErased);
  EXPECT_EQ(Open(written, other), Opened::kOpened);
}

TEST_F(SealedBlocksTest, NothingIsKeptOfAnErasedPerson) {
  const std::string of_erased = Add({-one_}, "Eva"), of_nobody = Add({}, "Eva"), of_both = Add({-one_, two_}, "Eva");
  const std::string written = Write();
  EXPECT_EQ(written.size(), 1U) << "no block";
  for (const std::string& reference : {of_erased, of_nobody, of_both}) {
    EXPECT_EQ(Open(written, reference), Opened::kErased);
  }
}

TEST_F(SealedBlocksTest, MoreCanBeAddedAfterWriting) {
  const std::string first = Add({one_}, "Eva");
  Write();
  const std::string second = Add({one_}, "Ruiz");
  const std::string written = Write();
  EXPECT_EQ(Open(written, first), Opened::kOpened);
  EXPECT_EQ(plain_, "Eva");
  EXPECT_EQ(Open(written, second), Opened::kOpened);
  EXPECT_EQ(plain_, "Ruiz");
}

TEST_F(SealedBlocksTest, WhatWasMovedOrDamagedDoesNotOpen) {
  const std::string reference = Add({one_}, "Eva");
  const std::string other = Add({two_}, "Ana");
  std::string written = Write();
  EXPECT_EQ(Open(written, reference, {"ledger", "default", "t2"}), Opened::kFailed) << "another transaction";
  EXPECT_EQ(Open(written, reference, {"ledger", "other", "t1"}), Opened::kFailed);
  const size_t size = (written.size() - 1) / 2;
  std::string swapped = written.substr(0, 1) + written.substr(1 + size) + written.substr(1, size);
  EXPECT_EQ(Open(swapped, reference), Opened::kFailed) << "another block";
  // Past the end of the block, an unknown block, too long, too short.
  const auto open = [&](std::initializer_list<int> bytes) {
    std::string made;
    for (const int byte : bytes) made.push_back(static_cast<char>(byte));
    return Open(written, made);
  };
  EXPECT_EQ(open({1, 0, 4}), Opened::kFailed);
  EXPECT_EQ(open({1, 4, 0}), Opened::kFailed);
  EXPECT_EQ(open({3, 0, 1}), Opened::kFailed);
  EXPECT_EQ(open({1, 0, 1, 0}), Opened::kFailed);
  EXPECT_EQ(open({0, 0}), Opened::kFailed);
  EXPECT_EQ(open({1, 0}), Opened::kFailed);
  EXPECT_EQ(open({}), Opened::kFailed);
  EXPECT_EQ(open({1, 3, 0}), Opened::kOpened) << "nothing, at the end";
  written.back() = static_cast<char>(written.back() ^ 1);
  EXPECT_EQ(Open(written, other), Opened::kFailed);
  EXPECT_EQ(Open(written, reference), Opened::kOpened);
}

TEST_F(SealedBlocksTest, AMissingKeyIsTold) {
  Add({1'000'000}, "Eva");
  std::string out;
  EXPECT_TRUE(absl::IsDataLoss(blocks_.Write(*place_.keys, kPlace, out)));
}

}  // namespace
}  // namespace leadline::store
