// The parts of `leadline pack` that bring a pack to decide, with a server.
#pragma once

#include "cli/command_tree.h"
#include "leadline/v1/admin_service.pb.h"

namespace leadline::cli {

void AddPackProposalCommands(CommandTree& tree, CLI::App* group);  // validate, propose, approve
void AddPackDiffCommand(CommandTree& tree, CLI::App* group);
void AddPackActivationCommands(CommandTree& tree, CLI::App* group);  // activate, rollback, stop
void AddPackStatusCommand(CommandTree& tree, CLI::App* group);

// Tables of what differs.
void ShowDiff(Session& session, const v1::PackDiff& diff);

}  // namespace leadline::cli
