#include "domain/names/name_similarity.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/names/given_names.h"
#include "domain/names/latin_names.h"
#include "domain/names/name_words.h"
#include "domain/names/rewriting.h"
#include "domain/similarity.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr double kSameReading = 0.97;
constexpr double kSameWithoutSecond = 0.95;  // without patronymic or middle name
constexpr double kNearReading = 0.96;
constexpr double kNearPart = 0.88;
constexpr double kNotTheSame = 0.84;
constexpr size_t kEnoughConsonants = 3;
// One letter of an abjad or an alphabet of syllables more or less is another name.
constexpr double kOtherConsonants = 0.9;
constexpr double kOtherVowels = 0.8;

// Letter by letter a slip can be told from another name only where the letters are single sounds.
bool Forgiving(Sound sound) {
  return sound == Sound::kSlavic || sound == Sound::kGreek || sound == Sound::kCaucasian || sound == Sound::kIndic ||
         sound == Sound::kOther;
}

bool IsAbjad(Sound sound) { return sound == Sound::kArabic || sound == Sound::kHebrew; }

// What is compared of a part: in abjads without articles and "son of".
std::string Compared(std::string_view part, Sound sound) {
  if (!IsAbjad(sound)) return WithoutSpaces(part);
  std::string out;
  for (const std::string_view word : Words(part)) {
    if (!IsParticle(word)) out += word;
  }
  return out.empty() ? WithoutSpaces(part) : out;
}

// Letters that only pinyin has.
bool IsPinyin(std::string_view latin) {
  for (size_t i = 0; i < latin.size(); ++i) {
    if (std::string_view("qxzbd").find(latin[i]) != std::string_view::npos && (i == 0 || latin[i - 1] != 't'))
      return true;
    if (latin[i] == 'g' && (i == 0 || latin[i - 1] != 'n')) return true;
  }
  return false;
}

double CompareSpelling(std::string_view written, std::string_view latin, Sound sound, bool given) {
  const std::string left = Compared(written, sound), right = Compared(latin, sound);
  const std::string left_key = SpellingKey(sound, left), right_key = SpellingKey(sound, right);
  if (left_key.empty() || right_key.empty()) return 0;
  // The rules take what Wade-Giles leaves out as one; who writes pinyin leaves nothing out.
  if (sound == Sound::kChinese && IsPinyin(right)) return left == right ? 1 : 0;
  if (left_key == right_key) return !IsAbjad(sound) || VowelsFit(left, right, sound) ? 1 : kOtherVowels;
  if (!Forgiving(sound)) return 0;
  if (given) {
    const GivenNames relation = Relation(left, right);
    if (relation == GivenNames::kDifferent) return 0;
    if (relation == GivenNames::kSame) return 1;
  }
  if (sound == Sound::kOther && std::min(left_key.size(), right_key.size()) < kEnoughConsonants) return 0;
  return JaroWinkler(left_key, right_key);
}

using Spellings = std::vector<std::string>;

double ComparePart(const Spellings& written, const Spellings& latin, Sound sound, bool given) {
  double best = 0;
  for (const std::string& left : written) {
    for (const std::string& right : latin) best = std::max(best, CompareSpelling(left, right, sound, given));
  }
  return best;
}

double Combined(double given, double family, double same) {
  if (given == 1 && family == 1) return same;
  const double least = std::min(given, family);
  return least >= kNearPart ? kNearReading * (given + family) / 2 : kNotTheSame * least;
}

struct Parts {
  Spellings given, family;
};

double CompareEitherWay(const Parts& written, const Parts& latin, Sound sound, double same) {
  const double straight = Combined(ComparePart(written.given, latin.given, sound, true),
                                   ComparePart(written.family, latin.family, sound, false), same);
  if (straight == same) return straight;
  const double turned = Combined(ComparePart(written.given, latin.family, sound, true),
                                 ComparePart(written.family, latin.given, sound, false), same);
  return std::max(straight, turned);
}

Spellings FirstWords(const Spellings& spellings) {
  Spellings out;
  for (const std::string& text : spellings) out.push_back(text.substr(0, text.find(' ')));
  return out;
}

bool HasSecond(const Spellings& spellings) {
  return !spellings.empty() && spellings.front().find(' ') != std::string::npos;
}

double CompareReadings(const Parts& written, const Parts& latin, Sound sound) {
  const double best = CompareEitherWay(written, latin, sound, kSameReading);
  if (best >= kSameWithoutSecond || HasSecond(written.given) == HasSecond(latin.given)) return best;
  const double shortened = CompareEitherWay({FirstWords(written.given), written.family},
                                            {FirstWords(latin.given), latin.family}, sound, kSameWithoutSecond);
  return std::max(best, shortened);
}

// Folded words in Latin letters as parts, without titles; a whole name in one part divided.
Parts LatinParts(const PersonName& folded) {
  const NameWords words = WordsOfName(folded);
  const auto joined = [](const std::vector<std::string_view>& part) {
    std::string out;
    for (const std::string_view word : part) {
      if (!out.empty()) out += ' ';
      out += word;
    }
    return out;
  };
  return {{joined(words.given)}, {joined(words.family)}};
}

