// What the program's exit code says. Documented in `leadline --help`; never change the numbers.
#pragma once

namespace leadline::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitRefused = 1;      // the server or a check said no
inline constexpr int kExitUsage = 2;        // the command line or an input file is wrong
inline constexpr int kExitPartial = 3;      // done, but rows were set aside
inline constexpr int kExitChanges = 3;      // done, and a comparison that must find none found changes
inline constexpr int kExitUnavailable = 4;  // no server, or no answer in time

}  // namespace leadline::cli
