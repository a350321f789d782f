// Text as the comparisons see it. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline::domain {

// Lower case, ASCII letters only when the text is ASCII, by Unicode's rules otherwise; outer white space removed.
std::string LowerTrimmed(std::string_view text);

// Lower case, without accents, other scripts in Latin letters, punctuation as single spaces (ICU).
std::string FoldText(std::string_view text);

// Whether every byte is ASCII.
bool IsAscii(std::string_view text);

// The words of folded text. The views live as long as `folded`.
std::vector<std::string_view> Words(std::string_view folded);

// Code points of UTF-8; what is not UTF-8 becomes U+FFFD.
void AppendCodePoints(std::string_view text, std::u32string& out);

}  // namespace leadline::domain
