// Values that conditions ask for and tables give.
#pragma once

#include <cstddef>
#include <vector>

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Warns (LL2808) of a text that a condition compares a field of normalize.yaml with, when no row gives the field this
// value: only a record that is given exactly this text has it. Looked at are the conditions from `first` on of the
// rules, but for those of tables, which read what was given. `tables`: the rules whose rows count, the regions' too for
// the central pack. Of a field without rows, or with a plugin, which may say anything, nothing is known.
void CheckTableValues(const WrittenRules& written, size_t first, const std::vector<const RegionRules*>& tables);

}  // namespace leadline::packs
