// A pack checked in the place of the active one of its name: compiled with the others, and all their tests run.
#pragma once

#include <memory>
#include <string>

#include "engine/pack_rollout.h"

namespace leadline::engine {

struct CandidateCheck {
  PackCheck check;
  std::shared_ptr<const Snapshot> snapshot;  // null unless the check is OK
};

// `others` are the packs that decide; `files` takes the place of the one of its name. `running` and `deciding` as in
// BuildSnapshot. Thread-safe.
CandidateCheck CheckCandidate(packs::PackSet others, packs::PackFiles files, const PluginFolder& plugins,
                              int64_t generation, Time now, const Snapshot* running,
                              std::span<const domain::PluginRef> deciding);

}  // namespace leadline::engine
