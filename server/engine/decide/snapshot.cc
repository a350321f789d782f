#include "engine/decide/snapshot.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/status_macros.h"
#include "base/time_zones.h"
#include "engine/decide/checked_snapshot.h"
#include "engine/decide/plugin_record.h"
#include "engine/input/input_schema.h"
#include "fmt/format.h"
#include "packs/loader.h"
#include "plugin/admit/manifest.h"

namespace leadline::engine {
namespace {

// Every use of one plugin id by the packs. They share an instance, so their configs must agree.
struct Wanted {
  std::vector<const packs::PluginUse*> uses;
  std::set<std::string> needed_by;  // packs
};

std::map<std::string, Wanted> CollectWanted(const packs::RuleSet& rules) {
  std::map<std::string, Wanted> wanted;
  for (const packs::PluginUse& use : rules.plugins()) {
    Wanted& w = wanted[use.id];
    w.uses.push_back(&use);
    w.needed_by.insert(use.needed_by.begin(), use.needed_by.end());
  }
  return wanted;
}

absl::StatusOr<plugin::PluginRequest> RequestFor(const std::string& id, const Wanted& wanted) {
  plugin::PluginRequest request;
  request.id = id;
  request.optional = wanted.needed_by.empty();
  request.config_json = wanted.uses.front()->config_json;
  request.mode = wanted.uses.front()->mode == packs::PluginUse::Mode::kLocal ? plugin::PluginMode::kLocal
                                                                             : plugin::PluginMode::kWorker;
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

// Whether plugins read the same fields in the same slots.
bool SameFields(const packs::RuleSet& a, const packs::RuleSet& b) {
  return &a == &b || std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                                [](const packs::FieldDef& x, const packs::FieldDef& y) {
                                  return x.name == y.name && PluginKindOf(x.type) == PluginKindOf(y.type);
                                });
}

// Nothing: nobody may load.
std::optional<absl::StatusOr<plugin::TrustPolicy>> TrustOf(const PluginFolder& folder) {
  if (folder.trust != nullptr) return *folder.trust;
  if (!folder.trust_file.empty()) return plugin::TrustPolicy::Read(folder.trust_file);
  return std::nullopt;
}

// Loads plugins into a snapshot under construction.
class PluginLoader {
 public:
  PluginLoader(const PluginFolder& folder, Snapshot& snapshot) : folder_(folder), snapshot_(snapshot) {
    if (!folder_.directory.empty()) directory_ = plugin::PluginDirectory::Scan(folder_.directory);
    trust_ = TrustOf(folder_);
  }

  // Plugins that may go on as they are.
  void Keep(const Snapshot* running, std::span<const domain::PluginRef> deciding) {
    if (running == nullptr || !SameFields(*running->rules, *snapshot_.rules)) return;
    for (const auto& [id, bound] : running->plugins) {
      if (std::find(deciding.begin(), deciding.end(), bound.ref) != deciding.end()) kept_.emplace(id, &bound);
    }
  }

  // The problems that keep the server from starting; empty when there is none.
  std::vector<std::string> LoadAll() {
    for (const auto& [id, wanted] : CollectWanted(*snapshot_.rules)) LoadOne(id, wanted);
    if (directory_.ok()) ListUnused();
    return std::move(problems_);
  }

  // One plugin, in the place of what the snapshot has of it.
  absl::Status LoadAgain(const std::string& id) {
    auto wanted = CollectWanted(*snapshot_.rules);
    auto uses = wanted.find(id);
    if (uses == wanted.end()) {
      return absl::NotFoundError(
          fmt::format("no active pack names the plugin \"{}\"; see which there are with: leadline plugin list", id));
    }
    DropRevoked(id);
    const auto old = snapshot_.plugins.find(id);
    const bool ends = old != snapshot_.plugins.end() && !MayGoOn(old->second).ok();
    std::erase_if(snapshot_.plugin_status, [&](const PluginStatus& s) { return s.ref.id == id; });
    snapshot_.plugins.erase(id);
    for (auto& [region, plugins] : snapshot_.lacking) {
      std::erase_if(plugins, [&](const LackedPlugin& plugin) { return plugin.id == id; });
    }
    std::erase_if(snapshot_.lacking, [](const auto& of_region) { return of_region.second.empty(); });
    LoadOne(id, uses->second);
    // Without another file in its place, a revoked one ends all the same; its status says why.
    return ends ? absl::OkStatus() : last_;
  }

