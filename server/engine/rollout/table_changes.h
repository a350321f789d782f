// Which tables of reference decide, from one moment to the next: time zones, phone metadata, public suffixes,
// countries.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "domain/event.h"
#include "domain/rollout.h"
#include "engine/decide/snapshot.h"

namespace leadline::engine {

// Whether the snapshot has other tables than those that decide by the rollout's word.
bool TablesDiffer(const domain::Rollout& rollout, const Snapshot& snapshot);
// Writes the snapshot's tables down as those that decide.
void NoteTables(const Snapshot& snapshot, domain::Rollout& rollout);
// What the ledger says when `next` decides after `rollout`: one entry when the tables differ, otherwise none.
// `rollout.generation` is that of `next`.
std::vector<domain::EventPayload> TableChanges(const domain::Rollout& rollout, const Snapshot& next);

// Whether the snapshot has the tables that decide with the rollout's packs: one generation means the same on every
// server. FAILED_PRECONDITION names the tables that differ. OK when the rollout does not say.
absl::Status CheckTables(const domain::Rollout& rollout, const Snapshot& snapshot);

}  // namespace leadline::engine
