// Every lead scored again after other packs began to decide: some at a time, and from where it stopped after a restart.
#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/work/each_lead.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/set_aside.h"

namespace leadline::engine {
namespace {

using domain::Rescoring;

// Gives one lead, its enquirer and its account what the packs make of them now.
class LeadAgain {
 public:
  LeadAgain(WriteScope& scope, std::string id) : scope_(scope), id_(std::move(id)) {}

  // Whether score or status became another.
  absl::StatusOr<bool> Run() {
    scope_.DecideFor(id_);
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope_, id_));
    if (!session.contact().id.empty()) RETURN_IF_ERROR(DecidePerson(session.contact().id));
    const domain::Lead before = session.lead();
    RETURN_IF_ERROR(session.Rescore(scope_.now));
    RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope_.now));
    session.CountAsToday();
    const domain::Lead& after = session.lead();
    const bool changed = after.status != before.status || after.score.total != before.score.total ||
                         after.score.central != before.score.central;
    RETURN_IF_ERROR(session.Save());
    return changed;
  }

 private:
  absl::Status DecidePerson(const std::string& id) {
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, id));
    RETURN_IF_ERROR(person.Rescore(scope_.now));
    RETURN_IF_ERROR(person.Advance(domain::Trigger::kRescore, scope_.now));
    return person.Save();
  }

  WriteScope& scope_;
  const std::string id_;
};

// What a step is about: first leads that were set aside before, then the next ones.
struct Batch {
  std::vector<std::string> ids;
  size_t again = 0;   // so many of them were set aside
  bool last = false;  // none comes after these
};

absl::StatusOr<Batch> NextBatch(store::Reader& reader, const Rescoring& progress, Time now, int limit) {
  Batch batch;
  for (const domain::SetAsideLead& lead : progress.set_aside) {
    if (lead.retry_at <= now && batch.ids.size() < static_cast<size_t>(limit)) batch.ids.push_back(lead.lead);
  }
  batch.again = batch.ids.size();
  const size_t room = Rescoring::kMostSetAside - std::min(Rescoring::kMostSetAside, progress.set_aside.size());
  const size_t most = std::min(static_cast<size_t>(limit) - batch.again, room);
  if (most == 0) return batch;
  ASSIGN_OR_RETURN(std::vector<std::string> next, reader.LeadIds(progress.after, static_cast<int>(most)));
  batch.last = next.size() < most;
  batch.ids.insert(batch.ids.end(), std::make_move_iterator(next.begin()), std::make_move_iterator(next.end()));
  return batch;
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
  } else {
    progress.after = batch.ids[i];
    ++progress.done;
  }
  if (outcome.ok()) {
    progress.changed += changed ? 1 : 0;
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

absl::Status PackRollout::BeginRescoring(const CallContext& context, domain::Rollout& rollout) {
  Rescoring rescoring;
  rescoring.generation = rollout.generation;
  rescoring.started_at = options_.clock->Now();
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    rescoring.total = 0;
    ASSIGN_OR_RETURN(auto counts, reader.CountByStatus(domain::RecordKind::kLead));
    for (const auto& [status, count] : counts) rescoring.total += count;
    return absl::OkStatus();
  }));
  rollout.rescoring = rescoring;
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
  Batch batch;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(batch, NextBatch(reader, *seen, now, limit));
    return absl::OkStatus();
  }));
  if (batch.ids.empty() && !(batch.last && seen->set_aside.empty())) return step;
  std::vector<char> changed(batch.ids.size());
  const auto decide = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
    WriteScope scope(tx, context, deciding, *options_.ids, attempt.moment, &attempt.logs.front());
    scope.explain = Explain::kKept;
    ASSIGN_OR_RETURN(changed[i], LeadAgain(scope, batch.ids[i]).Run());
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes, DecideEach(writing_, context.tenant, batch.ids, decide));
  // Whoever changes the rollout writes the progress that it read; it must not be an older one.
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    step = {.leads = static_cast<int>(batch.ids.size())};
    ASSIGN_OR_RETURN(domain::Rollout rollout, tx.GetRollout());
    // Packs that were activated meanwhile begin anew.
    if (rollout.rescoring != seen) return absl::OkStatus();
    Rescoring& progress = *rollout.rescoring;
    for (size_t i = 0; i < batch.ids.size(); ++i) Note(batch, i, outcomes[i], changed[i] != 0, now, progress, step);
    if (batch.last && progress.set_aside.empty()) progress.finished_at = now;
    return tx.PutProgress(rollout);
  }));
  return step;
}

}  // namespace leadline::engine
