// The commands of rule packs, each group in a file of its own.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

// leadline pack, with all that follows and list; leadline snapshot.
void AddPackCommands(Command root);

// These work on a folder, without a server.
void AddPackCheck(Command group);
void AddPackPoints(Command group);
void AddPackPin(Command group);
void AddPackAccept(Command group);
void AddPackTest(Command group);

// These bring a pack to decide, with a server.
void AddPackProposalCommands(Command group);  // validate, propose, approve
void AddPackDiffCommand(Command group);
void AddPackActivationCommands(Command group);  // activate, rollback, stop
void AddPackStatusCommand(Command group);

}  // namespace leadline::cli
