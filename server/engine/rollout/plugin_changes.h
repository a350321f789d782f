// Which plugins decide, from one moment to the next.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "domain/event.h"
#include "domain/rollout.h"
#include "engine/decide/snapshot.h"

namespace leadline::engine {

// What the ledger says when `next` decides after `rollout`: an entry for each plugin that comes, goes or has another
// file. `rollout.generation` is that of `next`.
std::vector<domain::EventPayload> PluginChanges(const domain::Rollout& rollout, const Snapshot& next,
                                                std::string_view reason);

// Whether the snapshot has the plugins that decide with the rollout's packs: one generation means the same on every
// server. FAILED_PRECONDITION names the file that this server lacks.
absl::Status CheckPlugins(const domain::Rollout& rollout, const Snapshot& snapshot);

}  // namespace leadline::engine
