// Scripts that ICU has rules for.
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <span>

#include "domain/names/part_readings.h"
#include "domain/names/rewriting.h"
#include "domain/names/scripts.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// As Greek is read today, which Any-Latin does not: i for eta, b for mu and pi, v in eu.
icu::Transliterator* ModernGreek() {
  static const std::unique_ptr<icu::Transliterator> kPrototype = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Greek-Latin/UNGEGN", UTRANS_FORWARD, error));
  }();
  if (kPrototype == nullptr) return nullptr;
  thread_local std::unique_ptr<icu::Transliterator> copy(kPrototype->clone());
  return copy.get();
}

// What those who read the names write for ICU's letters.
constexpr SpellingRule kArmenianLetters[] = {{"x", "kh"}, {"ch", "ch"}, {"c", "ch"}, {"w", "v"}};
constexpr SpellingRule kIndicLetters[] = {{"ch", "ch"}, {"cch", "chch"}, {"c", "ch"}};
constexpr SpellingRule kIndicHabits[] = {{"v", "w"}, {"inha$", "ingh"}};
constexpr SpellingRule kGreekLetters[] = {{"^nt", "d"}, {"^mp", "b"}};
constexpr SpellingRule kGreekHabits[] = {{"gia", "ya"}, {"gio", "yo"}};
constexpr SpellingRule kThaiLetters[] = {{"x", ""}, {"ch", "ch"}, {"c", "ch"}};
constexpr SpellingRule kThaiHabits[] = {{"w", "v"}};

// A consonant of Thai that its mark makes silent, with the vowel between them.
std::u32string WithoutSilent(const std::u32string& word) {
  constexpr char32_t kSilent = 0x0E4C;
  std::u32string out;
  for (const char32_t c : word) {
    if (c != kSilent) {
      out += c;
      continue;
    }
    while (!out.empty() && (out.back() < 0x0E01 || out.back() > 0x0E2E)) out.pop_back();
    if (!out.empty()) out.pop_back();
  }
  return out;
}

std::string EachRewritten(const std::string& words, std::span<const SpellingRule> rules) {
  std::string out;
  for (const std::string_view word : Words(words)) {
    if (!out.empty()) out += ' ';
    out += Rewritten(word, rules);
  }
  return out;
}

}  // namespace

void AddDistinct(std::vector<std::string>& texts, std::string text) {
  if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
}

std::string FoldedWords(const PartWords& words) {
  std::string out;
  for (const std::u32string& word : words) {
    const std::string folded = WithoutSpaces(FoldText(ToUtf8(word)));
    if (folded.empty()) continue;
    if (!out.empty()) out += ' ';
    out += folded;
  }
  return out;
}

std::vector<std::string> GreekReadings(const PartWords& words) {
  std::vector<std::string> readings;
  if (icu::Transliterator* rules = ModernGreek(); rules != nullptr) {
    PartWords spelled;
    for (const std::u32string& word : words) {
      icu::UnicodeString units = icu::UnicodeString::fromUTF8(ToUtf8(word));
      rules->transliterate(units);
      std::string latin;
      units.toUTF8String(latin);
      spelled.push_back(Composed(latin));
    }
    const std::string modern = EachRewritten(FoldedWords(spelled), kGreekLetters);
    AddDistinct(readings, modern);
    AddDistinct(readings, EachRewritten(modern, kGreekHabits));
  }
  AddDistinct(readings, FoldedWords(words));
  return readings;
}

std::vector<std::string> CaucasianReadings(const PartWords& words) {
  std::vector<std::string> readings;
  AddDistinct(readings, EachRewritten(FoldedWords(words), kArmenianLetters));
  return readings;
}

std::vector<std::string> DevanagariReadings(const PartWords& words) {
  std::vector<std::string> readings;
  const std::string spelled = EachRewritten(FoldedWords(words), kIndicLetters);
  AddDistinct(readings, spelled);
  AddDistinct(readings, EachRewritten(spelled, kIndicHabits));
  return readings;
}

std::vector<std::string> OtherReadings(const PartWords& words) {
  PartWords heard;
  for (const std::u32string& word : words) heard.push_back(WithoutSilent(word));
  std::vector<std::string> readings;
  const std::string spelled = EachRewritten(FoldedWords(heard), kThaiLetters);
  AddDistinct(readings, spelled);
  AddDistinct(readings, EachRewritten(spelled, kThaiHabits));
  return readings;
}

}  // namespace leadline::domain
