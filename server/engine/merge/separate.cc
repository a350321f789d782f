// Undoing a merge: every record that it changed becomes what its own history has of it.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/status_macros.h"
#include "domain/history/merging.h"
#include "domain/history/record_fields.h"
#include "engine/merge/followers.h"
#include "engine/merge/merger.h"
#include "engine/merge/own_history.h"
#include "engine/work/follow_leads.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/record_change.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Event;
using domain::MergeRecord;
using domain::RecordKind;
using domain::RecordRef;

template <typename Record>
struct KindOf;
template <>
struct KindOf<domain::Account> {
  static constexpr RecordKind kind = RecordKind::kAccount;
  static absl::StatusOr<domain::Account> Get(store::Reader& r, const std::string& id) { return r.GetAccount(id); }
};
template <>
struct KindOf<domain::Contact> {
  static constexpr RecordKind kind = RecordKind::kContact;
  static absl::StatusOr<domain::Contact> Get(store::Reader& r, const std::string& id) { return r.GetContact(id); }
};
template <>
struct KindOf<domain::Lead> {
  static constexpr RecordKind kind = RecordKind::kLead;
  static absl::StatusOr<domain::Lead> Get(store::Reader& r, const std::string& id) { return r.GetLead(id); }
};

// One record as its own history has it.
template <typename Record>
struct Own {
  Record record;
  LeadSession::OwnClocks clocks;                 // that it tells
  std::vector<domain::SlaClock> known;           // that were ever told
  std::vector<domain::Assigned> given_by_merge;  // by the merge that is undone
  std::map<std::string, std::string> joined;     // what was merged into it after that merge, and stands; by merge
  bool moved = false;  // its status was told anew after that merge, or after the last of these
};

class Separation {
 public:
  Separation(WriteScope& scope, const std::string& reason) : scope_(scope), reason_(reason) {}

  absl::StatusOr<UnmergeResult> Run(const std::string& merge_id) {
    ASSIGN_OR_RETURN(merge_, scope_.tx.GetMerge(merge_id));
    RETURN_IF_ERROR(CheckStands());
    survivor_ = {merge_.kind, merge_.survivor_id};
    absorbed_ = {merge_.kind, merge_.absorbed_id};
    ASSIGN_OR_RETURN(leaving_, MergedIds(scope_.tx, merge_.kind, merge_.absorbed_id));
    ASSIGN_OR_RETURN(const std::vector<std::string> all_leads, LeadsOf(scope_.tx, survivor_));
    RETURN_IF_ERROR(FindChanged());
    merge_.undone = true;
    RETURN_IF_ERROR(scope_.tx.Put(merge_));
    RETURN_IF_ERROR(RestoreAll());
    RETURN_IF_ERROR(DecideAll(all_leads));
    UnmergeResult result;
    result.pending_leads = LeadsForLater(all_leads);
    ASSIGN_OR_RETURN(result.survivor, EntityOf(scope_.tx, survivor_));
    ASSIGN_OR_RETURN(result.restored, EntityOf(scope_.tx, absorbed_));
    return result;
  }

 private:
  absl::Status CheckStands() {
    if (merge_.undone) {
      return WithReason(
          WithResource(absl::FailedPreconditionError(fmt::format("merge {} is undone already", merge_.id)),
                       "merges/" + merge_.id),
          ErrorReason::kMergeUndone);
    }
    for (const std::string& id : {merge_.survivor_id, merge_.absorbed_id}) {
      RETURN_IF_ERROR(CheckNotErased(scope_.tx, {merge_.kind, std::string(id)}, "the merge can no longer be undone"));
    }
    ASSIGN_OR_RETURN(const std::string into, MergedInto(merge_.survivor_id));
    if (into.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<MergeRecord> merges, scope_.tx.MergesInto(merge_.kind, into));
    const auto later = std::find_if(merges.begin(), merges.end(),
                                    [&](const MergeRecord& other) { return other.absorbed_id == merge_.survivor_id; });
    const std::string id = later == merges.end() ? "" : later->id;
    return WithReason(
        WithResource(absl::FailedPreconditionError(fmt::format(
                         "merge {} put the survivor of merge {} into {} and is still in force; undo it first", id,
                         merge_.id, domain::ResourceName(merge_.kind, into))),
                     "merges/" + merge_.id),
        ErrorReason::kLaterMergeStands, {{"later_merge", id}});
  }

