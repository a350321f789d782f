// How many edits apart two texts are. Pure and thread-safe.
#pragma once

#include <string_view>

namespace leadline::linkage {

// Insertions, deletions, replacements and swaps of neighbours by which one text becomes the other, no part edited twice
// (optimal string alignment: Damerau 1964, restricted). By bytes. `most` + 1 where there are more than `most`.
int EditDistance(std::string_view a, std::string_view b, int most);

}  // namespace leadline::linkage
