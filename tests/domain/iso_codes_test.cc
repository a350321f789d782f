#include "domain/iso_codes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <vector>

namespace leadline::domain {
namespace {

// Rows of a CSV file in which texts in quotes may hold commas and line breaks.
std::vector<std::vector<std::string>> ReadCsv(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (const char c : text.str()) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.push_back(std::move(row));
      row.assign(1, "");
    } else if (c != '\r') {
      row.back() += c;
    }
  }
  return rows;
}

TEST(CountryCodesTest, AreThoseOfThePublishedList) {
  const std::filesystem::path list =
      std::filesystem::path(LEADLINE_SOURCE_DIR) / ".." / "shared" / "data" / "lists" / "country-codes.csv";
  if (!std::filesystem::exists(list)) GTEST_SKIP() << "../shared/data/lists/country-codes.csv is not there";
  const auto rows = ReadCsv(list);
  ASSERT_GT(rows.size(), 200u);
  size_t column = 0;
  while (column < rows[0].size() && rows[0][column] != "ISO3166-1-Alpha-2") ++column;
  ASSERT_LT(column, rows[0].size());
  std::set<std::string> published = {"XK"}, ours;
  for (size_t i = 1; i < rows.size(); ++i) published.insert(rows[i][column]);
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      if (IsCountryCode(std::string{a, b})) ours.insert({a, b});
    }
  }
  EXPECT_EQ(ours, published);
  EXPECT_EQ(ours.size(), 250u);
}

TEST(CountryCodesTest, TheStandardsFormIsKept) {
  EXPECT_EQ(ReadCountryCode("DE"), "DE");
  EXPECT_EQ(ReadCountryCode("de"), "DE");
  EXPECT_EQ(ReadCountryCode("uk"), "GB");
  EXPECT_EQ(ReadCountryCode("UK"), "GB");
  EXPECT_EQ(ReadCountryCode("EL"), "GR");
  for (const char* none : {"", "X", "XX", "ZZ", "EU", "DEU", "Spain", "\xC3\x84", "1E"}) {
    EXPECT_EQ(ReadCountryCode(none), "") << none;
  }
}

TEST(CountryCodesTest, WhatWasLikelyMeant) {
  EXPECT_EQ(LikelyCountryCode("Spain"), "ES");
  EXPECT_EQ(LikelyCountryCode("Spian"), "ES");
  EXPECT_EQ(LikelyCountryCode("españa"), "ES");
  EXPECT_EQ(LikelyCountryCode("Espana"), "ES");
  EXPECT_EQ(LikelyCountryCode("ESP"), "ES");
  EXPECT_EQ(LikelyCountryCode("Deutschland"), "DE");
  EXPECT_EQ(LikelyCountryCode("GER"), "DE");
  EXPECT_EQ(LikelyCountryCode("Österreich"), "AT");
  EXPECT_EQ(LikelyCountryCode("日本"), "JP");
  EXPECT_EQ(LikelyCountryCode("U.S.A."), "US");
  EXPECT_EQ(LikelyCountryCode("England"), "GB");
  EXPECT_EQ(LikelyCountryCode("Germny"), "DE");
  for (const char* none : {"", "XX", "ZZ", "Atlantis", "n/a"}) EXPECT_EQ(LikelyCountryCode(none), "") << none;
  EXPECT_EQ(LikelyCountryCode(std::string(5000, 'x')), "");
}

TEST(LanguageTagsTest, AreReadAsBcp47WritesThem) {
  EXPECT_EQ(ReadLanguageTag("pt-BR"), "pt-BR");
  EXPECT_EQ(ReadLanguageTag("pt_br"), "pt-BR");
  EXPECT_EQ(ReadLanguageTag("PT"), "pt");
  EXPECT_EQ(ReadLanguageTag("zh-hant-tw"), "zh-Hant-TW");
  EXPECT_EQ(ReadLanguageTag("es-419"), "es-419");
  EXPECT_EQ(ReadLanguageTag("en-UK"), "en-GB");
  EXPECT_EQ(ReadLanguageTag("de-DE-1996"), "de-DE-1996");
  EXPECT_EQ(ReadLanguageTag("de-u-CO-Phonebk"), "de-u-co-phonebk");
  EXPECT_EQ(ReadLanguageTag("fil-PH"), "fil-PH");
  EXPECT_EQ(ReadLanguageTag("eng"), "en");
  EXPECT_EQ(ReadLanguageTag("iw"), "he") << "what Java sent until 2021";
  EXPECT_EQ(ReadLanguageTag("nb"), "nb") << "what was said is kept; that it is Norwegian is for routing";
  for (const char* none : {"", "x", "xx", "english", "en-", "-en", "en--GB", "en GB", "de,en", "en_US.UTF-8", "zzz",
                           "und", "en-toolongpart", "123"}) {
    EXPECT_EQ(ReadLanguageTag(none), "") << none;
  }
  EXPECT_EQ(ReadLanguageTag(std::string(100, 'a')), "");
}

