#include "domain/names/rewriting.h"

namespace leadline::domain {
namespace {

// The letter that the rule begins with: nearly all rules are out by it.
char FirstLetterOf(std::string_view from) { return from.front() == '^' ? from[1] : from.front(); }

// How many letters of the word at `at` the rule takes; 0 when it does not fit.
size_t Taken(std::string_view word, size_t at, std::string_view from) {
  if (from.front() == '^') {
    if (at != 0) return 0;
    from.remove_prefix(1);
  }
  const bool at_end = from.back() == '$';
  if (at_end) from.remove_suffix(1);
  if (!word.substr(at).starts_with(from)) return 0;
  return at_end && at + from.size() != word.size() ? 0 : from.size();
}

}  // namespace

std::string Rewritten(std::string_view word, std::span<const SpellingRule> rules) {
  std::string out;
  out.reserve(word.size());
  for (size_t at = 0; at < word.size();) {
    size_t taken = 0;
    for (const SpellingRule& rule : rules) {
      if (FirstLetterOf(rule.from) != word[at]) continue;
      taken = Taken(word, at, rule.from);
      if (taken == 0) continue;
      out += rule.to;
      break;
    }
    if (taken == 0) out += word[at];
    at += taken == 0 ? 1 : taken;
  }
  return out;
}

std::string WithoutDoubles(std::string_view word) {
  std::string out;
  out.reserve(word.size());
  for (const char c : word) {
    if (out.empty() || out.back() != c) out += c;
  }
  return out;
}

std::string WithoutSpaces(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c != ' ') out += c;
  }
  return out;
}

}  // namespace leadline::domain
