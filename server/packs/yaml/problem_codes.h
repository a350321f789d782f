// What each code of a problem with the packs means: the one place where codes are described.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace leadline::packs {

struct ProblemCode {
  std::string_view code;         // "LL2103"
  std::string_view description;  // one line, as in the table of rules/README.md
};

// By code, ascending. Codes are never given another meaning.
std::span<const ProblemCode> ProblemCodes();
// Empty for a code that there is not.
std::string DescribeCode(std::string_view code);

}  // namespace leadline::packs
