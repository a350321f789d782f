#include "domain/history/fold.h"

#include <algorithm>
#include <type_traits>

#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "domain/history/value_times.h"
#include "domain/sla.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

absl::Status Misplaced(const Event& event, std::string_view what) {
  return absl::DataLossError(
      fmt::format("event {} of {}: {}", event.position, ResourceName(event.record.kind, event.record.id), what));
}

template <typename Record>
constexpr bool kHasValueTimes = !std::is_same_v<Record, Lead>;

// The values alone.
template <typename Record>
absl::Status SetValues(const Event& event, const std::vector<FieldChange>& changes, Record& record) {
  for (const FieldChange& change : changes) {
    if (!SetField(change, record)) {
      return Misplaced(event, fmt::format("it changes \"{}\", which this kind of record cannot take", change.field));
    }
  }
  return absl::OkStatus();
}

template <typename Record>
absl::Status SetAll(const Event& event, const std::vector<FieldChange>& changes, Record& record) {
  if constexpr (kHasValueTimes<Record>) TakeTimes(changes, event.time, record.value_times);
  return SetValues(event, changes, record);
}

// What a merge made of the survivor's fields, each of which is as of when its record had it.
template <typename Record>
absl::Status TakeMerged(const Event& event, const Merged& merged, Record& record) {
  if constexpr (kHasValueTimes<Record>) {
    for (const ValueTime& time : merged.times) SetTime(time, record.value_times);
  }
  return SetValues(event, merged.changed, record);
}

// Members that are sealed with a person's key: a state has none of them, since what another person gave may have to be
// taken out of them.
void KeepPersonal(const Contact& from, Contact& into) {
  into.given_name = from.given_name;
  into.family_name = from.family_name;
  into.email = from.email;
  into.phone = from.phone;
  into.title = from.title;
  into.attributes = from.attributes;
}
void KeepPersonal(const Lead& from, Lead& into) { into.attributes = from.attributes; }
void KeepPersonal(const Account&, Account&) {}

template <typename Record>
constexpr bool kIsDerived = !std::is_same_v<Record, Account>;

// The record as its own history has it; the changes bring what is personal.
template <typename Record>
absl::Status TakeUnmerged(const Event& event, const Unmerged& unmerged, Record& record) {
  if (const auto* state = std::get_if<Record>(&unmerged.state)) {
    Record now = *state;
    now.id = record.id;
    now.version = record.version;
    KeepPersonal(record, now);
    if constexpr (kIsDerived<Record>) {
      now.meaning = record.meaning;
      now.next_decision_at = record.next_decision_at;
    }
    record = std::move(now);
  } else if (!std::holds_alternative<std::monostate>(unmerged.state)) {
    return Misplaced(event, "it has the state of another kind of record");
  }
  return SetValues(event, unmerged.changed, record);
}

template <typename Record>
absl::Status Create(const Event& event, const RecordCreated& created, Record& record) {
  const auto* image = std::get_if<Record>(&created.image);
  if (image == nullptr) return Misplaced(event, "it creates a record without an image of it");
  const int64_t version = record.version;
  record = *image;
  record.id = event.record.id;
  record.version = version;
  if constexpr (kHasValueTimes<Record>) record.value_times.first = event.time;
  return absl::OkStatus();
}

