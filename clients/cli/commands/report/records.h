// leadline report records
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddReportRecordsCommand(Command group);

}  // namespace leadline::cli
