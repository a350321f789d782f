#include "classify.h"

#include <algorithm>
#include <array>

namespace title_seniority {
namespace {

constexpr size_t kLongestPhrase = 6;
constexpr std::array<std::string_view, 10> kNames = {"intern", "junior",   "staff", "senior",  "manager",
                                                     "head",   "director", "vp",    "c_level", "owner"};

std::string Join(const Part& part, size_t at, size_t words) {
  std::string out = part[at];
  for (size_t i = 1; i < words; ++i) out += ' ' + part[at + i];
  return out;
}

bool HasWord(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

// "pt" of "pt-BR" or "PT_br".
std::string PrimaryTag(std::string_view language) {
  std::string tag;
  for (char c : language.substr(0, language.find_first_of("-_"))) {
    tag += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return tag;
}

bool IsRank(Meaning m) { return m <= Meaning::kOwner; }
// "Junior" and "intern" lower these ranks, not those above.
bool CanBeJunior(Meaning m) { return m < Meaning::kDirector; }

// Which of two ranks in one part counts.
bool Outranks(Meaning a, Meaning b) {
  bool a_low = a <= Meaning::kJunior, b_low = b <= Meaning::kJunior;
  if (a_low && b_low) return a < b;
  if (a_low) return CanBeJunior(b);
  if (b_low) return !CanBeJunior(a);
  return a > b;
}

void Consider(std::optional<Reading>& best, Reading reading) {
  if (!best || Outranks(reading.seniority, best->seniority)) best = std::move(reading);
}

// Of a deputy, and of an English assistant: an assistant director manages, an assistant store manager does not decide.
std::optional<Meaning> OneStepBelow(Meaning m) {
  switch (m) {
    case Meaning::kVp:
    case Meaning::kCLevel:
      return Meaning::kDirector;
    case Meaning::kHead:
    case Meaning::kDirector:
      return Meaning::kManager;
    case Meaning::kManager:
      return Meaning::kSenior;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view SeniorityName(Meaning meaning) {
  return IsRank(meaning) ? kNames[static_cast<size_t>(meaning)] : std::string_view();
}

std::optional<Meaning> SeniorityNamed(std::string_view name) {
  auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Meaning>(found - kNames.begin());
}

Classifier::Classifier() {
  for (const PhraseList& list : PhraseLists()) {
    std::string_view rest = list.phrases;
    while (!rest.empty()) {
      size_t end = std::min(rest.find(", "), rest.size());
      phrases_.emplace(rest.substr(0, end), Entry{list.meaning, std::string(list.languages)});
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
  }
}

void Classifier::Override(std::string_view phrase, std::optional<Meaning> seniority) {
  overrides_[FoldedText(phrase)] = seniority.value_or(Meaning::kNothing);
}

// The longest phrase that begins here; one tied to the title's language before one for all.
std::optional<Classifier::Match> Classifier::MatchPhrase(const Part& part, size_t at, std::string_view language) const {
  for (size_t words = std::min(kLongestPhrase, part.size() - at); words > 0; --words) {
    std::string text = Join(part, at, words);
    if (auto own = overrides_.find(text); own != overrides_.end()) return Match{own->second, words, 1.0};
    std::optional<Match> match;
    for (auto [it, end] = phrases_.equal_range(text); it != end; ++it) {
      const Entry& entry = it->second;
      if (!entry.languages.empty() && !HasWord(entry.languages, language)) continue;
      if (!match || !entry.languages.empty()) match = Match{entry.meaning, words, words > 1 ? 0.95 : 0.9};
    }
    if (match) return match;
  }
  return std::nullopt;
}

std::optional<Classifier::Match> Classifier::MatchAt(const Part& part, size_t at, std::string_view language) const {
  // Any "chief ... officer", however new.
  if (part[at] == "chief") {
    auto from = part.begin() + static_cast<std::ptrdiff_t>(at);
    auto officer = std::find(from, part.end(), "officer");
    if (officer != part.end()) return Match{Meaning::kCLevel, static_cast<size_t>(officer - from) + 1, 0.95};
  }
  if (auto match = MatchPhrase(part, at, language)) return match;
  if (part.size() == 1 && part[at] == "partner") return Match{Meaning::kOwner, 1, 0.8};
  for (const Suffix& suffix : Suffixes()) {
    const std::string& word = part[at];
    bool ends = word.size() > suffix.end.size() + 1 &&
                std::string_view(word).substr(word.size() - suffix.end.size()) == suffix.end;
    if (ends) return Match{suffix.meaning, 1, 0.8};
  }
  return std::nullopt;
}

// Whether a relation stands here and a rank, not a field of work, follows: "to the CEO", "do Diretor".
bool Classifier::NamesSomebodyElse(const Part& part, size_t at, std::string_view language) const {
  if (!IsRelation(part[at])) return false;
  size_t next = at + 1;
  while (next < part.size() && (IsArticle(part[next]) || IsRelation(part[next]))) ++next;
  if (next == part.size()) return false;
  auto match = MatchAt(part, next, language);
  return match && match->meaning >= Meaning::kManager && match->meaning <= Meaning::kOwner;
}

// A helper is staff, whoever is helped. After "to", "der", "do" all that follows belongs to the one who is helped.
Classifier::PartReading Classifier::ReadHelper(const Part& part, size_t at, const Match& helper,
                                               std::string_view language) const {
  size_t next = at + helper.words;
  PartReading out;
  out.reading = Reading{Meaning::kStaff, Join(part, at, helper.words), 0.9};
  out.last = next < part.size() && IsRelation(part[next]);
  bool english = language.empty() || language == "en";
  if (helper.meaning != Meaning::kGrade || out.last || !english) return out;
  for (; next < part.size() && !IsRelation(part[next]); ++next) {
    auto match = MatchAt(part, next, language);
    if (!match || !IsRank(match->meaning)) continue;
    auto below = OneStepBelow(match->meaning);
    if (below) out.reading = Reading{*below, Join(part, at, next + match->words - at), 0.7};
    break;
  }
  return out;
}

Classifier::PartReading Classifier::ReadPart(const Part& part, std::string_view language) const {
  std::string deputy;
  PartReading out = ReadRanks(part, language, deputy);
  if (deputy.empty()) return out;
  if (!out.reading) out.reading = Reading{Meaning::kStaff, deputy, 0.8};
  if (const auto below = OneStepBelow(out.reading->seniority)) {
    out.reading->seniority = *below;
    out.reading->evidence = deputy + " ... " + out.reading->evidence;
  }
  return out;
}

Classifier::PartReading Classifier::ReadRanks(const Part& part, std::string_view language, std::string& deputy) const {
  PartReading out;
  for (size_t at = 0; at < part.size();) {
    std::optional<Match> match = MatchAt(part, at, language);
    if (!match) {
      if (NamesSomebodyElse(part, at, language)) {
        out.last = true;
        return out;
      }
      ++at;
      continue;
    }
    if (match->meaning == Meaning::kDeputy) deputy = Join(part, at, match->words);
    bool helper = match->meaning == Meaning::kHelper || match->meaning == Meaning::kGrade;
    bool ranked = out.reading && out.reading->seniority >= Meaning::kManager;
    if (helper && !ranked) {
      PartReading helped = ReadHelper(part, at, *match, language);
      bool low = out.reading && out.reading->seniority <= Meaning::kJunior;
      return low ? PartReading{out.reading, helped.last} : helped;
    }
    if (IsRank(match->meaning))
      Consider(out.reading, {match->meaning, Join(part, at, match->words), match->confidence});
    at += match->words;
  }
  return out;
}

std::optional<Reading> Classifier::Classify(std::string_view title, std::string_view language) const {
  std::vector<Part> parts = Fold(title);
  std::string tag = PrimaryTag(language);
  if (auto whole = overrides_.find(FoldedText(title)); whole != overrides_.end()) {
    if (!IsRank(whole->second)) return std::nullopt;
    return Reading{whole->second, whole->first, 1.0};
  }
  std::optional<Reading> best;
  for (const Part& part : parts) {
    if (auto first = MatchPhrase(part, 0, tag); first && first->meaning == Meaning::kFormer) continue;
    PartReading read = ReadPart(part, tag);
    if (read.reading) Consider(best, *read.reading);
    if (read.last) break;
  }
  return best;
}

}  // namespace title_seniority
