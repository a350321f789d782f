// The fairness report, which stands under `route` and under `report`.
#pragma once

#include "cli/command_tree.h"

namespace leadline::cli {

void AddFairnessCommand(CommandTree& tree, CLI::App* parent);

}  // namespace leadline::cli
