// Company names as words that can be compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace company_name {

using Word = std::u32string;

// The words of a name in lower case: accents gone, sharp s as "ss", Cyrillic and Greek in Latin letters, full-width
// letters as plain ones, "S.A." as "sa". Scripts without spaces give one word a run. Bytes that are not UTF-8 divide
// words.
std::vector<Word> WordsOf(std::string_view name);

// For explanations.
std::string Utf8(const Word& word);

}  // namespace company_name