// What is alike for accounts, contacts and leads. False: it is none of these.
template <typename Record>
absl::StatusOr<bool> FoldCommon(const Event& event, Record& record) {
  if (const auto* created = std::get_if<RecordCreated>(&event.payload)) {
    RETURN_IF_ERROR(Create(event, *created, record));
  } else if (const auto* fields = std::get_if<FieldsChanged>(&event.payload)) {
    RETURN_IF_ERROR(SetAll(event, fields->changes, record));
  } else if (const auto* merged = std::get_if<Merged>(&event.payload)) {
    if (merged->absorbed == event.record) {
      record.merged_into = merged->survivor.id;
    } else {
      RETURN_IF_ERROR(TakeMerged(event, *merged, record));
    }
  } else if (const auto* unmerged = std::get_if<Unmerged>(&event.payload)) {
    const bool stateless = std::holds_alternative<std::monostate>(unmerged->state);
    if (unmerged->restored == event.record) record.merged_into.clear();
    if (unmerged->restored != event.record || !stateless) {
      RETURN_IF_ERROR(TakeUnmerged(event, *unmerged, record));
    }
  } else if (!std::holds_alternative<DecisionTaken>(event.payload)) {
    return false;
  }
  record.updated_at = event.append_time;
  return true;
}

bool WaitsInQueue(const Lead& lead) { return !lead.hold_queue.empty(); }
bool WaitsInQueue(const Contact&) { return false; }

void AddMove(const Event& event, const StatusChanged& change, StatusWords& moves) {
  if (moves.size() >= kMostMovesKept) moves.erase(moves.begin());
  moves.push_back({event.time, change.to, change.trigger, change.lead_alone, event.decision.has_value()});
}

// What leads and contacts have alike: a lifecycle.
template <typename Record>
absl::StatusOr<bool> FoldLifecycle(const Event& event, Record& record) {
  if (const auto* status = std::get_if<StatusChanged>(&event.payload)) {
    record.status = status->to;
    record.status_since = event.time;
    AddMove(event, *status, record.moves);
    if (Answers(*status, WaitsInQueue(record))) record.handled_at = std::max(record.handled_at, event.time);
  } else if (const auto* disposition = std::get_if<DispositionRecorded>(&event.payload)) {
    record.disposition = disposition->disposition;
  } else if (const auto* score = std::get_if<ScoreChanged>(&event.payload)) {
    record.score = score->score;
  } else {
    return false;
  }
  record.updated_at = event.append_time;
  return true;
}

}  // namespace

void NoteLeft(const StatusChanged& change, Time at, Lead& lead) {
  if (lead.assignee.empty()) return;
  if (lead.open && !change.open) lead.former.rep = lead.assignee, lead.former.until = at;
  if (change.reject_reason.empty()) return;
  lead.former.rejected_by = lead.assignee;
  lead.former.rejected_for = change.reject_reason;
}

void NoteGiven(const std::string& rep, Time at, Lead& lead) {
  FormerRep& former = lead.former;
  if (!lead.assignee.empty() && rep != lead.assignee && former.rep != lead.assignee) {
    former.rep = lead.assignee;
    former.until = at;
  }
  if (!rep.empty() && former.rep == rep) former.rep.clear(), former.until = 0;
  if (former.rejected_by == rep) former.rejected_by.clear(), former.rejected_for.clear();
}

Contact StateOf(Contact contact) {
  KeepPersonal({}, contact);
  contact.meaning = {};
  contact.next_decision_at = 0;
  return contact;
}

Lead StateOf(Lead lead) {
  KeepPersonal({}, lead);
  lead.meaning = {};
  lead.next_decision_at = 0;
  return lead;
}

void PutInQueue(std::string_view queue, std::string_view by, Time at, Lead& lead) {
  if (lead.hold_queue != queue) lead.held_since = queue.empty() ? 0 : at;
  lead.hold_queue = queue;
  lead.held_by = queue.empty() ? "" : by;
}

absl::Status Fold(const Event& event, Account& account) {
  ASSIGN_OR_RETURN(const bool done, FoldCommon(event, account));
  if (done) return absl::OkStatus();
  const auto* scored = std::get_if<AccountScored>(&event.payload);
  if (scored == nullptr) return Misplaced(event, "no account has such an event");
  account.score = scored->score;
  account.updated_at = event.append_time;
  return absl::OkStatus();
}

