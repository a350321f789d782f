#include "engine/rollout/trial_share.h"

#include <algorithm>
#include <set>

#include "engine/decide/deciding.h"
#include "engine/rollout/pack_change.h"
#include "engine/rollout/region_changes.h"

namespace leadline::engine {
namespace {

using domain::Rollout;
using domain::Trial;
using domain::TrialShare;

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

void AddRegions(const std::vector<std::string>& from, std::vector<std::string>& to) {
  std::set<std::string> all(to.begin(), to.end());
  all.insert(from.begin(), from.end());
  to.assign(all.begin(), all.end());
}

}  // namespace

void NoteRegions(const Snapshot& active, const Snapshot& candidate, Trial& trial) {
  if (trial.mode != domain::TrialMode::kCanary) return;
  const RegionFingerprints before = FingerprintsOf(active), after = FingerprintsOf(candidate);
  std::set<std::string> regions;
  for (const RegionFingerprints* known : {&before, &after}) {
    for (const auto& [region, fingerprint] : *known) regions.insert(region);
  }
  std::vector<std::string> others;
  for (const std::string& region : regions) {
    if (DecidesAbout(region, before) != DecidesAbout(region, after)) others.push_back(region);
  }
  AddRegions(others, trial.regions);
}

std::optional<TrialShare> EndTrial(std::string_view why, Rollout& rollout, std::vector<domain::EventPayload>& changes) {
  if (!rollout.trial) return std::nullopt;
  const Trial trial = *std::move(rollout.trial);
  rollout.trial.reset();
  domain::PackChanged change = PackChangeOf("trial_stopped", trial.ref, std::string(why));
  change.generation = rollout.generation;
  changes.emplace_back(std::move(change));
  const bool to_do = trial.mode == domain::TrialMode::kCanary && !trial.regions.empty() && !rollout.IsActive(trial.ref);
  if (!to_do) return std::nullopt;
  return TrialShare{trial.ref, trial.canary_percent, trial.decided_from, trial.regions};
}

std::vector<TrialShare> SharesToDo(const Rollout& rollout) {
  if (!rollout.rescoring) return {};
  const domain::Rescoring& last = *rollout.rescoring;
  // Who was given up keeps what it has, and is tried with the next ones.
  const bool done = last.finished_at != 0 && last.skipped == 0;
  return done ? std::vector<TrialShare>() : last.shares;
}

void AddShare(const TrialShare& share, std::vector<TrialShare>& shares) {
  const auto same =
      std::find_if(shares.begin(), shares.end(), [&](const TrialShare& s) { return s.ref.sha256 == share.ref.sha256; });
  if (same == shares.end()) return shares.push_back(share);
  // The leads of a share are among those of every greater one.
  same->percent = std::max(same->percent, share.percent);
  same->decided_from = std::min(same->decided_from, share.decided_from);
  AddRegions(share.regions, same->regions);
}

bool InAnyShare(std::span<const TrialShare> shares, const packs::RuleSet& rules, std::string_view lead_id,
                std::string_view region) {
  const std::string_view decides = Contains(rules.regions(), region) ? region : std::string_view();
  return std::any_of(shares.begin(), shares.end(), [&](const TrialShare& share) {
    const bool here = Contains(share.regions, region) || Contains(share.regions, decides);
    return here && InCanary(lead_id, share.ref.sha256, share.percent);
  });
}

}  // namespace leadline::engine
