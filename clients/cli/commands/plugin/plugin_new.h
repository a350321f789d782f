// leadline plugin new
#pragma once

#include "cli/command_tree.h"

namespace leadline::cli {

void AddPluginNew(CommandTree& tree, CLI::App* group);

}  // namespace leadline::cli
