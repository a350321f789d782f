// What the standard streams are connected to.
#pragma once

namespace leadline::cli {

// Whether file descriptor `fd` (1: output, 2: errors) is a terminal.
bool IsTerminal(int fd);
// Cells across; 120 where it is not a terminal, so that files are readable.
int TerminalWidth(int fd);
// Colour and bold are for terminals only, and not where NO_COLOR is set.
bool UseColour(int fd);

}  // namespace leadline::cli
