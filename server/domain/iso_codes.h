// Codes of countries and languages: which there are, how they are written, and what somebody likely meant who wrote
// another. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace leadline::domain {

// ISO 3166-1 alpha-2, officially assigned, plus XK (Kosovo, user-assigned). As written in the standard: "DE".
bool IsCountryCode(std::string_view code);
// The code that a text is: in small letters too, and UK and EL (which the European Union writes) for GB and GR. Empty
// when it is none.
std::string ReadCountryCode(std::string_view text);
// The code of what was likely meant: "ES" for "ESP", "Spain", "España" or "Spian". Empty when nothing is near.
// The first call takes some milliseconds, the others some tens of microseconds.
std::string LikelyCountryCode(std::string_view text);
// What a country code is, for who wrote something that is near to none.
inline constexpr std::string_view kCountryCodeForm =
    "write the two letters that ISO 3166-1 has for the country, such as DE for Germany";
// See also CountryCodesVersion() in domain/reference_versions.h.

// A well-formed tag of BCP 47 (domain/codes/language_tag.h), of at most 35 bytes, that begins with a language of ISO
// 639 and is written as the tag's parts are: "pt", "pt-BR", "fil". Not "x-ours", which names no language.
bool IsLanguageTag(std::string_view tag);
// The tag that a text is, as BCP 47 writes it: "pt-BR" for "pt_br" and "PT-br", "he" for the old code "iw", "en-GB" for
// "en-UK". Empty when it is none. Reading it again changes nothing.
std::string ReadLanguageTag(std::string_view text);
// Whether who speaks one understands the other, as far as the tags tell: regions and scripts do not count (pt-BR and
// pt-PT), no, nb and nn are one, and so are old and new codes of one language. False when one is empty.
bool SameLanguage(std::string_view a, std::string_view b);
// What to write in the place of something that is no language tag.
std::string LanguageHint(std::string_view text);

}  // namespace leadline::domain
