// Which build a program is.
#pragma once

#include <string>

namespace leadline::app {

// Another text for every build: the size and the time of change of the program at `path`; "none" where there is none.
// Not a hash of its bytes: the same program installed again may count as another one. Thread-safe.
std::string ProgramIdentity(const std::string& path);

// The path of the program that runs.
inline constexpr char kThisProgram[] = "/proc/self/exe";

}  // namespace leadline::app
