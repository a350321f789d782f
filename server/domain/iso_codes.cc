#include "domain/iso_codes.h"

#include <unicode/locid.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <vector>

#include "base/source_position.h"
#include "domain/codes/language_tag.h"
#include "domain/reference_versions.h"
#include "domain/text.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

// Two letters each, one space apart. All that the edition of 2020 assigns; the last one that came in is SS of 2011.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES "
    "ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE "
    "IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY "
    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU "
    "NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM "
    "SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE "
    "VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

// ISO 639-1. Languages with three letters are those that ICU knows.
constexpr std::string_view kLanguages =
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig "
    "ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh "
    "mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru "
    "rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug "
    "uk ur uz ve vi vo wa wo xh yi yo za zh zu ";

using Pair = std::pair<std::string_view, std::string_view>;

// Codes that the European Union writes in the place of the standard's. They are read.
constexpr auto kReadAs = std::to_array<Pair>({{"UK", "GB"}, {"EL", "GR"}});
// What is no code but is often written for one, beside ICU's names of countries. It is only suggested.
constexpr auto kOtherNames = std::to_array<Pair>({{"SP", "ES"},
                                                  {"GER", "DE"},
                                                  {"UAE", "AE"},
                                                  {"U S A", "US"},
                                                  {"U S", "US"},
                                                  {"United States of America", "US"},
                                                  {"America", "US"},
                                                  {"England", "GB"},
                                                  {"Scotland", "GB"},
                                                  {"Wales", "GB"},
                                                  {"Northern Ireland", "GB"},
                                                  {"Great Britain", "GB"},
                                                  {"Britain", "GB"},
                                                  {"Holland", "NL"},
                                                  {"Turkey", "TR"},
                                                  {"Czech Republic", "CZ"},
                                                  {"Ivory Coast", "CI"},
                                                  {"Swaziland", "SZ"},
                                                  {"Burma", "MM"},
                                                  {"Macedonia", "MK"},
                                                  {"Hong Kong", "HK"},
                                                  {"Macau", "MO"},
                                                  {"Korea", "KR"},
                                                  {"Russian Federation", "RU"},
                                                  {"Viet Nam", "VN"}});
// Codes of countries that stand for their language, and other slips.
constexpr auto kOtherLanguages = std::to_array<Pair>({{"jp", "ja"},
                                                      {"cn", "zh"},
                                                      {"kr", "ko"},
                                                      {"ua", "uk"},
                                                      {"dk", "da"},
                                                      {"cz", "cs"},
                                                      {"gr", "el"},
                                                      {"br", "pt-BR"}});
// Old codes of a language, which systems still send, and the one of today.
constexpr auto kOldLanguages =
    std::to_array<Pair>({{"iw", "he"}, {"in", "id"}, {"ji", "yi"}, {"jw", "jv"}, {"mo", "ro"}});
// Tags whose speakers count as one: both written forms of Norwegian, Filipino and the Tagalog that it is, and the
// Chinese that "zh" means where nothing else is said.
constexpr auto kOneLanguage = std::to_array<Pair>({{"nb", "no"}, {"nn", "no"}, {"tl", "fil"}, {"cmn", "zh"}});

constexpr size_t kLongestTag = 35;

// The codes of a list, a bit each: every request asks for several.
class Codes {
 public:
  constexpr explicit Codes(std::string_view list) : first_(list[0]) {
    for (size_t at = 0; at + 3 <= list.size(); at += 3) {
      rows_[static_cast<size_t>(list[at] - first_)] |= 1U << (list[at + 1] - first_);
    }
  }
  constexpr bool Has(std::string_view code) const {
    return code.size() == 2 && IsOne(code[0]) && IsOne(code[1]) &&
           (rows_[static_cast<size_t>(code[0] - first_)] >> (code[1] - first_) & 1U) != 0;
  }

 private:
  constexpr bool IsOne(char letter) const { return letter >= first_ && letter < first_ + 26; }

  char first_;  // "A" or "a": the first one of a list begins with it
  std::array<uint32_t, 26> rows_{};
};
constexpr Codes kCountryCodes(kCountries);
constexpr Codes kLanguageCodes(kLanguages);

