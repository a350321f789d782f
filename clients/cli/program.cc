#include "cli/program.h"

#include <cstdio>
#include <cstdlib>

#include "cli/commands/commands.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/plugin/plugin_commands.h"
#include "cli/commands/store/store_commands.h"
#include "cli/import/import_command.h"
#include "cli/sample/sample_command.h"
#include "cli/session/exit_codes.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kDescription[] =
    "leadline talks to a Leadline server: takes leads in, shows what was decided and why, and reports.";

constexpr char kFooter[] = R"(
First steps:
  leadline sample --leads 200 --seed 1 --import   leads to look at
  leadline lead list                              the newest leads
  leadline explain leads/ID --why-not-status mql  every point of one lead, and what keeps it from mql
  leadline report funnel --by source              where leads stand, and from where they came
  leadline COMMAND --help                         examples for each command

Names: leads/ID, contacts/ID, accounts/ID, reps/ID, queues/ID, merges/ID, operations/ID, packs/NAME and plugins/ID.
Where only one kind makes sense, ID alone will do.
Times: 2026-01-31, 2026-01-31T09:30:00Z, "now", "30d ago". All times are UTC.

Exit codes: 0 done; 1 the server or a check said no; 2 wrong command line or input file;
            3 done, but rows were set aside, or decisions change (pack diff --fail-on-change);
            4 no server, or no answer in time.)";

void AddGlobalOptions(Command root, GlobalOptions& options) {
  root.AddOption("--server", options.server, "Server: host:port, or unix:/path")
      .FromEnvironment("LEADLINE_SERVER")
      .ShowDefault();
  root.AddOption("-o,--output", options.output, "table for people, json (protobuf's own mapping) for programs")
      .OneOf({"table", "json"})
      .ShowDefault();
  root.AddOption("--actor", options.actor, "Who asks, for the ledger; your login name when not given")
      .FromEnvironment("LEADLINE_ACTOR");
  root.AddOption("--timeout", options.timeout, "Seconds to wait for an answer; 0: for ever")
      .NotNegative()
      .ShowDefault();
  if (const char* user = std::getenv("USER"); user != nullptr) options.actor = user;
}

}  // namespace

Program::Program() : line_("leadline", kDescription, LEADLINE_VERSION, kFooter) {
  const Command root = line_.root();
  AddGlobalOptions(root, options_);
  AddSubmitCommand(root);
  AddImportCommand(root);
  AddLeadCommands(root);
  AddContactCommands(root);
  AddAccountCommands(root);
  AddActivityCommand(root);
  AddTimelineCommand(root);
  AddWatchCommand(root);
  AddStatusCommands(root);
  AddScoreCommands(root);
  AddExplainCommand(root);
  AddRouteCommands(root);
  AddQueueCommands(root);
  AddNotifyCommands(root);
  AddRepCommands(root);
  AddMergeCommands(root);
  AddReportCommands(root);
  AddEraseCommand(root);
  AddPackCommands(root);
  AddPluginCommands(root);
  AddStoreCommands(root);
  AddLedgerCommands(root);
  AddOperationCommands(root);
  AddSampleCommand(root);
  AddErrorsCommand(root);
  AddCompletionCommand(root);
}

int Program::Run(int count, const char* const* arguments) {
  const Asked asked = line_.Read(count, arguments);
  std::fputs(asked.output.c_str(), stdout);
  std::fputs(asked.errors.c_str(), stderr);
  int code = asked.wrong ? kExitUsage : kExitOk;
  if (asked.action != nullptr) {
    Session session(options_);
    code = asked.action(session);
  }
  return std::fflush(stdout) == 0 ? code : kExitRefused;
}

}  // namespace leadline::cli
