#include "packs/read/iso_codes.h"

#include <unicode/locid.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace leadline::packs {
namespace {

// Two letters each, one space apart.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC "
    "CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB "
    "GD "
    "GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH "
    "KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW "
    "MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB "
    "SC "
    "SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US "
    "UY "
    "UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

constexpr std::string_view kLanguages =
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg "
    "ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn "
    "no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";

bool Has(std::string_view list, std::string_view code) {
  if (code.size() != 2) return false;
  for (size_t at = 0; at + 3 <= list.size(); at += 3) {
    if (list.substr(at, 2) == code) return true;
  }
  return false;
}

bool IsAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string Cased(std::string_view text, bool upper) {
  std::string out(text);
  for (char& c : out) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string Utf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

// Codes of everyday use that ISO 3166 does not have.
constexpr auto kOtherCountryCodes = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"UK", "GB"}, {"EL", "GR"}, {"SP", "ES"}, {"GER", "DE"}, {"USA", "US"}, {"UAE", "AE"}, {"England", "GB"}});
// The same for languages.
constexpr auto kOtherLanguages = std::to_array<std::pair<std::string_view, std::string_view>>({{"jp", "ja"},
                                                                                               {"cn", "zh"},
                                                                                               {"kr", "ko"},
                                                                                               {"ua", "uk"},
                                                                                               {"dk", "da"},
                                                                                               {"cz", "cs"},
                                                                                               {"gr", "el"},
                                                                                               {"br", "pt-BR"}});

// Calls `fits(locale)` for each code of the list; gives the first that fits, or nothing.
template <typename Fits>
std::string FindCode(std::string_view list, Fits fits) {
  for (size_t at = 0; at + 3 <= list.size(); at += 3) {
    const std::string code(list.substr(at, 2));
    if (fits(code)) return code;
  }
  return "";
}

}  // namespace

std::string LikelyCountryCode(std::string_view text) {
  const std::string upper = Cased(text, true);
  for (const auto& [code, meant] : kOtherCountryCodes) {
    if (text == code || upper == code) return std::string(meant);
  }
  if (IsCountryCode(upper)) return upper;
  const std::string lower = Cased(text, false);
  return FindCode(kCountries, [&](const std::string& code) {
    const icu::Locale country("", code.c_str());
    icu::UnicodeString name;
    return upper == country.getISO3Country() ||
           lower == Cased(Utf8(country.getDisplayCountry(icu::Locale::getEnglish(), name)), false);
  });
}

std::string LanguageHint(std::string_view text) {
  std::string dashed(text);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  const std::string lower = Cased(text, false);
  for (const auto& [code, meant] : kOtherLanguages) {
    if (lower == code) return "write " + std::string(meant);
  }
  const size_t dash = std::min(dashed.find('-'), dashed.size());
  const std::string tag = Cased(dashed.substr(0, dash), false) + dashed.substr(dash);
  if (IsLanguageTag(tag)) return "write " + tag;
  const std::string code = FindCode(kLanguages, [&](const std::string& language) {
    const icu::Locale locale(language.c_str());
    icu::UnicodeString name;
    return lower == locale.getISO3Language() ||
           lower == Cased(Utf8(locale.getDisplayLanguage(icu::Locale::getEnglish(), name)), false);
  });
  return code.empty() ? "use a tag such as en, de or pt-BR" : "write " + code;
}

bool IsCountryCode(std::string_view code) { return Has(kCountries, code); }

bool IsLanguageTag(std::string_view tag) {
  if (!Has(kLanguages, tag.substr(0, 2))) return false;
  if (tag.size() == 2) return true;
  const std::string_view rest = tag.substr(2);
  return rest.size() <= 32 && rest[0] == '-' && rest.back() != '-' &&
         std::all_of(rest.begin(), rest.end(), [](char c) { return c == '-' || IsAlphanumeric(c); });
}

}  // namespace leadline::packs
