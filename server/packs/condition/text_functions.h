// Functions on text that rules have besides the language's own.
#pragma once

#include <string_view>

#include "cel/env.h"

namespace leadline::packs {

// text.fold(): small letters, without accents, in Latin script, punctuation as single spaces.
// text.hasWord("gerente"): whether the folded text has the folded word, or words, between spaces.
void AddTextFunctions(cel::Env& env);

// Whether `word`, one or several folded words, stands in `text`, which is folded. An empty word does not.
bool HasFoldedWord(std::string_view text, std::string_view word);

// The text, folded. The last text is kept folded: a table asks the same title of hundreds of rows. Valid until this
// thread asks again.
std::string_view FoldedOnce(std::string_view text);
// A word that rules ask for, folded; kept for the next time, since rules name some hundreds that need it. Valid until
// this thread asks again.
std::string_view FoldedWord(std::string_view word);

}  // namespace leadline::packs
