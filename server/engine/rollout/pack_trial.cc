// A candidate beside the packs that decide: who decides which lead, and what the two disagree about.
#include <algorithm>
#include <set>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/rollout/pack_change.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/rollout/trial_share.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {
namespace {

constexpr int kMaxSamples = 50;
constexpr int64_t kDiffPage = 200;

// Whether the event says that packs decided about the lead.
bool Decides(const domain::Event& event) {
  if (event.record.kind != domain::RecordKind::kLead) return false;
  return std::holds_alternative<domain::RecordCreated>(event.payload) ||
         std::holds_alternative<domain::ActivityRecorded>(event.payload) ||
         std::holds_alternative<domain::StatusChanged>(event.payload) ||
         std::holds_alternative<domain::ScoreChanged>(event.payload) ||
         std::holds_alternative<domain::Assigned>(event.payload);
}

}  // namespace

// The trial that runs, and how far its comparison is.
struct PackRollout::Trying {
  Trying(domain::Trial t, std::shared_ptr<const Snapshot> active, std::shared_ptr<const Snapshot> candidate)
      : trial(std::move(t)),
        position(trial.start_position),
        tally(std::move(active), std::move(candidate), kMaxSamples) {}

  std::mutex mutex;
  const domain::Trial trial;
  int64_t position;  // of the ledger: events up to here were looked at
  DiffTally tally;
};

PackRollout::PackRollout(PackRolloutOptions options)
    : options_(std::move(options)),
      writing_{.clock = options_.clock,
               .ids = options_.ids,
               .store = options_.store,
               .snapshots = options_.snapshots,
               .deciders = options_.deciders,
               .reservations = options_.reservations} {}
PackRollout::~PackRollout() = default;

void PackRollout::Decide(std::shared_ptr<const Snapshot> active, const domain::Rollout& rollout,
                         std::shared_ptr<const Snapshot> candidate) {
  Deciding next{active, nullptr, 0, ""};
  std::shared_ptr<Trying> trying;
  if (rollout.trial && candidate != nullptr) {
    trying = std::make_shared<Trying>(*rollout.trial, active, candidate);
    if (rollout.trial->mode == domain::TrialMode::kCanary) {
      next.canary = candidate;
      next.canary_percent = rollout.trial->canary_percent;
      next.canary_salt = rollout.trial->ref.sha256;
    }
  }
  options_.snapshots->Set(std::move(next));
  candidate_ = rollout.trial ? std::move(candidate) : nullptr;
  std::atomic_store(&trying_, std::move(trying));
  followed_ = rollout;
}

absl::StatusOr<domain::Rollout> PackRollout::StartTrial(const CallContext& context, domain::Rollout rollout,
                                                        const domain::PackRef& ref, const ActivateRequest& request,
                                                        std::shared_ptr<const Snapshot> snapshot) {
  const bool canary = request.mode == ActivateRequest::Mode::kCanary;
  const std::shared_ptr<const Snapshot> active = options_.snapshots->Get();
  domain::Trial trial;
  trial.mode = canary ? domain::TrialMode::kCanary : domain::TrialMode::kShadow;
  trial.ref = ref;
  trial.generation = snapshot->ref->generation;
  trial.canary_percent = canary ? request.canary_percent : 0;
  trial.since = options_.clock->Now();
  trial.started_by = context.actor;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(trial.start_position, reader.LastPosition());
    return absl::OkStatus();
  }));
  trial.decided_from = canary ? trial.start_position : 0;
  // One that goes on has decided about those before, too.
  if (canary && rollout.trial && rollout.trial->ref == ref) trial.regions = rollout.trial->regions;
  NoteRegions(*active, *snapshot, trial);

  const std::optional<domain::Trial> before = rollout.trial;
  std::vector<domain::EventPayload> changes;
  std::optional<domain::TrialShare> ended = EndTrial(canary ? "another share" : "another trial", rollout, changes);
  if (canary && ended && before->ref == ref) {
    // It goes on with another share, and decides again only what it loses.
    trial.decided_from = before->decided_from;
    if (trial.canary_percent >= before->canary_percent) ended.reset();
  }
  if (canary && SharesToDo(rollout).size() + (ended ? 1 : 0) >= domain::Rescoring::kMostShares) {
    return WithMetadata(
        RefusedChange("leads that earlier canaries decided are still to be decided again; wait for that to end (see "
                      "leadline pack status), or try this version in shadow",
                      ErrorReason::kRescoringGoesOn, "packs/" + ref.pack),
        "limit", std::to_string(domain::Rescoring::kMostShares));
  }
  if (ended) RETURN_IF_ERROR(BeginRescoring(context, *active, rollout, ended, LeadsLeft(rollout)));
  rollout.trial = trial;
  rollout.last_generation = trial.generation;
  domain::PackChanged change = PackChangeOf(canary ? "canary_started" : "shadow_started", ref, request.reason);
  change.canary_percent = trial.canary_percent;
  change.generation = trial.generation;
  changes.emplace_back(std::move(change));
  if (context.validate_only) return rollout;
  RETURN_IF_ERROR(Write(context, rollout, std::move(changes)));
  Decide(active, rollout, std::move(snapshot));
  return rollout;
}

