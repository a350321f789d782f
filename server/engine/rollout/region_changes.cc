#include "engine/rollout/region_changes.h"

#include <algorithm>
#include <set>
#include <utility>

#include "packs/run/fingerprint.h"

namespace leadline::engine {
namespace {

bool Asks(const packs::RegionRules& rules, const std::vector<packs::PluginUse>& uses, std::string_view plugin) {
  const auto is = [&](int use) { return use >= 0 && uses[static_cast<size_t>(use)].id == plugin; };
  const auto asks = [&](const auto& rule) { return is(rule.plugin); };
  return std::any_of(rules.scoring.plugins.begin(), rules.scoring.plugins.end(), asks) ||
         std::any_of(rules.lifecycle.gates.begin(), rules.lifecycle.gates.end(), asks) ||
         std::any_of(rules.normalizers.begin(), rules.normalizers.end(), asks);
}

}  // namespace

std::string DecidesAbout(std::string_view region, const RegionFingerprints& by_region) {
  auto found = by_region.find(region);
  if (found == by_region.end()) found = by_region.find("");
  return found == by_region.end() ? std::string() : found->second;
}

RegionFingerprints FingerprintsOf(const Snapshot& snapshot) {
  const auto version = [&](std::string_view id) {
    const auto bound = snapshot.plugins.find(id);
    return bound == snapshot.plugins.end() ? std::string() : bound->second.ref.sha256;
  };
  const packs::RuleSet& rules = *snapshot.rules;
  RegionFingerprints out = {{"", packs::FingerprintOf(rules, rules.ForRegion(""), version)}};
  for (const std::string& region : rules.regions()) {
    out.emplace(region, packs::FingerprintOf(rules, rules.ForRegion(region), version));
  }
  return out;
}

void ChooseRegions(const Snapshot& snapshot, domain::Rollout& rollout, domain::Rescoring& rescoring) {
  const RegionFingerprints now = FingerprintsOf(snapshot);
  std::set<std::string> regions;
  for (const RegionFingerprints* known : {&now, &std::as_const(rollout.decided_by)}) {
    for (const auto& [region, fingerprint] : *known) regions.insert(region);
  }
  RegionFingerprints decided_by;
  for (const std::string& region : regions) {
    const std::string before = DecidesAbout(region, rollout.decided_by);
    std::string after = DecidesAbout(region, now);
    if (before != after && snapshot.lacking.contains(region)) {
      // None of its leads could be decided, and they would hold up those of others. They are when the plugin is loaded.
      rescoring.left_out_regions.push_back(region);
      decided_by.emplace(region, "");
    } else if (before == after) {
      rescoring.left_out_regions.push_back(region);
      decided_by.emplace(region, std::move(after));
    } else {
      rescoring.regions.emplace(region, std::move(after));
      decided_by.emplace(region, "");
    }
  }
  rollout.decided_by = std::move(decided_by);
}

void DecidesBeside(const Snapshot& snapshot, domain::Rollout& rollout) {
  const RegionFingerprints now = FingerprintsOf(snapshot);
  for (const auto& [region, fingerprint] : now) {
    if (DecidesAbout(region, rollout.decided_by) != fingerprint) rollout.decided_by.insert_or_assign(region, "");
  }
  for (auto& [region, fingerprint] : rollout.decided_by) {
    if (DecidesAbout(region, now) != fingerprint) fingerprint.clear();
  }
}

void ForgetUsersOf(std::string_view plugin, const Snapshot& snapshot, domain::Rollout& rollout) {
  const packs::RuleSet& rules = *snapshot.rules;
  if (Asks(rules.ForRegion(""), rules.plugins(), plugin)) rollout.decided_by.insert_or_assign("", "");
  for (const std::string& region : rules.regions()) {
    if (Asks(rules.ForRegion(region), rules.plugins(), plugin)) rollout.decided_by.insert_or_assign(region, "");
  }
}

void NoteDecided(const Deciding& deciding, domain::Rollout& rollout) {
  const domain::Rescoring& rescoring = *rollout.rescoring;
  // Who was given up keeps what it has.
  if (rescoring.skipped > 0) return;
  const RegionFingerprints now = FingerprintsOf(*deciding.active);
  for (const auto& [region, fingerprint] : rescoring.regions) {
    if (DecidesAbout(region, now) == fingerprint) rollout.decided_by.insert_or_assign(region, fingerprint);
  }
}

}  // namespace leadline::engine
