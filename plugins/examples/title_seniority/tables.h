// What words in job titles mean, in English, Spanish, Portuguese, German, French and Italian.
#pragma once

#include <span>
#include <string_view>

namespace title_seniority {

// What a phrase makes of the title it stands in. Those up to kOwner are seniorities; the rest steer the reading.
enum class Meaning {
  kIntern,
  kJunior,
  kStaff,
  kSenior,
  kManager,
  kHead,
  kDirector,
  kVp,
  kCLevel,
  kOwner,
  kNothing,  // no rank, though a part of it would be ("lead generation")
  kHelper,   // helps somebody: the rest tells whom
  kGrade,    // English "assistant": a helper, or one step below the rank that follows
  kDeputy,   // one step below the rank beside it
  kFormer    // the title is of the past
};

// Phrases of one meaning, divided by ", ", their words folded (see fold.h).
struct PhraseList {
  Meaning meaning;
  std::string_view languages;  // primary subtags the phrases are tied to, such as "de fr"; empty: all
  std::string_view phrases;
};

// The end of a word, mostly of a German compound ("vertriebsleiter").
struct Suffix {
  std::string_view end;
  Meaning meaning;
};

std::span<const PhraseList> PhraseLists();
// Longer ends before the ends of them.
std::span<const Suffix> Suffixes();
// Words after which a title may name somebody else's rank: "of", "to", "der", "do", ...
bool IsRelation(std::string_view word);
// Words that may stand between a relation and a rank.
bool IsArticle(std::string_view word);

}  // namespace title_seniority
