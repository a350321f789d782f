// Job titles as words that can be compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace title_seniority {

// The words of one part of a title.
using Part = std::vector<std::string>;

// Splits a title into parts (at commas, slashes, brackets, "and", ...) and these into words: lower case, accents gone,
// sharp s as "ss", "C.E.O." as "ceo". Ends at "at" or "@", after which the employer stands. Bytes that are not UTF-8 or
// not Latin letters or digits divide words.
std::vector<Part> Fold(std::string_view title);

// All words of a title, with spaces between: equal for titles that are the same but for case, accents and punctuation.
std::string FoldedText(std::string_view title);

}  // namespace title_seniority
