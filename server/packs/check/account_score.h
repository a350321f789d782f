// Rules that would feed the account score that they read.
#pragma once

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Reports scoring rules of the centre (LL2214) that count towards accounts' scores and read them, or read the status
// while a transition goes by them: such points would raise themselves, and accounts would be scored for ever. Nothing
// is asked of plugins: see engine/decide/plugin_loader.h.
void CheckAccountScore(const WrittenRules& written);

}  // namespace leadline::packs
