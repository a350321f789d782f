// Russian, Ukrainian, Belarusian, Bulgarian, Serbian and Macedonian names in Latin letters.
#include <unicode/uchar.h>

#include "domain/names/part_readings.h"
#include "domain/names/scripts.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// What people write; BGN/PCGN with its y in front of e and o; passports (ICAO 9303); the national systems of Ukraine
// and Serbia.
enum class System { kCommon, kBgn, kPassport, kNational };

enum class Language { kAny, kUkrainian, kSerbian };

bool Contains(std::u32string_view word, std::u32string_view letters) {
  return word.find_first_of(letters) != std::u32string_view::npos;
}

Language LanguageOf(std::u32string_view name) {
  if (Contains(name, U"іїєґ") || name.find(U"ськ") != name.npos) return Language::kUkrainian;
  return Contains(name, U"ђјљњћџѓќѕ") ? Language::kSerbian : Language::kAny;
}

bool IsCyrillicVowel(char32_t c) { return std::u32string_view(U"аеёиоуыэюяіїє").find(c) != std::u32string_view::npos; }

// Letters that all systems spell alike; empty for others.
std::string_view Plain(char32_t c) {
  constexpr std::u32string_view kLetters = U"абвгдзиклмнопрстуфыэґіўѕѓќәқңғүұһө";
  constexpr std::string_view kSpelled[] = {"a", "b", "v", "g", "d", "z", "i", "k", "l", "m", "n", "o",
                                           "p", "r", "s", "t", "u", "f", "y", "e", "g", "i", "u", "dz",
                                           "g", "k", "a", "q", "n", "g", "u", "u", "h", "o"};
  const size_t at = kLetters.find(c);
  return at == kLetters.npos ? "" : kSpelled[at];
}

std::string_view Sibilant(char32_t c, bool serbian) {
  switch (c) {
    case U'ж':
      return serbian ? "z" : "zh";
    case U'ц':
      return serbian ? "c" : "ts";
    case U'ч':
      return serbian ? "c" : "ch";
    case U'ш':
      return serbian ? "s" : "sh";
    case U'х':
      return serbian ? "h" : "kh";
    case U'ћ':
      return "c";
    case U'ђ':
      return "dj";
    case U'џ':
      return serbian ? "dz" : "dzh";
    case U'љ':
      return "lj";
    case U'њ':
      return "nj";
    case U'ј':
      return "j";
    default:
      return "";
  }
}

class Speller {
 public:
  Speller(System system, Language language) : system_(system), language_(language) {}

  std::string Spell(std::u32string_view word) const {
    std::string out;
    for (size_t i = 0; i < word.size(); ++i) {
      const char32_t before = i > 0 ? word[i - 1] : 0;
      const char32_t after = i + 1 < word.size() ? word[i + 1] : 0;
      if ((word[i] == U'и' || word[i] == U'ы') && after == U'й' && i + 2 == word.size() &&
          system_ != System::kPassport) {
        out += 'y';
        break;
      }
      out += LetterOf(word[i], before, after);
    }
    return out;
  }

 private:
  bool Passport() const { return system_ == System::kPassport; }
  bool Ukrainian() const { return system_ == System::kNational && language_ == Language::kUkrainian; }
  bool Serbian() const { return system_ == System::kNational && language_ == Language::kSerbian; }

  std::string LetterOf(char32_t c, char32_t before, char32_t after) const {
    const bool opens = before == 0 || IsCyrillicVowel(before) || before == U'ь' || before == U'ъ';
    switch (c) {
      case U'г':
        return Ukrainian() ? "h" : "g";
      case U'и':
        return Ukrainian() ? "y" : "i";
      case U'е':
        return system_ == System::kBgn && opens ? "ye" : "e";
      case U'ё':
        return system_ == System::kBgn ? "yo" : "e";
      case U'є':
        return Passport() || Ukrainian() ? (before == 0 ? "ye" : "ie") : "e";
      case U'ї':
        return before == 0 ? "yi" : "i";
      case U'ю':
        return Passport() ? "iu" : "yu";
      case U'я':
        if (Passport()) return "ia";
        return system_ != System::kBgn && (before == U'и' || before == U'і') ? "a" : "ya";
      case U'й':
        return Passport() || Ukrainian() ? "i" : "y";
      case U'щ':
        return "shch";
      case U'ъ':
        // A vowel in Bulgarian; in Russian it stands in front of another vowel and says nothing.
        return after == 0 || IsCyrillicVowel(after) ? "" : "a";
      case U'ь':
        return "";
      default:
        break;
    }
    if (const std::string_view sibilant = Sibilant(c, Serbian()); !sibilant.empty()) return std::string(sibilant);
    if (const std::string_view plain = Plain(c); !plain.empty()) return std::string(plain);
    return FoldText(ToUtf8(std::u32string_view(&c, 1)));
  }

  System system_;
  Language language_;
};

}  // namespace

std::vector<std::string> CyrillicReadings(const PartWords& words, std::u32string_view whole) {
  PartWords lower = words;
  for (std::u32string& word : lower) {
    for (char32_t& c : word) c = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
  }
  const Language language = LanguageOf(whole);
  std::vector<System> systems = {System::kCommon, System::kPassport, System::kBgn};
  if (language != Language::kAny) systems.insert(systems.begin(), System::kNational);
  std::vector<std::string> readings;
  for (const System system : systems) {
    std::string reading;
    for (const std::u32string& word : lower) {
      const std::string spelled = Speller(system, language).Spell(word);
      if (!reading.empty() && !spelled.empty()) reading += ' ';
      reading += spelled;
    }
    AddDistinct(readings, std::move(reading));
  }
  return readings;
}

}  // namespace leadline::domain
