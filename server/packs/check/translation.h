// Regions' tables translate; what the centre's words mean is the centre's.
#pragma once

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Reports LL2805 for a region's row that gives another value to a text that a central row of the same field knows. A
// central row knows the texts that its condition names and holds for: "director" of title.hasWord("director"). Each is
// given to the central table as the only field of a record, and to the region's own rows with nothing known of the
// other fields: a row that holds, or may hold for some record, decides.
void CheckTranslation(const WrittenRules& written);

}  // namespace leadline::packs
