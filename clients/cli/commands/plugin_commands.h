// What stands below `leadline plugin`, a file each.
#pragma once

#include "cli/command_tree.h"

namespace leadline::cli {

void AddPluginCheck(CommandTree& tree, CLI::App* group);

}  // namespace leadline::cli
