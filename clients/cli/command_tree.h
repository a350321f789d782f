// The commands and what each does.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/session.h"

namespace leadline::cli {

// Runs a command; gives the exit code.
using Action = std::function<int(Session&)>;

// CLI11's tree plus the action of each leaf. Not thread-safe.
class CommandTree {
 public:
  CommandTree();

  CLI::App& root() { return root_; }
  const GlobalOptions& options() const { return options_; }
  // A command that only holds others. `parent` null: the root.
  CLI::App* Group(CLI::App* parent, const std::string& name, const std::string& description);
  // A command that does something. `teaching` stands below its help: examples, one a line.
  CLI::App* Command(CLI::App* parent, const std::string& name, const std::string& description,
                    const std::string& teaching, Action action);
  // What `command` itself does, beside those below it.
  void SetAction(CLI::App* command, Action action);
  // What the parsed command line asks for; empty when it asks for nothing.
  const Action& selected() const { return selected_; }

 private:
  CLI::App root_;
  GlobalOptions options_;
  Action selected_;
};

// One for each group of commands.
void AddSubmitCommand(CommandTree& tree);
void AddLeadCommands(CommandTree& tree);
void AddActivityCommand(CommandTree& tree);
void AddTimelineCommand(CommandTree& tree);
void AddWatchCommand(CommandTree& tree);
void AddStatusCommands(CommandTree& tree);
void AddScoreCommands(CommandTree& tree);
void AddExplainCommand(CommandTree& tree);
void AddRouteCommands(CommandTree& tree);
void AddMergeCommands(CommandTree& tree);
void AddReportCommands(CommandTree& tree);
void AddPackCommands(CommandTree& tree);
void AddPluginCommands(CommandTree& tree);
void AddImportCommand(CommandTree& tree);
void AddSampleCommand(CommandTree& tree);
void AddCompletionCommand(CommandTree& tree);

}  // namespace leadline::cli