template <size_t kCount>
std::string_view Second(const std::array<Pair, kCount>& pairs, std::string_view first) {
  for (const auto& [from, to] : pairs) {
    if (from == first) return to;
  }
  return {};
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string Cased(std::string_view text, bool upper) {
  std::string out(text);
  for (char& c : out) c = upper ? Upper(c) : Lower(c);
  return out;
}

std::string Utf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

// What names a country, folded, and its code.
struct CountryNames {
  std::map<std::string, std::string, std::less<>> exact;  // every name and the codes of three letters
  std::vector<std::string> spelled;                       // names in English and the country's own language
};

CountryNames MakeCountryNames() {
  CountryNames names;
  for (size_t at = 0; at + 3 <= kCountries.size(); at += 3) {
    const std::string code(kCountries.substr(at, 2));
    const icu::Locale country("", code.c_str());
    icu::Locale own("und", code.c_str());
    UErrorCode error = U_ZERO_ERROR;
    own.addLikelySubtags(error);
    names.exact.try_emplace(Cased(country.getISO3Country(), false), code);
    for (const char* language : {"en", own.getLanguage(), "es", "fr", "de", "pt", "it", "nl"}) {
      icu::UnicodeString name;
      std::string folded = FoldText(Utf8(country.getDisplayCountry(icu::Locale(language), name)));
      if (folded.empty()) continue;
      if (std::string_view(language) == "en" || language == own.getLanguage()) names.spelled.push_back(folded);
      names.exact.try_emplace(std::move(folded), code);
    }
  }
  for (const auto& [name, code] : kOtherNames) {
    std::string folded = FoldText(name);
    if (folded.size() > 3) names.spelled.push_back(folded);
    names.exact.insert_or_assign(std::move(folded), std::string(code));
  }
  return names;
}

const CountryNames& NamesOfCountries() {
  static const auto* const names = new CountryNames(MakeCountryNames());
  return *names;
}

// The code of each language by its name, folded, in English and in itself.
const std::map<std::string, std::string, std::less<>>& NamesOfLanguages() {
  static const auto* const names = [] {
    auto* const out = new std::map<std::string, std::string, std::less<>>();
    for (size_t at = 0; at + 3 <= kLanguages.size(); at += 3) {
      const std::string code(kLanguages.substr(at, 2));
      const icu::Locale locale(code.c_str());
      for (const icu::Locale& in : {icu::Locale::getEnglish(), locale}) {
        icu::UnicodeString name;
        out->try_emplace(FoldText(Utf8(locale.getDisplayLanguage(in, name))), code);
      }
    }
    return out;
  }();
  return *names;
}

// Languages of ISO 639-2 and -3 that ICU knows and that have no code of two letters, as BCP 47 wants them written.
bool IsLongLanguage(std::string_view code) {
  static const auto* const codes = [] {
    auto* const out = new std::vector<std::string>();
    for (const char* const* at = icu::Locale::getISOLanguages(); *at != nullptr; ++at) {
      if (std::string_view(*at).size() == 3) out->emplace_back(*at);
    }
    std::sort(out->begin(), out->end());
    return out;
  }();
  return code.size() == 3 && std::binary_search(codes->begin(), codes->end(), code);
}

bool IsLanguage(std::string_view code) {
  return code.size() == 2 ? kLanguageCodes.Has(code) : IsLongLanguage(code) && code != "und" && code != "mul";
}

// The language as it is written today; empty when it is none.
std::string ReadLanguage(std::string_view text) {
  const std::string code = Cased(text, false);
  if (const std::string_view today = Second(kOldLanguages, code); !today.empty()) return std::string(today);
  if (IsLanguage(code)) return code;
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), IsLetter)) return "";
  const std::string shorter = icu::Locale(code.c_str()).getLanguage();  // "eng" is "en"
  return shorter.size() == 2 && IsLanguage(shorter) ? shorter : "";
}

// A part after the language, as BCP 47 writes it.
std::string CasedPart(std::string_view part, bool after_singleton) {
  std::string out = Cased(part, false);
  if (after_singleton || !std::all_of(part.begin(), part.end(), IsLetter)) return out;
  if (part.size() == 4) out[0] = Upper(out[0]);
  if (part.size() != 2) return out;
  const std::string country = ReadCountryCode(part);
  return country.empty() ? Cased(part, true) : country;
}

std::string_view FirstPart(std::string_view tag) { return tag.substr(0, tag.find_first_of("-_")); }

}  // namespace

