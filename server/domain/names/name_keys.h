// Keys by which names are found. Pure and thread-safe.
#pragma once

#include <string>
#include <vector>

#include "domain/names/person_name.h"

namespace leadline::domain {

inline constexpr size_t kMostNameKeys = 8;

// What names of one person have in common in whatever script, spelling, order or short form they are written: the
// consonants of given and family name (see Skeleton), in alphabetical order. Many people share one, so they are
// for use beside something else that is the same. Distinct, at most kMostNameKeys, one for most names in ASCII; none
// without both parts.
std::vector<std::string> NameKeys(const PersonName& name);

}  // namespace leadline::domain
