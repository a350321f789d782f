#include "domain/text.h"

#include <unicode/locid.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"

namespace leadline::domain {
namespace {

// Soft and hard signs of Cyrillic become marks that are no letters of a name; they go.
constexpr const char* kRules = "Any-Latin; [\\u02B9\\u02BA] Remove; Latin-ASCII; Lower";

std::unique_ptr<icu::Transliterator> MakeTransliterator() {
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::Transliterator> made(
      icu::Transliterator::createInstance(icu::UnicodeString::fromUTF8(kRules), UTRANS_FORWARD, error));
  if (U_FAILURE(error) || made == nullptr) {
    // The rules are part of ICU's own data: without them no two names compare as the packs say.
    std::fprintf(stderr, "leadline: ICU has no transliteration rules (%s); install ICU's full data\n",
                 u_errorName(error));
    std::abort();
  }
  return made;
}

// The rules are compiled once; every thread works with a copy of its own, because a transliterator keeps state while
// it runs.
icu::Transliterator& ThreadTransliterator() {
  static const std::unique_ptr<icu::Transliterator> kPrototype = MakeTransliterator();
  thread_local std::unique_ptr<icu::Transliterator> copy(kPrototype->clone());
  return *copy;
}

std::string Transliterated(std::string_view text) {
  icu::UnicodeString units = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  ThreadTransliterator().transliterate(units);
  std::string out;
  units.toUTF8String(out);
  return out;
}

// Letters with accents of the Latin alphabets, U+00C0 to U+024F, by the same rules: they fold one by one, and nearly
// all names that are not ASCII need no others. Empty for the few that the rules do not turn into ASCII.
constexpr char32_t kTableBegin = 0xC0;
constexpr char32_t kTableEnd = 0x250;
using LatinTable = std::array<std::string, kTableEnd - kTableBegin>;

const LatinTable& AccentedLetters() {
  static const LatinTable kTable = [] {
    LatinTable table;
    for (char32_t c = kTableBegin; c < kTableEnd; ++c) {
      std::string utf8;
      icu::UnicodeString(static_cast<UChar32>(c)).toUTF8String(utf8);
      std::string letters = Transliterated(utf8);
      if (IsAscii(letters)) table[c - kTableBegin] = std::move(letters);
    }
    return table;
  }();
  return kTable;
}

// Appends words in lower case with one space between them.
class WordWriter {
 public:
  explicit WordWriter(size_t expected) { out_.reserve(expected); }
  void Put(char letter) {
    if (gap_ && !out_.empty()) out_ += ' ';
    gap_ = false;
    out_ += letter;
  }
  void Gap() { gap_ = true; }
  void PutAscii(char c) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      Put(absl::ascii_tolower(static_cast<unsigned char>(c)));
    } else {
      Gap();
    }
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
  bool gap_ = false;
};

// Keeps what letters and digits are left in other scripts after transliteration.
std::string SplitWords(std::string_view text) {
  WordWriter writer(text.size());
  int32_t at = 0;
  auto length = static_cast<int32_t>(text.size());
  while (at < length) {
    int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), at, length, c);
    if (c < 0x80) {
      writer.PutAscii(static_cast<char>(c));
    } else if (u_isalnum(c)) {
      for (int32_t i = begin; i < at; ++i) writer.Put(text[static_cast<size_t>(i)]);
    } else {
      writer.Gap();
    }
  }
  return writer.Take();
}

// Folds ASCII and accented Latin letters; false when there is anything else.
bool FoldLatin(std::string_view text, WordWriter& writer) {
  const LatinTable* table = nullptr;
  auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    UChar32 c = static_cast<unsigned char>(text[static_cast<size_t>(at)]);
    if (c < 0x80) {
      writer.PutAscii(static_cast<char>(c));
      ++at;
      continue;
    }
    U8_NEXT_OR_FFFD(text.data(), at, length, c);
    if (static_cast<char32_t>(c) < kTableBegin || static_cast<char32_t>(c) >= kTableEnd) return false;
    if (table == nullptr) table = &AccentedLetters();
    const std::string& letters = (*table)[static_cast<size_t>(c) - kTableBegin];
    if (letters.empty()) return false;
    for (char letter : letters) writer.PutAscii(letter);
  }
  return true;
}

}  // namespace

bool IsAscii(std::string_view text) {
  unsigned char all = 0;
  for (char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

std::string LowerTrimmed(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  std::string out;
  if (IsAscii(text)) {
    out = text;
    for (char& c : out) c = absl::ascii_tolower(static_cast<unsigned char>(c));
    return out;
  }
  icu::UnicodeString units = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  units.trim().toLower(icu::Locale::getRoot()).toUTF8String(out);
  return out;
}

std::vector<std::string_view> Words(std::string_view folded) {
  std::vector<std::string_view> words;
  while (!folded.empty()) {
    size_t end = folded.find(' ');
    if (end != 0) words.push_back(folded.substr(0, end));
    if (end == std::string_view::npos) break;
    folded.remove_prefix(end + 1);
  }
  return words;
}

void AppendCodePoints(std::string_view text, std::u32string& out) {
  auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), at, length, c);
    out += static_cast<char32_t>(c);
  }
}

std::string FoldText(std::string_view text) {
  WordWriter writer(text.size());
  if (FoldLatin(text, writer)) return writer.Take();
  return SplitWords(Transliterated(text));
}

}  // namespace leadline::domain
