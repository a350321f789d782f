// Why a file cannot be read as YAML, in words for people who do not know its grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace leadline::packs {

// The bytes at fault, what is wrong and what to do.
struct YamlFault {
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string message;
  std::string hint;
};

// `at` is the byte where the parser gave up, `reason` what it said. The slip itself often stands before that place: a
// quote that is not closed, a missing space behind a colon.
YamlFault ExplainYamlFault(std::string_view text, uint32_t at, std::string_view reason);

}  // namespace leadline::packs
