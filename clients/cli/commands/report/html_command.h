// leadline report --html
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

// What `leadline report` does by itself.
void AddReportPage(Command group);

}  // namespace leadline::cli
