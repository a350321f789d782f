// The program `leadline`: its global options and all its commands.
#pragma once

#include "cli/command_line/command_line.h"
#include "cli/session/global_options.h"

namespace leadline::cli {

// Not thread-safe.
class Program {
 public:
  Program();

  CommandLine& command_line() { return line_; }
  // Good after command_line().Read().
  const GlobalOptions& options() const { return options_; }

 private:
  GlobalOptions options_;
  CommandLine line_;
};

}  // namespace leadline::cli
