// What to write instead of words that other languages have for operators, values and forms: SQL, spreadsheets, Python,
// JavaScript and the filters of marketing tools. In hints the right form stands between backticks.
#pragma once

#include <string>
#include <string_view>

#include "base/source_position.h"

namespace leadline::cel {

// All give "" when nothing is known.

// A word behind an operand, such as LIKE in  x LIKE "a%".
std::string ForeignOperatorHint(std::string_view source, SourceSpan word);
// A word before an operand, such as NOT in  NOT x.
std::string ForeignPrefixHint(std::string_view source, SourceSpan word);
// A word for a value, such as None.
std::string ForeignValueHint(std::string_view word);

}  // namespace leadline::cel
