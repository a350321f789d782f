// How a script's names sound in Latin letters, and which Latin spellings of them are one. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace leadline::domain {

// By whose rules a spelling is folded.
enum class Sound : uint8_t {
  kLatin,
  kSlavic,
  kGreek,
  kCaucasian,  // Armenian and Georgian
  kArabic,
  kHebrew,
  kChinese,
  kJapanese,
  kKorean,
  kIndic,
  kOther,
};

// Folded words of one part of a name ("min soo") as one text that is the same for all usual spellings ("minsu"); of
// kArabic and kHebrew its consonants alone.
std::string SpellingKey(Sound sound, std::string_view folded);

// Whether two spellings of kArabic or kHebrew with the same SpellingKey may be the same name: where `written` has a
// long vowel, `latin` has one that it may stand for. `written` is as domain/names/abjad.cc spells it.
bool VowelsFit(std::string_view written, std::string_view latin, Sound sound);

// What stays of a folded text in whatever language it is spelled: its consonants, in few classes. "0" when it has none.
std::string Skeleton(std::string_view folded);

}  // namespace leadline::domain
