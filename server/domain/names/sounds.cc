#include "domain/names/sounds.h"

#include <array>
#include <span>
#include <vector>

#include "domain/names/rewriting.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// BGN/PCGN, passports (ICAO), Ukraine's and Bulgaria's own systems, Gaj's letters without their marks, and what French,
// German and Polish papers print. G and kh are h, because Ukrainian has h where Russian has g.
constexpr SpellingRule kSlavic[] = {
    {"schtsch", "s"}, {"shch", "s"}, {"stsch", "s"}, {"szcz", "s"}, {"sht", "s"}, {"sch", "s"},   {"sh", "s"},
    {"sz", "s"},      {"sc", "s"},   {"tsch", "c"},  {"tch", "c"},  {"ch", "c"},  {"cz", "c"},    {"ts", "c"},
    {"tz", "c"},      {"dzh", "d"},  {"dj", "d"},    {"dz", "d"},   {"zh", "z"},  {"kh", "h"},    {"g", "h"},
    {"x", "ks"},      {"ph", "f"},   {"th", "t"},    {"ck", "k"},   {"q", "k"},   {"off$", "ov"}, {"eff$", "ev"},
    {"w", "v"},       {"ou", "u"},   {"yo", "e"},    {"jo", "e"},   {"io", "e"},  {"ye", "e"},    {"je", "e"},
    {"ie", "e"},      {"y", "i"},    {"j", "i"},
};

constexpr SpellingRule kGreek[] = {
    {"ph", "f"}, {"ch", "h"}, {"kh", "h"},  {"th", "t"},  {"gia", "ia"}, {"gio", "io"}, {"ye", "ie"},
    {"x", "ks"}, {"ou", "u"}, {"mp", "b"},  {"mb", "b"},  {"nt", "d"},   {"nd", "d"},   {"gk", "g"},
    {"ng", "g"}, {"nk", "g"}, {"eu", "ev"}, {"ef", "ev"}, {"au", "av"},  {"af", "av"},  {"ei", "i"},
    {"oi", "i"}, {"ai", "e"}, {"ae", "e"},  {"y", "i"},   {"j", "i"},    {"c", "k"},    {"w", "o"},
};

constexpr SpellingRule kCaucasianRules[] = {
    {"sh", "s"}, {"tch", "c"}, {"ch", "c"}, {"ts", "c"}, {"tz", "c"}, {"dzh", "j"}, {"dj", "j"},
    {"dz", "z"}, {"zh", "z"},  {"kh", "h"}, {"gh", "g"}, {"ph", "p"}, {"th", "t"},  {"x", "h"},
    {"q", "k"},  {"ck", "k"},  {"ou", "u"}, {"ow", "u"}, {"w", "v"},  {"ye", "e"},  {"y", "i"},
};

constexpr SpellingRule kIndic[] = {
    {"singh", "sing"}, {"simh", "sing"}, {"rishn", "rsn"}, {"rish", "rs"}, {"sh", "s"}, {"chh", "c"},
    {"ch", "c"},       {"kh", "k"},      {"gh", "g"},      {"th", "t"},    {"dh", "d"}, {"bh", "b"},
    {"ph", "p"},       {"jh", "j"},      {"f", "p"},       {"ee", "i"},    {"oo", "u"}, {"ou", "u"},
    {"w", "v"},        {"y", "i"},       {"z", "j"},       {"q", "k"},     {"x", "ks"},
};

constexpr SpellingRule kKorean[] = {
    {"eui", "i"}, {"eon", "un"}, {"eol", "ul"}, {"eok", "uk"}, {"eom", "um"}, {"eop", "up"}, {"eo", "q"},
    {"uh$", "q"}, {"you", "yu"}, {"yoo", "yu"}, {"eu", "u"},   {"ou", "u"},   {"oo", "u"},   {"woo", "u"},
    {"wu", "u"},  {"ui", "i"},   {"ee", "i"},   {"ae", "e"},   {"ai", "e"},   {"ch", "j"},   {"sh", "s"},
    {"g", "k"},   {"d", "t"},    {"b", "p"},    {"l", "r"},    {"c", "k"},
};

