// How packs are checked on their way to deciding, and how what was checked before is spared it.
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "base/zones/zone_folder.h"
#include "engine/rollout/pack_candidate.h"
#include "engine/rollout/pack_rollout.h"

namespace leadline::engine {

using domain::Rollout;

SnapshotResult PackRollout::BuildAsWished(const packs::PackSet& set, const Rollout& rollout, int64_t generation,
                                          std::shared_ptr<const TimeZones> zones, const SnapshotWish& wish) {
  const std::shared_ptr<const Snapshot> running = options_.snapshots->Get();
  PluginFolder plugins = options_.plugins;
  // Tools and tests say themselves where plugins run.
  if (wish.apart && !plugins.mode) plugins.mode = plugin::PluginMode::kWorker;
  const Time now = options_.clock->Now();
  if (!wish.proofs) {
    return BuildCheckedSnapshot(set, plugins, generation, now, running.get(), rollout.plugins, std::move(zones));
  }
  return BuildSnapshot(set, plugins, generation, now, running.get(), rollout.plugins, std::move(zones));
}

absl::StatusOr<std::shared_ptr<const Snapshot>> PackRollout::BuildProved(const packs::PackSet& set,
                                                                         const Rollout& rollout, int64_t generation,
                                                                         std::vector<Diagnostic>* diagnostics,
                                                                         std::shared_ptr<const TimeZones> zones) {
  const std::vector<domain::PackRef> packs = PackRefsOf(set);
  const bool proved = checked_sets().Proved(packs, *zones);
  ++(proved ? proofs_spared_ : proved_);
  SnapshotResult built = BuildAsWished(set, rollout, generation, zones, {.proofs = !proved});
  *diagnostics = std::move(built.diagnostics);
  if (built.snapshot == nullptr) return built.status;
  checked_sets().RememberProved(packs, *zones);
  return std::move(built.snapshot);
}

absl::StatusOr<CandidateCheck> PackRollout::CheckInPlace(const CallContext& context, const Rollout& rollout,
                                                         packs::PackFiles files, int64_t generation, const Wish& wish) {
  PackCheckJob job;
  ASSIGN_OR_RETURN(job.set, ActiveSet(context, rollout));
  const std::string name = files.name;
  job.set.Put(std::move(files));
  job.now = options_.clock->Now();
  job.tests = wish.tests;
  job.snapshot = wish.snapshot;
  job.deadline = context.deadline;
  job.wanted = context.wanted;
  const std::shared_ptr<const TimeZones> zones = options_.snapshots->Get()->rules->time_zones();
  std::vector<domain::PluginRef> plugins;
  job.build = [&](const SnapshotWish& snapshot) {
    SnapshotResult built = BuildAsWished(job.set, rollout, generation, zones, snapshot);
    if (built.snapshot != nullptr) plugins = built.snapshot->ref->plugins;
    return built;
  };
  PackChecker& checker = options_.checker != nullptr ? *options_.checker : checker_here_;
  ++proved_;
  if (wish.tests) ++tested_;
  absl::StatusOr<CandidateCheck> checked = CheckCandidate(name, job, checker);
  if (!checked.ok()) return WithResource(checked.status(), "packs/" + name);
  CandidateCheck out = *std::move(checked);
  if (!out.check.status.ok() || !wish.remember) return out;
  const std::vector<domain::PackRef> packs = PackRefsOf(job.set);
  checked_sets().RememberProved(packs, *zones);
  // Which failing tests keep a pack back depends on the pack: those that do not keep this one back must be run again
  // for others, and whoever activates a central pack must hear of them again.
  if (wish.tests && out.check.tests.ok()) checked_sets().RememberTested(packs, *zones, plugins);
  return out;
}

absl::StatusOr<CandidateCheck> PackRollout::Checked(const CallContext& context, const Rollout& rollout,
                                                    packs::PackFiles files, int64_t generation, bool tests) {
  ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
  set.Put(files);
  const std::shared_ptr<const TimeZones> zones = options_.snapshots->Get()->rules->time_zones();
  const CheckedSets& checked = checked_sets();
  if (const std::vector<domain::PackRef> packs = PackRefsOf(set); checked.Proved(packs, *zones)) {
    SnapshotResult built = BuildAsWished(set, rollout, generation, zones, {.proofs = false});
    // A plugin that it lacks keeps a pack back, and no other pack.
    const bool good = built.snapshot != nullptr && !built.snapshot->lacking.contains(files.name) &&
                      (!tests || checked.Tested(packs, *zones, built.snapshot->ref->plugins));
    if (good) {
      ++proofs_spared_;
      if (tests) ++tests_spared_;
      CandidateCheck known;
      known.snapshot = std::move(built.snapshot);
      return known;
    }
  }
  ASSIGN_OR_RETURN(CandidateCheck out, CheckInPlace(context, rollout, std::move(files), generation, {.tests = tests}));
  RETURN_IF_ERROR(out.check.status);
  return out;
}

absl::StatusOr<PackCheck> PackRollout::Validate(const CallContext& context, const packs::PackFiles& files) {
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  ASSIGN_OR_RETURN(CandidateCheck checked, CheckInPlace(context, rollout, files, rollout.last_generation + 1,
                                                        {.snapshot = false, .remember = false}));
  return std::move(checked.check);
}

CheckCounts PackRollout::checks() const {
  return {proved_.load(), proofs_spared_.load(), tested_.load(), tests_spared_.load()};
}

}  // namespace leadline::engine
