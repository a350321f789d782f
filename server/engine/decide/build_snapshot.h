// Snapshots made: of packs and plugins, and of other snapshots.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/source_position.h"
#include "domain/decision.h"
#include "engine/decide/snapshot.h"
#include "packs/pack_files.h"

namespace leadline::engine {

struct SnapshotResult {
  std::shared_ptr<const Snapshot> snapshot;  // null on failure
  std::vector<Diagnostic> diagnostics;       // of the packs
  absl::Status status;                       // why it failed, for people; lists every problem
};

// Compiles packs and loads the plugins they name. One that the central pack needs and that cannot be loaded fails the
// whole. One that a region's pack needs is lacking there (Snapshot::lacking). An optional one is left out, and its
// status says why. A plugin of `running` (may be null) goes on in the new snapshot, and its file is not looked at, when
// the packs want the same of it, `deciding` names its hash and the trust policy has not revoked it. `zones`: that it
// knows; null: those of `running`, or SystemTimeZones(). Thread-safe.
SnapshotResult BuildSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation, Time now,
                             const Snapshot* running = nullptr, std::span<const domain::PluginRef> deciding = {},
                             std::shared_ptr<const TimeZones> zones = nullptr);
// The same of packs that were checked before, by this version of the server: they are read and compiled, and nothing is
// proved. Problems that show without proofs are found all the same. Thread-safe.
SnapshotResult BuildCheckedSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation,
                                    Time now, const Snapshot* running = nullptr,
                                    std::span<const domain::PluginRef> deciding = {},
                                    std::shared_ptr<const TimeZones> zones = nullptr);
// As BuildSnapshot, with the packs of a folder.
SnapshotResult BuildSnapshot(const std::string& rules_root, const PluginFolder& plugins, int64_t generation, Time now);

// `from` with the plugin `id` loaded anew from the folder, and all else as it is. `same` (may be null) is a snapshot
// that loaded it just now: its plugin is taken when both want the same of it. NOT_FOUND when no pack of `from` names
// the plugin. What the trust policy has revoked goes: also `id`, when it is revoked and no other file of it can be
// loaded. Thread-safe.
absl::StatusOr<std::shared_ptr<const Snapshot>> WithPlugin(const Snapshot& from, std::string_view id,
                                                           const PluginFolder& plugins, int64_t generation, Time now,
                                                           const Snapshot* same = nullptr);
// `from` under another number, without the plugins that the folder's trust policy, as it is now, revokes; what needs
// them lacks them. Reads the policy. Thread-safe.
std::shared_ptr<const Snapshot> WithoutRevoked(const Snapshot& from, const PluginFolder& plugins, int64_t generation);
// `from` under another number.
std::shared_ptr<const Snapshot> Renumbered(const Snapshot& from, int64_t generation);

}  // namespace leadline::engine
