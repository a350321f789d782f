// The commands that work on records and decisions; each adds itself below the program's own.
#pragma once

#include "cli/command_line/command_line.h"

namespace leadline::cli {

void AddSubmitCommand(Command root);
void AddLeadCommands(Command root);
// To the group of leads.
void AddSplitCommand(Command group);
void AddContactCommands(Command root);
void AddAccountCommands(Command root);
void AddActivityCommand(Command root);
void AddTimelineCommand(Command root);
void AddWatchCommand(Command root);  // events, watch
void AddStatusCommands(Command root);
void AddScoreCommands(Command root);  // score, batch-score
void AddExplainCommand(Command root);
void AddRouteCommands(Command root);
void AddQueueCommands(Command root);
void AddNotifyCommands(Command root);
void AddRepCommands(Command root);
void AddMergeCommands(Command root);  // duplicates, merge, unmerge, entity
void AddReportCommands(Command root);
void AddOperationCommands(Command root);
void AddErrorsCommand(Command root);  // reasons of errors
void AddCompletionCommand(Command root);

}  // namespace leadline::cli