 private:
  // PERMISSION_DENIED when the policy, as it is now, revokes the plugin.
  absl::Status MayGoOn(const BoundPlugin& bound) const {
    if (!trust_.has_value() || !trust_->ok()) return absl::OkStatus();
    return (*trust_)->StillAdmits(bound.ref.id, bound.ref.version, bound.ref.sha256);
  }

  // Ends the plugins but `id` that were revoked since they were loaded.
  void DropRevoked(const std::string& id) {
    for (PluginStatus& status : snapshot_.plugin_status) {
      const auto bound = snapshot_.plugins.find(status.ref.id);
      if (status.ref.id == id || bound == snapshot_.plugins.end()) continue;
      const absl::Status refused = MayGoOn(bound->second);
      if (refused.ok()) continue;
      status.ref = {status.ref.id, "", ""};
      status.loaded = false;
      status.error = fmt::format("plugin {}: {}", status.ref.id, std::string(refused.message()));
      snapshot_.plugins.erase(bound);
    }
  }

  void LoadOne(const std::string& id, const Wanted& wanted) {
    PluginStatus status;
    status.ref.id = id;
    status.optional = wanted.needed_by.empty();
    for (const packs::PluginUse* use : wanted.uses) {
      for (const std::string& layer : use->layers) status.used_by.push_back(fmt::format("{} ({})", use->slot, layer));
    }
    auto loaded = Load(id, wanted, status);
    last_ = loaded.status();
    if (loaded.ok()) {
      const plugin::PluginInfo& info = loaded->plugin->info();
      status.ref = loaded->ref;
      status.loaded = true;
      status.capabilities = info.capabilities;
      snapshot_.plugins.emplace(id, *std::move(loaded));
    } else {
      status.error = std::string(loaded.status().message());
      NoteLacking(id, wanted, status.error);
    }
    snapshot_.plugin_status.push_back(std::move(status));
  }

  // What the centre needs keeps the server from starting; what a region needs keeps that region's leads waiting.
  void NoteLacking(const std::string& id, const Wanted& wanted, const std::string& error) {
    if (wanted.needed_by.contains("central")) {
      problems_.push_back(fmt::format("{}: the pack needs plugin {}, and it cannot be loaded: {}",
                                      wanted.uses.front()->source, id, error));
      return;
    }
    for (const packs::PluginUse* use : wanted.uses) {
      for (const std::string& region : use->needed_by) {
        snapshot_.lacking[region].push_back({id, use->capability, error});
      }
    }
  }

  // Whether a plugin that was asked for `old` does for `request` as well.
  static bool SameWish(const BoundPlugin& bound, const plugin::PluginRequest& request) {
    const plugin::PluginRequest& old = bound.request;
    return old.mode == request.mode && old.config_json == request.config_json &&
           std::all_of(request.capabilities.begin(), request.capabilities.end(),
                       [&](const std::string& capability) { return bound.plugin->Has(capability); });
  }

  absl::StatusOr<BoundPlugin> Load(const std::string& id, const Wanted& wanted, PluginStatus& status) {
    ASSIGN_OR_RETURN(plugin::PluginRequest request, RequestFor(id, wanted));
    request.mode = folder_.mode.value_or(request.mode);
    status.mode = request.mode;
    const auto kept = kept_.find(id);
    const bool goes_on = kept != kept_.end() && MayGoOn(*kept->second).ok();
    if (goes_on && SameWish(*kept->second, request)) {
      BoundPlugin bound = *kept->second;
      bound.request = std::move(request);
      return bound;
    }
    RETURN_IF_ERROR(directory_.status());
    plugin::LoadOptions options;
    // The catalogue is asked again when the pool grows, so it must own the rules.
    options.fields = [rules = snapshot_.rules](std::string_view name) { return CatalogOf(*rules)(name); };
    options.cache_dir = folder_.cache;
    options.directory = &*directory_;
    options.worker = folder_.worker;
    options.log = folder_.log;
    if (trust_.has_value()) {
      RETURN_IF_ERROR(trust_->status());
      options.trust = &**trust_;
    }
    BoundPlugin bound;
    // One that runs in the server, and is to be checked apart from it: the same file.
    const bool apart = goes_on && folder_.mode == plugin::PluginMode::kWorker &&
                       kept->second->request.mode == plugin::PluginMode::kLocal;
    if (apart) {
      ASSIGN_OR_RETURN(bound.plugin, plugin::LoadApart(kept->second->plugin->info(), request, options));
    } else {
      ASSIGN_OR_RETURN(bound.plugin, plugin::Load(request, options));
    }
    for (const plugin::FieldSlot& slot : bound.plugin->wanted_slots()) {
      bound.field_slots.push_back(static_cast<int>(slot.index));
    }
    const plugin::PluginInfo& info = bound.plugin->info();
    bound.ref = {info.id, info.version, info.sha256};
    bound.request = std::move(request);
    return bound;
  }

