#include "engine/snapshot.h"

#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "engine/plugin_record.h"
#include "fmt/format.h"
#include "plugin/manifest.h"

namespace leadline::engine {
namespace {

// Every use of one plugin id by the packs. They share an instance, so their configs must agree.
struct Wanted {
  std::vector<const packs::PluginUse*> uses;
  bool optional = true;
};

std::map<std::string, Wanted> CollectWanted(const packs::RuleSet& rules) {
  std::map<std::string, Wanted> wanted;
  for (const packs::PluginUse& use : rules.plugins()) {
    Wanted& w = wanted[use.id];
    w.uses.push_back(&use);
    w.optional = w.optional && use.optional;
  }
  return wanted;
}

absl::StatusOr<plugin::PluginRequest> RequestFor(const std::string& id, const Wanted& wanted) {
  plugin::PluginRequest request;
  request.id = id;
  request.mode = plugin::PluginMode::kLocal;
  request.optional = wanted.optional;
  request.config_json = wanted.uses.front()->config_json;
  for (const packs::PluginUse* use : wanted.uses) {
    if (use->config_json != request.config_json) {
      return absl::InvalidArgumentError(fmt::format(
          "plugin {}: {} and {} give it different configs; one plugin has one config, so write the same in both", id,
          wanted.uses.front()->source, use->source));
    }
    if (std::find(request.capabilities.begin(), request.capabilities.end(), use->capability) ==
        request.capabilities.end()) {
      request.capabilities.push_back(use->capability);
    }
  }
  return request;
}

plugin::FieldCatalog CatalogOf(const packs::RuleSet& rules) {
  return [&rules](std::string_view name) -> std::optional<plugin::FieldSlot> {
    int slot = rules.FieldSlot(name);
    if (slot < 0) return std::nullopt;
    return plugin::FieldSlot{PluginKindOf(rules.fields()[static_cast<size_t>(slot)].type), static_cast<uint32_t>(slot)};
  };
}

// Loads plugins into a snapshot under construction.
class PluginLoader {
 public:
  PluginLoader(const PluginFolder& folder, Snapshot& snapshot) : folder_(folder), snapshot_(snapshot) {}

  // The problems that keep the server from starting; empty when there is none.
  std::vector<std::string> LoadAll() {
    absl::StatusOr<plugin::PluginDirectory> directory =
        absl::NotFoundError("no plugin folder was given; start the server with --plugins DIR");
    if (!folder_.directory.empty()) directory = plugin::PluginDirectory::Scan(folder_.directory);
    for (const auto& [id, wanted] : CollectWanted(*snapshot_.rules)) LoadOne(id, wanted, directory);
    if (directory.ok()) ListUnused(*directory);
    return std::move(problems_);
  }

 private:
  void LoadOne(const std::string& id, const Wanted& wanted, absl::StatusOr<plugin::PluginDirectory>& directory) {
    PluginStatus status;
    status.ref.id = id;
    status.optional = wanted.optional;
    for (const packs::PluginUse* use : wanted.uses) {
      status.used_by.push_back(fmt::format("{} ({})", use->slot, use->layer));
    }
    auto loaded = Load(id, wanted, directory);
    if (loaded.ok()) {
      const plugin::PluginInfo& info = loaded->plugin->info();
      status.ref = loaded->ref;
      status.loaded = true;
      status.capabilities = info.capabilities;
      snapshot_.plugins.emplace(id, *std::move(loaded));
    } else {
      status.error = std::string(loaded.status().message());
      if (!wanted.optional) {
        problems_.push_back(fmt::format("{}: the pack needs plugin {}, and it cannot be loaded: {}",
                                        wanted.uses.front()->source, id, status.error));
      }
    }
    snapshot_.plugin_status.push_back(std::move(status));
  }

