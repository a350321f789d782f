// A lead being worked on: another one is merged into it, or what a merge made of it is undone.
#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "domain/history/record_fields.h"
#include "domain/sla.h"
#include "engine/work/lead_session.h"

namespace leadline::engine {

using domain::SlaClock;

void LeadSession::CountActivities() {
  context_.lead.activity_count = activities_.count();
  context_.lead.last_activity_at = activities_.last();
}

void LeadSession::TakePlaceOf(const domain::Lead& other, Time at) {
  for (const SlaClock& clock : domain::OpenClocks(context_.lead)) StopClock(clock, at, /*met=*/false);
  if (context_.lead.status != other.status) {
    domain::StatusChanged change{context_.lead.status, other.status, "merge", "", other.open};
    domain::NoteLeft(change, other.status_since, context_.lead);
    Record(other.status_since, std::move(change));
    ++revision_;
    context_.lead.status = other.status;
    context_.lead.status_since = other.status_since;
    context_.lead.handed_on = 0;
    SetOpen(other.open);
  }
  if (!other.assignee.empty()) {
    Assign(other.assignee, "merge", "", at);
  } else if (!other.hold_queue.empty()) {
    Assign("", other.held_by, other.hold_queue, other.held_since);
  } else if (!context_.lead.assignee.empty() || !context_.lead.hold_queue.empty()) {
    Assign("", "merge", "", at);
  }
  TakeOpenClocks(other, at);
}

absl::Status LeadSession::Restore(domain::Lead state, const OwnClocks& clocks, domain::Unmerged told,
                                  const std::vector<SlaClock>& known) {
  const Time at = scope_->now;
  for (const SlaClock& clock : known) {
    const auto own = clocks.find({clock.start, clock.sla_id});
    SlaClock now = own == clocks.end() ? clock : own->second;
    if (own == clocks.end()) {
      now.state = domain::SlaState::kUndone;
      if (now.stopped == 0) now.stopped = at;
    }
    if (now != clock) Record(at, domain::SlaChanged{std::move(now)});
  }
  ++revision_;
  CountOpen(-1);
  domain::Lead& lead = context_.lead;
  state.id = lead.id;
  state.version = lead.version;
  state.meaning = lead.meaning;
  state.next_decision_at = lead.next_decision_at;
  state.activity_count = activities_.count();
  state.last_activity_at = activities_.last();
  lead = std::move(state);
  CountOpen(+1);
  told.changed = domain::DiffFields(before_, lead);
  told.state = domain::StateOf(lead);
  Record(at, std::move(told));
  restored_ = true;
  return activities_.status();
}

}  // namespace leadline::engine
