#include "cli/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace leadline::cli {

bool IsTerminal(int fd) { return isatty(fd) == 1; }

int TerminalWidth(int fd) {
  winsize size{};
  if (!IsTerminal(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 120;
  return std::max<int>(40, size.ws_col);
}

bool UseColour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  return IsTerminal(fd) && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace leadline::cli
