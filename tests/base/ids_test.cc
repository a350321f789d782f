#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace leadline {
namespace {

TEST(IdsTest, SortByTimeAndNeverRepeatEvenWhenTheClockGoesBack) {
  UuidV7Source ids(7);
  std::string last;
  std::set<std::string> seen;
  for (int i = 0; i < 20'000; ++i) {
    Time now = i == 10'000 ? 1'000'000 : 5'000'000 + i / 8192;
    std::string id = ids.NewId(now);
    EXPECT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '7');
    EXPECT_TRUE(IsValidId(id));
    EXPECT_LT(last, id);
    EXPECT_TRUE(seen.insert(id).second);
    last = id;
  }
}

TEST(IdsTest, SameSeedSameIds) {
  UuidV7Source a(1), b(1);
  EXPECT_EQ(a.NewId(1'000), b.NewId(1'000));
}

TEST(IdsTest, Sha256IsTheStandardOne) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace leadline
