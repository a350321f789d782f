#include "engine/decide/build_snapshot.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/zones/time_zones.h"
#include "engine/decide/plugin_loader.h"
#include "engine/input/input_schema.h"
#include "fmt/format.h"
#include "packs/loader.h"

namespace leadline::engine {
namespace {

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

AccountReads AccountReadsOf(const Snapshot& snapshot) {
  AccountReads reads;
  const auto add = [&](const packs::RegionRules& rules) {
    for (const packs::Condition& condition : rules.conditions) reads.AddCondition(*snapshot.rules, condition);
  };
  add(snapshot.rules->ForRegion(""));
  for (const std::string& region : snapshot.rules->regions()) add(snapshot.rules->ForRegion(region));
  for (const auto& [id, plugin] : snapshot.plugins) {
    for (const int slot : plugin.field_slots) reads.AddField(*snapshot.rules, slot);
  }
  return reads;
}

// What depends on both packs and plugins.
void Finish(Snapshot& snapshot, int64_t generation) {
  SortStatus(snapshot);
  SetRef(snapshot, generation);
  snapshot.reads_progress_of_people = ReadsAny(
      snapshot, {"contact.status", "contact.disposition", "contact.marketable", "contact.not_marketable_reason"});
  snapshot.account_reads = AccountReadsOf(snapshot);
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
    result.status = absl::FailedPreconditionError(fmt::format("{}", fmt::join(problems, "\n")));
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

std::shared_ptr<const Snapshot> WithoutRevoked(const Snapshot& from, const PluginFolder& plugins, int64_t generation) {
  auto next = std::make_shared<Snapshot>(from);
  DropRevoked(plugins, *next);
  Finish(*next, generation);
  return next;
}

std::shared_ptr<const Snapshot> Renumbered(const Snapshot& from, int64_t generation) {
  auto next = std::make_shared<Snapshot>(from);
  SetRef(*next, generation);
  return next;
}

}  // namespace leadline::engine
