// How tables and plugins that are found changed come to decide: the same packs under a new number.
#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "base/zones/zone_folder.h"
#include "engine/rollout/pack_change.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/rollout/plugin_changes.h"
#include "engine/rollout/region_changes.h"
#include "engine/rollout/table_changes.h"
#include "engine/rollout/trial_share.h"

namespace leadline::engine {

using domain::Rollout;

std::shared_ptr<const TimeZones> PackRollout::ZonesNow() {
  const std::shared_ptr<const Snapshot> running = options_.snapshots->Get();
  if (options_.time_zones == nullptr) return running == nullptr ? SystemTimeZones() : running->rules->time_zones();
  if (running == nullptr) return options_.time_zones->LookOrUtc();
  const auto zones = options_.time_zones->Look();
  return zones.ok() ? *zones : running->rules->time_zones();
}

absl::StatusOr<std::shared_ptr<const Snapshot>> PackRollout::BuildTrial(const CallContext& context,
                                                                        const Rollout& rollout,
                                                                        const std::shared_ptr<const TimeZones>& zones) {
  if (!rollout.trial) return nullptr;
  ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
  ASSIGN_OR_RETURN(packs::PackSet content, Contents(context, {&rollout.trial->ref, 1}));
  set.Put(std::move(content.packs.front()));
  return Build(set, rollout, rollout.trial->generation, nullptr, zones);
}

absl::Status PackRollout::TakeFound(const CallContext& context, Rollout rollout,
                                    std::shared_ptr<const Snapshot> snapshot, std::string_view reason) {
  snapshot = Renumbered(*snapshot, rollout.last_generation + 1);
  rollout.generation = rollout.last_generation = snapshot->ref->generation;
  if (rollout.trial) rollout.trial->generation = ++rollout.last_generation;
  std::vector<domain::EventPayload> changes = PluginChanges(rollout, *snapshot, reason);
  const bool other_plugins = !changes.empty();
  std::ranges::move(TableChanges(rollout, *snapshot), std::back_inserter(changes));
  rollout.plugins = snapshot->ref->plugins;
  NoteTables(*snapshot, rollout);
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> candidate,
                   BuildTrial(context, rollout, snapshot->rules->time_zones()));
  if (rollout.trial && candidate != nullptr) NoteRegions(*snapshot, *candidate, *rollout.trial);
  if (other_plugins) {
    RETURN_IF_ERROR(BeginRescoring(context, *snapshot, rollout));
  } else {
    DecidesBeside(*snapshot, rollout);
    if (rollout.rescoring && rollout.rescoring->finished_at == 0) {
      rollout.rescoring->generation = rollout.generation;  // it goes on
    }
  }
  RETURN_IF_ERROR(Write(context, rollout, std::move(changes)));
  Decide(std::move(snapshot), rollout, std::move(candidate));
  return absl::OkStatus();
}

absl::StatusOr<bool> PackRollout::TakeTimeZonesLocked(const CallContext& context) {
  if (options_.time_zones == nullptr) return false;
  ASSIGN_OR_RETURN(const std::shared_ptr<const TimeZones> zones, options_.time_zones->Look());
  const std::shared_ptr<const Snapshot> running = options_.snapshots->Get();
  if (zones->fingerprint() == running->rules->time_zones()->fingerprint()) return false;
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  if (rollout.generation != followed_.generation || rollout.trial != followed_.trial) {
    return PacksChanged("another server changed what decides just now; this one follows it first");
  }
  ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> snapshot,
                   Build(set, rollout, rollout.last_generation + 1, nullptr, zones));
  CallContext own = context;
  own.actor = kServerActor;
  own.request_id.clear();  // which names what the caller asked for
  RETURN_IF_ERROR(TakeFound(own, std::move(rollout), std::move(snapshot), "found with new time zones"));
  return true;
}

absl::StatusOr<bool> PackRollout::TakeTimeZones(const CallContext& context) {
  std::lock_guard lock(mutex_);
  return TakeTimeZonesLocked(context);
}

}  // namespace leadline::engine
