// leadline duplicates scan, leadline duplicates blocking
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

// Below `leadline duplicates`.
void AddScanCommands(Command duplicates);

}  // namespace leadline::cli
