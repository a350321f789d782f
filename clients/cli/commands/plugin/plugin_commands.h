// The commands of plugins, each group in a file of its own.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

// leadline plugin, with all that follows and list, load, reload.
void AddPluginCommands(Command root);

void AddPluginTrust(Command group);
void AddPluginSign(Command group);  // keygen, sign, verify
void AddPluginCheck(Command group);
void AddPluginNew(Command group);

}  // namespace leadline::cli
