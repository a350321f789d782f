// Records that may be the same: `leadline duplicates`, and what updates say of them.
#pragma once

#include "cli/command_line/command_line.h"
#include "cli/output/proto_text.h"
#include "cli/output/table.h"
#include "cli/session/session.h"
#include "leadline/v1/merge_service.pb.h"

namespace leadline::cli {

void AddDuplicatesCommands(Command root);

// With the weight of each comparison.
void ShowCandidate(Session& session, const v1::DuplicateCandidate& candidate);

// What came of an update: the record, what was decided, and what the record may be the same as now.
template <typename Response>
void ShowUpdated(Session& session, const Table& record, const Response& response) {
  session.Print(record);
  if (response.decisions_size() > 0) {
    session.Print("\n");
    session.Print(DecisionTable(response.decisions()));
  }
  if (response.duplicates_size() > 0) session.Print("\nIt may be the same as:\n");
  for (const v1::DuplicateCandidate& candidate : response.duplicates()) ShowCandidate(session, candidate);
}

}  // namespace leadline::cli
