// Debian's Japanese reading dictionary: MeCab (BSD) with the words of IPADIC (NAIST's licence), 52 MB in memory that is
// mapped from a file, so that only what is looked up is read. Opened when first asked; thread-safe.
#pragma once

#include <string>
#include <vector>

namespace leadline::domain {

// One way to divide a text into words, each with its reading in katakana.
struct DictionaryReading {
  std::vector<std::string> words;
  std::vector<std::string> kana;  // of each word
  int names = 0;                  // how many of the words are known as names of people
};

// The ways to read `text` (UTF-8), likeliest first, at most `most`; none without a dictionary, and none with a word
// whose reading is not known. Texts of more than 100 bytes are not read.
std::vector<DictionaryReading> DictionaryReadings(const std::string& text, size_t most);

}  // namespace leadline::domain
