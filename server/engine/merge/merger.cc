#include "engine/merge/merger.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "domain/history/field_values.h"
#include "domain/history/merging.h"
#include "domain/history/person_status.h"
#include "domain/history/record_fields.h"
#include "domain/history/value_times.h"
#include "engine/merge/followers.h"
#include "engine/merge/own_history.h"
#include "engine/work/follow_leads.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/record_change.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::MergeRecord;
using domain::RecordKind;
using domain::RecordRef;

class Merger {
 public:
  Merger(WriteScope& scope, const RecordRef& survivor, const RecordRef& absorbed, const std::string& reason)
      : scope_(scope), survivor_(survivor), absorbed_(absorbed) {
    merge_.id = scope.NewId();
    merge_.kind = survivor.kind;
    merge_.survivor_id = survivor.id;
    merge_.absorbed_id = absorbed.id;
    merge_.time = scope.now;
    merge_.actor = scope.context.actor;
    merge_.reason = reason;
    told_ = {merge_.id, absorbed, survivor, reason, {}, {}};
    scope.merging = &told_;
  }
  ~Merger() { scope_.merging = nullptr; }
  Merger(const Merger&) = delete;
  Merger& operator=(const Merger&) = delete;

  absl::StatusOr<MergeResult> Merge() {
    if (merge_.kind == RecordKind::kAccount) {
      RETURN_IF_ERROR(MergeAccounts());
    } else if (merge_.kind == RecordKind::kContact) {
      RETURN_IF_ERROR(MergeContacts());
    } else {
      RETURN_IF_ERROR(MergeLeads());
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> leads, LeadsOf(scope_.tx, survivor_));
    if (merge_.kind == RecordKind::kContact) RETURN_IF_ERROR(JoinRoles(scope_, leads));
    RETURN_IF_ERROR(DecideFollowers(scope_, survivor_, leads));
    MergeResult result;
    result.merge_id = merge_.id;
    result.pending_leads = LeadsForLater(leads);
    ASSIGN_OR_RETURN(result.entity, EntityOf(scope_.tx, survivor_));
    return result;
  }

 private:
  // As the survivor's history tells it; the other's has no need of the values.
  domain::Merged Told() const {
    domain::Merged told = told_;
    told.changed = merge_.changed;
    told.times = times_;
    return told;
  }
  void Take(domain::FieldMerge fields) {
    merge_.changed = std::move(fields.changed);
    times_ = std::move(fields.times);
  }

  template <typename Record>
  absl::Status SaveWith(Record before, Record& after, domain::Merged told) {
    PendingEvents pending;
    pending.Add(scope_.now, std::move(told));
    return SaveRecord(scope_, before, after, pending);
  }

  absl::Status MergeAccounts() {
    ASSIGN_OR_RETURN(domain::Account survivor, scope_.tx.GetAccount(survivor_.id));
    ASSIGN_OR_RETURN(domain::Account absorbed, scope_.tx.GetAccount(absorbed_.id));
    const domain::Account survivor_before = survivor, absorbed_before = absorbed;
    Take(MergeFields(scope_.decider().Rules(survivor.region).merging, absorbed, survivor));
    absorbed.merged_into = survivor.id;
    RETURN_IF_ERROR(SaveWith(survivor_before, survivor, Told()));
    RETURN_IF_ERROR(SaveWith(absorbed_before, absorbed, Told()));
    RETURN_IF_ERROR(scope_.tx.Put(merge_));
    return PutKeysOfAccount(scope_, survivor);
  }

