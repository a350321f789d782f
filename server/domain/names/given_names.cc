#include "domain/names/given_names.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

namespace leadline::domain {
namespace {

constexpr size_t kMostFullForms = 3;

using LineNumbers = absl::InlinedVector<uint16_t, 4>;
using LinesOfWord = absl::flat_hash_map<std::string_view, LineNumbers>;

const LinesOfWord& Table() {
  static const LinesOfWord kTable = [] {
    LinesOfWord table;
    const std::vector<GivenNameForms>& names = GivenNameTable();
    for (size_t i = 0; i < names.size(); ++i) {
      for (const std::string& form : names[i]) table[form].push_back(static_cast<uint16_t>(i));
    }
    return table;
  }();
  return kTable;
}

bool IsVowelLetter(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

// As Ivan, Bogdan and Emir end, and a word does seldom that has lost its last letter.
bool EndsLikeAMansName(std::string_view word) {
  return word.size() >= 4 && std::string_view("nrlkdvm").find(word.back()) != std::string_view::npos &&
         IsVowelLetter(word[word.size() - 2]);
}

// Bogdan and Bogdana, in whatever language.
bool DiffersByFemaleEnding(std::string_view shorter, std::string_view longer) {
  return longer.size() == shorter.size() + 1 && longer.starts_with(shorter) && longer.back() == 'a' &&
         EndsLikeAMansName(shorter);
}

}  // namespace

GivenNames Relation(std::string_view a, std::string_view b) {
  if (a == b) return GivenNames::kSame;
  const auto left = Table().find(a);
  const auto right = Table().find(b);
  if (left != Table().end() && right != Table().end()) {
    const bool common = std::any_of(left->second.begin(), left->second.end(), [&](uint16_t line) {
      return std::find(right->second.begin(), right->second.end(), line) != right->second.end();
    });
    return common ? GivenNames::kSame : GivenNames::kDifferent;
  }
  const bool a_is_shorter = a.size() < b.size();
  // Beside a known name that is longer an unknown one is a slip of it.
  if ((a_is_shorter ? right : left) != Table().end()) return GivenNames::kUnrelated;
  const bool different = a_is_shorter ? DiffersByFemaleEnding(a, b) : DiffersByFemaleEnding(b, a);
  return different ? GivenNames::kDifferent : GivenNames::kUnrelated;
}

std::vector<std::string_view> FullForms(std::string_view word) {
  std::vector<std::string_view> forms;
  const auto found = Table().find(word);
  if (found == Table().end()) return forms;
  for (const uint16_t line : found->second) {
    const std::string_view full = GivenNameTable()[line].front();
    if (std::find(forms.begin(), forms.end(), full) == forms.end()) forms.push_back(full);
    if (forms.size() == kMostFullForms) break;
  }
  return forms;
}

}  // namespace leadline::domain
