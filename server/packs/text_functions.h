// Functions on text that rules have besides the language's own.
#pragma once

#include "cel/env.h"

namespace leadline::packs {

// text.fold(): small letters, without accents, in Latin script, punctuation as single spaces.
// text.hasWord("gerente"): whether the folded text has the folded word, or words, between spaces.
void AddTextFunctions(cel::Env& env);

}  // namespace leadline::packs
