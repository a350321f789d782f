#include "domain/names/scripts.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr std::u32string_view kDots = U"\u00B7\u2022\u2027\u30FB\u30A0\uFF65";

bool PartsWords(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  return u_isUWhiteSpace(point) != 0 || u_charType(point) == U_DASH_PUNCTUATION || kDots.find(c) != kDots.npos;
}

Script ScriptOfLetter(UScriptCode code) {
  switch (code) {
    case USCRIPT_CYRILLIC:
      return Script::kCyrillic;
    case USCRIPT_GREEK:
      return Script::kGreek;
    case USCRIPT_ARMENIAN:
      return Script::kArmenian;
    case USCRIPT_GEORGIAN:
      return Script::kGeorgian;
    case USCRIPT_ARABIC:
      return Script::kArabic;
    case USCRIPT_HEBREW:
      return Script::kHebrew;
    case USCRIPT_HAN:
      return Script::kHan;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
      return Script::kKana;
    case USCRIPT_HANGUL:
      return Script::kHangul;
    case USCRIPT_DEVANAGARI:
      return Script::kDevanagari;
    case USCRIPT_THAI:
      return Script::kThai;
    default:
      return Script::kOther;
  }
}

}  // namespace

Script ScriptOf(std::string_view text) {
  if (IsAscii(text)) return Script::kLatin;
  std::u32string points;
  AppendCodePoints(text, points);
  Script first = Script::kLatin;
  for (const char32_t c : points) {
    if (c < 0x250) continue;  // the Latin alphabets
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode code = uscript_getScript(static_cast<UChar32>(c), &error);
    if (U_FAILURE(error) || code == USCRIPT_COMMON || code == USCRIPT_INHERITED || code == USCRIPT_LATIN ||
        code == USCRIPT_UNKNOWN) {
      continue;
    }
    const Script script = ScriptOfLetter(code);
    if (script == Script::kKana) return script;
    if (first == Script::kLatin) first = script;
    if (first != Script::kHan) return first;  // only beside Han may kana still follow that say which language it is
  }
  return first;
}

std::u32string Composed(std::string_view text) {
  std::u32string points;
  if (IsAscii(text)) {
    points.assign(text.begin(), text.end());
    return points;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCInstance(error);
  const auto units = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  std::string composed;
  if (form != nullptr) form->normalize(units, error).toUTF8String(composed);
  AppendCodePoints(U_SUCCESS(error) ? std::string_view(composed) : text, points);
  return points;
}

std::string ToUtf8(std::u32string_view points) {
  icu::UnicodeString units;
  for (const char32_t c : points) units.append(static_cast<UChar32>(c));
  std::string text;
  units.toUTF8String(text);
  return text;
}

std::vector<std::u32string> SplitName(std::u32string_view text) {
  std::vector<std::u32string> words(1);
  for (const char32_t c : text) {
    if (!PartsWords(c)) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace leadline::domain
