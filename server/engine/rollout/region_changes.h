// Which regions' leads other packs, plugins or tables decide otherwise.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rollout.h"
#include "engine/decide/deciding.h"
#include "engine/decide/snapshot.h"

namespace leadline::engine {

// By region with a pack, and "" for all others.
using RegionFingerprints = std::map<std::string, std::string, std::less<>>;
RegionFingerprints FingerprintsOf(const Snapshot& snapshot);
// Of what decides about leads of the region; empty: not known.
std::string DecidesAbout(std::string_view region, const RegionFingerprints& by_region);

// Begins `rescoring` for the regions whose leads were decided by other rules than the snapshot's, or by nobody knows
// which, and leaves the others out. What decided the former is no longer known, until it is finished. Regions that lack
// a plugin are left out too, and what decided their leads is no longer known until they are gone over.
void ChooseRegions(const Snapshot& snapshot, domain::Rollout& rollout, domain::Rescoring& rescoring);

// The snapshot decides from now on, and nobody goes over the leads. Where it decides otherwise than what did so far, it
// is no longer known by what all leads of a region were decided. What a canary decides counts apart (TrialShare).
void DecidesBeside(const Snapshot& snapshot, domain::Rollout& rollout);

// The same of regions whose rules ask the plugin: what it is has not changed, but whether it was heard.
void ForgetUsersOf(std::string_view plugin, const Snapshot& snapshot, domain::Rollout& rollout);

// The rescoring is finished: where it decided by one set of rules from its beginning to its end, it is known again by
// what.
void NoteDecided(const Deciding& deciding, domain::Rollout& rollout);

}  // namespace leadline::engine
