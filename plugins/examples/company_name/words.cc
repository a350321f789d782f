#include "words.h"

#include <array>
#include <utility>

namespace company_name {
namespace {

using Letters = std::pair<std::u32string_view, std::string_view>;

// Every letter on the left is written as the letters on the right. Lower case only.
constexpr auto kLatin = std::to_array<Letters>({
    {U"àáâãäåāăąǎ", "a"}, {U"çćĉċč", "c"}, {U"ďđð", "d"},  {U"èéêëēĕėęě", "e"},   {U"ĝğġģ", "g"},  {U"ĥħ", "h"},
    {U"ìíîïĩīĭįı", "i"},  {U"ĵ", "j"},     {U"ķ", "k"},    {U"ĺļľŀł", "l"},       {U"ñńņňŋ", "n"}, {U"òóôõöøōŏőơ", "o"},
    {U"ŕŗř", "r"},        {U"śŝşšș", "s"}, {U"ţťŧț", "t"}, {U"ùúûüũūŭůűųư", "u"}, {U"ŵ", "w"},     {U"ýÿŷ", "y"},
    {U"źżž", "z"},        {U"ß", "ss"},    {U"æ", "ae"},   {U"œ", "oe"},          {U"þ", "th"},
});
constexpr auto kCyrillic = std::to_array<Letters>({
    {U"а", "a"},  {U"б", "b"},    {U"в", "v"},  {U"гґ", "g"},   {U"д", "d"},  {U"еэёє", "e"}, {U"ж", "zh"},
    {U"з", "z"},  {U"ийії", "i"}, {U"к", "k"},  {U"л", "l"},    {U"м", "m"},  {U"н", "n"},    {U"о", "o"},
    {U"п", "p"},  {U"р", "r"},    {U"с", "s"},  {U"т", "t"},    {U"уў", "u"}, {U"ф", "f"},    {U"х", "kh"},
    {U"ц", "ts"}, {U"ч", "ch"},   {U"ш", "sh"}, {U"щ", "shch"}, {U"ъь", ""},  {U"ы", "y"},    {U"ю", "yu"},
    {U"я", "ya"}, {U"ђ", "dj"},   {U"ј", "j"},  {U"љ", "lj"},   {U"њ", "nj"}, {U"ћ", "c"},    {U"џ", "dz"},
});
constexpr auto kGreek = std::to_array<Letters>({
    {U"αά", "a"},     {U"β", "v"},    {U"γ", "g"},  {U"δ", "d"},  {U"εέ", "e"}, {U"ζ", "z"},
    {U"ηήιίϊΐ", "i"}, {U"θ", "th"},   {U"κ", "k"},  {U"λ", "l"},  {U"μ", "m"},  {U"ν", "n"},
    {U"ξ", "x"},      {U"οόωώ", "o"}, {U"π", "p"},  {U"ρ", "r"},  {U"σς", "s"}, {U"τ", "t"},
    {U"υύϋΰ", "y"},   {U"φ", "f"},    {U"χ", "ch"}, {U"ψ", "ps"},
});

// Reads one code point and moves past it; a space for a byte that is not UTF-8.
char32_t Next(std::string_view& text) {
  auto first = static_cast<unsigned char>(text[0]);
  size_t length = first < 0x80 ? 1 : (first >> 5) == 6 ? 2 : (first >> 4) == 14 ? 3 : (first >> 3) == 30 ? 4 : 0;
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  bool whole = length > 0 && length <= text.size();
  for (size_t i = 1; whole && i < length; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    whole = (byte & 0xC0) == 0x80;
    point = (point << 6) | (byte & 0x3F);
  }
  text.remove_prefix(whole ? length : 1);
  return whole ? point : U' ';
}

char32_t Lower(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width forms
  if ((c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7)) return c + 0x20;
  if (c >= 0x100 && c <= 0x17F) {
    if (c == 0x130) return U'i';
    if (c == 0x178) return 0xFF;
    // Pairs of a capital and its small letter, which begin at even numbers but in two stretches.
    bool odd_first = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    return odd_first == ((c & 1) == 1) ? c + 1 : c;
  }
  if (c == 0x218 || c == 0x21A || c == 0x1A0 || c == 0x1AF) return c + 1;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c == 0x490) return 0x491;
  if (c >= 0x391 && c <= 0x3AB) return c + 0x20;
  switch (c) {
    case U'Ά':
      return U'ά';
    case U'Έ':
      return U'έ';
    case U'Ή':
      return U'ή';
    case U'Ί':
      return U'ί';
    case U'Ό':
      return U'ό';
    case U'Ύ':
      return U'ύ';
    case U'Ώ':
      return U'ώ';
    case 0x1E9E:
      return U'ß';
    default:
      return c;
  }
}

template <size_t N>
bool Spell(const std::array<Letters, N>& table, char32_t c, Word& out) {
  for (const auto& [from, to] : table) {
    if (from.find(c) == from.npos) continue;
    out.append(to.begin(), to.end());
    return true;
  }
  return false;
}

// Adds a letter or digit to `out`; false for anything else.
bool AddLetter(char32_t c, Word& out) {
  if ((c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9')) {
    out += c;
    return true;
  }
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return false;
  if (c < 0x300) {
    if (!Spell(kLatin, c, out)) out += c;
    return true;
  }
  if (c < 0x370) return true;  // accents by themselves
  if (c < 0x400) return Spell(kGreek, c, out);
  if (c < 0x530) {
    if (!Spell(kCyrillic, c, out)) out += c;
    return true;
  }
  bool mark = (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
              c == 0x30FB || (c >= 0xFE00 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF65);
  if (!mark) out += c;
  return !mark;
}

}  // namespace

std::vector<Word> WordsOf(std::string_view name) {
  std::vector<Word> words;
  Word word;
  size_t since_dot = 0;  // letters after the last dot, or from the start of the word
  auto end = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
    since_dot = 0;
  };
  while (!name.empty()) {
    char32_t c = Lower(Next(name));
    if (AddLetter(c, word)) {
      ++since_dot;
    } else if (c == U'\'' || c == 0x2019) {
      // "L'Oréal" and "Loreal" are one word.
    } else if (c == U'.' && since_dot == 1) {
      since_dot = 0;  // "S.A." goes on, "Inc." does not
    } else {
      end();
    }
  }
  end();
  return words;
}

std::string Utf8(const Word& word) {
  std::string out;
  for (char32_t c : word) {
    auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      tail(0);
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | (c >> 12));
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xF0 | (c >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }
  return out;
}

}  // namespace company_name