  absl::StatusOr<std::string> MergedInto(const std::string& id) {
    if (merge_.kind == RecordKind::kAccount) {
      ASSIGN_OR_RETURN(const domain::Account account, scope_.tx.GetAccount(id));
      return account.merged_into;
    }
    if (merge_.kind == RecordKind::kContact) {
      ASSIGN_OR_RETURN(const domain::Contact contact, scope_.tx.GetContact(id));
      return contact.merged_into;
    }
    ASSIGN_OR_RETURN(const domain::Lead lead, scope_.tx.GetLead(id));
    return lead.merged_into;
  }

  // Records whose histories say that the merge changed them: they stand together in the ledger.
  absl::Status FindChanged() {
    ASSIGN_OR_RETURN(const OwnHistory history, OwnHistory::Of(scope_.tx, absorbed_, merge_.id));
    position_ = history.position();
    if (position_ == 0) return absl::DataLossError(fmt::format("no history tells of merge {}", merge_.id));
    constexpr int kEventPage = 500;
    int64_t last_of_merge = domain::TransactionAt(position_);
    for (int64_t after = domain::PositionOf(last_of_merge, 0) - 1;;) {
      ASSIGN_OR_RETURN(const std::vector<Event> events, scope_.tx.EventsAfter(after, kEventPage));
      for (const Event& event : events) {
        // The first one after the merge's says nothing of it any more.
        if (domain::TransactionAt(event.position) > last_of_merge + 1) return absl::OkStatus();
        const auto* merged = std::get_if<domain::Merged>(&event.payload);
        if (merged == nullptr || merged->merge_id != merge_.id) continue;
        last_of_merge = domain::TransactionAt(event.position);
        transactions_.insert(last_of_merge);
        if (changed_.insert(event.record).second) in_order_.push_back(event.record);
      }
      if (events.size() < kEventPage) return absl::OkStatus();
      after = events.back().position;
    }
  }

  // People and companies first, on which leads rest.
  absl::Status RestoreAll() {
    for (const RecordRef& ref : changed_) {
      if (ref.kind == RecordKind::kAccount) RETURN_IF_ERROR(Restore<domain::Account>(ref));
      if (ref.kind == RecordKind::kContact) RETURN_IF_ERROR(Restore<domain::Contact>(ref));
    }
    // The last first, so that each turn that is given back is the last that was taken.
    for (auto ref = in_order_.rbegin(); ref != in_order_.rend(); ++ref) {
      if (ref->kind != RecordKind::kLead) continue;
      if (*ref == absorbed_) {
        RETURN_IF_ERROR(RestoreAbsorbedLead());
      } else {
        RETURN_IF_ERROR(RestoreLead(*ref));
      }
    }
    return absl::OkStatus();
  }

  domain::Unmerged Told(const RecordRef& ref) const {
    const bool told_why = ref == survivor_ || ref == absorbed_;
    return {merge_.id, absorbed_, told_why ? reason_ : "", {}, {}};
  }

  template <typename Record>
  absl::Status Restore(const RecordRef& ref) {
    ASSIGN_OR_RETURN(Record before, KindOf<Record>::Get(scope_.tx, ref.id));
    ASSIGN_OR_RETURN(Own<Record> own, OwnOf<Record>(ref));
    domain::Unmerged told = Told(ref);
    told.changed = domain::DiffFields(before, own.record);
    told.state = domain::StateOf(own.record);
    PendingEvents pending;
    pending.Add(scope_.now, std::move(told));
    Record after = before;
    RETURN_IF_ERROR(AddLeaving(ref, pending));
    RETURN_IF_ERROR(FoldPending(ref, pending, after));
    return SaveRecord(scope_, before, after, pending);
  }

