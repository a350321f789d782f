// Leads scored again after other packs began to decide: some at a time, and from where it stopped after a restart.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/rollout/region_changes.h"
#include "engine/rollout/trial_share.h"
#include "engine/rollout/trial_undo.h"
#include "engine/work/each_lead.h"
#include "engine/work/set_aside.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::Rescoring;

// So many leads that are left out are gone over in one view of the store, and so many views in one step.
constexpr int kLookedAt = 500;
constexpr int kMostViews = 50;

// What a step is about: first leads that were set aside before, then the next ones.
struct Batch {
  std::vector<std::string> ids;
  size_t again = 0;      // so many of them were set aside
  size_t most = 0;       // so many at most
  std::string after;     // the last lead that was looked at
  int64_t left_out = 0;  // of those looked at
  bool last = false;     // none comes after these
};

Batch BeginBatch(const Rescoring& progress, Time now, int limit) {
  Batch batch;
  batch.after = progress.after;
  for (const domain::SetAsideLead& lead : progress.set_aside) {
    if (lead.retry_at <= now && batch.ids.size() < static_cast<size_t>(limit)) batch.ids.push_back(lead.lead);
  }
  batch.again = batch.ids.size();
  const size_t room = Rescoring::kMostSetAside - std::min(Rescoring::kMostSetAside, progress.set_aside.size());
  batch.most = batch.again + std::min(static_cast<size_t>(limit) - batch.again, room);
  return batch;
}

// Whether the lead, or the person behind it, has other rules than it was decided by.
bool IsToDo(store::Reader& reader, const Rescoring& progress, const packs::RuleSet& rules,
            const store::LeadPlace& place) {
  const auto covers = [&](std::string_view region) {
    return progress.Covers(region) || InAnyShare(progress.shares, rules, place.id, region);
  };
  if (covers(place.region)) return true;
  if (place.enquirer.empty()) return false;
  const auto contact = StandingContact(reader, place.enquirer);
  // What cannot be read fails in the lead's own step, and is set aside there.
  return !contact.ok() || covers(rules.RegionOfCountry(contact->country));
}

// Adds the leads that come next, as far as one view goes.
absl::Status AddNext(store::Reader& reader, const Rescoring& progress, const packs::RuleSet& rules, Batch& batch) {
  const bool all = progress.left_out_regions.empty() && !progress.regions.empty();
  const int asked = all ? static_cast<int>(batch.most - batch.ids.size()) : kLookedAt;
  ASSIGN_OR_RETURN(std::vector<store::LeadPlace> places, reader.LeadPlaces(batch.after, asked));
  for (store::LeadPlace& place : places) {
    if (batch.ids.size() == batch.most) return absl::OkStatus();
    const bool to_do = all || IsToDo(reader, progress, rules, place);
    batch.after = place.id;
    if (to_do) {
      batch.ids.push_back(std::move(place.id));
    } else {
      ++batch.left_out;
    }
  }
  batch.last = places.size() < static_cast<size_t>(asked);
  return absl::OkStatus();
}

// An account that other packs scored last is scored again, too.
absl::Status NoteOtherwiseScored(WriteScope& scope, const domain::Account& account) {
  if (account.id.empty()) return absl::OkStatus();
  const auto& policy = scope.active().rules->ForRegion("").scoring.account_score;
  const std::string_view by = account.score.has_value() ? std::string_view(account.score->policy) : "";
  if (by == (policy.has_value() ? std::string_view(policy->fingerprint) : "")) return absl::OkStatus();
  return scope.tx.NoteAccount(account.id);
}

// Keeps what became of one lead of the batch.
void Note(const Batch& batch, size_t i, const absl::Status& outcome, bool changed, Time now, Rescoring& progress,
          RescoreStep& step) {
  int32_t tries = 0;
  if (i < batch.again) {
    const auto before = std::find_if(progress.set_aside.begin(), progress.set_aside.end(),
                                     [&](const domain::SetAsideLead& lead) { return lead.lead == batch.ids[i]; });
    tries = before->tries;
    progress.set_aside.erase(before);
  }
  if (outcome.ok()) {
    ++(changed ? progress.changed : progress.same);
    return;
  }
  domain::SetAsideLead failed = FailedAgain(batch.ids[i], tries, outcome, now);
  if (failed.tries < Rescoring::kMostTries) {
    progress.set_aside.push_back(failed);
    step.set_aside.push_back(std::move(failed));
    return;
  }
  failed.retry_at = 0;
  ++progress.skipped;
  if (progress.skipped_leads.size() < Rescoring::kKeptSkipped) progress.skipped_leads.push_back(failed);
  step.skipped.push_back(std::move(failed));
}

}  // namespace

