// The share of the leads that a canary decided, from the end of its trial until they are decided again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"
#include "domain/rollout.h"
#include "engine/decide/snapshot.h"

namespace leadline::engine {

// Adds to a canary's regions those whose leads `candidate` decides otherwise than `active`.
void NoteRegions(const Snapshot& active, const Snapshot& candidate, domain::Trial& trial);

// Ends the trial that runs, if one does, because of `why`, and adds to `changes` what the ledger says of it. To be
// called when the rollout's active packs and its generation are those after the change. Nothing when no lead is to be
// decided again for it: it was a shadow, it decides as the active packs do, or it is one of them now.
std::optional<domain::TrialShare> EndTrial(std::string_view why, domain::Rollout& rollout,
                                           std::vector<domain::EventPayload>& changes);

// Shares that the last rescoring has not gone over, or not all of.
std::vector<domain::TrialShare> SharesToDo(const domain::Rollout& rollout);
// Adds one; two of the same candidate become one that holds both.
void AddShare(const domain::TrialShare& share, std::vector<domain::TrialShare>& shares);

// Whether one of the shares holds the lead, as far as the region goes: the lead's own, or its person's. `rules` are
// those of the active packs.
bool InAnyShare(std::span<const domain::TrialShare> shares, const packs::RuleSet& rules, std::string_view lead_id,
                std::string_view region);

}  // namespace leadline::engine
