#include "engine/rollout/pack_rollout.h"

#include <algorithm>
#include <iterator>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/rollout/candidate_list.h"
#include "engine/rollout/pack_candidate.h"
#include "engine/rollout/pack_change.h"
#include "engine/rollout/plugin_changes.h"
#include "engine/rollout/region_changes.h"
#include "engine/rollout/table_changes.h"
#include "engine/rollout/trial_share.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::ApprovalSide;
using domain::PackCandidate;
using domain::PackRef;
using domain::Rollout;

// Both sides' yes, by two principals.
absl::Status CheckApprovals(const PackCandidate& candidate) {
  std::string missing;
  for (const ApprovalSide side : {ApprovalSide::kMarketing, ApprovalSide::kSales}) {
    const bool given = std::any_of(candidate.approvals.begin(), candidate.approvals.end(),
                                   [&](const domain::PackApproval& a) { return a.side == side; });
    if (!given) missing += (missing.empty() ? "" : " and ") + SideName(side);
  }
  if (missing.empty()) return absl::OkStatus();
  return WithMetadata(
      WithMetadata(RefusedChange(fmt::format("the central pack {} needs the approval of {} before it decides",
                                             ShortHash(candidate.ref.sha256), missing),
                                 ErrorReason::kApprovalMissing, "packs/" + candidate.ref.pack),
                   "missing", missing),
      "pack_sha256", candidate.ref.sha256);
}

// Regions' tests that fail with a central pack are overridden by both sides, each with its reason.
absl::Status CheckOverridden(const PackCandidate& candidate, ActivateRequest::Mode mode, const PackCheck& check) {
  if (candidate.ref.pack != "central" || mode == ActivateRequest::Mode::kShadow) return absl::OkStatus();
  if (check.warning.empty()) return absl::OkStatus();
  std::vector<std::string> commands;
  for (const domain::PackApproval& approval : candidate.approvals) {
    if (!approval.reason.empty()) continue;
    commands.push_back(fmt::format("leadline --actor NAME pack approve {} --side {} --reason TEXT",
                                   ShortHash(candidate.ref.sha256), SideName(approval.side)));
  }
  if (commands.empty()) return absl::OkStatus();
  return WithMetadata(RefusedChange(fmt::format("{} ({}); say so with: {}", candidate.ref.pack, check.warning,
                                                fmt::join(commands, "; and with: ")),
                                    ErrorReason::kRegionTestsFail, "packs/" + candidate.ref.pack),
                      "pack_sha256", candidate.ref.sha256);
}

void PutActive(Rollout& rollout, const PackRef& ref, std::vector<PackRef> before, const std::string& actor, Time now) {
  const domain::ActivePack* old = rollout.FindActive(ref.pack);
  if (before.size() > Rollout::kKeptVersions) before.erase(before.begin());
  domain::ActivePack next{ref, now, actor, old == nullptr || old->added_later, std::move(before)};
  const auto at = std::find_if(rollout.active.begin(), rollout.active.end(),
                               [&](const domain::ActivePack& p) { return p.ref.pack == ref.pack; });
  if (at != rollout.active.end()) {
    *at = std::move(next);
  } else {
    const auto place = std::find_if(rollout.active.begin(), rollout.active.end(), [&](const domain::ActivePack& p) {
      return p.ref.pack != "central" && p.ref.pack > ref.pack;
    });
    rollout.active.insert(ref.pack == "central" ? rollout.active.begin() : place, std::move(next));
  }
}

// Whose history the change belongs to.
domain::RecordRef RecordOf(const domain::EventPayload& change) {
  if (const auto* plugin = std::get_if<domain::PluginChanged>(&change)) {
    return {domain::RecordKind::kPlugin, plugin->plugin};
  }
  return {domain::RecordKind::kPack, std::get<domain::PackChanged>(change).pack};
}

// Lets the last change tell the rollout as it is afterwards.
void TellRollout(const Rollout& rollout, std::vector<domain::EventPayload>& changes) {
  if (auto* plugin = std::get_if<domain::PluginChanged>(&changes.back())) {
    plugin->rollout = WithoutProgress(rollout);
  } else {
    std::get<domain::PackChanged>(changes.back()).rollout = WithoutProgress(rollout);
  }
}

