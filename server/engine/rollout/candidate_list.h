// The places that versions of packs have which wait to decide: a pack's own proposals take each other's places, never
// another pack's, and never that of a version which somebody approved or which decides.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/rollout.h"

namespace leadline::engine {

// Puts `next` behind the other candidates, within the bounds of domain::Rollout: the oldest ones of its pack that may
// give way leave the list, and are given back. May not: one that is active or on trial, or one of the central pack that
// is approved by a side or both, unless a later candidate of the pack is active. FAILED_PRECONDITION,
// TOO_MANY_CANDIDATES, which changes nothing, when that makes no room; the message says what does.
absl::StatusOr<std::vector<domain::PackCandidate>> AddCandidate(domain::PackCandidate next, domain::Rollout& rollout);

// Hashes of these candidates, which left the list, whose files nothing names: neither the rollout nor a decision.
std::vector<std::string> NamedByNothing(const std::vector<domain::PackCandidate>& gone, const domain::Rollout& rollout);

// Notes which candidates decide about leads: all that decisions will name.
void NoteWhoDecides(domain::Rollout& rollout);

}  // namespace leadline::engine
