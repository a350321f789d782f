#include "engine/work/each_lead.h"

#include <condition_variable>
#include <memory>
#include <mutex>

#include "base/errors.h"
#include "base/status_macros.h"

namespace leadline::engine {
namespace {

// What the calls share. Outlives the last of them.
struct Progress {
  std::mutex mutex;
  std::condition_variable ended;
  int outstanding = 0;
  std::vector<absl::Status> outcomes;
  absl::Status everyones;  // the first that is not of one lead
};

// One lead on its way, on one thread at a time.
struct Lead {
  size_t index = 0;
  bool failed = false;  // the last attempt, with its own error
};

// Whether the failure would meet every lead. `decided`: the decision itself ended with it.
bool IsEveryones(const absl::Status& status, bool decided) {
  const std::string reason = ReasonOf(status);
  return reason == "OVERLOADED" || reason.starts_with("STORE_") || (!decided && absl::IsUnavailable(status));
}

absl::Status DecidePersonAgain(WriteScope& scope, const std::string& id, const OnScored& scored) {
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, id));
  RETURN_IF_ERROR(person.Rescore(scope.now));
  if (scored.person) RETURN_IF_ERROR(scored.person(person));
  RETURN_IF_ERROR(person.Advance(domain::Trigger::kRescore, scope.now));
  return person.Save();
}

}  // namespace

absl::StatusOr<bool> DecideAgain(WriteScope& scope, const std::string& lead_id, const OnScored& scored) {
  scope.DecideFor(lead_id);
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, lead_id));
  if (!session.contact().id.empty()) RETURN_IF_ERROR(DecidePersonAgain(scope, session.contact().id, scored));
  const domain::Lead before = session.lead();
  RETURN_IF_ERROR(session.Rescore(scope.now));
  if (scored.lead) RETURN_IF_ERROR(scored.lead(session));
  RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope.now));
  session.CountAsToday();
  const domain::Lead& after = session.lead();
  const bool changed = after.status != before.status || after.score.total != before.score.total ||
                       after.score.central != before.score.central || after.open != before.open;
  RETURN_IF_ERROR(session.Save());
  return changed;
}

absl::StatusOr<std::vector<absl::Status>> DecideEach(
    const EngineOptions& options, std::string_view tenant, std::span<const std::string> lead_ids,
    const std::function<absl::Status(store::Transaction&, size_t lead, Attempt&)>& decide, domain::RecordKind kind) {
  const auto progress = std::make_shared<Progress>();
  progress->outcomes.resize(lead_ids.size());
  for (size_t i = 0; i < lead_ids.size(); ++i) {
    {
      std::unique_lock lock(progress->mutex);
      progress->ended.wait(lock, [&] { return progress->outstanding < kMostLeadsOutstanding; });
      if (!progress->everyones.ok()) break;
      ++progress->outstanding;
    }
    const auto lead = std::make_shared<Lead>();
    lead->index = i;
    DecidedWrite write;
    write.tenant = tenant;
    write.work = store::WorkClass::kBulk;
    write.keys = {KeyFor(kind, domain::ResourceName(kind, lead_ids[i]))};
    write.decide = [&decide, lead](store::Transaction& tx, Attempt& attempt, size_t) {
      absl::Status status = decide(tx, lead->index, attempt);
      lead->failed = !status.ok();
      return status;
    };
    RunDecided(options, std::move(write), [progress, lead](absl::Status status) {
      const std::lock_guard lock(progress->mutex);
      if (!status.ok() && progress->everyones.ok() && IsEveryones(status, lead->failed)) progress->everyones = status;
      progress->outcomes[lead->index] = std::move(status);
      --progress->outstanding;
      progress->ended.notify_all();
    });
  }
  std::unique_lock lock(progress->mutex);
  progress->ended.wait(lock, [&] { return progress->outstanding == 0; });
  if (!progress->everyones.ok()) return progress->everyones;
  return std::move(progress->outcomes);
}

}  // namespace leadline::engine
