// One part of a name, given or family, of one script in Latin letters: folded, distinct, likeliest first. Pure and
// thread-safe. Each takes the words of the part, see SplitName; texts that it cannot read give nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline::domain {

using PartWords = std::vector<std::u32string>;

enum class Part { kGiven, kFamily };

// `whole` is the whole name in lower case: its letters may tell the language.
std::vector<std::string> CyrillicReadings(const PartWords& words, std::u32string_view whole);
// Consonants and long vowels: "mhmd", "slyman". VowelsFit knows this spelling. Articles and "bin" are words of their
// own.
std::vector<std::string> ArabicReadings(const PartWords& words);
std::vector<std::string> HebrewReadings(const PartWords& words);
std::vector<std::string> HangulReadings(const PartWords& words, Part part);
// Pinyin, and as family names are spelled in Hong Kong, Taiwan and Singapore.
std::vector<std::string> ChineseReadings(const PartWords& words, Part part);
// Kana by its own letters; Han by the reading dictionary, and without one nothing.
std::vector<std::string> JapaneseReadings(const PartWords& words, Part part);
// By ICU's rules for the script.
std::vector<std::string> GreekReadings(const PartWords& words);
std::vector<std::string> CaucasianReadings(const PartWords& words);
std::vector<std::string> DevanagariReadings(const PartWords& words);
std::vector<std::string> OtherReadings(const PartWords& words);

// How many characters at the beginning of a whole name are the family name; 0 when that cannot be told.
size_t KoreanFamilyLength(std::u32string_view name);
size_t ChineseFamilyLength(std::u32string_view name);
size_t JapaneseFamilyLength(std::u32string_view name);

// Han characters that are written in several ways, as one: 陳 and 陈, 邊 and 辺.
std::u32string UnifiedHan(std::u32string_view text);

// Appends what is not there yet; empty texts never.
void AddDistinct(std::vector<std::string>& texts, std::string text);
// Folded words, as FoldText has them, each joined to one: ICU's marks inside a word do not part it.
std::string FoldedWords(const PartWords& words);

}  // namespace leadline::domain
