// Snapshots of packs that were checked before; defined with the others in snapshot.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/clock.h"
#include "domain/decision.h"
#include "packs/pack_files.h"

namespace leadline {
class TimeZones;
}

namespace leadline::engine {

struct PluginFolder;
struct Snapshot;
struct SnapshotResult;

// As BuildSnapshot, for packs that were checked before, by this version of the server: they are read and compiled, and
// nothing is proved. Problems that show without proofs are found all the same. Thread-safe.
SnapshotResult BuildCheckedSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation,
                                    Time now, const Snapshot* running = nullptr,
                                    std::span<const domain::PluginRef> deciding = {},
                                    std::shared_ptr<const TimeZones> zones = nullptr);

}  // namespace leadline::engine
