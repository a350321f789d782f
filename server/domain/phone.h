// Telephone numbers: what a text says, how a record keeps it, and the key by which the number is found again.
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/phone_rules.h"

namespace leadline::domain {

// E.164 (libphonenumber) with `country` as the default region; nothing where the library cannot read it, which says
// nothing about the number: countries change their plans faster than the library's tables.
std::optional<std::string> NormalizePhone(std::string_view phone, std::string_view country);

// Whether a record's phone is a number: 7 to 15 digits (ITU-T E.164), with a calling code that there is where it begins
// with "+" or "00", and nothing but what stands between digits ("912 345 678 ext. 12"). Not "n/a", "4.93E+11",
// "see signature" or "000 000 000". It must have a length that numbers have where its calling code leads to, or in
// `country` where it has none: a length that the library knows, also of a local number, or that `rules` name. Which
// prefixes are in use is not asked. Digits that are too many or too few for `country` may be a number of another
// country without its "+": they are one when the library knows that very number to be possible and in use.
bool IsPhone(const PhoneRules& rules, std::string_view phone, std::string_view country);

// The same for every way in which one number is written or was: "+" and the digits of the international form as `rules`
// write them today. Without a country that tells the calling code: the digits as given, from nine on. Empty when it is
// no number (IsPhone), or too short to be found by.
std::string PhoneKey(const PhoneRules& rules, std::string_view phone, std::string_view country);

// The calling code of a country (ISO 3166-1 alpha-2): 34 for "ES". 0 when it has none.
int CallingCodeOf(std::string_view country);

}  // namespace leadline::domain
