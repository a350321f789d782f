#include "engine/rollout/candidate_list.h"

#include <algorithm>

#include "base/errors.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::PackCandidate;
using domain::Rollout;

// What a bound goes by.
struct Taken {
  size_t count = 0;
  int64_t bytes = 0;
  void Add(const PackCandidate& candidate) {
    ++count;
    bytes += candidate.bytes;
  }
};

bool DecidesYet(const Rollout& rollout, const std::string& pack) { return rollout.FindActive(pack) != nullptr; }

bool TooMany(const Rollout& rollout, const std::string& pack) {
  Taken of_pack, of_new;
  for (const PackCandidate& candidate : rollout.candidates) {
    if (candidate.ref.pack == pack) of_pack.Add(candidate);
    if (!DecidesYet(rollout, candidate.ref.pack)) of_new.Add(candidate);
  }
  if (of_pack.count > Rollout::kMostCandidatesOfPack) return true;
  // One alone has room, whatever its size.
  if (of_pack.bytes > Rollout::kMostCandidateBytesOfPack && of_pack.count > 1) return true;
  if (DecidesYet(rollout, pack)) return false;
  return of_new.count > Rollout::kMostCandidatesOfNewPacks || of_new.bytes > Rollout::kMostCandidateBytesOfNewPacks;
}

// Whether a later candidate of the pack decides: whoever said yes to this one has seen another one follow.
bool Overtaken(const Rollout& rollout, std::vector<PackCandidate>::const_iterator candidate) {
  return std::any_of(candidate, rollout.candidates.end(), [&](const PackCandidate& later) {
    return later.ref.pack == candidate->ref.pack && rollout.IsActive(later.ref);
  });
}

bool GivesWay(const Rollout& rollout, std::vector<PackCandidate>::const_iterator candidate) {
  if (rollout.IsActive(candidate->ref)) return false;
  if (rollout.trial && rollout.trial->ref == candidate->ref) return false;
  return candidate->approvals.empty() || Overtaken(rollout, candidate);
}

absl::Status NoRoom(const Rollout& rollout, const std::string& pack) {
  std::string message;
  if (DecidesYet(rollout, pack)) {
    message = fmt::format(
        "{} has as many versions waiting as there is room for ({}, with {} MiB of files), and each is approved or on "
        "trial; activate the one that is wanted with: leadline pack activate HASH; then those that were proposed "
        "before it make room",
        pack, Rollout::kMostCandidatesOfPack, Rollout::kMostCandidateBytesOfPack >> 20);
  } else {
    message = fmt::format(
        "packs that do not decide yet have as many versions waiting as there is room for ({}, with {} MiB of files); "
        "activate one of them with: leadline pack activate HASH; then the versions of that pack have places of their "
        "own",
        Rollout::kMostCandidatesOfNewPacks, Rollout::kMostCandidateBytesOfNewPacks >> 20);
  }
  const int64_t limit = DecidesYet(rollout, pack) ? Rollout::kMostCandidatesOfPack : Rollout::kMostCandidatesOfNewPacks;
  return WithReason(WithResource(absl::FailedPreconditionError(message), "packs/" + pack),
                    ErrorReason::kTooManyCandidates, {{"limit", std::to_string(limit)}});
}

}  // namespace

absl::StatusOr<std::vector<PackCandidate>> AddCandidate(PackCandidate next, Rollout& rollout) {
  const std::string pack = next.ref.pack;
  Rollout after = rollout;
  after.candidates.push_back(std::move(next));
  std::vector<PackCandidate> gone;
  while (TooMany(after, pack)) {
    const auto last = after.candidates.end() - 1;  // the new one
    auto oldest = after.candidates.begin();
    while (oldest != last && (oldest->ref.pack != pack || !GivesWay(after, oldest))) ++oldest;
    if (oldest == last) return NoRoom(after, pack);
    gone.push_back(std::move(*oldest));
    after.candidates.erase(oldest);
  }
  rollout = std::move(after);
  return gone;
}

std::vector<std::string> NamedByNothing(const std::vector<PackCandidate>& gone, const Rollout& rollout) {
  std::vector<std::string> out;
  for (const PackCandidate& candidate : gone) {
    const auto is = [&](const domain::PackRef& ref) { return ref.sha256 == candidate.ref.sha256; };
    const bool before = std::any_of(rollout.active.begin(), rollout.active.end(), [&](const domain::ActivePack& pack) {
      return is(pack.ref) || std::any_of(pack.before.begin(), pack.before.end(), is);
    });
    const bool tried = rollout.trial && is(rollout.trial->ref);
    if (!candidate.decided && !before && !tried) out.push_back(candidate.ref.sha256);
  }
  return out;
}

void NoteWhoDecides(Rollout& rollout) {
  for (PackCandidate& candidate : rollout.candidates) {
    const bool tried = rollout.trial && rollout.trial->mode == domain::TrialMode::kCanary &&
                       rollout.trial->ref.sha256 == candidate.ref.sha256;
    if (tried || rollout.IsActive(candidate.ref)) candidate.decided = true;
  }
}

}  // namespace leadline::engine
