// Regular expressions as people write them for other engines than RE2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leadline::cel {

// A pattern that is no constant is read anew for each text: it has so many bytes, and so many instructions once it is
// compiled, an error beyond.
inline constexpr size_t kMostPatternOfRun = 256;
inline constexpr int kMostProgramOfRun = 700;
// Of its compilation.
inline constexpr int64_t kMostMemoryOfRun = int64_t{64} << 10;

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
