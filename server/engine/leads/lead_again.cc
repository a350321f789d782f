#include "engine/leads/lead_again.h"

#include "base/status_macros.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"

namespace leadline::engine {
namespace {

absl::Status DecidePersonAgain(WriteScope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, id));
  RETURN_IF_ERROR(person.Rescore(scope.now));
  RETURN_IF_ERROR(person.Advance(domain::Trigger::kRescore, scope.now));
  return person.Save();
}

}  // namespace

absl::StatusOr<bool> DecideAgain(WriteScope& scope, const std::string& lead_id) {
  scope.DecideFor(lead_id);
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, lead_id));
  if (!session.contact().id.empty()) RETURN_IF_ERROR(DecidePersonAgain(scope, session.contact().id));
  const domain::Lead before = session.lead();
  RETURN_IF_ERROR(session.Rescore(scope.now));
  RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope.now));
  session.CountAsToday();
  const domain::Lead& after = session.lead();
  const bool changed = after.status != before.status || after.score.total != before.score.total ||
                       after.score.central != before.score.central || after.open != before.open;
  RETURN_IF_ERROR(session.Save());
  return changed;
}

}  // namespace leadline::engine
