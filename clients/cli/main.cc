// The command line `leadline`.
#include <csignal>
#include <cstdio>

#include "cli/command_tree.h"

int main(int argc, char** argv) {
  using namespace leadline::cli;
  std::signal(SIGPIPE, SIG_DFL);
  CommandTree tree;
  AddSubmitCommand(tree);
  AddImportCommand(tree);
  AddLeadCommands(tree);
  AddActivityCommand(tree);
  AddTimelineCommand(tree);
  AddWatchCommand(tree);
  AddStatusCommands(tree);
  AddScoreCommands(tree);
  AddExplainCommand(tree);
  AddRouteCommands(tree);
  AddMergeCommands(tree);
  AddReportCommands(tree);
  AddPackCommands(tree);
  AddPluginCommands(tree);
  AddSampleCommand(tree);
  AddCompletionCommand(tree);
  try {
    tree.root().parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tree.root().exit(error) == 0 ? kExitOk : kExitUsage;
  }
  Session session(tree.options());
  int code = tree.selected()(session);
  return std::fflush(stdout) == 0 ? code : kExitRefused;
}
