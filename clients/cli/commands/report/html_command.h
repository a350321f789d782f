// leadline report --html
#pragma once

#include "cli/commands/commands.h"

namespace leadline::cli {

// What `leadline report` does by itself.
void AddReportPage(Command group);

}  // namespace leadline::cli