bool IsCountryCode(std::string_view code) { return kCountryCodes.Has(code); }

std::string ReadCountryCode(std::string_view text) {
  if (text.size() != 2) return "";
  const std::string upper = Cased(text, true);
  if (const std::string_view meant = Second(kReadAs, upper); !meant.empty()) return std::string(meant);
  return IsCountryCode(upper) ? upper : "";
}

std::string LikelyCountryCode(std::string_view text) {
  constexpr size_t kLongest = 64;  // no name of a country is longer
  if (std::string code = ReadCountryCode(text); !code.empty()) return code;
  if (text.empty() || text.size() > kLongest) return "";
  const std::string folded = FoldText(text);
  const CountryNames& names = NamesOfCountries();
  if (const auto it = names.exact.find(folded); it != names.exact.end()) return it->second;
  if (folded.size() < 4) return "";
  // Only names of about this length can be a slip of the keyboard away.
  std::vector<std::string> near;
  std::copy_if(names.spelled.begin(), names.spelled.end(), std::back_inserter(near), [&](const std::string& name) {
    return name.size() <= folded.size() + 3 && folded.size() <= name.size() + 3;
  });
  const std::string nearest = NearestName(folded, near);
  const auto it = names.exact.find(nearest);
  return it == names.exact.end() ? "" : it->second;
}

std::string CountryCodesVersion() { return "ISO 3166-1:2020 and XK"; }

bool IsLanguageTag(std::string_view tag) {
  return tag.size() <= kLongestTag && tag.find('_') == std::string_view::npos && IsLanguage(FirstPart(tag)) &&
         WellFormedLength(tag) == tag.size();
}

std::string ReadLanguageTag(std::string_view text) {
  if (text.size() > kLongestTag || WellFormedLength(text) != text.size()) return "";
  const std::string_view first = FirstPart(text);
  std::string tag = ReadLanguage(first);
  if (tag.empty()) return "";
  bool after_singleton = false;
  for (size_t at = first.size(); at < text.size();) {
    const std::string_view part = FirstPart(text.substr(++at));
    tag += '-';
    tag += CasedPart(part, after_singleton);
    after_singleton |= part.size() == 1;
    at += part.size();
  }
  return tag;
}

bool SameLanguage(std::string_view a, std::string_view b) {
  const auto spoken = [](std::string_view tag, std::array<char, 8>& letters) -> std::string_view {
    const std::string_view part = FirstPart(tag);
    if (part.size() > letters.size()) return part;
    std::transform(part.begin(), part.end(), letters.begin(), Lower);
    std::string_view code(letters.data(), part.size());
    if (const std::string_view today = Second(kOldLanguages, code); !today.empty()) code = today;
    if (const std::string_view one = Second(kOneLanguage, code); !one.empty()) code = one;
    return code;
  };
  std::array<char, 8> of_a{}, of_b{};
  const std::string_view first = spoken(a, of_a);
  return !first.empty() && first == spoken(b, of_b);
}

std::string LanguageHint(std::string_view text) {
  constexpr char kForm[] = "use a tag such as en, de or pt-BR";
  // "de-DE,de;q=0.9" of a browser, "en_US.UTF-8" of a system.
  const std::string_view tag = text.substr(0, text.find_first_of(",;.@ "));
  const std::string lower = Cased(tag, false);
  if (const std::string_view meant = Second(kOtherLanguages, lower); !meant.empty()) {
    return "write " + std::string(meant);
  }
  if (const std::string read = ReadLanguageTag(tag); !read.empty()) return "write " + read;
  if (lower.starts_with("x-")) return fmt::format("a tag of private use (x-) names no language; {}", kForm);
  if (text.size() > kLongestTag) return kForm;
  const std::string_view formed = tag.substr(0, WellFormedLength(tag));
  if (const std::string read = ReadLanguageTag(formed); !read.empty()) {
    const std::string_view rest = tag.substr(std::min(formed.size() + 1, tag.size()));
    return rest.empty() ? "write " + read : fmt::format("write {}: \"{}\" cannot follow it in a tag", read, rest);
  }
  const auto& names = NamesOfLanguages();
  if (const auto it = names.find(FoldText(text)); it != names.end()) return "write " + it->second;
  return kForm;
}

}  // namespace leadline::domain
