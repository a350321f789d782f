// Giving leads to named reps: `leadline lead reassign`, which is `leadline route reassign`, too.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddReassignCommand(Command group);

}  // namespace leadline::cli
