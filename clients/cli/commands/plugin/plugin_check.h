// leadline plugin check
#pragma once

#include "cli/command_tree.h"

namespace leadline::cli {

void AddPluginCheck(CommandTree& tree, CLI::App* group);

}  // namespace leadline::cli