  absl::Status RestoreAbsorbedLead() {
    RETURN_IF_ERROR(Restore<domain::Lead>(absorbed_));
    ASSIGN_OR_RETURN(const domain::Lead lead, scope_.tx.GetLead(absorbed_.id));
    return lead.open && !lead.assignee.empty() ? scope_.tx.AddOpenLeads(lead.assignee, +1) : absl::OkStatus();
  }

  absl::Status RestoreLead(const RecordRef& ref) {
    ASSIGN_OR_RETURN(const domain::Lead now, scope_.tx.GetLead(ref.id));
    // It went into another one since, and is nobody's work.
    if (!now.merged_into.empty()) return Restore<domain::Lead>(ref);
    ASSIGN_OR_RETURN(Own<domain::Lead> own, OwnOf<domain::Lead>(ref));
    scope_.DecideFor(ref.id);
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope_, ref.id));
    for (const domain::Assigned& given : own.given_by_merge) {
      RETURN_IF_ERROR(session.GiveTurnsBack(given, scope_.now));
    }
    RETURN_IF_ERROR(session.Restore(std::move(own.record), own.clocks, Told(ref), own.known));
    // What came in between is as it would have been without the one that leaves.
    for (const auto& [merge, id] : own.joined) {
      ASSIGN_OR_RETURN(const domain::Lead other, scope_.tx.GetLead(id));
      const packs::RegionRules& rules = scope_.decider().Rules(session.lead().region);
      if (own.moved || !StandsFurther(rules.lifecycle, other, session.lead())) continue;
      session.TakePlaceOf(other, scope_.now);
      session.Record(scope_.now, domain::Merged{merge, {ref.kind, id}, ref, "", {}, {}});
    }
    return session.Save();
  }

  // What was addressed to somebody who leaves goes with them: events of the survivor, told again.
  absl::Status AddLeaving(const RecordRef& ref, PendingEvents& pending) {
    if (ref != absorbed_) return absl::OkStatus();
    ASSIGN_OR_RETURN(const OwnHistory history, OwnHistory::Of(scope_.tx, survivor_, merge_.id, leaving_));
    return history.ForEachLeaving([&](const Event& event) {
      if (std::holds_alternative<domain::StatusChanged>(event.payload) ||
          std::holds_alternative<domain::DispositionRecorded>(event.payload) ||
          std::holds_alternative<domain::SlaChanged>(event.payload) ||
          std::holds_alternative<domain::RegionChanged>(event.payload)) {
        pending.Add(event.time, event.payload);
      } else if (const auto* assigned = std::get_if<domain::Assigned>(&event.payload)) {
        if (assigned->credited) return absl::OkStatus();
        // Whose turn it was stands in the survivor's history.
        domain::Assigned again = *assigned;
        again.previous_rep = again.rep;
        again.pool.clear();
        again.turns.clear();
        again.turns_before.clear();
        pending.Add(event.time, std::move(again));
      } else if (const auto* fields = std::get_if<domain::FieldsChanged>(&event.payload)) {
        domain::FieldsChanged given = *fields;
        std::erase_if(given.changes, [](const domain::FieldChange& change) { return !domain::IsGiven(change.field); });
        if (!given.changes.empty()) pending.Add(event.time, std::move(given));
      }
      return absl::OkStatus();
    });
  }

  template <typename Record>
  absl::Status FoldPending(const RecordRef& ref, const PendingEvents& pending, Record& record) {
    for (const PendingEvents::Pending& item : pending.items) {
      Event event;
      event.record = ref;
      event.time = item.time;
      event.append_time = scope_.now;
      event.payload = item.payload;
      RETURN_IF_ERROR(domain::Fold(event, record));
    }
    return absl::OkStatus();
  }

  template <typename Record>
  absl::StatusOr<Own<Record>> OwnOf(const RecordRef& ref) {
    const std::vector<std::string> none;
    ASSIGN_OR_RETURN(const OwnHistory history,
                     OwnHistory::Of(scope_.tx, ref, merge_.id, ref == survivor_ ? leaving_ : none));
    Own<Record> own;
    own.record.id = ref.id;
    domain::ValueTimes times;  // of a lead's values
    RETURN_IF_ERROR(history.ForEach([&](const Event& event) -> absl::Status {
      const auto* merged = std::get_if<domain::Merged>(&event.payload);
      const bool joins = merged != nullptr && merged->survivor == ref && event.position > history.position();
      if (joins) {
        RETURN_IF_ERROR(Join(event, *merged, times, own.record));
        own.joined.insert_or_assign(merged->merge_id, merged->absorbed.id);
        own.moved = false;
      } else {
        RETURN_IF_ERROR(domain::Fold(event, own.record));
      }
      if constexpr (std::is_same_v<Record, domain::Lead>) domain::TakeTimesOfLead(event, times);
      if (const auto* clock = std::get_if<domain::SlaChanged>(&event.payload)) {
        own.clocks.insert_or_assign({clock->clock.start, clock->clock.sla_id}, clock->clock);
      }
      own.moved |= std::holds_alternative<domain::StatusChanged>(event.payload) && event.position > history.position();
      return absl::OkStatus();
    }));
    std::map<std::pair<Time, std::string>, domain::SlaClock> known;
    RETURN_IF_ERROR(history.ForEachEvent([&](const Event& event) {
      const auto* clock = std::get_if<domain::SlaChanged>(&event.payload);
      if (clock != nullptr) known.insert_or_assign({clock->clock.start, clock->clock.sla_id}, clock->clock);
      return absl::OkStatus();
    }));
    for (auto& [place, clock] : known) own.known.push_back(std::move(clock));
    RETURN_IF_ERROR(history.ForEachUndone([&](const Event& event) {
      const auto* assigned = std::get_if<domain::Assigned>(&event.payload);
      if (assigned != nullptr) own.given_by_merge.push_back(*assigned);
      return absl::OkStatus();
    }));
    std::reverse(own.given_by_merge.begin(), own.given_by_merge.end());
    return own;
  }

  // A merge into the record after the one that is undone: of the two values the one stands that would have.
  template <typename Record>
  absl::Status Join(const Event& event, const domain::Merged& merged, domain::ValueTimes& times, Record& record) {
    ASSIGN_OR_RETURN(Record other, KindOf<Record>::Get(scope_.tx, merged.absorbed.id));
    Event joined = event;
    auto& told = std::get<domain::Merged>(joined.payload);
    domain::FieldMerge fields;
    Record into = record;
    if constexpr (std::is_same_v<Record, domain::Lead>) {
      domain::FieldTimes both{.survivor = times};
      ASSIGN_OR_RETURN(both.absorbed, TimesOfLead(scope_.tx, other.id));
      RETURN_IF_ERROR(DropKnownRoles(scope_.tx, record, other));
      fields = MergeFields(scope_.decider().Rules(record.region).merging, other, both, into);
    } else if constexpr (std::is_same_v<Record, domain::Contact>) {
      const std::string region = scope_.snapshot().rules->RegionOfCountry(record.country);
      fields = MergeFields(scope_.decider().Rules(region).merging, other, into);
    } else {
      fields = MergeFields(scope_.decider().Rules(record.region).merging, other, into);
    }
    told.changed = std::move(fields.changed);
    told.times = std::move(fields.times);
    if constexpr (std::is_same_v<Record, domain::Lead>) domain::TakeTimesOfLead(joined, times);
    return domain::Fold(joined, record);
  }

  // By what is theirs alone again; where they stand stays.
  absl::Status DecideAll(const std::vector<std::string>& all_leads) {
    const bool people = merge_.kind == RecordKind::kContact;
    for (const RecordRef& ref : changed_) {
      if (ref.kind == RecordKind::kContact) RETURN_IF_ERROR(Rescore(ref));
    }
    for (const RecordRef& ref : changed_) {
      if (ref.kind == RecordKind::kLead) RETURN_IF_ERROR(RescoreLead(ref.id));
    }
    if (people) {
      for (const RecordRef& ref : {survivor_, absorbed_}) {
        RETURN_IF_ERROR(FollowIfMoved(ref));
        ASSIGN_OR_RETURN(const domain::Contact contact, scope_.tx.GetContact(ref.id));
        RETURN_IF_ERROR(NoteAccount(scope_, contact.account_id));
        RETURN_IF_ERROR(PutKeysOfContact(scope_, contact));
      }
    }
    if (merge_.kind == RecordKind::kAccount) {
      for (const RecordRef& ref : {survivor_, absorbed_}) {
        ASSIGN_OR_RETURN(const domain::Account account, scope_.tx.GetAccount(ref.id));
        RETURN_IF_ERROR(PutKeysOfAccount(scope_, account));
      }
    }
    if (LeadsForLater(all_leads) == 0) return absl::OkStatus();
    RETURN_IF_ERROR(scope_.tx.NoteSharedChange(survivor_.kind, survivor_.id));
    return scope_.tx.NoteSharedChange(absorbed_.kind, absorbed_.id);
  }

  absl::Status Rescore(const RecordRef& ref) {
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, ref.id));
    if (person.contact().id != ref.id || person.contact().erased_at != 0) return absl::OkStatus();
    RETURN_IF_ERROR(person.Rescore(scope_.now));
    return person.Save();
  }

  absl::Status RescoreLead(const std::string& id) {
    scope_.DecideFor(id);
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope_, id));
    if (session.lead().id != id) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool erased, scope_.tx.IsErased(RecordKind::kLead, id));
    if (erased) return absl::OkStatus();
    RETURN_IF_ERROR(session.Rescore(scope_.now));
    return session.Save();
  }

  // Somebody or something moved one of the two, or a lead of theirs, since: each person follows their own leads.
  absl::Status FollowIfMoved(const RecordRef& ref) {
    ASSIGN_OR_RETURN(std::vector<std::string> leads, LeadsOf(scope_.tx, ref));
    std::vector<RecordRef> histories = {survivor_};
    for (std::string& lead : leads) histories.push_back({RecordKind::kLead, std::move(lead)});
    const int64_t after = domain::PositionOf(domain::TransactionAt(position_) + 1, 0) - 1;
    constexpr int kEventPage = 500;
    for (int64_t from = after;;) {
      ASSIGN_OR_RETURN(const std::vector<Event> events, scope_.tx.Timeline(histories, from, kEventPage));
      for (const Event& event : events) {
        const bool moved = std::holds_alternative<domain::StatusChanged>(event.payload);
        if (moved && !OfMerge(event)) return FollowPerson(scope_, ref.id);
      }
      if (events.size() < kEventPage) return absl::OkStatus();
      from = events.back().position;
    }
  }
  // By a canary's packs a merge may have been told in more than one transaction.
  bool OfMerge(const Event& event) const { return transactions_.contains(domain::TransactionAt(event.position)); }

  WriteScope& scope_;
  const std::string reason_;
  MergeRecord merge_;
  RecordRef survivor_, absorbed_;
  std::vector<std::string> leaving_;  // ids of the absorbed record and of all that was merged into it
  std::set<RecordRef> changed_;       // by the merge
  std::vector<RecordRef> in_order_;   // the same, as the ledger has them
  std::set<int64_t> transactions_;    // of the merge
  int64_t position_ = 0;              // of the merge
};

}  // namespace

absl::StatusOr<UnmergeResult> Separate(WriteScope& scope, const std::string& merge_id, const std::string& reason) {
  return Separation(scope, reason).Run(merge_id);
}

}  // namespace leadline::engine
