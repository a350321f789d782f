#include "fold.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace title_seniority {
namespace {

// Reads one code point and moves past it; 0 for a byte that is not UTF-8.
char32_t Next(std::string_view& text) {
  auto first = static_cast<unsigned char>(text[0]);
  size_t length = first < 0x80 ? 1 : (first >> 5) == 6 ? 2 : (first >> 4) == 14 ? 3 : (first >> 3) == 30 ? 4 : 0;
  if (length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return 0;
  }
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) {
      text.remove_prefix(1);
      return 0;
    }
    point = (point << 6) | (byte & 0x3F);
  }
  text.remove_prefix(length);
  return point;
}

// The plain letters for U+00C0 to U+017F, by code point; empty for what is no letter.
std::string_view PlainLatin(char32_t point) {
  static constexpr std::array<std::string_view, 64> kLatin1 = {
      "a", "a", "a", "a", "a", "a", "ae", "c", "e",  "e",  "e", "e", "i", "i", "i", "i", "d",  "n", "o",  "o", "o", "o",
      "o", "",  "o", "u", "u", "u", "u",  "y", "th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e",  "e", "e", "e",
      "i", "i", "i", "i", "d", "n", "o",  "o", "o",  "o",  "o", "",  "o", "u", "u", "u", "u",  "y", "th", "y"};
  if (point >= 0xC0 && point <= 0xFF) return kLatin1[point - 0xC0];
  // Latin Extended-A in runs of one letter, by their first code point.
  static constexpr std::array<std::pair<char32_t, std::string_view>, 26> kRuns = {
      {{0x100, "a"},  {0x106, "c"}, {0x10E, "d"},   {0x112, "e"}, {0x11C, "g"},  {0x124, "h"}, {0x128, "i"},
       {0x132, "ij"}, {0x134, "j"}, {0x136, "k"},   {0x139, "l"}, {0x143, "n"},  {0x14C, "o"}, {0x152, "oe"},
       {0x154, "r"},  {0x15A, "s"}, {0x162, "t"},   {0x168, "u"}, {0x174, "w"},  {0x176, "y"}, {0x179, "z"},
       {0x17F, "s"},  {0x180, ""},  {0x1E9E, "ss"}, {0x1E9F, ""}, {0x10FFFF, ""}}};
  std::string_view letters;
  for (const auto& [from, run] : kRuns) {
    if (point < from) break;
    letters = run;
  }
  return letters;
}

// What stands between words.
enum class Break { kNone, kWord, kPart, kEnd };

Break BreakAt(char32_t point) {
  switch (point) {
    case U',':
    case U';':
    case U':':
    case U'/':
    case U'\\':
    case U'|':
    case U'&':
    case U'+':
    case U'(':
    case U')':
    case U'[':
    case U']':
    case U'\n':
    case 0x2022:  // bullet
    case 0x00B7:  // middle dot
    case 0x2013:  // en dash
    case 0x2014:  // em dash
      return Break::kPart;
    case U'@':
      return Break::kEnd;
    default:
      return Break::kWord;
  }
}

// Gathers words and parts. Not thread-safe.
class Splitter {
 public:
  explicit Splitter(std::vector<Part>& parts) : parts_(parts) {}

  void Letters(std::string_view letters) {
    word_ += letters;
    ++run_;
  }

  // A dot inside "C.E.O." joins, any other divides.
  void Dot() {
    if (run_ == 1) {
      run_ = 0;
      return;
    }
    EndWord();
  }

  // False when the title is over.
  bool EndWord() {
    run_ = 0;
    if (word_.empty()) return true;
    std::string word = std::exchange(word_, "");
    static constexpr std::array<std::string_view, 5> kAnd = {"and", "und", "et", "y", "e"};
    if (word == "at") return false;
    if (std::find(kAnd.begin(), kAnd.end(), word) != kAnd.end()) {
      EndPart();
    } else {
      part_.push_back(std::move(word));
    }
    return true;
  }

  void EndPart() {
    if (!part_.empty()) parts_.push_back(std::exchange(part_, {}));
  }

 private:
  std::vector<Part>& parts_;
  Part part_;
  std::string word_;
  size_t run_ = 0;  // letters since the last dot
};

}  // namespace

std::vector<Part> Fold(std::string_view title) {
  std::vector<Part> parts;
  Splitter splitter(parts);
  bool spaced = false;  // the last character was a space
  while (!title.empty()) {
    char32_t point = Next(title);
    bool accent = point >= 0x300 && point <= 0x36F;
    if (accent || point == 0xAD || point == 0x200D) continue;
    bool was_spaced = std::exchange(spaced, point == U' ' || point == 0xA0);
    if (point >= U'A' && point <= U'Z') point += U'a' - U'A';
    if ((point >= U'a' && point <= U'z') || (point >= U'0' && point <= U'9')) {
      char c = static_cast<char>(point);
      splitter.Letters({&c, 1});
    } else if (std::string_view letters = PlainLatin(point); !letters.empty()) {
      splitter.Letters(letters);
    } else if (point == U'.') {
      splitter.Dot();
    } else {
      // " - " divides parts, "Socio-gerente" does not.
      bool dash = point == U'-' && was_spaced && (title.empty() || title[0] == ' ');
      Break kind = dash ? Break::kPart : BreakAt(point);
      if (!splitter.EndWord() || kind == Break::kEnd) break;
      if (kind == Break::kPart) splitter.EndPart();
    }
  }
  splitter.EndWord();
  splitter.EndPart();
  return parts;
}

std::string FoldedText(std::string_view title) {
  std::string out;
  for (const Part& part : Fold(title)) {
    for (const std::string& word : part) {
      if (!out.empty()) out += ' ';
      out += word;
    }
  }
  return out;
}

}  // namespace title_seniority