  absl::Status MergeContacts() {
    ASSIGN_OR_RETURN(PersonSession other, PersonSession::Open(scope_, absorbed_.id));
    domain::Contact absorbed = other.contact();
    RETURN_IF_ERROR(scope_.tx.Put(merge_));  // so that the session below joins both streams
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, survivor_.id));
    ASSIGN_OR_RETURN(const domain::PersonStays stays, PersonStaysOf(scope_, person.contact()));
    const packs::RegionRules& rules =
        scope_.decider().Rules(scope_.snapshot().rules->RegionOfCountry(person.contact().country));
    Take(MergeFields(rules.merging, absorbed, person.contact()));
    KeepRefusal(absorbed, person);
    person.Record(scope_.now, Told());
    if (!stays.empty() && stays.back().status != person.contact().status) {
      person.Tell(person.contact().status, stays.back().status, stays.back().time, "merge");
    } else {
      person.TakeInteraction(other.LastInteraction(scope_.now));
    }
    RETURN_IF_ERROR(person.Rescore(scope_.now));
    RETURN_IF_ERROR(person.Advance(domain::Trigger::kMerge, scope_.now));
    RETURN_IF_ERROR(person.Save());
    // What the other one did is the survivor's now.
    RETURN_IF_ERROR(NoteAccount(scope_, person.contact().account_id));
    const domain::Contact before = absorbed;
    absorbed.merged_into = survivor_.id;
    RETURN_IF_ERROR(SaveWith(before, absorbed, Told()));
    RETURN_IF_ERROR(PutKeysOfContact(scope_, person.contact()));
    return scope_.tx.Put(merge_);
  }

  // What the absorbed person refused stays refused, whichever of two values would stand: where by the joined values
  // they may be written to, the attribute by which they might not be is theirs.
  void KeepRefusal(const domain::Contact& absorbed, PersonSession& person) {
    if (absorbed.marketable || absorbed.not_marketable_reason.empty()) return;
    const auto refused = [&] {
      return scope_.decider().Marketing(person.View(scope_.now)).reason == absorbed.not_marketable_reason;
    };
    if (refused()) return;
    domain::Attributes& attributes = person.contact().attributes;
    for (const auto& [name, theirs] : absorbed.attributes) {
      const auto own = attributes.find(name);
      if (own == attributes.end() || own->second == theirs) continue;
      domain::AttributeValue before = std::exchange(own->second, theirs);
      if (refused()) {
        const std::string field = std::string(domain::kAttributePrefix) + name;
        merge_.changed.push_back({field, domain::EncodeValue(before), domain::EncodeValue(theirs)});
        times_.push_back({field, domain::TimeOf(absorbed.value_times, field)});
        return;
      }
      own->second = std::move(before);
    }
  }

  absl::Status MergeLeads() {
    scope_.DecideFor(survivor_.id);  // the other one is not decided about any more
    ASSIGN_OR_RETURN(LeadSession absorbed, LeadSession::Open(scope_, absorbed_.id));
    ASSIGN_OR_RETURN(domain::FieldTimes times, TimesOfBoth());
    RETURN_IF_ERROR(scope_.tx.Put(merge_));  // so that the session below joins both streams
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope_, survivor_.id));
    const domain::Lead& lead = session.lead();
    domain::Lead other = absorbed.lead();
    RETURN_IF_ERROR(DropKnownRoles(scope_.tx, lead, other));
    const packs::RegionRules& rules = scope_.decider().Rules(lead.region);
    Take(MergeFields(rules.merging, other, times, session.lead()));
    session.CountActivities();
    session.Record(scope_.now, Told());
    if (StandsFurther(rules.lifecycle, other, lead)) {
      session.TakePlaceOf(other, scope_.now);
    } else {
      session.TakeInteraction(absorbed.LastInteraction(scope_.now));
    }
    RETURN_IF_ERROR(session.Rescore(scope_.now));
    RETURN_IF_ERROR(session.Advance(domain::Trigger::kMerge, scope_.now));
    // Their person, who follows the leads that stand, knows the other one as merged.
    absorbed.CountOpen(-1);
    absorbed.lead().merged_into = survivor_.id;
    absorbed.Record(scope_.now, Told());
    RETURN_IF_ERROR(absorbed.Save());
    RETURN_IF_ERROR(session.Save());
    return scope_.tx.Put(merge_);
  }

  absl::StatusOr<domain::FieldTimes> TimesOfBoth() {
    domain::FieldTimes times;
    ASSIGN_OR_RETURN(times.absorbed, TimesOfLead(scope_.tx, absorbed_.id));
    ASSIGN_OR_RETURN(times.survivor, TimesOfLead(scope_.tx, survivor_.id));
    return times;
  }

  WriteScope& scope_;
  const RecordRef survivor_, absorbed_;
  MergeRecord merge_;
  domain::Merged told_;
  std::vector<domain::ValueTime> times_;
};

}  // namespace

bool StandsFurther(const domain::Lifecycle& lifecycle, const domain::Lead& other, const domain::Lead& lead) {
  const int theirs = domain::PlaceOnWay(lifecycle, other.status), own = domain::PlaceOnWay(lifecycle, lead.status);
  if (theirs != own) return theirs > own;
  // In the same place, somebody who has it is further than nobody.
  return lead.assignee.empty() && !other.assignee.empty();
}

absl::StatusOr<Entity> EntityOf(store::Reader& reader, const RecordRef& ref) {
  Entity entity;
  RecordRef standing = ref;
  if (ref.kind == RecordKind::kAccount) {
    ASSIGN_OR_RETURN(entity.account, StandingAccount(reader, ref.id));
    standing.id = entity.account->id;
  } else if (ref.kind == RecordKind::kContact) {
    ASSIGN_OR_RETURN(entity.contact, StandingContact(reader, ref.id));
    standing.id = entity.contact->id;
  } else {
    ASSIGN_OR_RETURN(entity.lead, StandingLead(reader, ref.id));
    standing.id = entity.lead->id;
  }
  ASSIGN_OR_RETURN(std::vector<std::string> ids, MergedIds(reader, ref.kind, standing.id));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::vector<MergeRecord> merges, reader.MergesInto(ref.kind, id));
    std::move(merges.begin(), merges.end(), std::back_inserter(entity.merges));
  }
  std::sort(entity.merges.begin(), entity.merges.end(),
            [](const MergeRecord& a, const MergeRecord& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
  std::vector<domain::Activity> activities;
  if (ref.kind == RecordKind::kContact) {
    ASSIGN_OR_RETURN(activities, reader.ActivitiesOfContacts(ids));
  } else {
    if (ref.kind == RecordKind::kAccount) {
      ASSIGN_OR_RETURN(ids, LeadsOf(reader, standing));
    }
    ASSIGN_OR_RETURN(activities, reader.ActivitiesOfLeads(ids));
    if (ref.kind == RecordKind::kLead) {
      ASSIGN_OR_RETURN(const std::vector<std::string> repeating, RepeatingIds(reader, ids));
      DropRepeating(repeating, activities);
    }
  }
  entity.activity_count = static_cast<int64_t>(activities.size());
  return entity;
}

absl::StatusOr<MergeResult> MergeInto(WriteScope& scope, const RecordRef& survivor, const RecordRef& absorbed,
                                      const std::string& reason) {
  return Merger(scope, survivor, absorbed, reason).Merge();
}

}  // namespace leadline::engine
