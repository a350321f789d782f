// Spellings folded to one by ordered rules. Pure and thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace leadline::domain {

// `from` stands for itself; "^" in front of it: at the beginning of the word, "$" behind it: at the end.
struct SpellingRule {
  std::string_view from;
  std::string_view to;
};

// The word read once from left to right: where rules fit, what the first of them says; other letters as they are.
std::string Rewritten(std::string_view word, std::span<const SpellingRule> rules);

// Letters that stand several times in a row, once.
std::string WithoutDoubles(std::string_view word);

std::string WithoutSpaces(std::string_view text);

}  // namespace leadline::domain
