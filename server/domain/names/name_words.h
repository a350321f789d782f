// The words of a folded name, and which of them are no names. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/names/person_name.h"

namespace leadline::domain {

// Views into the folded name. A part that has nothing but titles keeps them.
struct NameWords {
  std::vector<std::string_view> given;
  std::vector<std::string_view> family;
  std::string_view generation;  // "jr", "sr", "iii"; empty where none stands
};

// Without titles and degrees ("dr", "prof", "mr", "phd"); of a name in one part, the last words are the family's.
NameWords WordsOfName(const PersonName& folded);

// "van", "der", "de", "al", "bin".
bool IsParticle(std::string_view word);

// The words as one, all of them or without particles.
std::string InOne(const std::vector<std::string_view>& words);
std::string InOneWithoutParticles(const std::vector<std::string_view>& words);

}  // namespace leadline::domain
