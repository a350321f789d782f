#include "comparison.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "legal_form.h"

namespace company_name {
namespace {

// Words that many companies have: they tell a third as much as a word of their own.
constexpr double kCommonWord = 0.3;
constexpr auto kCommon = std::to_array<std::u32string_view>(
    {U"group",    U"gruppe",        U"grupo",       U"gruppo",    U"groupe",       U"holding",
     U"holdings", U"international", U"intl",        U"global",    U"systems",      U"solutions",
     U"services", U"service",       U"consulting",  U"software",  U"technologies", U"technology",
     U"tech",     U"industries",    U"industrie",   U"industria", U"trading",      U"logistics",
     U"logistik", U"media",         U"digital",     U"partners",  U"partner",      U"management",
     U"capital",  U"europe",        U"deutschland", U"germany",   U"france",       U"italia",
     U"espana",   U"polska",        U"nederland",   U"usa",       U"uk",           U"brasil",
     U"co",       U"company"});

// Short forms of common words.
constexpr auto kShort =
    std::to_array<std::pair<std::u32string_view, std::u32string_view>>({{U"intl", U"international"},
                                                                        {U"mfg", U"manufacturing"},
                                                                        {U"tech", U"technology"},
                                                                        {U"technologies", U"technology"},
                                                                        {U"svcs", U"services"},
                                                                        {U"service", U"services"},
                                                                        {U"bros", U"brothers"},
                                                                        {U"gebr", U"gebruder"},
                                                                        {U"assoc", U"associates"},
                                                                        {U"mgmt", U"management"},
                                                                        {U"ind", U"industries"},
                                                                        {U"industrie", U"industries"},
                                                                        {U"holdings", U"holding"},
                                                                        {U"univ", U"university"},
                                                                        {U"st", U"saint"},
                                                                        {U"sankt", U"saint"}});

std::u32string_view LongForm(std::u32string_view word) {
  for (const auto& [brief, full] : kShort) {
    if (brief == word) return full;
  }
  return word;
}

double WordWeight(const Word& word) {
  bool common = word.size() < 2 || std::find(kCommon.begin(), kCommon.end(), word) != kCommon.end();
  return common ? kCommonWord : 1;
}

// Insertions, deletions, replacements and swaps of neighbours; more than `limit` counts as limit + 1.
size_t Slips(const Word& a, const Word& b, size_t limit) {
  size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return limit + 1;
  std::vector<size_t> before, last(b.size() + 1), now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return std::min(last[b.size()], limit + 1);
}

bool HasDigit(const Word& word) { return word.find_first_of(U"0123456789") != word.npos; }

// 1 for the same word, less for a slip or an umlaut written otherwise, 0 for another word.
double Likeness(const Word& a, const Word& b) {
  if (a == b || LongForm(a) == LongForm(b)) return 1;
  size_t shorter = std::min(a.size(), b.size());
  size_t limit = shorter >= 9 ? 2 : shorter >= 4 ? 1 : 0;
  if (limit == 0 || HasDigit(a) || HasDigit(b)) return 0;  // a digit is no slip: "Studio 54" and "Studio 55"
  size_t slips = Slips(a, b, limit);
  return slips > limit ? 0 : slips == 1 ? 0.85 : 0.7;
}

struct Overlap {
  double shared = 0;          // weight of the words that both have, by their likeness
  double all = 0;             // weight of all words
  size_t alike = 0;           // words that both have
  bool other_number = false;  // each side has a number that the other has not
};

// Pairs each word with its nearest, the best pairs first. `a` and `b` come in a fixed order, so that the result does
// not depend on which side is which.
Overlap Match(std::vector<Word> a, std::vector<Word> b) {
  Overlap overlap;
  while (!a.empty() && !b.empty()) {
    double best = 0;
    size_t best_a = 0, best_b = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t j = 0; j < b.size(); ++j) {
        double likeness = Likeness(a[i], b[j]);
        if (likeness > best) best = likeness, best_a = i, best_b = j;
      }
    }
    if (best == 0) break;
    double weight = std::max(WordWeight(a[best_a]), WordWeight(b[best_b]));
    overlap.shared += best * weight;
    overlap.all += weight;
    ++overlap.alike;
    a.erase(a.begin() + static_cast<std::ptrdiff_t>(best_a));
    b.erase(b.begin() + static_cast<std::ptrdiff_t>(best_b));
  }
  overlap.other_number = std::any_of(a.begin(), a.end(), HasDigit) && std::any_of(b.begin(), b.end(), HasDigit);
  for (const auto& left_over : {a, b}) {
    for (const Word& word : left_over) overlap.all += WordWeight(word);
  }
  return overlap;
}

