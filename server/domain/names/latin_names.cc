#include "domain/names/latin_names.h"

#include <algorithm>
#include <string>
#include <vector>

#include "domain/names/given_names.h"
#include "domain/names/name_words.h"
#include "domain/similarity.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr double kDifferentPeople = 0.8;
constexpr double kOtherForm = 0.95;
constexpr double kFittingInitial = 0.9;
constexpr double kPartOfFamily = 0.93;
constexpr double kWithoutParticle = 0.98;
constexpr double kTypo = 0.88;
constexpr double kOtherWord = 0.7;

std::string InRow(std::string_view first, std::string_view second) {
  std::string whole(first);
  if (!first.empty() && !second.empty()) whole += ' ';
  return whole.append(second);
}

// The words with the first moved to the end; empty when there is only one.
std::string Turned(const std::string& name) {
  const size_t gap = name.find(' ');
  return gap == std::string::npos ? "" : name.substr(gap + 1) + ' ' + name.substr(0, gap);
}

// One name against several: the best of them, held below a whole name's agreement.
double PartOfName(std::string_view word, std::string_view name) {
  constexpr double kPart = 0.88;
  double best = 0;
  for (const std::string_view other : Words(name)) best = std::max(best, JaroWinkler(word, other));
  return kPart * best;
}

struct Whole {
  double straight = 0;
  double turned = 0;
  double best() const { return std::max(straight, turned); }
};

// Given and family name are often entered the wrong way round, or only one of them.
Whole CompareWhole(const std::string& left, const std::string& right) {
  Whole whole;
  whole.straight = JaroWinkler(left, right);
  if (whole.straight == 1) return whole;
  const std::string left_turned = Turned(left);
  const std::string right_turned = Turned(right);
  if (left_turned.empty() != right_turned.empty()) {
    whole.straight = std::max(whole.straight, left_turned.empty() ? PartOfName(left, right) : PartOfName(right, left));
  } else {
    whole.turned = std::max(JaroWinkler(left, right_turned), JaroWinkler(left_turned, right));
  }
  return whole;
}

// One word for each part and nothing to be left out.
bool IsPlain(const PersonName& name) {
  const auto plain = [](std::string_view part) { return part.size() >= 2 && part.find(' ') == std::string_view::npos; };
  return plain(name.given) && plain(name.family);
}

double ComparePlain(const PersonName& a, const PersonName& b) {
  const Whole whole = CompareWhole(InRow(a.given, a.family), InRow(b.given, b.family));
  const bool straight = whole.straight >= whole.turned;
  const std::string_view given = straight ? b.given : b.family;
  const std::string_view family = straight ? b.family : b.given;
  const bool same_family = a.family == family;
  if (whole.best() <= kDifferentPeople && !same_family) return whole.best();
  // Of names the other way round either pair may be the given names.
  if (!straight && Relation(a.family, family) == GivenNames::kDifferent)
    return std::min(whole.best(), kDifferentPeople);
  switch (Relation(a.given, given)) {
    case GivenNames::kDifferent:
      return std::min(whole.best(), kDifferentPeople);
    case GivenNames::kSame:
      return same_family ? std::max(whole.best(), kOtherForm) : whole.best();
    case GivenNames::kUnrelated:
      return whole.best();
  }
  return whole.best();
}

// How well two parts go together: below 0 they speak against each other, 0 says nothing.
constexpr double kAgainst = -1;

double CompareWords(std::string_view x, std::string_view y) {
  if (x == y) return 1;
  if (x.size() == 1 || y.size() == 1) return x.front() == y.front() ? kFittingInitial : kAgainst;
  switch (Relation(x, y)) {
    case GivenNames::kSame:
      return kOtherForm;
    case GivenNames::kDifferent:
      return kAgainst;
    case GivenNames::kUnrelated:
      break;
  }
  const double similarity = JaroWinkler(x, y);
  return similarity >= kTypo ? similarity : 0;
}

bool AreInitials(std::string_view letters, const std::vector<std::string_view>& words) {
  if (letters.size() != words.size() || words.size() < 2) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].front() != letters[i]) return false;
  }
  return true;
}

using WordList = std::vector<std::string_view>;

