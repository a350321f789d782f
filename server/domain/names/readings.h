// The ways in which names of people are read in Latin letters. Pure and thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/names/person_name.h"
#include "domain/names/scripts.h"
#include "domain/names/sounds.h"

namespace leadline::domain {

inline constexpr size_t kMostReadings = 8;

// The ways in which names may be written in Latin letters, folded (FoldText), distinct, likeliest first, at most
// kMostReadings; given name first. Of Arabic and Hebrew, which do not write most vowels, what is written.
std::vector<std::string> ReadingsOf(const PersonName& name);

// A name as one language reads it: each part in the ways in which it may be spelled, likeliest first. A whole name that
// stands in one part is divided where it can be told how.
struct NameReading {
  Sound sound = Sound::kLatin;
  std::vector<std::string> given;
  std::vector<std::string> family;
};

// All that is read out of a name that is not ASCII.
struct ReadName {
  Script script = Script::kLatin;
  std::vector<NameReading> readings;  // Han: in Chinese and in Japanese
  std::u32string given, family;       // composed, in lower case, Han unified, without what parts words
};

// Never null. Each thread keeps the names that it read last: one enquiry compares one name with many.
std::shared_ptr<const ReadName> ReadPersonName(const PersonName& name);

}  // namespace leadline::domain