// No two snapshots have the same number, trials' included.
int64_t NextGeneration(const Rollout& rollout) { return rollout.last_generation + 1; }

// Whether nothing that decides has changed in between: every such change takes a number, but for the end of a trial.
bool SameDeciders(const Rollout& a, const Rollout& b) {
  return a.last_generation == b.last_generation && a.trial == b.trial;
}

}  // namespace

absl::StatusOr<Rollout> PackRollout::Stored(const CallContext& context) {
  Rollout rollout;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(rollout, reader.GetRollout());
    return absl::OkStatus();
  }));
  return rollout;
}

absl::StatusOr<packs::PackSet> PackRollout::Contents(const CallContext& context, std::span<const PackRef> refs) {
  packs::PackSet set;
  set.root = "rules";
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    set.packs.clear();
    for (const PackRef& ref : refs) {
      ASSIGN_OR_RETURN(domain::PackContent content, reader.GetPackContent(ref.sha256));
      set.Put({content.pack, std::move(content.files)});
    }
    return absl::OkStatus();
  }));
  return set;
}

absl::StatusOr<packs::PackSet> PackRollout::ActiveSet(const CallContext& context, const Rollout& rollout) {
  std::vector<PackRef> refs;
  for (const domain::ActivePack& pack : rollout.active) refs.push_back(pack.ref);
  return Contents(context, refs);
}

absl::Status PackRollout::Write(const CallContext& context, Rollout& rollout, std::vector<domain::EventPayload> changes,
                                const std::vector<domain::PackContent>& contents,
                                const std::vector<std::string>& dropped) {
  if (changes.empty()) return absl::InternalError("what decides would change in a way that the ledger does not tell");
  NoteWhoDecides(rollout);
  TellRollout(rollout, changes);
  const Time now = options_.clock->Now();
  const Rollout before = rollout;
  return store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    rollout = before;  // a transaction may run more than once
    for (const domain::PackContent& content : contents) RETURN_IF_ERROR(tx.Put(content));
    for (const std::string& sha256 : dropped) RETURN_IF_ERROR(tx.DropPackContent(sha256));
    RETURN_IF_ERROR(tx.Put(rollout));
    if (!context.request_id.empty()) {
      RETURN_IF_ERROR(tx.Put(
          store::RequestRecord{context.request_id, context.method + " " + context.fingerprint, std::string(), now}));
    }
    const std::string transaction_id = options_.ids->NewId(now);
    for (const domain::EventPayload& change : changes) {
      domain::Event event;
      event.transaction_id = transaction_id;
      event.request_id = context.request_id;
      event.record = RecordOf(change);
      event.time = event.append_time = now;
      event.actor = context.actor;
      event.generation = rollout.generation;
      for (const domain::ActivePack& pack : rollout.active) event.pack_hashes.push_back(pack.ref.sha256);
      event.payload = change;
      RETURN_IF_ERROR(tx.Append(event));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<Rollout>> PackRollout::DoneBefore(const CallContext& context) {
  std::optional<Rollout> out;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const auto earlier, EarlierRequest(reader, context, context.method));
    if (!earlier) return absl::OkStatus();
    ASSIGN_OR_RETURN(out, reader.GetRollout());
    return absl::OkStatus();
  }));
  return out;
}

absl::StatusOr<PackProposal> PackRollout::Propose(const CallContext& context, const packs::PackFiles& files,
                                                  PackCheck* check) {
  // Checked before its turn: nobody waits for it. Where other packs have come to decide meanwhile, it is checked with
  // those when it is activated.
  ASSIGN_OR_RETURN(std::optional<Rollout> done, DoneBefore(context));
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  ASSIGN_OR_RETURN(CandidateCheck checked,
                   CheckInPlace(context, rollout, files, NextGeneration(rollout), {.snapshot = false}));
  *check = std::move(checked.check);
  RETURN_IF_ERROR(check->status);
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(rollout, Stored(context));
  if (const PackCandidate* known = rollout.FindCandidate(check->ref.sha256); known != nullptr)
    return PackProposal{*known, {}};
  // Asked again at the same time, perhaps: that is found here.
  ASSIGN_OR_RETURN(done, DoneBefore(context));
  if (done) {
    return RefusedChange(fmt::format("the request {} kept {} {}, which has given way to others since; propose it under "
                                     "another request_id",
                                     context.request_id, check->ref.pack, ShortHash(check->ref.sha256)),
                         ErrorReason::kCandidateGaveWay, "packs/" + check->ref.pack);
  }
  return Keep(context, std::move(rollout), check->ref, files);
}