// Pinyin, Wade-Giles and what is between them. The two tell z, c and zh, ch, j, q apart by marks that people leave out.
constexpr SpellingRule kChinese[] = {
    {"zh", "c"},    {"ch", "c"},    {"j", "c"},    {"q", "c"},    {"tz", "t"}, {"ts", "t"}, {"z", "t"},
    {"c", "t"},     {"hs", "s"},    {"x", "s"},    {"sh", "s"},   {"b", "p"},  {"d", "t"},  {"g", "k"},
    {"ung", "ong"}, {"ien", "ian"}, {"ieh", "ie"}, {"ueh", "ue"}, {"eh", "e"}, {"uo", "o"}, {"yi", "i"},
    {"yu", "u"},    {"wu", "u"},    {"v", "u"},    {"jih", "ri"}, {"ih", "i"}, {"oo", "u"}, {"ee", "i"},
};

// Hepburn to the syllables of the kana; long vowels are short.
constexpr SpellingRule kJapanese[] = {
    {"shi", "si"}, {"sh", "sy"}, {"tchi", "tti"}, {"tch", "tty"}, {"chi", "ti"}, {"ch", "ty"},
    {"tsu", "tu"}, {"fu", "hu"}, {"ji", "zi"},    {"jy", "zy"},   {"j", "zy"},   {"dzu", "zu"},
    {"dzi", "zi"}, {"mb", "nb"}, {"mm", "nm"},    {"mp", "np"},   {"oou", "o"},  {"ou", "o"},
    {"oo", "o"},   {"uu", "u"},  {"aa", "a"},     {"ii", "i"},    {"ee", "e"},   {"l", "r"},
};

constexpr SpellingRule kArabic[] = {
    {"shh", "sh"},     {"thh", "th"},     {"dhh", "dh"},     {"khh", "kh"}, {"ghh", "gh"}, {"^abdul", "abd"},
    {"^abdel", "abd"}, {"^abdal", "abd"}, {"^abdol", "abd"}, {"kh", "h"},   {"gh", "g"},   {"dh", "d"},
    {"th", "t"},       {"sh", "s"},       {"ch", "s"},       {"ph", "f"},   {"ck", "k"},   {"x", "ks"},
    {"q", "k"},        {"c", "k"},        {"j", "g"},        {"p", "b"},
};

constexpr SpellingRule kHebrew[] = {
    {"^w", "v"}, {"shh", "sh"}, {"thh", "th"}, {"dhh", "dh"}, {"khh", "kh"}, {"kh", "h"},
    {"ch", "h"}, {"tz", "z"},   {"ts", "z"},   {"sh", "s"},   {"th", "t"},   {"ph", "p"},
    {"f", "p"},  {"ck", "k"},   {"x", "ks"},   {"q", "k"},    {"c", "k"},    {"j", "y"},
};

// Where the vowels of one side are not to be relied on: by consonants alone, see Skeleton.
constexpr SpellingRule kOtherRules[] = {{"v", "w"}, {"j", "ch"}, {"^hl", "l"}};

std::span<const SpellingRule> RulesOf(Sound sound) {
  switch (sound) {
    case Sound::kLatin:
      return {};
    case Sound::kSlavic:
      return kSlavic;
    case Sound::kGreek:
      return kGreek;
    case Sound::kCaucasian:
      return kCaucasianRules;
    case Sound::kArabic:
      return kArabic;
    case Sound::kHebrew:
      return kHebrew;
    case Sound::kChinese:
      return kChinese;
    case Sound::kJapanese:
      return kJapanese;
    case Sound::kKorean:
      return kKorean;
    case Sound::kIndic:
      return kIndic;
    case Sound::kOther:
      return kOtherRules;
  }
  return {};
}

bool IsVowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

// "Ohno", "Satoh": the h says that the vowel is long.
std::string WithoutLongMarks(std::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool before = i > 0 && IsVowel(word[i - 1]);
    const bool after = i + 1 < word.size() && (IsVowel(word[i + 1]) || word[i + 1] == 'y');
    if (word[i] != 'h' || !before || after) out += word[i];
  }
  return out;
}

// Consonants of a word of an abjad, and what stands before each and after the last.
struct Consonants {
  std::string letters;
  std::vector<std::string> between{""};
};

