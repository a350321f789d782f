#include "domain/names/readings.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <functional>

#include "domain/names/part_readings.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// Longer names are no names: what is behind is not read.
constexpr size_t kLongestPart = 200;
constexpr size_t kRemembered = 512;

// What German, Scandinavian and Slavic letters are where there are none of them on the keyboard.
struct WrittenOut {
  char32_t letter;
  std::u32string_view letters;
};
constexpr WrittenOut kWrittenOut[] = {{U'ä', U"ae"}, {U'ö', U"oe"}, {U'ü', U"ue"}, {U'ø', U"oe"}, {U'å', U"aa"},
                                      {U'Ä', U"ae"}, {U'Ö', U"oe"}, {U'Ü', U"ue"}, {U'Ø', U"oe"}, {U'Å', U"aa"},
                                      {U'č', U"ch"}, {U'ć', U"ch"}, {U'š', U"sh"}, {U'ž', U"zh"}, {U'đ', U"dj"},
                                      {U'Č', U"ch"}, {U'Ć', U"ch"}, {U'Š', U"sh"}, {U'Ž', U"zh"}, {U'Đ', U"dj"}};

std::vector<std::string> LatinReadings(const PartWords& words) {
  std::vector<std::string> readings;
  std::u32string plain, written_out;
  for (const std::u32string& word : words) {
    for (std::u32string* text : {&plain, &written_out}) {
      if (!text->empty()) *text += U' ';
    }
    for (const char32_t c : word) {
      const auto* found = std::find_if(std::begin(kWrittenOut), std::end(kWrittenOut),
                                       [c](const WrittenOut& row) { return row.letter == c; });
      plain += c;
      if (found == std::end(kWrittenOut)) {
        written_out += c;
      } else {
        written_out += found->letters;
      }
    }
  }
  AddDistinct(readings, FoldText(ToUtf8(plain)));
  AddDistinct(readings, FoldText(ToUtf8(written_out)));
  return readings;
}

std::vector<std::string> PartReadings(const PartWords& words, Part part, Sound sound, std::u32string_view whole) {
  switch (sound) {
    case Sound::kLatin:
      return LatinReadings(words);
    case Sound::kSlavic:
      return CyrillicReadings(words, whole);
    case Sound::kGreek:
      return GreekReadings(words);
    case Sound::kArabic:
      return ArabicReadings(words);
    case Sound::kHebrew:
      return HebrewReadings(words);
    case Sound::kChinese:
      return ChineseReadings(words, part);
    case Sound::kJapanese:
      return JapaneseReadings(words, part);
    case Sound::kKorean:
      return HangulReadings(words, part);
    case Sound::kCaucasian:
      return CaucasianReadings(words);
    case Sound::kIndic:
      return DevanagariReadings(words);
    case Sound::kOther:
      return OtherReadings(words);
  }
  return {};
}

std::vector<Sound> SoundsOf(Script script) {
  switch (script) {
    case Script::kLatin:
      return {Sound::kLatin};
    case Script::kCyrillic:
      return {Sound::kSlavic};
    case Script::kGreek:
      return {Sound::kGreek};
    case Script::kArmenian:
    case Script::kGeorgian:
      return {Sound::kCaucasian};
    case Script::kArabic:
      return {Sound::kArabic};
    case Script::kHebrew:
      return {Sound::kHebrew};
    case Script::kHan:
      return {Sound::kChinese, Sound::kJapanese};
    case Script::kKana:
      return {Sound::kJapanese};
    case Script::kHangul:
      return {Sound::kKorean};
    case Script::kDevanagari:
      return {Sound::kIndic};
    case Script::kThai:
    case Script::kOther:
      return {Sound::kOther};
  }
  return {Sound::kOther};
}

struct Divided {
  PartWords given, family;
};

size_t FamilyLength(Sound sound, std::u32string_view name) {
  if (sound == Sound::kChinese) return ChineseFamilyLength(name);
  if (sound == Sound::kJapanese) return JapaneseFamilyLength(name);
  if (sound == Sound::kKorean) return KoreanFamilyLength(name);
  return 0;
}