TEST(LanguageTagsTest, AreHeldToTheirGrammar) {
  for (const char* tag : {"zh-Hant-TW", "sr-Latn-RS", "de-CH-1996", "de-1996", "en-u-ca-gregory", "de-DE-u-co-phonebk",
                          "sl-rozaj-biske", "zh-yue-HK", "es-419", "en-x-ours", "hy-Latn-IT-arevela",
                          "en-a-bbb-x-a-ccc", "de-Latn-1901", "ja-t-it-m0-alaloc", "fr-x-a-b-1"}) {
    EXPECT_EQ(ReadLanguageTag(tag), tag);
    EXPECT_TRUE(IsLanguageTag(tag)) << tag;
  }
  for (const char* tag : {"de-DE-DE-DE",
                          "de-DE-DE",
                          "en-a-b-en-a",
                          "de-1",
                          "de-12",
                          "de-1234567890",
                          "en-u",
                          "en-x",
                          "en-u-x",
                          "en-a-bb-a-cc",
                          "en-a-bb-A-cc",
                          "de-1996-1996",
                          "de-nedis-NEDIS",
                          "de-Latn-Latn",
                          "de-DE-Latn",
                          "de-1996-DE",
                          "zh-aaa-bbb-ccc-ddd",
                          "x-ours",
                          "X-ours",
                          "i-klingon",
                          "en--GB",
                          "en-GB-",
                          "de-D",
                          "de-\u00e4\u00f6",
                          "de DE"}) {
    EXPECT_EQ(ReadLanguageTag(tag), "") << tag;
    EXPECT_FALSE(IsLanguageTag(tag)) << tag;
  }
  EXPECT_EQ(ReadLanguageTag("de_DE"), "de-DE");
  EXPECT_EQ(ReadLanguageTag("zh_hant_tw"), "zh-Hant-TW");
  EXPECT_FALSE(IsLanguageTag("de_DE")) << "read, but not how the standard writes it";
}

TEST(LanguageTagsTest, ReadTwiceIsReadOnce) {
  std::mt19937_64 random(47);
  const std::vector<std::string> parts = {"de",    "EN", "eng", "yue", "Latn", "hant", "DE", "uk", "419",   "1996",
                                          "biske", "u",  "a",   "ca",  "x",    "12",   "-",  "",   "\u00e9"};
  int read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = parts[random() % 3];
    for (uint64_t n = random() % 5; n > 0; --n)
      text += (random() % 8 == 0 ? "_" : "-") + parts[random() % parts.size()];
    const std::string tag = ReadLanguageTag(text);
    if (tag.empty()) continue;
    ++read;
    EXPECT_EQ(ReadLanguageTag(tag), tag) << text;
    EXPECT_TRUE(IsLanguageTag(tag)) << text;
  }
  EXPECT_GT(read, 1000);
}

TEST(LanguageTagsTest, OneLanguageUnderManyTags) {
  EXPECT_TRUE(SameLanguage("nb", "no"));
  EXPECT_TRUE(SameLanguage("nn-NO", "nb"));
  EXPECT_TRUE(SameLanguage("no", "nn"));
  EXPECT_TRUE(SameLanguage("pt-BR", "pt"));
  EXPECT_TRUE(SameLanguage("pt_BR", "PT-pt"));
  EXPECT_TRUE(SameLanguage("iw-IL", "he"));
  EXPECT_TRUE(SameLanguage("tl", "fil-PH"));
  EXPECT_TRUE(SameLanguage("cmn", "zh-Hant"));
  EXPECT_FALSE(SameLanguage("no", "da"));
  EXPECT_FALSE(SameLanguage("es", "est"));
  EXPECT_FALSE(SameLanguage("zh", "yue"));
  EXPECT_FALSE(SameLanguage("", ""));
  EXPECT_FALSE(SameLanguage("-", "_"));
  EXPECT_FALSE(SameLanguage("a-very-odd-tag", std::string(100, 'n')));
}

TEST(LanguageTagsTest, WhatToWrite) {
  EXPECT_EQ(LanguageHint("English"), "write en");
  EXPECT_EQ(LanguageHint("deutsch"), "write de");
  EXPECT_EQ(LanguageHint("en_US.UTF-8"), "write en-US");
  EXPECT_EQ(LanguageHint("de-DE,de;q=0.9"), "write de-DE");
  EXPECT_EQ(LanguageHint("jp"), "write ja");
  EXPECT_EQ(LanguageHint("klingonese"), "use a tag such as en, de or pt-BR");
  EXPECT_EQ(LanguageHint("de-DE-DE-DE"), "write de-DE: \"DE-DE\" cannot follow it in a tag");
  EXPECT_EQ(LanguageHint("en-a-b-en-a"), "write en: \"a-b-en-a\" cannot follow it in a tag");
  EXPECT_EQ(LanguageHint("de-1"), "write de: \"1\" cannot follow it in a tag");
  EXPECT_EQ(LanguageHint("de-1996-1996"), "write de-1996: \"1996\" cannot follow it in a tag");
  EXPECT_EQ(LanguageHint("en-"), "write en");
  EXPECT_EQ(LanguageHint("x-ours"), "a tag of private use (x-) names no language; use a tag such as en, de or pt-BR");
}

}  // namespace
}  // namespace leadline::domain
