// Generated leads in the forms that the engine takes.
#pragma once

#include <memory>
#include <vector>

#include "cli/sample/generator.h"
#include "engine/decide/build_snapshot.h"
#include "engine/engine.h"

namespace leadline::bench {

// The project's own packs and plugins. Ends the program with their problems when they do not load.
std::shared_ptr<const engine::Snapshot> LoadSnapshotOrExit();

// An enquiry made now, with what the person did before; without a past of statuses.
engine::Enquiry LiveEnquiry(const sample::SampleLead& lead);
// The same with the time it was made and its past, as an import brings it.
engine::Enquiry PastEnquiry(const sample::SampleLead& lead);

// `count` records to score, with their fields normalised by the packs and plugins, as a stored lead's are.
// `activities` >= 0: each with that many, which its own touches repeat, an hour apart, under ids of their own.
std::vector<engine::ScoringRecord> ScoringRecords(const std::shared_ptr<const engine::Snapshot>& snapshot, int count,
                                                  Time now, int activities = -1);

}  // namespace leadline::bench