absl::Status Fold(const Event& event, Contact& contact) {
  ASSIGN_OR_RETURN(bool done, FoldCommon(event, contact));
  if (!done) {
    ASSIGN_OR_RETURN(done, FoldLifecycle(event, contact));
  }
  if (done) return absl::OkStatus();
  if (!std::holds_alternative<Erased>(event.payload)) return Misplaced(event, "no contact has such an event");
  contact.given_name.clear();
  contact.family_name.clear();
  contact.email.clear();
  contact.phone.clear();
  contact.title.clear();
  contact.attributes.clear();
  contact.value_times = {};
  contact.marketable = false;
  contact.not_marketable_reason = kNotMarketableErased;
  contact.erased_at = event.time;
  contact.updated_at = event.append_time;
  return absl::OkStatus();
}

absl::Status Fold(const Event& event, Lead& lead) {
  ASSIGN_OR_RETURN(bool done, FoldCommon(event, lead));
  if (!done) {
    ASSIGN_OR_RETURN(done, FoldLifecycle(event, lead));
  }
  if (const auto* status = std::get_if<StatusChanged>(&event.payload)) {
    NoteLeft(*status, event.time, lead);
    lead.open = status->open;
    lead.handed_on = 0;
  }
  if (done) return absl::OkStatus();
  if (const auto* recorded = std::get_if<ActivityRecorded>(&event.payload)) {
    lead.activity_count += 1;
    lead.last_activity_at = std::max(lead.last_activity_at, recorded->activity.time);
  } else if (const auto* assigned = std::get_if<Assigned>(&event.payload)) {
    if (assigned->credited) return absl::OkStatus();
    NoteGiven(assigned->rep, event.time, lead);
    lead.assignee = assigned->rep;
    lead.given_by = assigned->route;
    PutInQueue(assigned->hold_queue, assigned->route, event.time, lead);
  } else if (const auto* clock = std::get_if<SlaChanged>(&event.payload)) {
    TakeClock(clock->clock, lead);
  } else if (const auto* region = std::get_if<RegionChanged>(&event.payload)) {
    lead.region = region->to;
  } else if (std::holds_alternative<Erased>(event.payload)) {
    lead.attributes.clear();
  } else if (std::holds_alternative<LeadSplit>(event.payload)) {
    // What it made of both is told by itself.
  } else {
    return Misplaced(event, "no lead has such an event");
  }
  lead.updated_at = event.append_time;
  return absl::OkStatus();
}

absl::Status Fold(const Event& event, RepState& rep) {
  const auto* availability = std::get_if<AvailabilityChanged>(&event.payload);
  if (availability == nullptr) return Misplaced(event, "no rep has such an event");
  rep.available = availability->available;
  rep.unavailable_until = availability->until;
  rep.absences = availability->absences;
  return absl::OkStatus();
}

void TakeTold(const Account& told, Account& account) {
  account.updated_at = told.updated_at;
  account.value_times = told.value_times;
}

void TakeTold(const Contact& told, Contact& contact) {
  contact.updated_at = told.updated_at;
  contact.value_times = told.value_times;
  contact.moves = told.moves;
}

void TakeTold(const Lead& told, Lead& lead) {
  lead.updated_at = told.updated_at;
  lead.moves = told.moves;
  lead.given_by = told.given_by;
  lead.former = told.former;
}

bool SameState(const Account& a, const Account& b) {
  return DiffState(a, b).empty() && a.score == b.score && a.value_times == b.value_times;
}
bool SameState(const Contact& a, const Contact& b) {
  return DiffState(a, b).empty() && a.score == b.score && a.moves == b.moves && a.value_times == b.value_times;
}
bool SameState(const Lead& a, const Lead& b) {
  return DiffState(a, b).empty() && a.score == b.score && a.sla == b.sla && a.other_clocks == b.other_clocks &&
         a.handed_on == b.handed_on && a.moves == b.moves && a.given_by == b.given_by && a.former == b.former;
}

}  // namespace leadline::domain
