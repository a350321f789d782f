// How alike two values are, from 0 to 1. Pure and thread-safe.
#pragma once

#include <string_view>

namespace leadline::domain {

// Jaro-Winkler similarity, 0 to 1 (Winkler 1990; prefix scale 0.1, at most 4 letters), over code points.
double JaroWinkler(std::string_view a, std::string_view b);

// Soft Dice coefficient of two folded texts' distinct words: each word is paired with the most similar one of the
// other side (Jaro-Winkler, at least 0.85), and the pairs' similarities count twice over the number of words. 1 for
// the same words in any order; a word more on one side lowers it.
double TokenSetSimilarity(std::string_view a, std::string_view b);

// 1 for the same address (what follows "+" in the local part aside); otherwise 0.7 of the local parts' similarity and
// 0.3 of the domains', both Jaro-Winkler, and always below 1.
double EmailSimilarity(std::string_view a, std::string_view b);

// 1 for the same digits; 0.9 when the last nine are the same (another or no country code); 0.8 when the last seven are.
double PhoneSimilarity(std::string_view a, std::string_view b);

}  // namespace leadline::domain