  void ListUnused() {
    for (const plugin::Manifest& manifest : directory_->manifests()) {
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
    for (const std::string& problem : directory_->problems()) {
      snapshot_.plugin_status.push_back({.optional = true, .error = problem});
    }
  }

  const PluginFolder& folder_;
  Snapshot& snapshot_;
  absl::StatusOr<plugin::PluginDirectory> directory_ =
      absl::NotFoundError("no plugin folder was given; start the server with --plugins DIR");
  std::optional<absl::StatusOr<plugin::TrustPolicy>> trust_;  // none: nobody may load
  std::map<std::string, const BoundPlugin*, std::less<>> kept_;
  std::vector<std::string> problems_;
  absl::Status last_;  // of the last load
};

std::string Joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

void SetRef(Snapshot& snapshot, int64_t generation) {
  auto ref = std::make_shared<domain::SnapshotRef>();
  ref->generation = generation;
  for (const packs::PackInfo& pack : snapshot.rules->packs()) ref->packs.push_back(pack.ref);
  for (const auto& [id, bound] : snapshot.plugins) ref->plugins.push_back(bound.ref);
  ref->reference = snapshot.reference;
  snapshot.ref = std::move(ref);
}

void SortStatus(Snapshot& snapshot) {
  std::sort(snapshot.plugin_status.begin(), snapshot.plugin_status.end(),
            [](const PluginStatus& a, const PluginStatus& b) { return a.ref.id < b.ref.id; });
}

// Whether a rule or a plugin reads one of the fields.
bool ReadsAny(const Snapshot& snapshot, std::initializer_list<std::string_view> fields) {
  std::vector<int> slots;
  for (const std::string_view field : fields) slots.push_back(snapshot.rules->FieldSlot(field));
  const auto wanted = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
  const auto reads = [&](const packs::RegionRules& rules) {
    return std::any_of(rules.conditions.begin(), rules.conditions.end(), [&](const packs::Condition& condition) {
      const std::span<const int> used = condition.program->used_slots();
      return std::any_of(used.begin(), used.end(), wanted);
    });
  };
  const std::vector<std::string>& regions = snapshot.rules->regions();
  return reads(snapshot.rules->ForRegion("")) ||
         std::any_of(regions.begin(), regions.end(),
                     [&](const std::string& region) { return reads(snapshot.rules->ForRegion(region)); }) ||
         std::any_of(snapshot.plugins.begin(), snapshot.plugins.end(), [&](const auto& plugin) {
           const std::vector<int>& asked = plugin.second.field_slots;
           return std::any_of(asked.begin(), asked.end(), wanted);
         });
}

// What depends on both packs and plugins.
void Finish(Snapshot& snapshot, int64_t generation) {
  SortStatus(snapshot);
  SetRef(snapshot, generation);
  snapshot.reads_progress_of_people =
      ReadsAny(snapshot, {"contact.status", "contact.disposition", "contact.marketable"});
}

SnapshotResult Build(packs::LoadResult loaded, const std::string& root, const PluginFolder& plugins, int64_t generation,
                     Time now, const Snapshot* running, std::span<const domain::PluginRef> deciding) {
  SnapshotResult result;
  result.diagnostics = std::move(loaded.diagnostics);
  if (!loaded.rules) {
    result.status = absl::InvalidArgumentError(
        fmt::format("the rule packs in {} have errors:\n{}", root, FormatDiagnostics(result.diagnostics)));
    return result;
  }
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->rules = loaded.rules;
  snapshot->input = std::make_shared<const InputSchema>(loaded.rules);
  snapshot->reference = {loaded.rules->time_zones()->version(), domain::PhoneMetadataVersion(),
                         domain::PublicSuffixListVersion(), domain::CountryCodesVersion()};
  snapshot->created_at = now;
  for (const packs::PackInfo& pack : loaded.rules->packs()) snapshot->pack_hashes.push_back(pack.ref.sha256);
  PluginLoader loader(plugins, *snapshot);
  loader.Keep(running, deciding);
  std::vector<std::string> problems = loader.LoadAll();
  if (!problems.empty()) {
    result.status = absl::FailedPreconditionError(Joined(problems));
    return result;
  }
  Finish(*snapshot, generation);
  result.snapshot = std::move(snapshot);
  return result;
}

packs::LoadOptions OptionsWith(std::shared_ptr<const TimeZones> zones, const Snapshot* running, Time now) {
  packs::LoadOptions options;
  options.now = now;
  options.time_zones = std::move(zones);
  if (options.time_zones == nullptr && running != nullptr) options.time_zones = running->rules->time_zones();
  return options;
}

}  // namespace

SnapshotResult BuildSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation, Time now,
                             const Snapshot* running, std::span<const domain::PluginRef> deciding,
                             std::shared_ptr<const TimeZones> zones) {
  const packs::LoadOptions options = OptionsWith(std::move(zones), running, now);
  return Build(packs::LoadRuleSet(packs, options), packs.root, plugins, generation, now, running, deciding);
}

SnapshotResult BuildCheckedSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation,
                                    Time now, const Snapshot* running, std::span<const domain::PluginRef> deciding,
                                    std::shared_ptr<const TimeZones> zones) {
  packs::LoadOptions options = OptionsWith(std::move(zones), running, now);
  options.prove = false;
  return Build(packs::LoadRuleSet(packs, options), packs.root, plugins, generation, now, running, deciding);
}

