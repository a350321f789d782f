#include "domain/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FoldTextTest, Ascii) {
  EXPECT_EQ(FoldText(""), "");
  EXPECT_EQ(FoldText("  Hello,   WORLD! "), "hello world");
  EXPECT_EQ(FoldText("O'Brien-Smith"), "o brien smith");
  EXPECT_EQ(FoldText("...---..."), "");
  EXPECT_EQ(FoldText("3M 42"), "3m 42");
}

TEST(FoldTextTest, LatinAlphabets) {
  EXPECT_EQ(FoldText("Ana GARCÍA Muñoz"), "ana garcia munoz");
  EXPECT_EQ(FoldText("São João & Irmãos"), "sao joao irmaos");
  EXPECT_EQ(FoldText("Łódź Žižkov Čapek"), "lodz zizkov capek");
  EXPECT_EQ(FoldText("Straße"), "strasse");
  EXPECT_EQ(FoldText("Ærøskøbing"), "aeroskobing");
  EXPECT_EQ(FoldText("ĐorĐe"), "dorde");
  EXPECT_EQ(FoldText("İstanbul ığüş"), "istanbul igus");
  EXPECT_EQ(FoldText("Ștefan Țepeș"), "stefan tepes");
}

TEST(FoldTextTest, DecomposedAccentsAreTheSame) {
  EXPECT_EQ(FoldText("Garci\xCC\x81"
                     "a"),
            "garcia");
  EXPECT_EQ(FoldText("Mun\xCC\x83oz"), FoldText("Muñoz"));
}

TEST(FoldTextTest, OtherScriptsInLatinLetters) {
  EXPECT_EQ(FoldText("Москва"), "moskva");
  EXPECT_EQ(FoldText("Αθήνα"), "athena");
  EXPECT_EQ(FoldText("Кузьмин"), "kuzmin");
  EXPECT_EQ(FoldText("東京"), "dong jing");
  EXPECT_FALSE(FoldText("محمد").empty());
  EXPECT_EQ(FoldText("Ｆｕｌｌｗｉｄｔｈ"), "fullwidth");
}

TEST(FoldTextTest, WhatIsNoLetterSeparates) {
  EXPECT_EQ(FoldText("Acme\xE2\x80\x94Zenith"), "acme zenith");
  EXPECT_EQ(FoldText("a\xC2\xA0"
                     "b"),
            "a b");
  EXPECT_EQ(FoldText("rocket \xF0\x9F\x9A\x80 science"), "rocket science");
}

TEST(FoldTextTest, BrokenUtf8IsNoReasonToFail) {
  EXPECT_EQ(FoldText("abc\xFF\xFE"
                     "def"),
            "abc def");
  EXPECT_EQ(FoldText("caf\xC3"), "caf");
  std::mt19937_64 random(21);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (uint64_t n = random() % 20; n > 0; --n) bytes += static_cast<char>(random());
    std::string folded = FoldText(bytes);
    EXPECT_FALSE(folded.starts_with(' ') || folded.ends_with(' '));
    EXPECT_EQ(folded.find("  "), std::string::npos);
  }
}

TEST(FoldTextTest, FoldingTwiceChangesNothing) {
  for (std::string_view text :
       {"Ana GARCÍA", "Москва Ивановна", "Straße 12", "東京", "Αθήνα", "Łódź", "O'Brien", "ﬁn ½ №"}) {
    std::string once = FoldText(text);
    EXPECT_EQ(FoldText(once), once) << text;
  }
}

TEST(FoldTextTest, ShortCutsAgreeWithTheFullWay) {
  // A letter of another script in the text turns the short cut for Latin letters off.
  for (char32_t c = 0xC0; c < 0x250; ++c) {
    std::string letter{static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    std::string direct = FoldText("x" + letter + "y z");
    std::string with_other_script = FoldText("x" + letter + "y z д");
    EXPECT_EQ(direct + " d", with_other_script) << "U+" << std::hex << static_cast<unsigned>(c);
  }
}

TEST(FoldTextTest, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      for (int i = 0; i < 300; ++i) {
        if (FoldText("Москва Łódź") != "moskva lodz" || FoldText("東京") != "dong jing") ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ::testing::Each(0));
}

TEST(WordsTest, SplitsAtSpaces) {
  EXPECT_THAT(Words("a bc d"), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(Words(""), IsEmpty());
  EXPECT_THAT(Words("one"), ElementsAre("one"));
}

TEST(LowerTrimmedTest, AsciiAndUnicode) {
  EXPECT_EQ(LowerTrimmed("  ABC d\t\n"), "abc d");
  EXPECT_EQ(LowerTrimmed(" ÁRBOL "), "árbol");
}

}  // namespace
}  // namespace leadline::domain
