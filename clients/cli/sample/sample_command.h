// leadline sample
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddSampleCommand(Command root);

}  // namespace leadline::cli