Word Run(const std::vector<Word>& words) {
  Word out;
  for (const Word& word : words) out += word;
  return out;
}

// "IBM" for "International Business Machines".
bool IsAcronym(const std::vector<Word>& brief, const std::vector<Word>& full) {
  if (brief.size() != 1 || full.size() < 3 || brief[0].size() != full.size()) return false;
  for (size_t i = 0; i < full.size(); ++i) {
    if (brief[0][i] != full[i][0]) return false;
  }
  return true;
}

Finding Words(const Overlap& overlap, leadline_agreement level, const Weights& weights) {
  // Common words alone are weak evidence, however well they agree.
  double own = std::min(1.0, overlap.shared);
  std::string count = std::to_string(overlap.alike) + (overlap.alike == 1 ? " word" : " words");
  switch (level) {
    case LEADLINE_AGREEMENT_EXACT:
      return {"the names are the same, " + count, weights.exact * own};
    case LEADLINE_AGREEMENT_STRONG:
      return {"the names are the same but for spelling, " + count, weights.strong * own};
    case LEADLINE_AGREEMENT_WEAK:
      return {"the names share " + count, weights.weak * own};
    default:
      return {"the names differ", weights.different};
  }
}

leadline_agreement LevelOf(const Overlap& overlap) {
  if (overlap.alike == 0 || overlap.other_number) return LEADLINE_AGREEMENT_DIFFERENT;
  double share = overlap.shared / overlap.all;
  if (share > 0.999) return LEADLINE_AGREEMENT_EXACT;
  if (share >= 0.75) return LEADLINE_AGREEMENT_STRONG;
  return share >= 0.3 ? LEADLINE_AGREEMENT_WEAK : LEADLINE_AGREEMENT_DIFFERENT;
}

}  // namespace

Comparison Compare(std::string_view left, std::string_view right, const Weights& weights) {
  Comparison out;
  ParsedName a = ParseName(std::min(left, right));
  ParsedName b = ParseName(std::max(left, right));
  if (a.core.empty() || b.core.empty()) return out;
  Overlap overlap = Match(a.core, b.core);
  out.level = LevelOf(overlap);
  if (out.level != LEADLINE_AGREEMENT_EXACT && Run(a.core) == Run(b.core)) {
    // "Blue Sky" and "Bluesky".
    out.level = LEADLINE_AGREEMENT_STRONG;
    out.findings.push_back({"the names are the same but for spaces", weights.strong});
  } else if (IsAcronym(a.core, b.core) || IsAcronym(b.core, a.core)) {
    out.level = LEADLINE_AGREEMENT_WEAK;
    out.findings.push_back({"one name is the other's initials", weights.weak});
  } else {
    out.findings.push_back(Words(overlap, out.level, weights));
  }
  bool alike = out.level != LEADLINE_AGREEMENT_DIFFERENT;
  bool other_form = alike && a.form && b.form && a.form->kind != b.form->kind && a.form->kind != FormKind::kOther &&
                    b.form->kind != FormKind::kOther;
  if (other_form) {
    auto [first, second] = std::minmax(a.form->name, b.form->name);
    out.findings.push_back(
        {std::string(first) + " and " + std::string(second) + " are different kinds of company", weights.other_form});
    if (out.level == LEADLINE_AGREEMENT_EXACT) out.level = LEADLINE_AGREEMENT_STRONG;
  }
  for (const Finding& finding : out.findings) out.weight += finding.weight;
  return out;
}

}  // namespace company_name