double CompareGiven(const WordList& x, const WordList& y) {
  if (x.empty() || y.empty()) return 0;
  if (InOne(x) == InOne(y)) return 1;
  if ((x.size() == 1 && AreInitials(x[0], y)) || (y.size() == 1 && AreInitials(y[0], x))) return kFittingInitial;
  double agreement = CompareWords(x[0], y[0]);
  // The second of two given names may be the one that is used.
  if (agreement <= 0 && x.size() != y.size()) {
    const WordList& more = x.size() > y.size() ? x : y;
    const std::string_view one = x.size() > y.size() ? y[0] : x[0];
    return std::find(more.begin(), more.end(), one) != more.end() ? kPartOfFamily : agreement;
  }
  if (agreement <= 0) return agreement;
  for (size_t i = 1; i < std::min(x.size(), y.size()); ++i) {
    const double middle = CompareWords(x[i], y[i]);
    if (middle < 0 || (middle == 0 && JaroWinkler(x[i], y[i]) < kOtherWord)) return kAgainst;
    agreement = std::min(agreement, std::max(middle, kOtherForm));
  }
  return x.size() == y.size() ? agreement : std::min(agreement, kOtherForm);
}

double CompareFamily(const WordList& x, const WordList& y) {
  if (x.empty() || y.empty()) return 0;
  const std::string left = InOne(x), right = InOne(y);
  if (left == right) return 1;
  const std::string left_core = InOneWithoutParticles(x), right_core = InOneWithoutParticles(y);
  if (left_core == right_core) return kWithoutParticle;
  const WordList& fewer = x.size() < y.size() ? x : y;
  const WordList& more = x.size() < y.size() ? y : x;
  const bool part = fewer.size() < more.size() && std::all_of(fewer.begin(), fewer.end(), [&](std::string_view word) {
                      return !IsParticle(word) && std::find(more.begin(), more.end(), word) != more.end();
                    });
  if (part) return kPartOfFamily;
  const double similarity = JaroWinkler(left_core, right_core);
  return similarity >= kTypo ? similarity : 0;
}

bool HasInitial(const NameWords& name) {
  const auto initial = [](std::string_view word) { return word.size() == 1; };
  return std::any_of(name.given.begin(), name.given.end(), initial) ||
         std::any_of(name.family.begin(), name.family.end(), initial);
}

std::string Cleaned(const NameWords& name) {
  std::string out;
  for (const WordList* words : {&name.given, &name.family}) {
    for (const std::string_view word : *words) out = InRow(out, word);
  }
  return out;
}

// One way round; kAgainst when the family names go together and the given names do not.
double CompareParts(const WordList& given, const WordList& family, const WordList& other_given,
                    const WordList& other_family) {
  const double families = CompareFamily(family, other_family);
  if (families <= 0) return 0;
  const double givens = CompareGiven(given, other_given);
  return givens <= 0 ? givens : std::min(givens, families);
}

double CompareByWords(const PersonName& a, const PersonName& b) {
  const NameWords left = WordsOfName(a), right = WordsOfName(b);
  double best = CompareWhole(Cleaned(left), Cleaned(right)).best();
  const double straight = CompareParts(left.given, left.family, right.given, right.family);
  const double turned = CompareParts(left.given, left.family, right.family, right.given);
  if (best < 1 && std::max(straight, turned) <= 0 && std::min(straight, turned) < 0) {
    return std::min(best, kDifferentPeople);
  }
  // What the parts say of initials is more exact than the letters of the whole.
  const double by_parts = std::max(straight, turned);
  best = by_parts > 0 && (HasInitial(left) || HasInitial(right)) ? by_parts : std::max(best, by_parts);
  if (left.generation == right.generation) return best;
  const bool both = !left.generation.empty() && !right.generation.empty();
  return std::min(best, both ? kDifferentPeople : kOtherForm);
}

}  // namespace

double LatinNameSimilarity(const PersonName& a, const PersonName& b) {
  if (a.given == b.given && a.family == b.family) return 1;
  return IsPlain(a) && IsPlain(b) ? ComparePlain(a, b) : CompareByWords(a, b);
}

}  // namespace leadline::domain
