#include "domain/linkage/agreement.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "domain/linkage/edit_distance.h"
#include "domain/similarity.h"

namespace leadline::linkage {
namespace {

using Labels = std::span<const std::string_view>;

constexpr auto kNameLabels = std::to_array<std::string_view>(
    {"no value", "same", "a slip apart", "similar", "an initial or the beginning", "somewhat similar", "different",
     "in the other's mail address", "not in the other's mail address"});
constexpr auto kDateLabels =
    std::to_array<std::string_view>({"no value", "same", "a digit apart, or day and month swapped",
                                     "two digits or a month apart", "within a year", "within ten years", "different"});
constexpr auto kEmailLabels =
    std::to_array<std::string_view>({"no value", "same", "a slip apart", "same name before the @",
                                     "similar name before the @", "same domain", "different"});
constexpr auto kPlaceLabels =
    std::to_array<std::string_view>({"no value", "same", "a slip apart", "similar", "somewhat similar", "different"});
constexpr auto kCodeLabels = std::to_array<std::string_view>(
    {"no value", "same", "a character apart", "two characters apart or similar", "different"});
constexpr auto kPhoneLabels =
    std::to_array<std::string_view>({"no value", "same", "a digit apart", "same last four digits", "different"});
constexpr auto kWebsiteLabels = std::to_array<std::string_view>({"no value", "same", "a character apart", "different"});
constexpr auto kAddressLabels = std::to_array<std::string_view>(
    {"no value", "same", "same number, nearly the same street", "same number, similar street",
     "same number, somewhat similar street", "same number, another street", "same street, another number",
     "similar street, another number", "different"});
constexpr auto kTextLabels =
    std::to_array<std::string_view>({"no value", "same", "nearly the same words", "most words the same",
                                     "many words the same", "some words the same", "a word the same", "different"});

Labels LabelsOf(FieldType type) {
  switch (type) {
    case FieldType::kGivenName:
    case FieldType::kFamilyName:
      return kNameLabels;
    case FieldType::kDate:
      return kDateLabels;
    case FieldType::kEmail:
      return kEmailLabels;
    case FieldType::kPlace:
      return kPlaceLabels;
    case FieldType::kPostcode:
    case FieldType::kIdentifier:
      return kCodeLabels;
    case FieldType::kPhone:
      return kPhoneLabels;
    case FieldType::kWebsite:
      return kWebsiteLabels;
    case FieldType::kAddress:
      return kAddressLabels;
    case FieldType::kFullName:
    case FieldType::kCompany:
    case FieldType::kText:
      return kTextLabels;
  }
  return kTextLabels;
}

Level DateAgreement(const Value& a, const Value& b) {
  const int edits = EditDistance(a.text, b.text, 2);
  if (edits == 1) return 2;
  if (!a.dated || !b.dated) return edits == 2 ? 3 : 6;
  const bool swapped = a.text.substr(0, 4) == b.text.substr(0, 4) && a.text.substr(4, 2) == b.text.substr(6) &&
                       a.text.substr(6) == b.text.substr(4, 2);
  if (swapped) return 2;
  const int days = std::abs(a.day - b.day);
  if (edits == 2 || days <= 31) return 3;
  if (days <= 366) return 4;
  return days <= 3660 ? 5 : 6;
}

Level EmailAgreement(const Value& a, const Value& b) {
  constexpr double kSimilar = 0.92, kSimilarDomain = 0.9, kSameDomain = 0.95;
  const std::string_view left = a.text, right = b.text;
  const std::string_view left_local = left.substr(0, a.local_size), right_local = right.substr(0, b.local_size);
  const int edits = EditDistance(left, right, 3);
  if (edits <= 2 || (edits == 3 && left_local == right_local)) return 2;
  if (left_local == right_local) return 3;
  const double local = domain::JaroWinkler(left_local, right_local);
  const double domain = domain::JaroWinkler(left.substr(a.local_size), right.substr(b.local_size));
  if (local >= kSimilar) return domain >= kSimilarDomain ? 2 : 4;
  return domain >= kSameDomain ? 5 : 6;
}

Level PlaceAgreement(std::string_view a, std::string_view b) {
  const double similarity = domain::JaroWinkler(a, b);
  const int edits = EditDistance(a, b, 2);
  if (similarity >= 0.92 || edits == 1) return 2;
  if (similarity >= 0.85 || (edits == 2 && std::min(a.size(), b.size()) >= 6)) return 3;
  return similarity >= 0.7 ? 4 : 5;
}

Level CodeAgreement(std::string_view a, std::string_view b) {
  const int edits = EditDistance(a, b, 2);
  if (edits == 1) return 2;
  return edits == 2 || domain::JaroWinkler(a, b) > 0.85 ? 3 : 4;
}

bool SameEnding(std::string_view a, std::string_view b, size_t size) {
  return a.size() >= size && b.size() >= size && a.substr(a.size() - size) == b.substr(b.size() - size);
}

Level PhoneAgreement(std::string_view a, std::string_view b) {
  // Seven digits tell a number within its area; what stands before them is written in many ways.
  if (SameEnding(a, b, 7)) return kExact;
  if (EditDistance(a, b, 1) == 1) return 2;
  return SameEnding(a, b, 4) ? 3 : 4;
}

bool HasDigit(std::string_view word) { return std::any_of(word.begin(), word.end(), absl::ascii_isdigit); }

// 0 where they are different words.
double WordSimilarity(std::string_view a, std::string_view b) {
  constexpr double kSimilarWord = 0.85, kBeginning = 0.9, kInitial = 0.6, kNumber = 0.7;
  if (HasDigit(a) || HasDigit(b)) {
    return std::min(a.size(), b.size()) >= 3 && EditDistance(a, b, 1) == 1 ? kNumber : 0;
  }
  const size_t shorter = std::min(a.size(), b.size());
  const bool begins = a.substr(0, shorter) == b.substr(0, shorter);
  if (begins && shorter == 1) return kInitial;
  const double similarity = domain::JaroWinkler(a, b);
  if (begins && shorter >= 3) return std::max(similarity, kBeginning);
  return similarity < kSimilarWord ? 0 : similarity;
}

// The cosine of the words' weights, where similar words count by how similar they are, each once, the most similar
// pairs first (soft TF-IDF: Cohen, Ravikumar and Fienberg 2003). 0 to 1.
double SoftCosine(const Column& column, const Value& a, const Value& b) {
  if (a.words.empty() || b.words.empty()) return a.words.empty() && b.words.empty() ? 1 : 0;
  struct Pair {
    double similarity;
    uint32_t left, right;
  };
  absl::InlinedVector<Pair, 64> pairs;
  for (uint32_t i = 0; i < a.words.size(); ++i) {
    for (uint32_t j = 0; j < b.words.size(); ++j) {
      const uint32_t left = a.words[i], right = b.words[j];
      const double similarity = left == right ? 1 : WordSimilarity(column.word(left).text, column.word(right).text);
      if (similarity > 0) pairs.push_back({similarity, i, j});
    }
  }
  // Among pairs that are as similar the heaviest first, so that it does not matter which side is which.
  const auto weight = [&](const Pair& pair) {
    return column.word(a.words[pair.left]).weight * column.word(b.words[pair.right]).weight;
  };
  std::stable_sort(pairs.begin(), pairs.end(), [&](const Pair& x, const Pair& y) {
    return x.similarity != y.similarity ? x.similarity > y.similarity : weight(x) > weight(y);
  });
  uint64_t left_taken = 0, right_taken = 0;
  double sum = 0;
  for (const Pair& pair : pairs) {
    const uint64_t left = uint64_t{1} << pair.left, right = uint64_t{1} << pair.right;
    if ((left_taken & left) != 0 || (right_taken & right) != 0) continue;
    left_taken |= left;
    right_taken |= right;
    sum += pair.similarity * weight(pair);
  }
  return std::min(1.0, sum / (a.norm * b.norm));
}

Level TextAgreement(double cosine) {
  constexpr auto kAtLeast = std::to_array<double>({0.95, 0.8, 0.6, 0.35, 0.1});
  Level level = 2;
  for (const double at_least : kAtLeast) {
    if (cosine >= at_least) return level;
    ++level;
  }
  return level;
}

// Another house number is another place, however much the street agrees.
Level AddressAgreement(const Value& a, const Value& b, double street) {
  if (a.house_number == b.house_number) return street >= 0.9 ? 2 : street >= 0.6 ? 3 : street >= 0.3 ? 4 : 5;
  if (a.house_number < 0 || b.house_number < 0) return street >= 0.8 ? 3 : street >= 0.5 ? 4 : 8;
  return street >= 0.8 ? 6 : street >= 0.4 ? 7 : 8;
}

}  // namespace

int LevelsOf(FieldType type) { return static_cast<int>(LabelsOf(type).size()) - 1; }

std::string_view LabelOf(FieldType type, Level level) {
  const Labels labels = LabelsOf(type);
  return level < labels.size() ? labels[level] : labels[0];
}

Level NameAgreement(std::string_view a, std::string_view b) {
  if (a == b) return kExact;
  const double similarity = domain::JaroWinkler(a, b);
  const int edits = EditDistance(a, b, 2);
  const size_t shorter = std::min(a.size(), b.size());
  if ((edits == 1 && shorter >= 4) || similarity >= 0.95) return 2;
  if (edits == 1 || similarity >= 0.88 || (edits == 2 && shorter >= 6)) return 3;
  if ((shorter == 1 || shorter >= 3) && a.substr(0, shorter) == b.substr(0, shorter)) return 4;
  return similarity >= 0.75 ? 5 : 6;
}

Level AgreementOf(const Column& column, uint32_t a, uint32_t b) {
  if (a == b) return kExact;
  const Value &left = column.value(a), &right = column.value(b);
  switch (column.type()) {
    case FieldType::kGivenName:
    case FieldType::kFamilyName:
      return NameAgreement(left.text, right.text);
    case FieldType::kDate:
      return DateAgreement(left, right);
    case FieldType::kEmail:
      return EmailAgreement(left, right);
    case FieldType::kPlace:
      return PlaceAgreement(left.text, right.text);
    case FieldType::kPostcode:
    case FieldType::kIdentifier:
      return CodeAgreement(left.text, right.text);
    case FieldType::kPhone:
      return PhoneAgreement(left.text, right.text);
    case FieldType::kWebsite:
      return EditDistance(left.text, right.text, 1) == 1 ? 2 : 3;
    case FieldType::kAddress:
      return AddressAgreement(left, right, SoftCosine(column, left, right));
    case FieldType::kFullName:
    case FieldType::kCompany:
    case FieldType::kText:
      return TextAgreement(SoftCosine(column, left, right));
  }
  return kNothing;
}

}  // namespace leadline::linkage
