// What decides when the server starts, and how it follows other servers on the same store.
#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "engine/rollout/pack_candidate.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/rollout/plugin_changes.h"
#include "engine/rollout/region_changes.h"
#include "engine/rollout/table_changes.h"
#include "engine/rollout/trial_share.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::PackRef;
using domain::Rollout;

bool SameHashes(const Rollout& rollout, const packs::PackSet& folder) {
  if (rollout.active.size() != folder.packs.size()) return false;
  return std::all_of(folder.packs.begin(), folder.packs.end(), [&](const packs::PackFiles& pack) {
    const domain::ActivePack* active = rollout.FindActive(pack.name);
    return active != nullptr && active->ref.sha256 == packs::HashOf(pack);
  });
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Snapshot>> PackRollout::Build(const packs::PackSet& set, const Rollout& rollout,
                                                                   int64_t generation,
                                                                   std::vector<Diagnostic>* diagnostics,
                                                                   std::shared_ptr<const TimeZones> zones) {
  SnapshotResult built = BuildAsWished(set, rollout, generation, std::move(zones), {.proofs = false});
  if (diagnostics != nullptr) *diagnostics = std::move(built.diagnostics);
  if (built.snapshot == nullptr) return built.status;
  return std::move(built.snapshot);
}

absl::StatusOr<bool> PackRollout::HasPacks() {
  const std::lock_guard lock(mutex_);
  CallContext context;
  context.actor = kServerActor;
  ASSIGN_OR_RETURN(const Rollout rollout, Stored(context));
  return rollout.version != 0;
}

absl::Status PackRollout::Start(const packs::PackSet& folder, bool adopt, std::vector<Diagnostic>* diagnostics,
                                bool* folder_differs) {
  std::lock_guard lock(mutex_);
  CallContext context;
  context.actor = kServerActor;
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  const bool first = rollout.version == 0;
  *folder_differs = !first && !SameHashes(rollout, folder);
  if (first || (adopt && *folder_differs)) {
    *folder_differs = false;
    return AdoptFolder(context, folder, std::move(rollout), diagnostics);
  }
  ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
  auto snapshot = BuildProved(set, rollout, rollout.generation, diagnostics, ZonesNow());
  if (!snapshot.ok()) {
    return absl::FailedPreconditionError(
        fmt::format("the active packs of the store cannot be used by this server (start it with --adopt-rules to let "
                    "the packs of the folder decide instead): {}",
                    std::string(snapshot.status().message())));
  }
  if ((*snapshot)->ref->plugins != rollout.plugins || TablesDiffer(rollout, **snapshot)) {
    return TakeFound(context, std::move(rollout), *std::move(snapshot), "found at the start");
  }
  return Follow(context, rollout, *std::move(snapshot));
}

absl::Status PackRollout::AdoptFolder(const CallContext& context, const packs::PackSet& folder, Rollout rollout,
                                      std::vector<Diagnostic>* diagnostics) {
  const bool first = rollout.version == 0;
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> snapshot,
                   BuildProved(folder, rollout, rollout.last_generation + 1, diagnostics, ZonesNow()));
  const Time now = options_.clock->Now();
  std::vector<domain::EventPayload> changes;
  std::vector<domain::PackContent> contents;
  const Rollout before = rollout;
  rollout.active.clear();
  for (const PackRef& ref : snapshot->ref->packs) {
    const domain::ActivePack* old = before.FindActive(ref.pack);
    if (old != nullptr && old->ref == ref) {
      rollout.active.push_back(*old);
      continue;
    }
    domain::ActivePack next{ref, now, context.actor, !first && old == nullptr, {}};
    domain::PackChanged change{"activated",
                               ref.pack,
                               ref.version,
                               ref.sha256,
                               "",
                               "",
                               0,
                               snapshot->ref->generation,
                               first ? "first start" : "adopted from the folder"};
    if (old != nullptr) {
      next.before = old->before;
      next.before.push_back(old->ref);
      change.previous_sha256 = old->ref.sha256;
    }
    rollout.active.push_back(std::move(next));
    changes.push_back(std::move(change));
    contents.push_back({ref.sha256, ref.pack, folder.Find(ref.pack)->files, now});
  }
  for (const domain::ActivePack& old : before.active) {
    if (rollout.FindActive(old.ref.pack) != nullptr) continue;
    domain::PackChanged gone;
    gone.action = "removed";
    gone.pack = old.ref.pack;
    gone.version = old.ref.version;
    gone.sha256 = gone.previous_sha256 = old.ref.sha256;
    gone.generation = snapshot->ref->generation;
    gone.reason = "adopted from the folder";
    changes.push_back(std::move(gone));
  }
  rollout.generation = rollout.last_generation = snapshot->ref->generation;
  const std::optional<domain::TrialShare> ended = EndTrial("adopted from the folder", rollout, changes);
  std::ranges::move(PluginChanges(rollout, *snapshot, first ? "first start" : "found at the start"),
                    std::back_inserter(changes));
  rollout.plugins = snapshot->ref->plugins;
  NoteTables(*snapshot, rollout);
  if (first) {
    rollout.rescoring.reset();
    rollout.decided_by = FingerprintsOf(*snapshot);
  } else {
    RETURN_IF_ERROR(BeginRescoring(context, *snapshot, rollout, ended));
  }
  RETURN_IF_ERROR(Write(context, rollout, std::move(changes), contents));
  Decide(std::move(snapshot), rollout, nullptr);
  return absl::OkStatus();
}

absl::Status PackRollout::Follow(const CallContext& context, const Rollout& rollout,
                                 std::shared_ptr<const Snapshot> active) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> candidate,
                   BuildTrial(context, rollout, active->rules->time_zones()));
  Decide(std::move(active), rollout, std::move(candidate));
  return absl::OkStatus();
}

absl::Status PackRollout::Refresh(const CallContext& context) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  if (rollout.generation == followed_.generation && rollout.trial == followed_.trial) return absl::OkStatus();
  std::shared_ptr<const Snapshot> active = options_.snapshots->Get();
  absl::Status status;
  if (rollout.generation != followed_.generation) {
    auto set = ActiveSet(context, rollout);
    auto built = set.ok() ? Build(*set, rollout, rollout.generation, nullptr, ZonesNow()) : set.status();
    status = built.status();
    if (status.ok()) status = CheckPlugins(rollout, **built);
    if (status.ok()) status = CheckTables(rollout, **built);
    if (status.ok()) active = *std::move(built);
  }
  if (status.ok()) status = Follow(context, rollout, std::move(active));
  std::lock_guard refresh_lock(refresh_mutex_);
  refresh_error_ = status.ok() ? "" : std::string(status.message());
  return status;
}

}  // namespace leadline::engine
