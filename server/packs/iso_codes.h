// Codes of countries and languages.
#pragma once

#include <string_view>

namespace leadline::packs {

// ISO 3166-1 alpha-2, officially assigned, plus XK (Kosovo, user-assigned).
bool IsCountryCode(std::string_view code);
// A BCP 47 tag that begins with a language of ISO 639-1: "pt", "pt-BR".
bool IsLanguageTag(std::string_view tag);

}  // namespace leadline::packs
