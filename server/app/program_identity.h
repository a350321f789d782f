// Which build of the server this is.
#pragma once

#include <string>
#include <string_view>

namespace leadline::app {

// Another text for every build: the version, and the size and time of change of the running program. Not a hash of its
// bytes: the same program installed again may count as another one. Thread-safe.
std::string ProgramIdentity(std::string_view version);

}  // namespace leadline::app