Consonants ConsonantsOf(std::string_view folded, Sound sound) {
  const std::string word = WithoutDoubles(Rewritten(folded, RulesOf(sound)));
  Consonants out;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    const bool glide =
        c == 'w' || c == 'y' || (c == 'v' && sound == Sound::kArabic) || (c == 'h' && i + 1 == word.size());
    if (IsVowel(c) || glide || !('a' <= c && c <= 'z')) {
      out.between.back() += c;
    } else {
      out.letters += c;
      out.between.emplace_back();
    }
  }
  return out;
}

bool ContainsAny(std::string_view text, std::string_view letters) {
  return text.find_first_of(letters) != std::string_view::npos;
}

// One class for what languages spell in several ways.
constexpr SpellingRule kClasses[] = {
    {"^abdul", "apt"}, {"^abdel", "apt"}, {"shch", "s"}, {"sch", "s"}, {"sh", "s"},  {"tsch", "s"}, {"tch", "s"},
    {"ch", "s"},       {"ts", "s"},       {"tz", "s"},   {"cz", "s"},  {"z", "s"},   {"ck", "k"},   {"ca", "ka"},
    {"co", "ko"},      {"cu", "ku"},      {"cl", "kl"},  {"cr", "kr"}, {"ct", "kt"}, {"c", "s"},    {"^khh", "k"},
    {"^kh", "h"},      {"kh", "k"},       {"^w", "p"},   {"ph", "p"},  {"f", "p"},   {"v", "p"},    {"x", "ks"},
    {"q", "k"},        {"g", "k"},        {"d", "t"},    {"b", "p"},
};

}  // namespace

std::string SpellingKey(Sound sound, std::string_view folded) {
  if (sound == Sound::kArabic || sound == Sound::kHebrew) {
    std::string key;
    for (const std::string_view word : Words(folded)) key += ConsonantsOf(word, sound).letters;
    return key;
  }
  const std::string joined = WithoutSpaces(folded);
  if (sound == Sound::kOther) return Skeleton(Rewritten(joined, RulesOf(sound)));
  if (sound == Sound::kJapanese) return Rewritten(WithoutLongMarks(joined), RulesOf(sound));
  std::string key = WithoutDoubles(Rewritten(joined, RulesOf(sound)));
  if (sound != Sound::kIndic) return key;
  std::string without_a = key.substr(0, 1);  // the vowel that every consonant has unless it says otherwise
  for (size_t i = 1; i < key.size(); ++i) {
    if (key[i] != 'a') without_a += key[i];
  }
  return WithoutDoubles(without_a);
}

bool VowelsFit(std::string_view written, std::string_view latin, Sound sound) {
  const Consonants left = ConsonantsOf(written, sound);
  const Consonants right = ConsonantsOf(latin, sound);
  if (left.letters != right.letters) return false;
  const size_t last = left.letters.size();
  for (size_t i = 0; i <= last; ++i) {
    const std::string& gap = left.between[i];
    const std::string& vowels = right.between[i];
    if (ContainsAny(gap, "w") && !ContainsAny(vowels, "ouwv")) return false;
    if (ContainsAny(gap, "y") && !ContainsAny(vowels, "iey") && !(ContainsAny(gap, "a") && ContainsAny(vowels, "a"))) {
      return false;
    }
    // Hebrew writes a for any vowel at the beginning and at the end.
    if (gap.starts_with('a') && i == 0 && vowels.empty()) return false;
    if (sound == Sound::kArabic && i > 0 && gap == "a" && !ContainsAny(vowels, "aeh")) return false;
    // In front of the last consonant ou and ee are long, and long vowels are written: Mahmoud is not Mohammed.
    if (i + 1 != last || i == 0) continue;
    if (vowels == "ou" || vowels == "oo") {
      if (!ContainsAny(gap, "w")) return false;
    } else if (vowels == "ee" && !ContainsAny(gap, "y")) {
      return false;
    }
  }
  return true;
}

std::string Skeleton(std::string_view folded) {
  const std::string classes = WithoutDoubles(Rewritten(WithoutSpaces(folded), kClasses));
  std::string out;
  for (size_t i = 0; i < classes.size(); ++i) {
    const char c = classes[i];
    if (IsVowel(c) || c == 'y' || c == 'j' || c == 'w' || (c == 'h' && i > 0)) continue;
    out += c;
  }
  return out.empty() ? "0" : out;
}

}  // namespace leadline::domain
