// Every lead scored again after other packs began to decide: some at a time, and from where it stopped after a restart.
#include "base/status_macros.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"

namespace leadline::engine {
namespace {

// Gives one lead, its enquirer and its account what the packs make of them now.
class LeadAgain {
 public:
  LeadAgain(WriteScope& scope, std::string id) : scope_(scope), id_(std::move(id)) {}

  // Whether score or status became another.
  absl::StatusOr<bool> Run() {
    scope_.BeginLedgerTransaction();
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

}  // namespace

absl::Status PackRollout::BeginRescoring(const CallContext& context, domain::Rollout& rollout) {
  domain::Rescoring rescoring;
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

absl::StatusOr<int> PackRollout::RescoreSome(const CallContext& context, int limit) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(domain::Rollout seen, Stored(context));
  if (!seen.rescoring || seen.rescoring->finished_at != 0) return 0;
  // Another server activated packs that this one has not followed yet.
  if (seen.generation != followed_.generation) return 0;
  const std::shared_ptr<const Deciding> deciding = options_.snapshots->GetDeciding();
  int done = 0;
  RETURN_IF_ERROR(store::WriteAndWait(*options_.store, context.tenant, [&](store::Transaction& tx) -> absl::Status {
    done = 0;
    ASSIGN_OR_RETURN(domain::Rollout rollout, tx.GetRollout());
    if (!rollout.rescoring || rollout.generation != seen.generation) return absl::OkStatus();
    domain::Rescoring& progress = *rollout.rescoring;
    WriteScope scope(tx, context, deciding, *options_.ids, options_.clock->Now());
    ASSIGN_OR_RETURN(std::vector<std::string> ids, tx.LeadIds(progress.after, limit));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(bool changed, LeadAgain(scope, id).Run());
      progress.changed += changed ? 1 : 0;
      progress.after = id;
      ++done;
    }
    progress.done += done;
    if (done < limit) progress.finished_at = scope.now;
    return tx.PutProgress(rollout);
  }));
  return done;
}

}  // namespace leadline::engine
