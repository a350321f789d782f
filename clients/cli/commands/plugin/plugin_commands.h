// The commands of plugins, each group in a file of its own.
#pragma once

#include "cli/command_tree.h"

namespace leadline::cli {

// leadline plugin keygen, sign and verify.
void AddPluginSign(CommandTree& tree, CLI::App* group);
// leadline plugin trust.
void AddPluginTrust(CommandTree& tree, CLI::App* group);

}  // namespace leadline::cli
