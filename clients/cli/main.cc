// The command line `leadline`.
#include <csignal>
#include <cstdio>

#include "cli/program.h"
#include "cli/session/exit_codes.h"
#include "cli/session/session.h"

int main(int argc, char** argv) {
  using namespace leadline::cli;
  std::signal(SIGPIPE, SIG_DFL);
  Program program;
  const Asked asked = program.command_line().Read(argc, argv);
  std::fputs(asked.output.c_str(), stdout);
  std::fputs(asked.errors.c_str(), stderr);
  int code = asked.wrong ? kExitUsage : kExitOk;
  if (asked.action != nullptr) {
    Session session(program.options());
    code = asked.action(session);
  }
  return std::fflush(stdout) == 0 ? code : kExitRefused;
}
