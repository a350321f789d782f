// The program `leadline`: its global options and all its commands.
#pragma once

#include "cli/command_line/command_line.h"
#include "cli/session/global_options.h"

namespace leadline::cli {

// Not thread-safe.
class Program {
 public:
  Program();

  // Does what the arguments ask for; they are as main() has them. Gives the exit code. To be called once.
  int Run(int count, const char* const* arguments);
  CommandLine& command_line() { return line_; }

 private:
  GlobalOptions options_;
  CommandLine line_;
};

}  // namespace leadline::cli
