// The command line `leadline`.
#include <csignal>

#include "cli/program.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);
  leadline::cli::Program program;
  return program.Run(argc, argv);
}
