// leadline report records
#pragma once

#include "cli/commands/commands.h"

namespace leadline::cli {

void AddReportRecordsCommand(Command group);

}  // namespace leadline::cli
