// From a job title to a seniority.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fold.h"
#include "tables.h"

namespace title_seniority {

// What was read from a title.
struct Reading {
  Meaning seniority = Meaning::kStaff;  // one up to kOwner
  std::string evidence;                 // the folded words that decided
  double confidence = 0;
};

// "c_level", "vp", ...; empty for a meaning that is no seniority. And back.
std::string_view SeniorityName(Meaning meaning);
std::optional<Meaning> SeniorityNamed(std::string_view name);

// The tables and one config's overrides. Immutable once built, so thread-safe.
class Classifier {
 public:
  Classifier();

  // Makes `phrase` mean `seniority`, or no rank at all when nullopt, before any table. For building only.
  void Override(std::string_view phrase, std::optional<Meaning> seniority);

  // `language` is a BCP 47 tag, or empty when unknown; it decides about words that languages read differently. nullopt:
  // nothing in the title tells.
  std::optional<Reading> Classify(std::string_view title, std::string_view language) const;

 private:
  struct Entry {
    Meaning meaning;
    std::string languages;
  };
  struct Match {
    Meaning meaning;
    size_t words;
    double confidence;
  };
  // What a part says, and whether the title ends with it.
  struct PartReading {
    std::optional<Reading> reading;
    bool last = false;
  };

  std::optional<Match> MatchAt(const Part& part, size_t at, std::string_view language) const;
  std::optional<Match> MatchPhrase(const Part& part, size_t at, std::string_view language) const;
  bool NamesSomebodyElse(const Part& part, size_t at, std::string_view language) const;
  PartReading ReadPart(const Part& part, std::string_view language) const;
  // What the part says of ranks; `deputy` becomes the word by which the title is a deputy's.
  PartReading ReadRanks(const Part& part, std::string_view language, std::string& deputy) const;
  PartReading ReadHelper(const Part& part, size_t at, const Match& helper, std::string_view language) const;

  std::multimap<std::string, Entry, std::less<>> phrases_;
  std::map<std::string, Meaning, std::less<>> overrides_;
};

}  // namespace title_seniority
