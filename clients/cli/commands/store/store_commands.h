// The commands that read a database itself, without asking a server.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddStoreCommands(Command root);   // store verify
void AddLedgerCommands(Command root);  // ledger dump

}  // namespace leadline::cli