SnapshotResult BuildSnapshot(const std::string& rules_root, const PluginFolder& plugins, int64_t generation, Time now) {
  packs::LoadOptions options;
  options.now = now;
  return Build(packs::LoadRuleSet(rules_root, options), rules_root, plugins, generation, now, nullptr, {});
}

absl::StatusOr<std::shared_ptr<const Snapshot>> WithPlugin(const Snapshot& from, std::string_view id,
                                                           const PluginFolder& plugins, int64_t generation, Time now,
                                                           const Snapshot* same) {
  auto next = std::make_shared<Snapshot>(from);
  next->created_at = now;
  PluginLoader loader(plugins, *next);
  if (same != nullptr) loader.Keep(same, same->ref->plugins);
  RETURN_IF_ERROR(loader.LoadAgain(std::string(id)));
  Finish(*next, generation);
  return next;
}

std::shared_ptr<const Snapshot> Renumbered(const Snapshot& from, int64_t generation) {
  auto next = std::make_shared<Snapshot>(from);
  SetRef(*next, generation);
  return next;
}

std::map<std::string, std::string, std::less<>> RevokedOf(const Snapshot& snapshot, const PluginFolder& folder) {
  std::map<std::string, std::string, std::less<>> revoked;
  const auto trust = TrustOf(folder);
  if (!trust.has_value() || !trust->ok()) return revoked;
  for (const auto& [id, bound] : snapshot.plugins) {
    const absl::Status status = (*trust)->StillAdmits(id, bound.ref.version, bound.ref.sha256);
    if (!status.ok()) revoked.emplace(id, status.message());
  }
  return revoked;
}

std::vector<PluginOutage> OutagesOf(const Snapshot& snapshot) {
  std::vector<PluginOutage> outages;
  const auto add = [&](const packs::PluginUse& use, const std::string& layer) {
    PluginOutage outage{use.id, use.capability, layer == "central" ? "" : layer};
    if (std::find(outages.begin(), outages.end(), outage) == outages.end()) outages.push_back(std::move(outage));
  };
  for (const packs::PluginUse& use : snapshot.rules->plugins()) {
    const auto bound = snapshot.plugins.find(use.id);
    const bool loaded = bound != snapshot.plugins.end();
    const bool serves = loaded && bound->second.plugin->health().state != plugin::PluginHealth::State::kQuarantined;
    if (serves) continue;
    const bool fails = use.on_failure == packs::PluginUse::OnFailure::kFail;
    for (const std::string& layer : fails ? use.layers : use.needed_by) {
      if (fails || !loaded) add(use, layer);
    }
  }
  std::stable_partition(outages.begin(), outages.end(), [](const PluginOutage& o) { return o.region.empty(); });
  return outages;
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
