// How a plugin's new file comes to decide while the server runs.
#include <algorithm>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/decide/plugin_loader.h"
#include "engine/rollout/pack_change.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/rollout/plugin_changes.h"
#include "engine/rollout/plugin_smoke.h"
#include "engine/rollout/region_changes.h"
#include "engine/rollout/trial_share.h"
#include "fmt/format.h"
#include "packs/cases/test_suite.h"

namespace leadline::engine {
namespace {

using domain::Rollout;

const PluginStatus* FindStatus(const Snapshot& snapshot, std::string_view id) {
  const auto at = std::find_if(snapshot.plugin_status.begin(), snapshot.plugin_status.end(),
                               [&](const PluginStatus& s) { return s.ref.id == id; });
  return at == snapshot.plugin_status.end() ? nullptr : &*at;
}

absl::Status OfPlugin(std::string_view id, absl::Status status) {
  return WithMetadata(WithResource(std::move(status), fmt::format("plugins/{}", id)), "plugin", id);
}

absl::Status NotNamed(std::string_view id) {
  return WithResource(
      absl::NotFoundError(
          fmt::format("no active pack names the plugin \"{}\"; see which there are with: leadline plugin list", id)),
      fmt::format("plugins/{}", id));
}

// Whether what is asked fits what is there.
absl::Status CheckAsked(const Snapshot& active, const PluginLoad& load) {
  const PluginStatus* status = FindStatus(active, load.id);
  if (status == nullptr || status->used_by.empty()) {
    return NotNamed(load.id);
  }
  if (load.action == PluginLoad::Action::kLoad && status->loaded) {
    return OfPlugin(
        load.id,
        RefusedChange(
            fmt::format("plugin {} {} is loaded already; take in a new file of it with: leadline plugin reload {}",
                        load.id, status->ref.version, load.id),
            ErrorReason::kPluginIsLoaded));
  }
  if (load.action == PluginLoad::Action::kReload && !status->loaded) {
    return OfPlugin(load.id,
                    RefusedChange(fmt::format("plugin {} is not loaded ({}); load it with: leadline plugin load {}",
                                              load.id, status->error, load.id),
                                  ErrorReason::kPluginIsNotLoaded));
  }
  return absl::OkStatus();
}

absl::Status LoadFailed(const absl::Status& why, const Snapshot& active, std::string_view id) {
  const PluginStatus* old = FindStatus(active, id);
  return OfPlugin(id, RefusedChange(fmt::format("{}; {}", std::string(why.message()),
                                                old != nullptr && old->loaded
                                                    ? fmt::format("{} {} goes on deciding", id, old->ref.version)
                                                    : fmt::format("the server goes on without {}", id)),
                                    ErrorReason::kPluginLoadFailed));
}

absl::Status FileChanged(std::string_view id) {
  return OfPlugin(
      id,
      WithReason(absl::AbortedError(fmt::format("the file of plugin {} changed while it was loaded; try again", id)),
                 ErrorReason::kPluginFileChanged));
}

// Of no version when it is not loaded: a revoked one is not.
domain::PluginRef RefOf(const Snapshot& snapshot, std::string_view id) {
  const auto bound = snapshot.plugins.find(id);
  return bound != snapshot.plugins.end() ? bound->second.ref : domain::PluginRef{std::string(id), "", ""};
}

// The same folder, for a plugin that is to be tried in workers alone, and to run in `mode` later.
PluginFolder InWorkers(PluginFolder plugins, plugin::PluginMode mode) {
  plugins.fit_for_local = mode == plugin::PluginMode::kLocal;
  plugins.mode = plugin::PluginMode::kWorker;
  return plugins;
}

PluginView ViewOf(const Snapshot& snapshot, const PluginStatus& status) {
  PluginView view;
  view.status = status;
  const auto bound = snapshot.plugins.find(status.ref.id);
  if (bound == snapshot.plugins.end()) return view;
  view.health = bound->second.plugin->health();
  view.sandbox = bound->second.plugin->info().sandbox;
  return view;
}

// Of a plugin that was only tried, and is not loaded where the packs want it.
PluginView ViewOfTried(const Snapshot& tried, std::string_view id, plugin::PluginMode mode) {
  PluginView view = ViewOf(tried, *FindStatus(tried, id));
  if (mode == plugin::PluginMode::kLocal) {
    view.status.mode = mode;
    view.health = {};
    view.sandbox.reset();
  }
  return view;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Snapshot>> PackRollout::TryPlugin(const packs::PackSet& set,
                                                                       const std::shared_ptr<const Snapshot>& active,
                                                                       int64_t generation, const PluginLoad& load,
                                                                       bool apart) {
  const Time now = options_.clock->Now();
  const std::vector<packs::TestCase> cases = packs::ReadTestSuites(set, *active->rules).cases;
  std::optional<domain::PluginRef> tried;
  const bool local = FindStatus(*active, load.id)->mode == plugin::PluginMode::kLocal;
  if (local) {
    // Its first records are given to it in a worker alone: what crashes there does not do so here.
    ASSIGN_OR_RETURN(
        std::shared_ptr<const Snapshot> trial,
        WithPlugin(*active, load.id, InWorkers(options_.plugins, plugin::PluginMode::kLocal), generation, now));
    RETURN_IF_ERROR(SmokePlugin(*trial, load.id, cases, now));
    if (apart) return trial;
    tried = RefOf(*trial, load.id);
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> next,
                   WithPlugin(*active, load.id, options_.plugins, generation, now));
  if (!tried) {
    RETURN_IF_ERROR(SmokePlugin(*next, load.id, cases, now));
  } else if (RefOf(*next, load.id) != *tried) {
    return FileChanged(load.id);
  }
  return next;
}

absl::Status PackRollout::SwitchPlugin(const CallContext& context, Rollout rollout, const PluginLoad& load,
                                       std::shared_ptr<const Snapshot> snapshot) {
  rollout.generation = rollout.last_generation = snapshot->ref->generation;
  std::shared_ptr<const Snapshot> candidate = candidate_;
  if (rollout.trial && candidate != nullptr) {
    rollout.trial->generation = ++rollout.last_generation;
    // The packs on trial may not name the plugin at all.
    const PluginStatus* status = FindStatus(*candidate, load.id);
    if (status != nullptr && !status->used_by.empty()) {
      const PluginFolder plugins = context.validate_only ? InWorkers(options_.plugins, status->mode) : options_.plugins;
      ASSIGN_OR_RETURN(candidate, WithPlugin(*candidate, load.id, plugins, rollout.trial->generation,
                                             options_.clock->Now(), snapshot.get()));
      if (RefOf(*candidate, load.id) != RefOf(*snapshot, load.id)) return FileChanged(load.id);
    } else {
      candidate = WithoutRevoked(*candidate, options_.plugins, rollout.trial->generation);
    }
    NoteRegions(*snapshot, *candidate, *rollout.trial);
  }
  if (context.validate_only) return absl::OkStatus();
  std::vector<domain::EventPayload> changes = PluginChanges(rollout, *snapshot, load.reason);
  if (changes.empty()) {
    // The same file once more, such as to end a quarantine.
    const domain::PluginRef ref = RefOf(*snapshot, load.id);
    changes.emplace_back(domain::PluginChanged{"reloaded", ref.id, ref.version, ref.sha256, ref.version, ref.sha256,
                                               rollout.generation, load.reason});
  }
  rollout.plugins = snapshot->ref->plugins;
  if (load.rescore) {
    // The same file once more may be heard again now.
    ForgetUsersOf(load.id, *snapshot, rollout);
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

absl::StatusOr<PluginView> PackRollout::LoadPlugin(const CallContext& context, const PluginLoad& load) {
  const auto overtaken = [&](const Rollout& now) {
    return now.generation != followed_.generation || now.trial != followed_.trial;
  };
  const auto as_it_is = [&]() -> absl::StatusOr<PluginView> {
    const std::shared_ptr<const Snapshot> now = options_.snapshots->Get();
    const PluginStatus* status = FindStatus(*now, load.id);
    if (status == nullptr) return NotNamed(load.id);
    return ViewOf(*now, *status);
  };
  std::unique_lock lock(mutex_);
  ASSIGN_OR_RETURN(std::optional<Rollout> done, DoneBefore(context));
  if (done) return as_it_is();
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  RETURN_IF_ERROR(CheckGeneration(rollout.generation, load.expected_generation));
  if (overtaken(rollout)) return PacksChanged("another server changed what decides just now; ask again");
  const int64_t last_generation = rollout.last_generation;
  const std::shared_ptr<const Snapshot> active = options_.snapshots->Get();
  RETURN_IF_ERROR(CheckAsked(*active, load));
  const plugin::PluginMode mode = FindStatus(*active, load.id)->mode;
  lock.unlock();
  // Tried before its turn: nobody waits for a plugin that hangs.
  ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
  auto next = TryPlugin(set, active, last_generation + 1, load, /*apart=*/context.validate_only);
  lock.lock();
  ASSIGN_OR_RETURN(rollout, Stored(context));
  absl::Status status = next.status();
  if (status.ok()) status = CheckGeneration(rollout.generation, load.expected_generation);
  if (status.ok() && (overtaken(rollout) || rollout.last_generation != last_generation)) {
    status = PacksChanged("what decides was changed just now; ask again");
  }
  if (!status.ok() && !absl::IsAborted(status)) status = LoadFailed(status, *active, load.id);
  if (status.ok()) status = SwitchPlugin(context, std::move(rollout), load, *next);
  if (context.validate_only) {
    RETURN_IF_ERROR(status);
    return ViewOfTried(**next, load.id, mode);
  }
  {
    std::lock_guard plugins_lock(plugins_mutex_);
    load_errors_[load.id] = std::string(status.message());
  }
  RETURN_IF_ERROR(status);
  return as_it_is();
}

std::vector<PluginView> PackRollout::Plugins() { return ViewsOf(*options_.snapshots->Get()); }

std::vector<PluginView> PackRollout::ListPlugins() {
  const std::shared_ptr<const Snapshot> active = options_.snapshots->Get();
  const auto revoked = RevokedOf(*active, options_.plugins);
  std::vector<PluginView> views = ViewsOf(*active);
  for (PluginView& view : views) {
    const auto why = revoked.find(view.status.ref.id);
    if (why != revoked.end()) view.revoked = why->second;
  }
  return views;
}

std::vector<PluginView> PackRollout::ViewsOf(const Snapshot& snapshot) {
  std::vector<PluginView> views;
  std::lock_guard lock(plugins_mutex_);
  for (const PluginStatus& status : snapshot.plugin_status) {
    views.push_back(ViewOf(snapshot, status));
    const auto error = load_errors_.find(status.ref.id);
    if (error != load_errors_.end()) views.back().last_load_error = error->second;
  }
  return views;
}

}  // namespace leadline::engine