  absl::StatusOr<BoundPlugin> Load(const std::string& id, const Wanted& wanted,
                                   absl::StatusOr<plugin::PluginDirectory>& directory) {
    ASSIGN_OR_RETURN(plugin::PluginRequest request, RequestFor(id, wanted));
    RETURN_IF_ERROR(directory.status());
    plugin::LoadOptions options;
    // The catalogue is asked again when the pool grows, so it must own the rules.
    options.fields = [rules = snapshot_.rules](std::string_view name) { return CatalogOf(*rules)(name); };
    options.cache_dir = folder_.cache;
    options.directory = &*directory;
    BoundPlugin bound;
    ASSIGN_OR_RETURN(bound.plugin, plugin::Load(request, options));
    for (const plugin::FieldSlot& slot : bound.plugin->wanted_slots()) {
      bound.field_slots.push_back(static_cast<int>(slot.index));
    }
    const plugin::PluginInfo& info = bound.plugin->info();
    bound.ref = {info.id, info.version, info.sha256};
    return bound;
  }

  void ListUnused(const plugin::PluginDirectory& directory) {
    for (const plugin::Manifest& manifest : directory.manifests()) {
      bool known = std::any_of(snapshot_.plugin_status.begin(), snapshot_.plugin_status.end(),
                               [&](const PluginStatus& s) { return s.ref.id == manifest.id; });
      if (known) continue;
      PluginStatus status;
      status.ref = {manifest.id, manifest.version, manifest.sha256};
      status.optional = true;
      status.capabilities = manifest.capabilities;
      status.error = "no pack names it";
      snapshot_.plugin_status.push_back(std::move(status));
    }
    for (const std::string& problem : directory.problems()) {
      snapshot_.plugin_status.push_back({.optional = true, .error = problem});
    }
  }

  const PluginFolder& folder_;
  Snapshot& snapshot_;
  std::vector<std::string> problems_;
};

std::string Joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

SnapshotResult Build(packs::LoadResult loaded, const std::string& root, const PluginFolder& plugins, int64_t generation,
                     Time now) {
  SnapshotResult result;
  result.diagnostics = std::move(loaded.diagnostics);
  if (!loaded.rules) {
    result.status = absl::InvalidArgumentError(
        fmt::format("the rule packs in {} have errors:\n{}", root, FormatDiagnostics(result.diagnostics)));
    return result;
  }
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->rules = loaded.rules;
  snapshot->created_at = now;
  std::vector<std::string> problems = PluginLoader(plugins, *snapshot).LoadAll();
  if (!problems.empty()) {
    result.status = absl::FailedPreconditionError(Joined(problems));
    return result;
  }
  std::sort(snapshot->plugin_status.begin(), snapshot->plugin_status.end(),
            [](const PluginStatus& a, const PluginStatus& b) { return a.ref.id < b.ref.id; });

  auto ref = std::make_shared<domain::SnapshotRef>();
  ref->generation = generation;
  for (const packs::PackInfo& pack : loaded.rules->packs()) {
    ref->packs.push_back(pack.ref);
    snapshot->pack_hashes.push_back(pack.ref.sha256);
  }
  for (const auto& [id, bound] : snapshot->plugins) ref->plugins.push_back(bound.ref);
  snapshot->ref = std::move(ref);
  result.snapshot = std::move(snapshot);
  return result;
}

}  // namespace

SnapshotResult BuildSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation, Time now) {
  return Build(packs::LoadRuleSet(packs), packs.root, plugins, generation, now);
}

SnapshotResult BuildSnapshot(const SnapshotSource& source, int64_t generation, Time now) {
  return Build(packs::LoadRuleSet(source.rules_root), source.rules_root, {source.plugin_dir, source.plugin_cache},
               generation, now);
}

bool InCanary(std::string_view lead_id, std::string_view salt, int percent) {
  // FNV-1a, then the finalizer of SplitMix64: ids that follow one another differ in few bits.
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : {salt, lead_id}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  hash ^= hash >> 31;
  return hash % 100 < static_cast<uint64_t>(percent);
}

const std::shared_ptr<const Snapshot>& Deciding::For(std::string_view lead_id) const {
  return canary != nullptr && InCanary(lead_id, canary_salt, canary_percent) ? canary : active;
}

}  // namespace leadline::engine
