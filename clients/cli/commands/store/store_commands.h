// The commands that open a database itself, without asking a server.
#pragma once

#include <string>

#include "cli/command_line/command_line.h"

namespace leadline::cli {

// The option of each of them that names the database.
inline void AddDatabaseOption(Command& command, std::string& file) {
  command.AddOption("--db", file, "The file leadline.db in the server's data folder").Required().Placeholder("FILE");
}

void AddStoreCommands(Command root);   // store verify
void AddLedgerCommands(Command root);  // ledger dump
void AddEraseCommand(Command root);

}  // namespace leadline::cli
