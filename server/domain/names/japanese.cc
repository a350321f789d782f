// Japanese names: kana by their letters, Han by the reading dictionary.
#include <string_view>

#include "domain/names/part_readings.h"
#include "domain/names/reading_dictionary.h"
#include "domain/names/rewriting.h"
#include "domain/names/scripts.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// How many readings the dictionary is asked for, and how many of them are used: the rest are far-fetched.
constexpr size_t kAsked = 24;
constexpr size_t kMostOfAPart = 6;

// Long vowels short and without ICU's spelling of the kana that are joined.
constexpr SpellingRule kHepburn[] = {{"oou", "o"},  {"ou", "o"},   {"oo", "o"},      {"uu", "u"},
                                     {"dzu", "zu"}, {"dji", "ji"}, {"tchi", "tchi"}, {"ii$", "i"}};

// What characters that end given names are read as there. The dictionary has the names of few who are young.
constexpr std::string_view kEndings[] = {
    "三 zo mi", "弥 ya",  "平 hei", "郎 ro",  "一 ichi kazu", "二 ji", "介 suke", "輔 suke", "助 suke",
    "之 yuki",  "太 ta",  "子 ko",  "美 mi",  "恵 e",         "香 ka", "奈 na",   "也 ya",   "哉 ya",
    "樹 ki",    "人 to",  "斗 to",  "士 shi", "志 shi",       "雄 o",  "夫 o",    "男 o",    "生 o",
    "彦 hiko",  "明 aki", "代 yo",  "江 e",   "枝 e",         "乃 no", "菜 na",   "里 ri",   "莉 ri",
    "理 ri",    "花 ka",  "佳 ka",  "音 ne",  "希 ki",        "紀 ki", "輝 ki",   "衣 i",    "吾 go",
    "悟 go",    "馬 ma",  "真 ma",  "司 ji",  "治 ji",        "次 ji", "蔵 zo",   "造 zo"};

bool IsKana(char32_t c) { return c >= 0x3040 && c <= 0x30FF; }

bool AllKana(std::u32string_view text) {
  for (const char32_t c : text) {
    if (!IsKana(c)) return false;
  }
  return !text.empty();
}

// ICU marks the n in front of a vowel, which parts the word.
std::string Romanised(const std::string& kana) { return Rewritten(WithoutSpaces(FoldText(kana)), kHepburn); }

std::string Romanised(const DictionaryReading& reading) {
  std::string kana;
  for (const std::string& word : reading.kana) kana += word;
  return Romanised(kana);
}

// A given name of two characters that the dictionary does not have: the first by itself, the second as names end.
void AddPutTogether(std::u32string_view name, std::vector<std::string>& readings) {
  if (name.size() != 2) return;
  const std::string last = ToUtf8(name.substr(1));
  for (const std::string_view line : kEndings) {
    const std::vector<std::string_view> words = Words(line);
    if (words[0] != last) continue;
    for (const DictionaryReading& first : DictionaryReadings(ToUtf8(name.substr(0, 1)), kAsked)) {
      for (size_t i = 1; i < words.size(); ++i) AddDistinct(readings, Romanised(first) + std::string(words[i]));
    }
  }
}

bool IsOneWord(const DictionaryReading& reading) { return reading.words.size() == 1; }

}  // namespace

std::vector<std::string> JapaneseReadings(const PartWords& words, Part part) {
  std::u32string joined;
  for (const std::u32string& word : words) joined += word;
  std::vector<std::string> readings;
  if (AllKana(joined)) {
    AddDistinct(readings, Romanised(ToUtf8(joined)));
    return readings;
  }
  const std::vector<DictionaryReading> found = DictionaryReadings(ToUtf8(joined), kAsked);
  // Known as a person's name; as one word; put together.
  for (const DictionaryReading& reading : found) {
    if (IsOneWord(reading) && reading.names == 1) AddDistinct(readings, Romanised(reading));
  }
  for (const DictionaryReading& reading : found) {
    if (IsOneWord(reading)) AddDistinct(readings, Romanised(reading));
  }
  if (readings.empty() && part == Part::kGiven) AddPutTogether(joined, readings);
  if (readings.empty() && !found.empty()) AddDistinct(readings, Romanised(found.front()));
  if (readings.size() > kMostOfAPart) readings.resize(kMostOfAPart);
  return readings;
}

size_t JapaneseFamilyLength(std::u32string_view name) {
  for (const DictionaryReading& reading : DictionaryReadings(ToUtf8(name), kAsked)) {
    if (reading.words.size() >= 2 && reading.names >= 1) return Composed(reading.words[0]).size();
  }
  return 0;
}

}  // namespace leadline::domain
