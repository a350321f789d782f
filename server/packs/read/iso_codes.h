// Codes of countries and languages.
#pragma once

#include <string>
#include <string_view>

namespace leadline::packs {

// ISO 3166-1 alpha-2, officially assigned, plus XK (Kosovo, user-assigned).
bool IsCountryCode(std::string_view code);
// A BCP 47 tag that begins with a language of ISO 639-1: "pt", "pt-BR".
bool IsLanguageTag(std::string_view tag);

// The code of what was likely meant: "GB" for "UK", "ES" for "es", "ESP" or "Spain". Empty when nothing is near.
std::string LikelyCountryCode(std::string_view text);
// What to write in the place of something that is no language tag.
std::string LanguageHint(std::string_view text);

}  // namespace leadline::packs