// A whole name in one part: East Asian ones have the family name first, others last.
Divided DivideWhole(const PartWords& words, Sound sound) {
  const bool family_first = sound == Sound::kChinese || sound == Sound::kJapanese || sound == Sound::kKorean;
  if (words.size() >= 2) {
    const auto cut = family_first ? words.begin() + 1 : words.end() - 1;
    const PartWords front(words.begin(), cut), back(cut, words.end());
    return family_first ? Divided{back, front} : Divided{front, back};
  }
  const size_t length = words.empty() ? 0 : FamilyLength(sound, words[0]);
  if (length == 0 || length >= words[0].size()) return {{}, words};
  return {{words[0].substr(length)}, {words[0].substr(0, length)}};
}

std::u32string Native(const PartWords& words) {
  std::u32string out;
  for (const std::u32string& word : words) out += word;
  for (char32_t& c : out) c = static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
  return UnifiedHan(out);
}

std::string_view Bounded(std::string_view text) { return text.substr(0, kLongestPart); }

ReadName ReadAnew(const PersonName& name) {
  ReadName out;
  const Divided parts = {SplitName(Composed(Bounded(name.given))), SplitName(Composed(Bounded(name.family)))};
  const Script given = ScriptOf(name.given), family = ScriptOf(name.family);
  out.script = given == Script::kLatin || (given == Script::kHan && family == Script::kKana) ? family : given;
  out.given = Native(parts.given);
  out.family = Native(parts.family);
  for (const Sound sound : SoundsOf(out.script)) {
    const bool whole = parts.given.empty() || parts.family.empty();
    const Divided divided = whole ? DivideWhole(parts.given.empty() ? parts.family : parts.given, sound) : parts;
    const auto read = [&](const PartWords& words, std::string_view text, Part part) {
      const bool latin = !whole && ScriptOf(text) == Script::kLatin;
      return PartReadings(words, part, latin ? Sound::kLatin : sound, out.given + out.family);
    };
    NameReading reading{sound, read(divided.given, name.given, Part::kGiven),
                        read(divided.family, name.family, Part::kFamily)};
    if (!reading.given.empty() || !reading.family.empty()) out.readings.push_back(std::move(reading));
  }
  return out;
}

struct Remembered {
  std::string key;
  std::shared_ptr<const ReadName> name;
};

}  // namespace

std::shared_ptr<const ReadName> ReadPersonName(const PersonName& name) {
  thread_local std::array<Remembered, kRemembered> remembered;
  std::string key(Bounded(name.given));
  key += '\0';
  key += Bounded(name.family);
  Remembered& place = remembered[std::hash<std::string>()(key) % kRemembered];
  if (place.name == nullptr || place.key != key) {
    place.name = std::make_shared<const ReadName>(ReadAnew(name));
    place.key = std::move(key);
  }
  return place.name;
}

std::vector<std::string> ReadingsOf(const PersonName& name) {
  std::vector<std::string> texts;
  for (const NameReading& reading : ReadPersonName(name)->readings) {
    const size_t given = std::max<size_t>(reading.given.size(), 1);
    const size_t family = std::max<size_t>(reading.family.size(), 1);
    // The likeliest of both parts first.
    for (size_t sum = 0; sum + 1 < given + family; ++sum) {
      for (size_t g = 0; g <= sum && g < given; ++g) {
        const size_t f = sum - g;
        if (f >= family) continue;
        std::string text = reading.given.empty() ? "" : reading.given[g];
        if (!text.empty() && !reading.family.empty()) text += ' ';
        if (!reading.family.empty()) text += reading.family[f];
        AddDistinct(texts, std::move(text));
      }
    }
  }
  if (texts.size() > kMostReadings) texts.resize(kMostReadings);
  return texts;
}

}  // namespace leadline::domain
