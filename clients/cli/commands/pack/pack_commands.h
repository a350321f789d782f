// The parts of `leadline pack` that work on a folder, without a server.
#pragma once

#include "cli/command_tree.h"

namespace leadline::cli {

void AddPackCheck(CommandTree& tree, CLI::App* group);
void AddPackPin(CommandTree& tree, CLI::App* group);
void AddPackTest(CommandTree& tree, CLI::App* group);

}  // namespace leadline::cli
