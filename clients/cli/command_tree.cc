#include "cli/command_tree.h"

#include <cstdlib>

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

Names: leads/ID, contacts/ID, accounts/ID, reps/ID, packs/NAME and plugins/ID. Where only one kind makes sense, ID
alone will do.
Times: 2026-01-31, 2026-01-31T09:30:00Z, "now", "30d ago". All times are UTC.

Exit codes: 0 done; 1 the server or a check said no; 2 wrong command line or input file;
            3 done, but rows were set aside, or decisions change (pack diff --fail-on-change);
            4 no server, or no answer in time.)";

}  // namespace

CommandTree::CommandTree() : root_(kDescription, "leadline") {
  root_.footer(kFooter);
  root_.require_subcommand(1);
  root_.set_version_flag("--version", "leadline " LEADLINE_VERSION);
  root_.add_option("--server", options_.server, "Server: host:port, or unix:/path")
      ->envname("LEADLINE_SERVER")
      ->capture_default_str();
  root_.add_option("-o,--output", options_.output, "table for people, json (protobuf's own mapping) for programs")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  root_.add_option("--actor", options_.actor, "Who asks, for the ledger; your login name when not given")
      ->envname("LEADLINE_ACTOR");
  root_.add_option("--timeout", options_.timeout, "Seconds to wait for an answer; 0: for ever")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  if (const char* user = std::getenv("USER"); user != nullptr) options_.actor = user;
}

CLI::App* CommandTree::Group(CLI::App* parent, const std::string& name, const std::string& description) {
  CLI::App* group = (parent == nullptr ? &root_ : parent)->add_subcommand(name, description);
  group->fallthrough();
  group->require_subcommand(1);
  return group;
}

CLI::App* CommandTree::Command(CLI::App* parent, const std::string& name, const std::string& description,
                               const std::string& teaching, Action action) {
  CLI::App* command = (parent == nullptr ? &root_ : parent)->add_subcommand(name, description);
  command->fallthrough();
  if (!teaching.empty()) command->footer("\n" + teaching);
  SetAction(command, std::move(action));
  return command;
}

void CommandTree::SetAction(CLI::App* command, Action action) {
  command->callback([this, command, action = std::move(action)] {
    // The callback of a parent runs after that of the command below it, which then stands.
    if (command->get_subcommands().empty()) selected_ = action;
  });
}

}  // namespace leadline::cli
