// Functions on text that rules have besides the language's own.
#pragma once

#include <string_view>

#include "cel/env.h"

namespace leadline::packs {

// text.fold(): small letters, without accents, in Latin script, punctuation as single spaces.
// text.hasWord("gerente"): whether the folded text has the folded word, or words, between spaces.
void AddTextFunctions(cel::Env& env);

// Whether `text`, folded, has the folded word or words of `word` between spaces. False for an empty `word`.
bool HasWordSequence(std::string_view text, std::string_view word);

}  // namespace leadline::packs
