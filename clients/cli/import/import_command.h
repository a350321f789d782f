// leadline import
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddImportCommand(Command root);

}  // namespace leadline::cli
