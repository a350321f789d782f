// How alike the names of two people are, across scripts and spellings. Pure and thread-safe.
#pragma once

#include <memory>
#include <string>

#include "domain/names/person_name.h"
#include "domain/names/readings.h"

namespace leadline::domain {

// A name made ready to be compared with many.
struct ComparableName {
  std::string given;                     // FoldText
  std::string family;                    // FoldText
  std::shared_ptr<const ReadName> read;  // null: the name is ASCII
};

ComparableName MakeComparable(const PersonName& name);

// 0 to 1, symmetric. In the same script names are compared as they are written (see LatinNameSimilarity; Cyrillic,
// Greek and their like by their letters in Latin), in two scripts by the best of their readings, and then never above
// 0.97: that a name can be read like another says less than that it is the same.
double PersonNameSimilarity(const ComparableName& a, const ComparableName& b);
double PersonNameSimilarity(const PersonName& a, const PersonName& b);

}  // namespace leadline::domain
