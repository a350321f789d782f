// Names in Latin letters. Pure and thread-safe.
#pragma once

#include "domain/names/person_name.h"

namespace leadline::domain {

// Of two folded names, 0 to 1, symmetric: Jaro-Winkler over the whole names in either order, and beside it
// - 1 for the same names with and without titles, and however their words are joined;
// - at least 0.95 for a short or foreign form of the given name with the same family name (Bob and Robert), and for a
//   middle name on one side;
// - 0.9 for a fitting initial;
// - at most 0.8 for given names of different people (Martin and Martina), other middle names, and Jr. beside Sr.
double LatinNameSimilarity(const PersonName& a, const PersonName& b);

}  // namespace leadline::domain
