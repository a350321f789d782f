// Regular expressions as people write them for other engines than RE2.
#pragma once

#include <string>
#include <string_view>

namespace leadline::cel {

// `pattern` with every group (?<name>...) written (?P<name>...): RE2 knew that form alone until 2023.
std::string WithNamedGroups(std::string_view pattern);

struct PatternFault {
  std::string message;
  std::string hint;  // may be empty
};
// What is wrong with a pattern that RE2 refuses with `error`: names what RE2 lacks by design, such as look-ahead, and
// says what to write instead; otherwise it is what RE2 says.
PatternFault ExplainPattern(std::string_view pattern, std::string_view error);

}  // namespace leadline::cel
