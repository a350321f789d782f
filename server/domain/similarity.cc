#include "domain/similarity.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr double kPrefixScale = 0.1;
constexpr size_t kLongestPrefix = 4;
// Winkler gives the bonus for a common beginning only to strings that are somewhat alike anyway.
constexpr double kBonusFrom = 0.7;
constexpr double kSameWord = 0.85;

using Letters = absl::InlinedVector<char32_t, 64>;
using Flags = absl::InlinedVector<bool, 64>;

Letters Decode(std::string_view text) {
  if (IsAscii(text)) return Letters(text.begin(), text.end());
  std::u32string points;
  AppendCodePoints(text, points);
  return Letters(points.begin(), points.end());
}

double Jaro(const Letters& a, const Letters& b) {
  size_t window = std::max(a.size(), b.size()) / 2;
  window = window > 0 ? window - 1 : 0;
  Flags a_taken(a.size(), false);
  Flags b_taken(b.size(), false);
  size_t matches = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t end = std::min(b.size(), i + window + 1);
    for (size_t j = i > window ? i - window : 0; j < end; ++j) {
      if (b_taken[j] || a[i] != b[j]) continue;
      a_taken[i] = b_taken[j] = true;
      ++matches;
      break;
    }
  }
  if (matches == 0) return 0;
  size_t out_of_order = 0;
  for (size_t i = 0, j = 0; i < a.size(); ++i) {
    if (!a_taken[i]) continue;
    while (!b_taken[j]) ++j;
    if (a[i] != b[j]) ++out_of_order;
    ++j;
  }
  auto m = static_cast<double>(matches);
  return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
          (m - static_cast<double>(out_of_order / 2)) / m) /
         3;
}

std::vector<std::string_view> DistinctWords(std::string_view text) {
  std::vector<std::string_view> words = Words(text);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

struct WordPair {
  double similarity;
  size_t left, right;
};

struct Address {
  std::string_view local, domain;
};

Address Split(std::string_view email) {
  size_t at = email.rfind('@');
  if (at == std::string_view::npos) return {email, ""};
  std::string_view local = email.substr(0, at);
  size_t tag = local.find('+');
  // An address that begins with "+" has no tag.
  if (tag != std::string_view::npos && tag > 0) local = local.substr(0, tag);
  return {local, email.substr(at + 1)};
}

std::string Digits(std::string_view phone) {
  std::string digits;
  for (char c : phone) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) digits += c;
  }
  return digits;
}

bool SameEnding(std::string_view a, std::string_view b, size_t length) {
  return a.size() >= length && b.size() >= length && a.substr(a.size() - length) == b.substr(b.size() - length);
}

}  // namespace

double JaroWinkler(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  if (a.empty() || b.empty()) return 0;
  // Greedy pairing may depend on which side is walked: the same side always is, so that the result is symmetric.
  if (std::pair(a.size(), a) > std::pair(b.size(), b)) std::swap(a, b);
  Letters left = Decode(a);
  Letters right = Decode(b);
  double jaro = Jaro(left, right);
  if (jaro < kBonusFrom) return jaro;
  size_t prefix = 0;
  size_t most = std::min({left.size(), right.size(), kLongestPrefix});
  while (prefix < most && left[prefix] == right[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * kPrefixScale * (1 - jaro);
}

double TokenSetSimilarity(std::string_view a, std::string_view b) {
  std::vector<std::string_view> left = DistinctWords(a);
  std::vector<std::string_view> right = DistinctWords(b);
  if (left.empty() || right.empty()) return left.empty() && right.empty() ? 1 : 0;
  if (left == right) return 1;
  if (left > right) std::swap(left, right);
  std::vector<WordPair> pairs;
  for (size_t i = 0; i < left.size(); ++i) {
    for (size_t j = 0; j < right.size(); ++j) {
      double similarity = JaroWinkler(left[i], right[j]);
      if (similarity >= kSameWord) pairs.push_back({similarity, i, j});
    }
  }
  // The most similar pairs first; among equals in the words' own order.
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const WordPair& x, const WordPair& y) { return x.similarity > y.similarity; });
  std::vector<bool> left_taken(left.size());
  std::vector<bool> right_taken(right.size());
  double sum = 0;
  for (const WordPair& pair : pairs) {
    if (left_taken[pair.left] || right_taken[pair.right]) continue;
    left_taken[pair.left] = right_taken[pair.right] = true;
    sum += pair.similarity;
  }
  return 2 * sum / static_cast<double>(left.size() + right.size());
}

double EmailSimilarity(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  Address left = Split(a);
  Address right = Split(b);
  if (left.local == right.local && left.domain == right.domain) return 1;
  double similarity = 0.7 * JaroWinkler(left.local, right.local) + 0.3 * JaroWinkler(left.domain, right.domain);
  return std::min(similarity, 0.999);
}

double PhoneSimilarity(std::string_view a, std::string_view b) {
  std::string left = Digits(a);
  std::string right = Digits(b);
  if (left.empty() || right.empty()) return 0;
  if (left == right) return 1;
  if (SameEnding(left, right, 9)) return 0.9;
  return SameEnding(left, right, 7) ? 0.8 : 0;
}

}  // namespace leadline::domain