absl::StatusOr<domain::Rollout> PackRollout::StopTrial(const CallContext& context, std::string reason,
                                                       int64_t expected_generation) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(std::optional<domain::Rollout> done, DoneBefore(context));
  if (done) return *std::move(done);
  ASSIGN_OR_RETURN(domain::Rollout rollout, Stored(context));
  RETURN_IF_ERROR(CheckGeneration(rollout.generation, expected_generation));
  if (!rollout.trial) return RefusedChange("no trial runs", ErrorReason::kNoTrial);
  const std::shared_ptr<const Snapshot> active = options_.snapshots->Get();
  std::vector<domain::EventPayload> changes;
  const std::optional<domain::TrialShare> ended = EndTrial(reason, rollout, changes);
  if (ended) RETURN_IF_ERROR(BeginRescoring(context, *active, rollout, ended, LeadsLeft(rollout)));
  if (context.validate_only) return rollout;
  RETURN_IF_ERROR(Write(context, rollout, std::move(changes)));
  Decide(active, rollout, nullptr);
  return rollout;
}

absl::StatusOr<int> PackRollout::CompareSome(const CallContext& context, int limit) {
  const std::shared_ptr<Trying> trying = std::atomic_load(&trying_);
  if (trying == nullptr) return 0;
  std::lock_guard lock(trying->mutex);
  int compared = 0;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(std::vector<domain::Event> events, reader.EventsAfter(trying->position, limit));
    std::set<std::string> leads;
    for (const domain::Event& event : events) {
      trying->position = event.position;
      if (Decides(event)) leads.insert(event.record.id);
    }
    StoredReps reps(reader);
    for (const std::string& id : leads) {
      ASSIGN_OR_RETURN(LeadContext lead, LoadLead(reader, id));
      RETURN_IF_ERROR(trying->tally.Add(lead, reps, options_.clock->Now()));
      ++compared;
    }
    return absl::OkStatus();
  }));
  return compared;
}

absl::StatusOr<RolloutView> PackRollout::Get(const CallContext& context) {
  RolloutView view;
  ASSIGN_OR_RETURN(view.rollout, Stored(context));
  if (const std::shared_ptr<Trying> trying = std::atomic_load(&trying_); trying != nullptr) {
    std::lock_guard lock(trying->mutex);
    TrialReport report{trying->trial, 0, trying->tally.Result()};
    report.compared = report.diff.leads;
    view.trial = std::move(report);
  }
  std::lock_guard lock(refresh_mutex_);
  view.refresh_error = refresh_error_;
  return view;
}

absl::StatusOr<int64_t> PackRollout::CountLeads(const CallContext& context, const DiffRequest& request) {
  int64_t count = 0;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    count = 0;
    ASSIGN_OR_RETURN(const auto counts, reader.CountByRegion(INT32_MAX));
    for (const auto& [region, leads] : counts) {
      if (request.region.empty() || request.region == region) count += leads;
    }
    return absl::OkStatus();
  }));
  return request.max_leads == 0 ? count : std::min(count, request.max_leads);
}

absl::StatusOr<PackDiff> PackRollout::Diff(const CallContext& context, const DiffRequest& request) {
  ASSIGN_OR_RETURN(domain::Rollout rollout, Stored(context));
  const std::shared_ptr<const Snapshot> active = options_.snapshots->Get();
  if (active->ref->generation != rollout.generation) {
    return PacksChanged("other packs began to decide just now; ask for the comparison again");
  }
  packs::PackFiles files = request.files;
  if (files.name.empty()) {
    const domain::PackRef ref{"", "", request.sha256};
    ASSIGN_OR_RETURN(packs::PackSet content, Contents(context, {&ref, 1}));
    files = std::move(content.packs.front());
  }
  ASSIGN_OR_RETURN(const int64_t total, CountLeads(context, request));
  if (context.progress) context.progress(0, total);
  ASSIGN_OR_RETURN(CandidateCheck candidate,
                   Checked(context, rollout, std::move(files), rollout.last_generation + 1, /*tests=*/false));
  DiffTally tally(active, std::move(candidate.snapshot), request.max_samples);
  const Time now = options_.clock->Now();
  int64_t left = request.max_leads == 0 ? INT64_MAX : request.max_leads;
  std::string after;
  while (left > 0) {
    if (context.wanted && !context.wanted()) {
      return absl::CancelledError("nobody waits for the comparison any more");
    }
    if (context.progress) context.progress(tally.leads(), total);
    size_t got = 0;
    RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(std::vector<std::string> ids,
                       reader.LeadIds(after, static_cast<int>(std::min(left, kDiffPage))));
      got = ids.size();
      StoredReps reps(reader);
      for (const std::string& id : ids) {
        after = id;
        ASSIGN_OR_RETURN(LeadContext lead, LoadLead(reader, id));
        if (!request.region.empty() && lead.lead.region != request.region) continue;
        RETURN_IF_ERROR(tally.Add(lead, reps, now));
        --left;
      }
      return absl::OkStatus();
    }));
    if (got == 0) break;
  }
  if (context.progress) context.progress(tally.leads(), total);
  return tally.Result();
}

}  // namespace leadline::engine
