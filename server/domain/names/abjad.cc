// Arabic (with Persian) and Hebrew names: what is written of them, consonants and long vowels.
#include <string_view>
#include <utility>

#include "domain/names/part_readings.h"

namespace leadline::domain {
namespace {

struct Letter {
  char32_t written;
  std::string_view latin;
};

constexpr Letter kArabicLetters[] = {
    {U'ا', "a"},  {U'أ', "a"},  {U'إ', "a"},  {U'آ', "a"}, {U'ٱ', "a"},  {U'ب', "b"}, {U'ت', "t"},
    {U'ث', "th"}, {U'ح', "h"},  {U'خ', "kh"}, {U'د', "d"}, {U'ذ', "dh"}, {U'ر', "r"}, {U'ز', "z"},
    {U'س', "s"},  {U'ش', "sh"}, {U'ص', "s"},  {U'ض', "d"}, {U'ط', "t"},  {U'ظ', "z"}, {U'غ', "gh"},
    {U'ف', "f"},  {U'ك', "k"},  {U'ک', "k"},  {U'ل', "l"}, {U'م', "m"},  {U'ن', "n"}, {U'ه', "h"},
    {U'ة', "h"},  {U'و', "w"},  {U'ؤ', "w"},  {U'ي', "y"}, {U'ی', "y"},  {U'ئ', "y"}, {U'ى', "a"},
    {U'پ', "p"},  {U'چ', "ch"}, {U'ژ', "zh"}, {U'گ', "g"}, {U'ڤ', "v"},  {U'ع', "e"}, {U'ء', "e"},
};

constexpr Letter kHebrewLetters[] = {
    {U'א', "a"},  {U'ג', "g"}, {U'ד', "d"}, {U'ה', "h"},  {U'ז', "z"}, {U'ט', "t"}, {U'י', "y"}, {U'ל', "l"},
    {U'מ', "m"},  {U'ם', "m"}, {U'נ', "n"}, {U'ן', "n"},  {U'ס', "s"}, {U'פ', "p"}, {U'ף', "f"}, {U'צ', "ts"},
    {U'ץ', "ts"}, {U'ק', "k"}, {U'ר', "r"}, {U'ש', "sh"}, {U'ת', "t"}, {U'ע', "e"},
};

template <size_t N>
std::string_view LatinOf(char32_t c, const Letter (&letters)[N]) {
  for (const Letter& letter : letters) {
    if (letter.written == c) return letter.latin;
  }
  return "";
}

// An h that would make another letter of the one in front of it ("th") is doubled, and between two of the same letter,
// which are two syllables, stands an e.
void AppendLetter(std::string& word, std::string_view latin) {
  if (word.empty() || latin.empty()) {
    word += latin;
    return;
  }
  if (word.ends_with(latin) && std::string_view("aeiouwy").find(latin) == std::string_view::npos) word += 'e';
  if (latin == "h" && std::string_view("stdkgczp").find(word.back()) != std::string_view::npos) word += 'h';
  word += latin;
}

void Append(std::string& words, const std::string& word) {
  if (word.empty()) return;
  if (!words.empty()) words += ' ';
  words += word;
}

constexpr std::u32string_view kArticle = U"ال";

// The word without its article; Allah, which begins with it, is one.
std::pair<bool, std::u32string_view> WithoutArticle(std::u32string_view word) {
  const bool has = word.starts_with(kArticle) && word.size() >= 4 && word != U"الله";
  return {has, has ? word.substr(kArticle.size()) : word};
}

// Egypt says g for jim where others say j, and Libya and the Gulf say g for qaf.
struct ArabicSounds {
  std::string_view jim, qaf;
};
constexpr ArabicSounds kArabicSounds[] = {{"j", "q"}, {"g", "q"}, {"j", "g"}};

std::string_view ArabicLetter(char32_t c, const ArabicSounds& sounds) {
  if (c == U'ج') return sounds.jim;
  return c == U'ق' ? sounds.qaf : LatinOf(c, kArabicLetters);
}

// "Abd" is one name with what follows.
std::string ArabicWords(const PartWords& words, bool with_article, const ArabicSounds& sounds) {
  std::string out;
  bool servant = false;
  for (const std::u32string& word : words) {
    const auto [has_article, stem] = WithoutArticle(word);
    std::string latin;
    for (const char32_t c : stem) AppendLetter(latin, ArabicLetter(c, sounds));
    if (servant) {
      out += latin;
    } else {
      Append(out, has_article && with_article ? "al" + latin : latin);
    }
    servant = word == U"عبد";
  }
  return out;
}

// What letters inside of a word may stand for.
struct HebrewSounds {
  std::string_view bet, kaf, vav, het;
};

constexpr HebrewSounds kHebrewSounds[] = {{"v", "k", "w", "ch"}, {"b", "k", "w", "ch"},  {"v", "k", "w", "h"},
                                          {"b", "k", "w", "h"},  {"v", "ch", "w", "ch"}, {"b", "ch", "w", "ch"},
                                          {"v", "k", "v", "ch"}, {"b", "k", "v", "h"}};

std::string_view HebrewLetter(char32_t c, bool inside, const HebrewSounds& sounds) {
  switch (c) {
    case U'ב':
      return inside ? sounds.bet : "b";
    case U'כ':
    case U'ך':
      return inside ? sounds.kaf : "k";
    case U'ו':
      return inside ? sounds.vav : "v";
    case U'ח':
      return sounds.het;
    default:
      return LatinOf(c, kHebrewLetters);
  }
}

}  // namespace

std::vector<std::string> ArabicReadings(const PartWords& words) {
  std::vector<std::string> readings;
  for (const ArabicSounds& sounds : kArabicSounds) {
    AddDistinct(readings, ArabicWords(words, false, sounds));
    AddDistinct(readings, ArabicWords(words, true, sounds));
  }
  return readings;
}

std::vector<std::string> HebrewReadings(const PartWords& words) {
  std::vector<std::string> readings;
  for (const HebrewSounds& sounds : kHebrewSounds) {
    std::string reading;
    for (const std::u32string& word : words) {
      std::string latin;
      for (const char32_t c : word) AppendLetter(latin, HebrewLetter(c, !latin.empty(), sounds));
      Append(reading, latin);
    }
    AddDistinct(readings, std::move(reading));
  }
  return readings;
}

}  // namespace leadline::domain
