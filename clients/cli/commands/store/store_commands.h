// The commands that open a database itself, without asking a server.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddStoreCommands(Command root);   // store verify
void AddLedgerCommands(Command root);  // ledger dump
void AddEraseCommand(Command root);

}  // namespace leadline::cli