absl::StatusOr<PackProposal> PackRollout::Keep(const CallContext& context, Rollout rollout, const PackRef& ref,
                                               const packs::PackFiles& files) {
  PackCandidate candidate{.ref = ref, .proposed_by = context.actor, .proposed_at = options_.clock->Now()};
  for (const auto& [path, text] : files.files) candidate.bytes += static_cast<int64_t>(path.size() + text.size());
  // What is kept without being a candidate has decided.
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    const absl::Status kept = reader.GetPackContent(ref.sha256).status();
    candidate.decided = kept.ok();
    return absl::IsNotFound(kept) ? absl::OkStatus() : kept;
  }));
  ASSIGN_OR_RETURN(std::vector<PackCandidate> gone, AddCandidate(candidate, rollout));
  domain::PackContent content{ref.sha256, files.name, files.files, candidate.proposed_at};
  RETURN_IF_ERROR(Write(context, rollout, {PackChangeOf("proposed", ref, "")}, {std::move(content)},
                        NamedByNothing(gone, rollout)));
  return PackProposal{rollout.candidates.back(), std::move(gone)};
}

absl::StatusOr<PackRef> PackRollout::MayActivate(Rollout& rollout, const ActivateRequest& request) {
  const PackCandidate* candidate = rollout.FindCandidate(request.sha256);
  if (candidate == nullptr) return NoSuchVersion(request.sha256);
  const PackRef ref = candidate->ref;
  if (const domain::ActivePack* now = rollout.FindActive(ref.pack); now != nullptr && now->ref == ref) {
    return RefusedChange(fmt::format("{} {} decides already", ref.pack, ShortHash(ref.sha256)),
                         ErrorReason::kPackIsActive, "packs/" + ref.pack);
  }
  if (ref.pack == "central" && request.mode != ActivateRequest::Mode::kShadow) {
    RETURN_IF_ERROR(CheckApprovals(*candidate));
  }
  return ref;
}

absl::StatusOr<Rollout> PackRollout::Activate(const CallContext& context, const ActivateRequest& request) {
  constexpr int kTries = 5;
  int64_t expected = request.expected_generation;
  for (int i = 0; i < kTries; ++i) {
    std::unique_lock lock(mutex_);
    ASSIGN_OR_RETURN(std::optional<Rollout> done, DoneBefore(context));
    if (done) return *std::move(done);
    // Where they cannot be taken, the zones before go on; the server's timer reports why.
    ASSIGN_OR_RETURN(Rollout before, Stored(context));
    RETURN_IF_ERROR(CheckGeneration(before.generation, expected));
    if (!context.validate_only && TakeTimeZonesLocked(context).value_or(false)) {
      ASSIGN_OR_RETURN(before, Stored(context));
      if (expected != 0) expected = before.generation;  // the caller's own change
    }
    ASSIGN_OR_RETURN(const PackRef ref, MayActivate(before, request));
    lock.unlock();
    // It is built, and checked where it was not yet with what decides now, while others may change what decides.
    ASSIGN_OR_RETURN(packs::PackSet content, Contents(context, {&ref, 1}));
    ASSIGN_OR_RETURN(CandidateCheck checked, Checked(context, before, std::move(content.packs.front()),
                                                     NextGeneration(before), /*tests=*/true));
    lock.lock();
    ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
    if (!SameDeciders(rollout, before)) {
      RETURN_IF_ERROR(CheckGeneration(rollout.generation, expected));
      continue;
    }
    RETURN_IF_ERROR(MayActivate(rollout, request).status());
    RETURN_IF_ERROR(CheckOverridden(*rollout.FindCandidate(ref.sha256), request.mode, checked.check));
    if (request.mode != ActivateRequest::Mode::kActive) {
      return StartTrial(context, std::move(rollout), ref, request, std::move(checked.snapshot));
    }
    return MakeActive(context, std::move(rollout), ref, "activated", request.reason, request.rescore,
                      std::move(checked.snapshot));
  }
  return PacksChanged("others changed what decides again and again meanwhile; ask again");
}

