// Merging and separating again.
#include "domain/history/merging.h"

#include <algorithm>

#include "base/status_macros.h"
#include "domain/history/field_values.h"
#include "engine/engine.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/record_change.h"
#include "engine/work/run_write.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::MergeRecord;
using domain::RecordKind;
using domain::RecordRef;

constexpr auto kMergeable = {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead};

std::string RegionOf(const packs::RuleSet& rules, const domain::Contact& contact) {
  return rules.RegionOfCountry(contact.country);
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
    for (MergeRecord& merge : merges) entity.merges.push_back(std::move(merge));
  }
  std::sort(entity.merges.begin(), entity.merges.end(),
            [](const MergeRecord& a, const MergeRecord& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
  if (ref.kind == RecordKind::kAccount) {
    ASSIGN_OR_RETURN(ids, reader.LeadsOfAccount(standing.id));
  }
  std::vector<domain::Activity> activities;
  if (ref.kind == RecordKind::kContact) {
    ASSIGN_OR_RETURN(activities, reader.ActivitiesOfContacts(ids));
  } else {
    ASSIGN_OR_RETURN(activities, reader.ActivitiesOfLeads(ids));
  }
  entity.activity_count = static_cast<int64_t>(activities.size());
  return entity;
}

// A field that MergeFields leaves alone and a merge moves all the same: the status, when the joined stream asks for it.
void AddStatusImage(std::string_view before, std::string_view after, MergeRecord& merge) {
  if (before == after) return;
  merge.changed.push_back(
      {"status", domain::EncodeValue(std::string(before)), domain::EncodeValue(std::string(after))});
}

std::string StatusBefore(const MergeRecord& merge, std::string_view current) {
  for (const domain::FieldChange& image : merge.changed) {
    std::string before;
    if (image.field == "status" && image.after == domain::EncodeValue(std::string(current)) &&
        domain::DecodeValue(image.before, before)) {
      return before;
    }
  }
  return "";
}

class Merger {
 public:
  Merger(WriteScope& scope, std::string reason) : scope_(scope), reason_(std::move(reason)) {}

  absl::StatusOr<MergeResult> Merge(const RecordRef& survivor, const RecordRef& absorbed) {
    merge_.id = scope_.NewId();
    merge_.kind = survivor.kind;
    merge_.survivor_id = survivor.id;
    merge_.absorbed_id = absorbed.id;
    merge_.time = scope_.now;
    merge_.actor = scope_.context.actor;
    merge_.reason = reason_;
    if (survivor.kind == RecordKind::kAccount) {
      RETURN_IF_ERROR(MergeAccounts());
    } else if (survivor.kind == RecordKind::kContact) {
      RETURN_IF_ERROR(MergeContacts());
    } else {
      RETURN_IF_ERROR(MergeLeads());
    }
    scope_.request_result = merge_.id;
    MergeResult result;
    result.merge_id = merge_.id;
    ASSIGN_OR_RETURN(result.entity, EntityOf(scope_.tx, survivor));
    return result;
  }

  absl::StatusOr<UnmergeResult> Unmerge(const std::string& merge_id) {
    ASSIGN_OR_RETURN(merge_, scope_.tx.GetMerge(merge_id));
    if (merge_.undone) {
      return WithReason(WithResource(absl::FailedPreconditionError(fmt::format("merge {} is undone already", merge_id)),
                                     "merges/" + merge_id),
                        ErrorReason::kMergeUndone);
    }
    for (const std::string& id : {merge_.survivor_id, merge_.absorbed_id}) {
      RETURN_IF_ERROR(CheckNotErased(scope_.tx, {merge_.kind, std::string(id)}, "the merge can no longer be undone"));
    }
    RETURN_IF_ERROR(CheckLast());
    merge_.undone = true;
    RETURN_IF_ERROR(scope_.tx.Put(merge_));
    if (merge_.kind == RecordKind::kAccount) {
      RETURN_IF_ERROR(SeparateAccounts());
    } else if (merge_.kind == RecordKind::kContact) {
      RETURN_IF_ERROR(SeparateContacts());
    } else {
      RETURN_IF_ERROR(SeparateLeads());
    }
    scope_.request_result = merge_.id;
    UnmergeResult result;
    ASSIGN_OR_RETURN(result.survivor, EntityOf(scope_.tx, {merge_.kind, merge_.survivor_id}));
    ASSIGN_OR_RETURN(result.restored, EntityOf(scope_.tx, {merge_.kind, merge_.absorbed_id}));
    return result;
  }

 private:
  RecordRef survivor_ref() const { return {merge_.kind, merge_.survivor_id}; }
  RecordRef absorbed_ref() const { return {merge_.kind, merge_.absorbed_id}; }
  domain::Merged merged() const { return {merge_.id, absorbed_ref(), survivor_ref(), merge_.reason, merge_.changed}; }
  domain::Unmerged unmerged(std::vector<domain::FieldChange> changed) const {
    return {merge_.id, absorbed_ref(), reason_, std::move(changed)};
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

  // Merges are undone in the reverse of their order, so that each finds what it left: no later one stands that took
  // something into the survivor, or the survivor into another record.
  absl::Status CheckLast() {
    ASSIGN_OR_RETURN(std::vector<MergeRecord> merges, scope_.tx.MergesInto(merge_.kind, merge_.survivor_id));
    std::erase_if(merges, [&](const MergeRecord& other) {
      return std::tie(other.time, other.id) <= std::tie(merge_.time, merge_.id);
    });
    ASSIGN_OR_RETURN(const std::string into, MergedInto(merge_.survivor_id));
    if (!into.empty()) {
      ASSIGN_OR_RETURN(merges, scope_.tx.MergesInto(merge_.kind, into));
      std::erase_if(merges, [&](const MergeRecord& other) { return other.absorbed_id != merge_.survivor_id; });
    }
    if (merges.empty()) return absl::OkStatus();
    return WithReason(WithResource(absl::FailedPreconditionError(
                                       fmt::format("merge {} came after merge {} and is still in force; undo it first",
                                                   merges.back().id, merge_.id)),
                                   "merges/" + merge_.id),
                      ErrorReason::kLaterMergeStands, {{"later_merge", merges.back().id}});
  }

  template <typename Record>
  absl::Status SaveWith(Record before, Record& after, domain::EventPayload payload) {
    PendingEvents pending;
    pending.Add(scope_.now, std::move(payload));
    return SaveRecord(scope_, before, after, pending);
  }

  absl::Status MergeAccounts() {
    ASSIGN_OR_RETURN(domain::Account survivor, scope_.tx.GetAccount(merge_.survivor_id));
    ASSIGN_OR_RETURN(domain::Account absorbed, scope_.tx.GetAccount(merge_.absorbed_id));
    const domain::Account survivor_before = survivor, absorbed_before = absorbed;
    const packs::RegionRules& rules = scope_.decider().Rules(survivor.region);
    merge_.changed = MergeFields(rules.merging, absorbed, survivor);
    absorbed.merged_into = survivor.id;
    RETURN_IF_ERROR(SaveWith(survivor_before, survivor, merged()));
    RETURN_IF_ERROR(SaveWith(absorbed_before, absorbed, merged()));
    RETURN_IF_ERROR(scope_.tx.SetKeys(RecordKind::kAccount, survivor.id, AccountKeys(rules.matching, survivor)));
    return scope_.tx.Put(merge_);
  }

  absl::Status SeparateAccounts() {
    ASSIGN_OR_RETURN(domain::Account survivor, scope_.tx.GetAccount(merge_.survivor_id));
    ASSIGN_OR_RETURN(domain::Account absorbed, scope_.tx.GetAccount(merge_.absorbed_id));
    const domain::Account survivor_before = survivor, absorbed_before = absorbed;
    const packs::RegionRules& rules = scope_.decider().Rules(survivor.region);
    std::vector<domain::FieldChange> changed = UndoFields(merge_.changed, survivor);
    absorbed.merged_into.clear();
    RETURN_IF_ERROR(SaveWith(survivor_before, survivor, unmerged(std::move(changed))));
    RETURN_IF_ERROR(SaveWith(absorbed_before, absorbed, unmerged({})));
    return scope_.tx.SetKeys(RecordKind::kAccount, survivor.id, AccountKeys(rules.matching, survivor));
  }

  absl::Status PutKeys(const domain::Contact& contact, const domain::Account& account) {
    const packs::RegionRules& rules = scope_.decider().Rules(RegionOf(*scope_.snapshot().rules, contact));
    return scope_.tx.SetKeys(RecordKind::kContact, contact.id,
                             ContactKeys(rules.matching, contact, account.id.empty() ? nullptr : &account));
  }

  absl::Status MergeContacts() {
    ASSIGN_OR_RETURN(PersonSession other, PersonSession::Open(scope_, merge_.absorbed_id));
    domain::Contact absorbed = other.contact();
    RETURN_IF_ERROR(scope_.tx.Put(merge_));  // so that the session below joins both streams
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, merge_.survivor_id));
    person.TakeInteraction(other.LastInteraction(scope_.now));
    std::string status = person.contact().status;
    const packs::RegionRules& rules = scope_.decider().Rules(RegionOf(*scope_.snapshot().rules, person.contact()));
    merge_.changed = MergeFields(rules.merging, absorbed, person.contact());
    RETURN_IF_ERROR(person.Rescore(scope_.now));
    RETURN_IF_ERROR(person.Advance(domain::Trigger::kActivity, scope_.now));
    AddStatusImage(status, person.contact().status, merge_);
    person.Record(scope_.now, merged());
    RETURN_IF_ERROR(person.Save());
    // What the other one did is the survivor's now.
    RETURN_IF_ERROR(NoteAccount(scope_, person.contact().account_id));
    RETURN_IF_ERROR(PutKeys(person.contact(), person.account()));
    const domain::Contact before = absorbed;
    absorbed.merged_into = merge_.survivor_id;
    RETURN_IF_ERROR(SaveWith(before, absorbed, merged()));
    return scope_.tx.Put(merge_);
  }

  absl::Status SeparateContacts() {
    ASSIGN_OR_RETURN(domain::Contact absorbed, scope_.tx.GetContact(merge_.absorbed_id));
    const domain::Contact absorbed_before = absorbed;
    absorbed.merged_into.clear();
    RETURN_IF_ERROR(SaveWith(absorbed_before, absorbed, unmerged({})));
    ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope_, merge_.survivor_id));
    person.Record(scope_.now, unmerged(UndoFields(merge_.changed, person.contact())));
    if (std::string before = StatusBefore(merge_, person.contact().status); !before.empty()) {
      person.Enter(before, scope_.now, {"unmerge", reason_, std::nullopt});
    }
    RETURN_IF_ERROR(person.Rescore(scope_.now));
    RETURN_IF_ERROR(person.Save());
    RETURN_IF_ERROR(NoteAccount(scope_, person.contact().account_id));
    return PutKeys(person.contact(), person.account());
  }

  absl::Status MergeLeads() {
    scope_.DecideFor(merge_.survivor_id);  // the other one is not decided about any more
    ASSIGN_OR_RETURN(LeadSession absorbed, LeadSession::Open(scope_, merge_.absorbed_id));
    RETURN_IF_ERROR(scope_.tx.Put(merge_));  // so that the session below joins both streams
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope_, merge_.survivor_id));
    session.TakeInteraction(absorbed.LastInteraction(scope_.now));
    domain::Lead& lead = session.lead();
    std::string status = lead.status;
    merge_.changed = MergeFields(scope_.decider().Rules(lead.region).merging, absorbed.lead(), lead);
    CountActivities(session);
    RETURN_IF_ERROR(session.Rescore(scope_.now));
    RETURN_IF_ERROR(session.Advance(domain::Trigger::kActivity, scope_.now));
    AddStatusImage(status, lead.status, merge_);
    session.Record(scope_.now, merged());
    RETURN_IF_ERROR(session.Save());
    absorbed.CountOpen(-1);
    absorbed.lead().merged_into = merge_.survivor_id;
    absorbed.Record(scope_.now, merged());
    RETURN_IF_ERROR(absorbed.Save());
    return scope_.tx.Put(merge_);
  }

  absl::Status SeparateLeads() {
    scope_.DecideFor(merge_.absorbed_id);
    {
      ASSIGN_OR_RETURN(domain::Lead absorbed, scope_.tx.GetLead(merge_.absorbed_id));
      const domain::Lead before = absorbed;
      absorbed.merged_into.clear();
      RETURN_IF_ERROR(SaveWith(before, absorbed, unmerged({})));
    }
    {
      ASSIGN_OR_RETURN(LeadSession restored, LeadSession::Open(scope_, merge_.absorbed_id));
      restored.CountOpen(+1);
      RETURN_IF_ERROR(restored.Rescore(scope_.now));
      RETURN_IF_ERROR(restored.Save());
    }
    scope_.DecideFor(merge_.survivor_id);
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope_, merge_.survivor_id));
    session.Record(scope_.now, unmerged(UndoFields(merge_.changed, session.lead())));
    CountActivities(session);
    if (std::string before = StatusBefore(merge_, session.lead().status); !before.empty()) {
      RETURN_IF_ERROR(session.Enter(before, scope_.now, {"unmerge", reason_, std::nullopt}));
    }
    RETURN_IF_ERROR(session.Rescore(scope_.now));
    return session.Save();
  }

  static void CountActivities(LeadSession& session) {
    domain::Lead& lead = session.lead();
    lead.activity_count = session.activities().count();
    lead.last_activity_at = session.activities().last();
  }

  WriteScope& scope_;
  std::string reason_;
  MergeRecord merge_;
};

