#include "engine/decide/plugin_loader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/decide/plugin_record.h"
#include "fmt/format.h"
#include "packs/rule_set.h"
#include "packs/run/fields.h"
#include "plugin/admit/manifest.h"

namespace leadline::engine {

// Every use of one plugin id by the packs. They share an instance, so their configs must agree.
struct WantedPlugin {
  std::vector<const packs::PluginUse*> uses;
  std::set<std::string> needed_by;  // packs
};

namespace {

using Trust = PluginLoader::Trust;

// By id; points into `rules`.
std::map<std::string, WantedPlugin> CollectWanted(const packs::RuleSet& rules) {
  std::map<std::string, WantedPlugin> wanted;
  for (const packs::PluginUse& use : rules.plugins()) {
    WantedPlugin& w = wanted[use.id];
    w.uses.push_back(&use);
    w.needed_by.insert(use.needed_by.begin(), use.needed_by.end());
  }
  return wanted;
}

absl::StatusOr<plugin::PluginRequest> RequestFor(const std::string& id, const WantedPlugin& wanted) {
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

Trust TrustOf(const PluginFolder& folder) {
  if (folder.trust != nullptr) return *folder.trust;
  if (!folder.trust_file.empty()) return plugin::TrustPolicy::Read(folder.trust_file);
  return std::nullopt;
}

// PERMISSION_DENIED when the policy, as it is now, revokes the plugin.
absl::Status MayGoOn(const Trust& trust, const domain::PluginRef& ref) {
  if (!trust.has_value() || !trust->ok()) return absl::OkStatus();
  return (*trust)->StillAdmits(ref.id, ref.version, ref.sha256);
}

// Whether a plugin that was asked for `old` does for `request` as well.
bool SameWish(const BoundPlugin& bound, const plugin::PluginRequest& request) {
  const plugin::PluginRequest& old = bound.request;
  return old.mode == request.mode && old.config_json == request.config_json &&
         std::all_of(request.capabilities.begin(), request.capabilities.end(),
                     [&](const std::string& capability) { return bound.plugin->Has(capability); });
}

// What a region needs keeps that region's leads waiting.
void NoteLacking(const std::string& id, const WantedPlugin& wanted, const std::string& error, Snapshot& snapshot) {
  if (wanted.needed_by.contains("central")) return;
  for (const packs::PluginUse* use : wanted.uses) {
    for (const std::string& region : use->needed_by) snapshot.lacking[region].push_back({id, use->capability, error});
  }
}

// Ends the plugins but `id` that were revoked since they were loaded.
void DropRevokedBut(std::string_view id, const Trust& trust, const std::map<std::string, WantedPlugin>& wanted,
                    Snapshot& snapshot) {
  for (PluginStatus& status : snapshot.plugin_status) {
    const auto bound = snapshot.plugins.find(status.ref.id);
    if (status.ref.id == id || bound == snapshot.plugins.end()) continue;
    const absl::Status refused = MayGoOn(trust, bound->second.ref);
    if (refused.ok()) continue;
    status.ref = {status.ref.id, "", ""};
    status.loaded = false;
    status.error = fmt::format("plugin {}: {}", status.ref.id, std::string(refused.message()));
    snapshot.plugins.erase(bound);
    NoteLacking(status.ref.id, wanted.at(status.ref.id), status.error, snapshot);
  }
}

}  // namespace

absl::Status CheckAccountFields(const packs::RuleSet& rules, std::string_view id, std::span<const int> slots) {
  const auto slot = std::find_if(slots.begin(), slots.end(), [&](int asked) {
    return asked >= 0 && packs::IsAccountScoreField(rules.fields()[static_cast<size_t>(asked)].name);
  });
  if (slot == slots.end()) return absl::OkStatus();
  const std::string& field = rules.fields()[static_cast<size_t>(*slot)].name;
  const domain::ScoringPolicy& scoring = rules.ForRegion("").scoring;
  for (size_t i = 0; i < rules.plugins().size(); ++i) {
    const packs::PluginUse& use = rules.plugins()[i];
    if (use.id != id) continue;
    std::string why;
    if (use.capability == "leadline.normalize/1") why = "what it says of a field goes by what was given alone";
    for (const domain::ScoringPlugin& rule : scoring.plugins) {
      if (rule.plugin != static_cast<int>(i) || !scoring.account_score.has_value()) continue;
      if (!scoring.account_score->Counts(rule.dimension)) continue;
      why = fmt::format("its points count into the dimension \"{}\", and so towards accounts' scores", rule.dimension);
    }
    if (why.empty()) continue;
    return absl::FailedPreconditionError(
        fmt::format("plugin {} asks for {}, but {} ({})", use.id, field, why, use.source));
  }
  return absl::OkStatus();
}

std::map<std::string, std::string, std::less<>> RevokedOf(const Snapshot& snapshot, const PluginFolder& folder) {
  std::map<std::string, std::string, std::less<>> revoked;
  const Trust trust = TrustOf(folder);
  const bool readable = !trust.has_value() || trust->ok();
  for (const auto& [id, bound] : snapshot.plugins) {
    const absl::Status status = readable ? MayGoOn(trust, bound.ref) : trust->status();
    if (!status.ok()) revoked.emplace(id, status.message());
  }
  return revoked;
}

void DropRevoked(const PluginFolder& folder, Snapshot& snapshot) {
  DropRevokedBut("", TrustOf(folder), CollectWanted(*snapshot.rules), snapshot);
}

PluginLoader::PluginLoader(const PluginFolder& folder, Snapshot& snapshot)
    : folder_(folder),
      snapshot_(snapshot),
      directory_(folder.directory.empty()
                     ? absl::NotFoundError("no plugin folder was given; start the server with --plugins DIR")
                     : plugin::PluginDirectory::Scan(folder.directory)),
      trust_(TrustOf(folder)) {}

void PluginLoader::Keep(const Snapshot* running, std::span<const domain::PluginRef> deciding) {
  if (running == nullptr || !SameFields(*running->rules, *snapshot_.rules)) return;
  for (const auto& [id, bound] : running->plugins) {
    if (std::find(deciding.begin(), deciding.end(), bound.ref) != deciding.end()) kept_.emplace(id, &bound);
  }
}

std::vector<std::string> PluginLoader::LoadAll() {
  for (const auto& [id, wanted] : CollectWanted(*snapshot_.rules)) LoadOne(id, wanted);
  if (directory_.ok()) ListUnused();
  return std::move(problems_);
}

absl::Status PluginLoader::LoadAgain(const std::string& id) {
  auto wanted = CollectWanted(*snapshot_.rules);
  auto uses = wanted.find(id);
  if (uses == wanted.end()) {
    return WithResource(
        absl::NotFoundError(
            fmt::format("no active pack names the plugin \"{}\"; see which there are with: leadline plugin list", id)),
        "plugins/" + id);
  }
  DropRevokedBut(id, trust_, wanted, snapshot_);
  const auto old = snapshot_.plugins.find(id);
  const bool ends = old != snapshot_.plugins.end() && !MayGoOn(trust_, old->second.ref).ok();
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

void PluginLoader::LoadOne(const std::string& id, const WantedPlugin& wanted) {
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
    if (wanted.needed_by.contains("central")) {
      // It keeps the server from starting.
      problems_.push_back(fmt::format("{}: the pack needs plugin {}, and it cannot be loaded: {}",
                                      wanted.uses.front()->source, id, status.error));
    }
    NoteLacking(id, wanted, status.error, snapshot_);
  }
  snapshot_.plugin_status.push_back(std::move(status));
}

absl::StatusOr<BoundPlugin> PluginLoader::Load(const std::string& id, const WantedPlugin& wanted,
                                               PluginStatus& status) {
  ASSIGN_OR_RETURN(plugin::PluginRequest request, RequestFor(id, wanted));
  request.mode = folder_.mode.value_or(request.mode);
  status.mode = request.mode;
  const auto kept = kept_.find(id);
  const bool goes_on = kept != kept_.end() && MayGoOn(trust_, kept->second->ref).ok();
  if (goes_on && SameWish(*kept->second, request)) {
    BoundPlugin bound = *kept->second;
    bound.request = std::move(request);
    RETURN_IF_ERROR(CheckAccountFields(*snapshot_.rules, id, bound.field_slots));
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
  options.fit_for_local = folder_.fit_for_local;
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
  RETURN_IF_ERROR(CheckAccountFields(*snapshot_.rules, id, bound.field_slots));
  const plugin::PluginInfo& info = bound.plugin->info();
  bound.ref = {info.id, info.version, info.sha256};
  bound.request = std::move(request);
  return bound;
}

void PluginLoader::ListUnused() {
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

}  // namespace leadline::engine