absl::StatusOr<Rollout> PackRollout::MakeActive(const CallContext& context, Rollout rollout, const PackRef& ref,
                                                std::string action, std::string reason, bool rescore,
                                                std::shared_ptr<const Snapshot> snapshot) {
  domain::PackChanged change = PackChangeOf(action, ref, std::move(reason));
  const Time now = options_.clock->Now();
  if (const domain::ActivePack* old = rollout.FindActive(ref.pack); old != nullptr) {
    change.previous_sha256 = old->ref.sha256;
    std::vector<PackRef> before = old->before;
    if (action == "rolled_back") {
      before.pop_back();
    } else {
      before.push_back(old->ref);
    }
    PutActive(rollout, ref, std::move(before), context.actor, now);
  } else {
    PutActive(rollout, ref, {}, context.actor, now);
  }
  return Switch(context, std::move(rollout), std::move(change), rescore, std::move(snapshot));
}

absl::StatusOr<Rollout> PackRollout::Switch(const CallContext& context, Rollout rollout, domain::PackChanged change,
                                            bool rescore, std::shared_ptr<const Snapshot> snapshot) {
  rollout.generation = rollout.last_generation = snapshot->ref->generation;
  change.generation = rollout.generation;
  const std::string why = fmt::format("{} {}", change.pack, change.action);
  std::vector<domain::EventPayload> changes = {std::move(change)};
  const std::optional<domain::TrialShare> ended = EndTrial(why, rollout, changes);
  RETURN_IF_ERROR(
      BeginRescoring(context, *snapshot, rollout, ended, rescore ? Leads::kAllThatDiffer : Leads::kOfShares));
  std::ranges::move(PluginChanges(rollout, *snapshot, why), std::back_inserter(changes));
  rollout.plugins = snapshot->ref->plugins;
  NoteTables(*snapshot, rollout);
  if (context.validate_only) return rollout;
  RETURN_IF_ERROR(Write(context, rollout, std::move(changes)));
  // What decides is the last to be forgotten, and what was rolled back to is not proved by a restart either.
  checked_sets().RememberProved(snapshot->ref->packs, *snapshot->rules->time_zones());
  Decide(std::move(snapshot), rollout, nullptr);
  return rollout;
}

absl::StatusOr<Rollout> PackRollout::Rollback(const CallContext& context, std::string_view pack, std::string reason,
                                              int64_t expected_generation) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(std::optional<Rollout> done, DoneBefore(context));
  if (done) return *std::move(done);
  ASSIGN_OR_RETURN(Rollout rollout, Stored(context));
  RETURN_IF_ERROR(CheckGeneration(rollout.generation, expected_generation));
  if (!context.validate_only && TakeTimeZonesLocked(context).value_or(false)) {
    ASSIGN_OR_RETURN(rollout, Stored(context));
  }
  const domain::ActivePack* active = rollout.FindActive(pack);
  if (active == nullptr) {
    return WithResource(absl::NotFoundError(fmt::format("no pack \"{}\" is active", pack)),
                        fmt::format("packs/{}", pack));
  }
  const int64_t generation = NextGeneration(rollout);
  if (active->before.empty()) {
    if (!active->added_later) {
      return RefusedChange(fmt::format("{} {} has no earlier version to go back to", pack, active->ref.version),
                           ErrorReason::kNoEarlierVersion, "packs/" + std::string(pack));
    }
    const PackRef gone = active->ref;
    std::erase_if(rollout.active, [&](const domain::ActivePack& p) { return p.ref.pack == pack; });
    ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
    ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> snapshot, Build(set, rollout, generation));
    domain::PackChanged change = PackChangeOf("removed", gone, std::move(reason));
    change.previous_sha256 = gone.sha256;
    return Switch(context, std::move(rollout), std::move(change), /*rescore=*/true, std::move(snapshot));
  }
  const PackRef ref = active->before.back();
  ASSIGN_OR_RETURN(packs::PackSet set, ActiveSet(context, rollout));
  ASSIGN_OR_RETURN(packs::PackSet content, Contents(context, {&ref, 1}));
  set.Put(std::move(content.packs.front()));
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> snapshot, Build(set, rollout, generation));
  return MakeActive(context, std::move(rollout), ref, "rolled_back", std::move(reason), /*rescore=*/true,
                    std::move(snapshot));
}

}  // namespace leadline::engine