absl::Status PackRollout::BeginRescoring(const CallContext& context, const Snapshot& snapshot, domain::Rollout& rollout,
                                         const std::optional<domain::TrialShare>& ended, Leads leads) {
  Rescoring rescoring;
  rescoring.shares = SharesToDo(rollout);
  if (ended) AddShare(*ended, rescoring.shares);
  // What a candidate decided that is active now stands.
  std::erase_if(rescoring.shares, [&](const domain::TrialShare& share) { return rollout.IsActive(share.ref); });
  if (leads == Leads::kOfShares) {
    DecidesBeside(snapshot, rollout);
    for (const auto& [region, fingerprint] : rollout.decided_by) rescoring.left_out_regions.push_back(region);
    if (rescoring.shares.empty()) {
      rollout.rescoring.reset();
      return absl::OkStatus();
    }
  }
  rescoring.generation = rollout.generation;
  rescoring.started_at = options_.clock->Now();
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    rescoring.total = 0;
    ASSIGN_OR_RETURN(auto counts, reader.CountByStatus(domain::RecordKind::kLead));
    for (const auto& [status, count] : counts) rescoring.total += count;
    return absl::OkStatus();
  }));
  if (leads == Leads::kAllThatDiffer) ChooseRegions(snapshot, rollout, rescoring);
  if (rescoring.regions.empty() && rescoring.shares.empty()) {
    rescoring.done = rescoring.left_out = rescoring.total;
    rescoring.finished_at = rescoring.started_at;
  }
  rollout.rescoring = std::move(rescoring);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Rescoring>> PackRollout::RescoringToDo(const CallContext& context,
                                                                    std::shared_ptr<const Deciding>& deciding) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(domain::Rollout rollout, Stored(context));
  if (!rollout.rescoring || rollout.rescoring->finished_at != 0) return std::optional<Rescoring>();
  // Another server activated packs that this one has not followed yet.
  if (rollout.generation != followed_.generation) return std::optional<Rescoring>();
  deciding = options_.snapshots->GetDeciding();
  return std::move(rollout.rescoring);
}

absl::StatusOr<RescoreStep> PackRollout::RescoreSome(const CallContext& context, int limit) {
  std::shared_ptr<const Deciding> deciding;
  ASSIGN_OR_RETURN(const std::optional<Rescoring> seen, RescoringToDo(context, deciding));
  RescoreStep step;
  if (!seen.has_value()) return step;
  const Time now = options_.clock->Now();
  Batch batch = BeginBatch(*seen, now, limit);
  for (int views = 0; views < kMostViews && batch.ids.size() < batch.most && !batch.last; ++views) {
    RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) {
      return AddNext(reader, *seen, *deciding->active->rules, batch);
    }));
  }
  step.left_out = batch.left_out;
  if (batch.ids.empty() && batch.left_out == 0 && !(batch.last && seen->set_aside.empty())) return step;
  std::vector<char> changed(batch.ids.size());
  const auto decide = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
    WriteScope scope(tx, context, deciding, *options_.ids, attempt.moment, &attempt.logs.front());
    scope.explain = Explain::kKept;
    OnScored scored;
    scored.lead = [&](LeadSession& lead) -> absl::Status {
      RETURN_IF_ERROR(NoteOtherwiseScored(scope, lead.account()));
      return seen->shares.empty() ? absl::OkStatus() : UndoTrials(scope, lead, seen->shares);
    };
    scored.person = [&](PersonSession& person) -> absl::Status {
      RETURN_IF_ERROR(NoteOtherwiseScored(scope, person.account()));
      return seen->shares.empty() ? absl::OkStatus() : UndoTrials(scope, person, batch.ids[i], seen->shares);
    };
    ASSIGN_OR_RETURN(changed[i], DecideAgain(scope, batch.ids[i], scored));
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes, DecideEach(writing_, context.tenant, batch.ids, decide));
  // Whoever changes the rollout writes the progress that it read; it must not be an older one.
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    step = {.leads = static_cast<int>(batch.ids.size()), .left_out = batch.left_out};
    ASSIGN_OR_RETURN(domain::Rollout rollout, tx.GetRollout());
    // Packs that were activated meanwhile begin anew.
    if (rollout.rescoring != seen) return absl::OkStatus();
    Rescoring& progress = *rollout.rescoring;
    progress.after = batch.after;
    progress.left_out += batch.left_out;
    progress.done += batch.left_out + static_cast<int64_t>(batch.ids.size() - batch.again);
    for (size_t i = 0; i < batch.ids.size(); ++i) Note(batch, i, outcomes[i], changed[i] != 0, now, progress, step);
    if (batch.last && progress.set_aside.empty()) {
      progress.finished_at = now;
      NoteDecided(*deciding, rollout);
    }
    return tx.PutProgress(rollout);
  }));
  return step;
}

}  // namespace leadline::engine
