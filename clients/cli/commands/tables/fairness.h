// The fairness report, which stands under `route` and under `report`.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddFairnessCommand(Command parent);

}  // namespace leadline::cli