std::vector<Parts> LatinVariants(const ComparableName& name) {
  if (name.read == nullptr) return {LatinParts({name.given, name.family})};
  std::vector<Parts> variants;
  for (const NameReading& reading : name.read->readings) {
    const auto at = [](const Spellings& spellings, size_t i) -> std::string_view {
      return spellings.empty() ? std::string_view() : spellings[std::min(i, spellings.size() - 1)];
    };
    for (size_t i = 0; i < std::max(reading.given.size(), reading.family.size()); ++i) {
      variants.push_back(LatinParts({at(reading.given, i), at(reading.family, i)}));
    }
  }
  return variants;
}

double CompareScripts(const ReadName& written, const ComparableName& latin) {
  double best = 0;
  const std::vector<Parts> variants = LatinVariants(latin);
  for (const NameReading& reading : written.readings) {
    for (const Parts& variant : variants) {
      best = std::max(best, CompareReadings({reading.given, reading.family}, variant, reading.sound));
    }
  }
  return best;
}

// Two scripts of which neither is Latin: by the sound that both have (Han and kana), or else by the loosest rules.
double CompareReadOnes(const ReadName& a, const ReadName& b) {
  double best = 0;
  for (const NameReading& left : a.readings) {
    for (const NameReading& right : b.readings) {
      const Sound sound = left.sound == right.sound ? left.sound : Sound::kOther;
      const double similarity = CompareReadings({left.given, left.family}, {right.given, right.family}, sound);
      best = std::max(best, similarity);
    }
  }
  return best;
}

bool ComparedAsWritten(Script script) {
  return script == Script::kHan || script == Script::kHangul || script == Script::kArabic || script == Script::kHebrew;
}

double CompareWritten(const ReadName& a, const ReadName& b) {
  const std::u32string left = a.given + a.family;
  if (left == b.given + b.family || left == b.family + b.given || a.family + a.given == b.given + b.family) return 1;
  const double similarity =
      JaroWinkler(ToUtf8(a.given) + ' ' + ToUtf8(a.family), ToUtf8(b.given) + ' ' + ToUtf8(b.family));
  return std::min(similarity,
                  a.script == Script::kArabic || a.script == Script::kHebrew ? kOtherConsonants : kNotTheSame);
}

// Both by the letters of one script, by the same of their readings.
double CompareSameScript(const ComparableName& a, const ComparableName& b) {
  double best = 0;
  const size_t count = std::min(a.read->readings.size(), b.read->readings.size());
  for (size_t i = 0; i < count; ++i) {
    const NameReading& left = a.read->readings[i];
    const NameReading& right = b.read->readings[i];
    const auto first = [](const Spellings& spellings) -> std::string_view {
      return spellings.empty() ? std::string_view() : spellings.front();
    };
    best = std::max(
        best, LatinNameSimilarity({first(left.given), first(left.family)}, {first(right.given), first(right.family)}));
  }
  return best;
}

bool HasSeveralSpellings(const ComparableName& name) {
  return name.read != nullptr && std::any_of(name.read->readings.begin(), name.read->readings.end(),
                                             [](const auto& r) { return r.given.size() > 1 || r.family.size() > 1; });
}

double CompareLatin(const ComparableName& a, const ComparableName& b) {
  double best = LatinNameSimilarity({a.given, a.family}, {b.given, b.family});
  if (best == 1 || (!HasSeveralSpellings(a) && !HasSeveralSpellings(b))) return best;
  for (const Parts& left : LatinVariants(a)) {
    for (const Parts& right : LatinVariants(b)) {
      best = std::max(best, LatinNameSimilarity({left.given[0], left.family[0]}, {right.given[0], right.family[0]}));
    }
  }
  return best;
}

Script ScriptOfName(const ComparableName& name) { return name.read == nullptr ? Script::kLatin : name.read->script; }

}  // namespace

ComparableName MakeComparable(const PersonName& name) {
  ComparableName out{FoldText(name.given), FoldText(name.family), nullptr};
  if (!IsAscii(name.given) || !IsAscii(name.family)) out.read = ReadPersonName(name);
  return out;
}

double PersonNameSimilarity(const ComparableName& a, const ComparableName& b) {
  const Script left = ScriptOfName(a), right = ScriptOfName(b);
  if (left == right && ComparedAsWritten(left)) return CompareWritten(*a.read, *b.read);
  if (left == right) {
    // Words are paired greedily: always from the same side.
    const bool in_order = std::tie(a.given, a.family) <= std::tie(b.given, b.family);
    const ComparableName &first = in_order ? a : b, &second = in_order ? b : a;
    return left == Script::kLatin ? CompareLatin(first, second) : CompareSameScript(first, second);
  }
  if (right == Script::kLatin) return CompareScripts(*a.read, b);
  if (left == Script::kLatin) return CompareScripts(*b.read, a);
  return left < right ? CompareReadOnes(*a.read, *b.read) : CompareReadOnes(*b.read, *a.read);
}

double PersonNameSimilarity(const PersonName& a, const PersonName& b) {
  return PersonNameSimilarity(MakeComparable(a), MakeComparable(b));
}

}  // namespace leadline::domain
