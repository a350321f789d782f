// Which texts a field can have, beside what its type says. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "packs/rule_set.h"

namespace leadline::packs {

// Whether some record's field can have the value: one that schema.yaml lists, where it lists them; in lead.country,
// lead.language and their like a code in the form in which it is stored. Of an absent field nothing is said.
bool CanHave(const FieldDef& field, std::string_view value);
// What to write in the place of a value that the field cannot have; may be empty. The first call takes some
// milliseconds.
std::string WhatToWrite(const FieldDef& field, const std::string& value);

// Whether the field is one of those that name a region.
bool IsRegionField(const FieldDef& field);

}  // namespace leadline::packs
