#include "domain/names/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "domain/names/name_keys.h"
#include "domain/names/name_similarity.h"
#include "domain/reference_versions.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

TEST(ReadingsOfTest, AsciiAsItIs) {
  EXPECT_THAT(ReadingsOf({"Ana", "García"}), ElementsAre("ana garcia"));
  EXPECT_THAT(ReadingsOf({"ANA", "Garcia"}), ElementsAre("ana garcia"));
  EXPECT_THAT(ReadingsOf({"", ""}), IsEmpty());
}

TEST(ReadingsOfTest, UmlautsBothWays) {
  EXPECT_THAT(ReadingsOf({"Jörg", "Müller"}), IsSupersetOf({"jorg muller", "joerg mueller"}));
  EXPECT_THAT(ReadingsOf({"Jo\u0308rg", "Mu\u0308ller"}), Contains("joerg mueller")) << "written with combining marks";
}

TEST(ReadingsOfTest, CyrillicBySeveralSystems) {
  EXPECT_THAT(ReadingsOf({"Юлия", "Хрущёва"}), IsSupersetOf({"yulia khrushcheva", "iuliia khrushcheva"}));
  EXPECT_THAT(ReadingsOf({"Пётр", "Ильин"}), IsSupersetOf({"petr ilin", "pyotr ilin"}));
  EXPECT_THAT(ReadingsOf({"Володимир", "Зеленський"}), Contains("volodymyr zelensky"));
  EXPECT_THAT(ReadingsOf({"Новак", "Ђоковић"}), Contains("novak djokovic"));
}

TEST(ReadingsOfTest, KoreanFamilyNamesAsPeopleWriteThem) {
  EXPECT_THAT(ReadingsOf({"민수", "김"}), ElementsAre("minsu kim", "minsu gim"));
  EXPECT_THAT(ReadingsOf({"", "남궁민"}), Contains("min namgung"));
}

TEST(ReadingsOfTest, ChineseFamilyNamesAsPeopleWriteThem) {
  EXPECT_THAT(ReadingsOf({"小明", "陳"}), IsSupersetOf({"xiaoming chen", "xiaoming chan"}));
}

TEST(ReadingsOfTest, JapaneseByTheDictionary) {
  EXPECT_THAT(ReadingsOf({"ゆうこ", "おおの"}), ElementsAre("yuko ono")) << "needs no dictionary";
  EXPECT_THAT(ReadingsOf({"ﾕｳｺ", "ｵｵﾉ"}), ElementsAre("yuko ono")) << "half-width";
  if (JapaneseReadingsVersion().starts_with("none")) GTEST_SKIP() << JapaneseReadingsVersion();
  EXPECT_THAT(ReadingsOf({"太郎", "田中"}), Contains("taro tanaka"));
  EXPECT_THAT(ReadingsOf({"裕子", "伊藤"}), IsSupersetOf({"yuko ito", "hiroko ito"}));
  EXPECT_THAT(ReadingsOf({"", "田中太郎"}), Contains("taro tanaka"));
}

TEST(ReadingsOfTest, AreBounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "裕子 ";
  EXPECT_THAT(ReadingsOf({many, many}), SizeIs(::testing::Le(kMostReadings)));
  EXPECT_THAT(NameKeys({many, many}), SizeIs(::testing::Le(kMostNameKeys)));
}

TEST(NameKeysTest, OneForPlainNames) {
  EXPECT_THAT(NameKeys({"Ana", "Garcia"}), SizeIs(1));
  EXPECT_THAT(NameKeys({"Ana", ""}), IsEmpty());
  EXPECT_EQ(NameKeys({"Ana", "Garcia"}), NameKeys({"Garcia", "Ana"}));
  EXPECT_EQ(NameKeys({"Ana", "García"}), NameKeys({"Ana", "Garcia"}));
}

TEST(NameKeysTest, ShortFormsHaveTheFullNames) {
  for (const std::string& key : NameKeys({"Robert", "Smith"}))
    EXPECT_THAT(NameKeys({"Bob", "Smith"}), Contains(Eq(key)));
}

// Whatever bytes come in: no crash, the same from both sides, between 0 and 1, readings that are folded.
TEST(RandomNames, HaveResultsInBounds) {
  constexpr std::string_view kAlphabets[] = {
      "abcdeé ü-'.",      "абвгдеёжйїђ ь", "محمد العبةءى", "田中太郎裕子王伟 ・", "김민수정남궁",
      "たなかタロウーっ", "αβγδντμπήώ",    "דוד בןכח",     "नरेन्द्र मोदी",          "ทักษิณ์",
      "՚Նիկոլ",           "ქეთევან"};
  std::mt19937_64 random(20261130);
  const auto text = [&]() {
    std::u32string points;
    AppendCodePoints(kAlphabets[random() % std::size(kAlphabets)], points);
    std::string out;
    for (size_t i = random() % 8; i > 0; --i) {
      if (random() % 12 == 0) {
        out += static_cast<char>(random() % 256);
      } else {
        const size_t begin = random() % points.size();  // before the next, whatever the compiler
        out += ToUtf8(points.substr(begin, 1 + random() % 3));
      }
    }
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = text(), b = text(), c = text(), d = text();
    const PersonName left{a, b}, right{c, d};
    const double similarity = PersonNameSimilarity(left, right);
    ASSERT_GE(similarity, 0) << a << '/' << b << " and " << c << '/' << d;
    ASSERT_LE(similarity, 1) << a << '/' << b << " and " << c << '/' << d;
    ASSERT_EQ(similarity, PersonNameSimilarity(right, left)) << a << '/' << b << " and " << c << '/' << d;
    ASSERT_LE(NameKeys(left).size(), kMostNameKeys);
    const std::vector<std::string> readings = ReadingsOf(left);
    ASSERT_LE(readings.size(), kMostReadings);
    for (const std::string& reading : readings) ASSERT_EQ(FoldText(reading), reading) << a << '/' << b;
  }
}

TEST(RandomNames, OfOneScriptAreTheSameFromBothSides) {
  const PersonName left{"\u0e29\u0e4c\u0e4c\u0e34\u0e13\u0e13\u0e4c", "\u062f"};
  const PersonName right{"\u0e34\u0e13\u0e4c\u0e4c\u0e01\u0e34", "\u0e34\u0e13"};
  EXPECT_EQ(PersonNameSimilarity(left, right), PersonNameSimilarity(right, left));
}

TEST(ManyThreads, ReadTheSame) {
  const PersonName name{"裕子", "伊藤"};
  const std::vector<std::string> expected = ReadingsOf(name);
  std::vector<std::thread> threads;
  std::vector<int> different(8, 0);
  for (size_t t = 0; t < different.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string other = "太郎" + std::to_string(i);
        ReadingsOf({other, "田中"});
        if (ReadingsOf(name) != expected) ++different[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(different, ::testing::Each(0));
}

}  // namespace
}  // namespace leadline::domain
