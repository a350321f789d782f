#include "engine/rollout/plugin_changes.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::PluginRef;

const PluginRef* Find(const std::vector<PluginRef>& refs, std::string_view id) {
  const auto at = std::find_if(refs.begin(), refs.end(), [&](const PluginRef& ref) { return ref.id == id; });
  return at == refs.end() ? nullptr : &*at;
}

std::string Shown(const PluginRef* ref) {
  return ref == nullptr ? "none" : fmt::format("{} ({})", ref->version, ref->sha256.substr(0, 12));
}

}  // namespace

std::vector<domain::EventPayload> PluginChanges(const domain::Rollout& rollout, const Snapshot& next,
                                                std::string_view reason) {
  std::vector<domain::EventPayload> changes;
  auto add = [&](std::string_view action, const PluginRef* old, const PluginRef* now) {
    domain::PluginChanged change;
    change.action = std::string(action);
    change.plugin = now != nullptr ? now->id : old->id;
    if (now != nullptr) change.version = now->version, change.sha256 = now->sha256;
    if (old != nullptr) change.previous_version = old->version, change.previous_sha256 = old->sha256;
    change.generation = rollout.generation;
    change.reason = std::string(reason);
    changes.emplace_back(std::move(change));
  };
  for (const PluginRef& now : next.ref->plugins) {
    const PluginRef* old = Find(rollout.plugins, now.id);
    if (old == nullptr) add("loaded", nullptr, &now);
    if (old != nullptr && *old != now) add("reloaded", old, &now);
  }
  for (const PluginRef& old : rollout.plugins) {
    if (Find(next.ref->plugins, old.id) == nullptr) add("unloaded", &old, nullptr);
  }
  return changes;
}

absl::Status CheckPlugins(const domain::Rollout& rollout, const Snapshot& snapshot) {
  const std::vector<PluginRef>& loaded = snapshot.ref->plugins;
  if (loaded == rollout.plugins) return absl::OkStatus();
  std::string difference;
  auto compare = [&](std::string_view id) {
    const PluginRef* here = Find(loaded, id);
    const PluginRef* there = Find(rollout.plugins, id);
    if (here != nullptr && there != nullptr && *here == *there) return;
    difference += fmt::format("{}{}: {} decides, this server loads {}", difference.empty() ? "" : "; ", id,
                              Shown(there), Shown(here));
    const auto status = std::find_if(snapshot.plugin_status.begin(), snapshot.plugin_status.end(),
                                     [&](const PluginStatus& s) { return s.ref.id == id; });
    if (here == nullptr && status != snapshot.plugin_status.end() && !status->error.empty()) {
      difference += fmt::format(" ({})", status->error);
    }
  };
  for (const PluginRef& ref : rollout.plugins) compare(ref.id);
  for (const PluginRef& ref : loaded) {
    if (Find(rollout.plugins, ref.id) == nullptr) compare(ref.id);
  }
  return absl::FailedPreconditionError(
      fmt::format("generation {} decides with other plugins than this server has; put the same files into its plugin "
                  "folder: {}",
                  rollout.generation, difference));
}

}  // namespace leadline::engine
