// The process that a dynamic check runs in.
#pragma once

namespace leadline::plugin::check {

// Runs the check that the board at kBoardFd names; ends the process. For the program that the checker starts.
[[noreturn]] void RunProbe();

// The exit status of a probe that a C++ exception came through.
inline constexpr int kExceptionExit = 86;

}  // namespace leadline::plugin::check
