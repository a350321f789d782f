// What to do about a fault in a condition, where the expression language by itself cannot know what was meant.
#pragma once

#include <string>
#include <string_view>

#include "cel/program.h"
#include "packs/read/schema.h"

namespace leadline::packs {

// A better hint for one issue of `condition`, from how people write conditions elsewhere (SQL, spreadsheets, other
// languages) and from the fields of all records; the issue's own when nothing better is known.
std::string HintFor(const cel::Issue& issue, std::string_view condition, const Schema& schema);

}  // namespace leadline::packs
