// What time alone does to leads and persons: steps of service-level clocks, and rules that go by the time.
#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/each_lead.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/set_aside.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

// What is due of one kind, the earliest first.
struct Due {
  std::vector<std::string> ids;
  bool all = false;  // nothing else of the kind is due, set aside or not
};

// At most `limit` records that have something due and are not set aside. Those that are stand first in the list for
// ever if need be, so that the list is read beyond them; they are added to `waiting`.
absl::StatusOr<Due> DueNow(store::Store& store, const CallContext& context, const SetAside& set_aside, RecordKind kind,
                           Time now, size_t limit, std::set<std::string, std::less<>>& waiting) {
  const size_t asked = limit + set_aside.size();
  Due due;
  RETURN_IF_ERROR(store.Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(due.ids, reader.DueRecords(kind, now, static_cast<int>(asked)));
    return absl::OkStatus();
  }));
  due.all = due.ids.size() < asked;
  std::erase_if(due.ids, [&](const std::string& id) {
    if (!set_aside.Waits(id, now)) return false;
    waiting.insert(id);
    return true;
  });
  if (due.ids.size() > limit) due.ids.resize(limit), due.all = false;
  return due;
}

bool IsDue(Time next_decision_at, Time now) { return next_decision_at != 0 && next_decision_at <= now; }

// Whether the lead had something due.
absl::StatusOr<bool> AdvanceLead(WriteScope& scope, const std::string& id) {
  scope.DecideFor(id);
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
  ASSIGN_OR_RETURN(const bool stepped, session.AdvanceClock(scope.now));
  const bool due = IsDue(session.lead().next_decision_at, scope.now);
  if (due) {
    RETURN_IF_ERROR(session.Rescore(scope.now));
    RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope.now));
  }
  if (stepped || due) RETURN_IF_ERROR(session.Save());
  return stepped || due;
}

absl::StatusOr<bool> AdvancePerson(WriteScope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, id));
  if (!IsDue(person.contact().next_decision_at, scope.now)) return false;
  RETURN_IF_ERROR(person.Rescore(scope.now));
  RETURN_IF_ERROR(person.Advance(domain::Trigger::kRescore, scope.now));
  RETURN_IF_ERROR(person.Save());
  return true;
}

}  // namespace

absl::StatusOr<ClockStep> Engine::AdvanceClocks(const CallContext& context, int limit) {
  const Time now = clock().Now();
  ClockStep step;
  const std::shared_ptr<const Deciding> pinned = deciding();
  std::set<std::string, std::less<>> seen;  // that wait, or are tried now
  bool all = true;
  for (const RecordKind kind : {RecordKind::kLead, RecordKind::kContact}) {
    ASSIGN_OR_RETURN(const Due due,
                     DueNow(*options_.store, context, *clocks_set_aside_, kind, now, static_cast<size_t>(limit), seen));
    all = all && due.all;
    seen.insert(due.ids.begin(), due.ids.end());
    std::vector<char> changed(due.ids.size());
    const auto decide = [&](store::Transaction& tx, size_t i, Attempt& attempt) -> absl::Status {
      WriteScope scope(tx, context, pinned, *options_.ids, attempt.moment, &attempt.logs.front());
      scope.explain = Explain::kKept;
      const std::string& id = due.ids[i];
      ASSIGN_OR_RETURN(changed[i], kind == RecordKind::kLead ? AdvanceLead(scope, id) : AdvancePerson(scope, id));
      return absl::OkStatus();
    };
    ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes,
                     DecideEach(options_, context.tenant, due.ids, decide, kind));
    auto& failed = kind == RecordKind::kLead ? step.set_aside : step.people_set_aside;
    for (size_t i = 0; i < due.ids.size(); ++i) {
      if (outcomes[i].ok()) {
        clocks_set_aside_->Succeeded(due.ids[i]);
        step.touched += changed[i] ? 1 : 0;
      } else {
        failed.push_back(clocks_set_aside_->Failed(due.ids[i], outcomes[i], now));
      }
    }
  }
  // Whoever was set aside and has nothing due any more is forgotten.
  if (all && clocks_set_aside_->size() > 0) clocks_set_aside_->KeepOnly(seen);
  return step;
}

}  // namespace leadline::engine