// The records must stand for themselves, and be two.
absl::Status CheckPair(store::Reader& reader, const RecordRef& survivor, const RecordRef& absorbed) {
  auto standing = [&](const RecordRef& ref, std::string_view field) -> absl::Status {
    ASSIGN_OR_RETURN(Entity entity, EntityOf(reader, ref));
    std::string id = entity.account ? entity.account->id : entity.contact ? entity.contact->id : entity.lead->id;
    if (id == ref.id) return absl::OkStatus();
    return InvalidField(field, fmt::format("{} was merged into {}; name that one", domain::ResourceName(ref),
                                           domain::ResourceName(ref.kind, id)));
  };
  RETURN_IF_ERROR(standing(survivor, "survivor"));
  RETURN_IF_ERROR(standing(absorbed, "absorbed"));
  for (const RecordRef& ref : {survivor, absorbed}) {
    RETURN_IF_ERROR(CheckNotErased(reader, {ref.kind, std::string(ref.id)}, "there is nothing left to merge"));
  }
  return absl::OkStatus();
}

}  // namespace

void Engine::Merge(const CallContext& context, std::string survivor, std::string absorbed, std::string reason,
                   Done<MergeResult> done) {
  auto survivor_ref = RefOf(survivor, kMergeable, "survivor");
  if (!survivor_ref.ok()) return done(survivor_ref.status());
  auto absorbed_ref = RefOf(absorbed, kMergeable, "absorbed");
  if (!absorbed_ref.ok()) return done(absorbed_ref.status());
  if (survivor_ref->kind != absorbed_ref->kind) {
    return done(InvalidField("absorbed", fmt::format("{} and {} are of different kinds", survivor, absorbed)));
  }
  if (*survivor_ref == *absorbed_ref) return done(InvalidField("absorbed", "is the survivor itself"));
  if (reason.empty()) return done(InvalidField("reason", "is required"));
  WriteCase<MergeResult> write;
  write.method = "Merge";
  write.keys = {KeyFor(survivor_ref->kind, survivor), KeyFor(absorbed_ref->kind, absorbed)};
  write.body = [s = *survivor_ref, a = *absorbed_ref, reason](WriteScope& scope) -> absl::StatusOr<MergeResult> {
    RETURN_IF_ERROR(CheckPair(scope.tx, s, a));
    RETURN_IF_ERROR(CheckEtag(scope.tx, scope.context.etag, s));
    RETURN_IF_ERROR(CheckEtag(scope.tx, scope.context.absorbed_etag, a));
    return Merger(scope, reason).Merge(s, a);
  };
  write.replay = [](store::Reader& reader, const std::string& id) -> absl::StatusOr<MergeResult> {
    ASSIGN_OR_RETURN(MergeRecord merge, reader.GetMerge(id));
    MergeResult result;
    result.merge_id = id;
    ASSIGN_OR_RETURN(result.entity, EntityOf(reader, {merge.kind, merge.survivor_id}));
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

void Engine::Unmerge(const CallContext& context, std::string merge_id, std::string reason, Done<UnmergeResult> done) {
  if (merge_id.empty()) return done(InvalidField("name", "is required"));
  if (reason.empty()) return done(InvalidField("reason", "is required"));
  WriteCase<UnmergeResult> write;
  write.method = "Unmerge";
  write.keys = {KeyFor(RecordKind::kPlugin, merge_id)};
  write.body = [merge_id, reason](WriteScope& scope) { return Merger(scope, reason).Unmerge(merge_id); };
  write.replay = [](store::Reader& reader, const std::string& id) -> absl::StatusOr<UnmergeResult> {
    ASSIGN_OR_RETURN(MergeRecord merge, reader.GetMerge(id));
    UnmergeResult result;
    ASSIGN_OR_RETURN(result.survivor, EntityOf(reader, {merge.kind, merge.survivor_id}));
    ASSIGN_OR_RETURN(result.restored, EntityOf(reader, {merge.kind, merge.absorbed_id}));
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

absl::StatusOr<Entity> Engine::GetEntity(const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(RecordRef ref, RefOf(name, kMergeable, "name"));
  Entity entity;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(entity, EntityOf(reader, ref));
    return absl::OkStatus();
  }));
  return entity;
}

}  // namespace leadline::engine
