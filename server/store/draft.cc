#include "store/draft.h"

#include <algorithm>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

using domain::RecordKind;

absl::Status ApplyOne(domain::Activity& activity, Transaction& tx) {
  const absl::StatusOr<bool> added = tx.AddActivity(activity);
  if (!added.ok() || *added) {
    return added.status();
  }
  return WithReason(WithResource(absl::AlreadyExistsError(fmt::format("activity {} is recorded already", activity.id)),
                                 "Activity", activity.id),
                    ErrorReason::kActivityExists, {{"activity", activity.id}});
}
absl::Status ApplyOne(TallyOf& of, Transaction& tx) { return tx.PutActivityTally(of.kind, of.id, of.tally); }
absl::Status ApplyOne(OpenLeads& load, Transaction& tx) {
  return tx.AddOpenLeads(load.rep, load.load.change, load.load.given);
}
absl::Status ApplyOne(PoolPlaces& places, Transaction& tx) { return tx.PutPool(places.pool, places.members); }
absl::Status ApplyOne(RecordKeys& keys, Transaction& tx) { return tx.SetKeys(keys.kind, keys.id, keys.keys); }
absl::Status ApplyOne(SharedChangeNote& note, Transaction& tx) { return tx.NoteSharedChange(note.kind, note.id); }
absl::Status ApplyOne(AccountNote& note, Transaction& tx) { return tx.NoteAccount(note.id); }
absl::Status ApplyOne(domain::Event& event, Transaction& tx) { return tx.Append(event); }
absl::Status ApplyOne(DeliveryNote& note, Transaction& tx) { return tx.NoteDelivery(note); }
// A batch of changes may be made more than once, so the version stays the one that is expected.
template <typename T>
requires requires(T& value) { value.version; }
absl::Status ApplyOne(T& value, Transaction& tx) {
  const int64_t version = value.version;
  absl::Status status = tx.Put(value);
  value.version = version;
  return status;
}
absl::Status ApplyOne(domain::MergeRecord& merge, Transaction& tx) { return tx.Put(merge); }
absl::Status ApplyOne(RequestRecord& request, Transaction& tx) { return tx.Put(request); }

ScopeKind ActivitiesOf(RecordKind kind) {
  return kind == RecordKind::kLead ? ScopeKind::kActivitiesOfLead : ScopeKind::kActivitiesOfContact;
}

bool Has(std::span<const std::string> ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

absl::Status Draft::Never() {
  return absl::FailedPreconditionError("a draft neither reads nor changes this; use Store::Write");
}

void Draft::EndPart() {
  set_.parts.push_back(
      {set_.read.firm.size(), set_.read.pools.size(), set_.changes.size(), std::exchange(changed_, {})});
  noted_.clear();
  noted_accounts_.clear();
}

absl::StatusOr<ChangeSet> Draft::Finish() {
  if (only_tried_) return Never();
  ASSIGN_OR_RETURN(set_.read.number, reader_.ReadNumber());
  if (set_.parts.empty()) {
    EndPart();
  }
  return std::exchange(set_, {});
}

void Draft::Reads(ScopeKind kind, std::string_view id, RecordKind record) { ReadsScope(ScopeOf(kind, id, record)); }

void Draft::ReadsScope(Scope scope) {
  if (noted_.insert(scope).second) {
    set_.read.firm.push_back(scope);
  }
}

void Draft::ReadsPool(ScopeKind kind, std::string_view id) {
  const Scope scope = ScopeOf(kind, id);
  if (noted_.insert(scope).second) {
    set_.read.pools.push_back(scope);
  }
}

template <typename Record, typename Get>
absl::StatusOr<Record> Draft::GetRecord(Records<Record>& own, RecordKind kind, std::string_view id, Get get) {
  Reads(ScopeKind::kRecord, id, kind);
  if (const auto found = own.find(id); found != own.end()) {
    return found->second;
  }
  return get();
}

absl::StatusOr<domain::Account> Draft::GetAccount(std::string_view id) {
  return GetRecord(accounts_, RecordKind::kAccount, id, [&] { return reader_.GetAccount(id); });
}
absl::StatusOr<domain::Contact> Draft::GetContact(std::string_view id) {
  return GetRecord(contacts_, RecordKind::kContact, id, [&] { return reader_.GetContact(id); });
}
absl::StatusOr<bool> Draft::IsErased(RecordKind kind, std::string_view id) {
  Reads(ScopeKind::kRecord, id, kind);
  return reader_.IsErased(kind, id);
}
absl::StatusOr<domain::Lead> Draft::GetLead(std::string_view id) {
  return GetRecord(leads_, RecordKind::kLead, id, [&] { return reader_.GetLead(id); });
}

template <typename Record, typename Belongs>
std::vector<std::string> Draft::WithOwn(std::vector<std::string> stored, const Records<Record>& own, Belongs belongs) {
  std::erase_if(stored, [&](const std::string& id) {
    const auto changed = own.find(id);
    return changed != own.end() && !belongs(changed->second);
  });
  for (const auto& [id, record] : own) {
    if (belongs(record) && !Has(stored, id)) {
      stored.insert(std::upper_bound(stored.begin(), stored.end(), id), id);
    }
  }
  return stored;
}

absl::StatusOr<std::vector<std::string>> Draft::ContactsOfAccount(std::string_view account_id) {
  Reads(ScopeKind::kContactsOfAccount, account_id);
  ASSIGN_OR_RETURN(std::vector<std::string> stored, reader_.ContactsOfAccount(account_id));
  return WithOwn(std::move(stored), contacts_, [&](const domain::Contact& c) { return c.account_id == account_id; });
}

absl::StatusOr<std::vector<std::string>> Draft::LeadsOfAccount(std::string_view account_id) {
  Reads(ScopeKind::kLeadsOfAccount, account_id);
  ASSIGN_OR_RETURN(std::vector<std::string> stored, reader_.LeadsOfAccount(account_id));
  return WithOwn(std::move(stored), leads_, [&](const domain::Lead& lead) { return lead.account_id == account_id; });
}

absl::StatusOr<std::vector<std::string>> Draft::LeadsOfContact(std::string_view contact_id) {
  Reads(ScopeKind::kLeadsOfContact, contact_id);
  ASSIGN_OR_RETURN(std::vector<std::string> stored, reader_.LeadsOfContact(contact_id));
  return WithOwn(std::move(stored), leads_, [&](const domain::Lead& lead) {
    return std::any_of(lead.contacts.begin(), lead.contacts.end(),
                       [&](const domain::ContactRole& role) { return role.contact_id == contact_id; });
  });
}

template <typename Of>
std::vector<domain::Activity> Draft::WithOwnActivities(std::vector<domain::Activity> stored, Of of) const {
  const size_t before = stored.size();
  std::copy_if(activities_.begin(), activities_.end(), std::back_inserter(stored), of);
  if (stored.size() > before) {
    std::sort(stored.begin(), stored.end(), domain::Older);
  }
  return stored;
}

absl::StatusOr<std::vector<domain::Activity>> Draft::ActivitiesOfLeads(std::span<const std::string> lead_ids) {
  for (const std::string& id : lead_ids) {
    Reads(ScopeKind::kActivitiesOfLead, id);
  }
  ASSIGN_OR_RETURN(std::vector<domain::Activity> stored, reader_.ActivitiesOfLeads(lead_ids));
  return WithOwnActivities(std::move(stored), [&](const domain::Activity& a) { return Has(lead_ids, a.lead_id); });
}

absl::StatusOr<std::vector<domain::Activity>> Draft::ActivitiesOfContacts(std::span<const std::string> contact_ids) {
  for (const std::string& id : contact_ids) {
    Reads(ScopeKind::kActivitiesOfContact, id);
  }
  ASSIGN_OR_RETURN(std::vector<domain::Activity> stored, reader_.ActivitiesOfContacts(contact_ids));
  return WithOwnActivities(std::move(stored),
                           [&](const domain::Activity& a) { return Has(contact_ids, a.contact_id); });
}

absl::StatusOr<domain::Activity> Draft::GetActivity(std::string_view id) {
  Reads(ScopeKind::kActivity, id);
  const auto own = std::find_if(activities_.begin(), activities_.end(), [&](const auto& a) { return a.id == id; });
  if (own != activities_.end()) {
    return *own;
  }
  return reader_.GetActivity(id);
}

absl::StatusOr<bool> Draft::HasActivity(std::string_view id) {
  Reads(ScopeKind::kActivity, id);
  const bool own = std::any_of(activities_.begin(), activities_.end(), [&](const auto& a) { return a.id == id; });
  if (own) return true;
  return reader_.HasActivity(id);
}

absl::StatusOr<std::vector<domain::Activity>> Draft::ActivitiesBetween(RecordKind kind, std::string_view id, Time from,
                                                                       Time to) {
  Reads(ActivitiesOf(kind), id);
  ASSIGN_OR_RETURN(std::vector<domain::Activity> stored, reader_.ActivitiesBetween(kind, id, from, to));
  return WithOwnActivities(std::move(stored), [&](const domain::Activity& a) {
    return (kind == RecordKind::kLead ? a.lead_id : a.contact_id) == id && a.time >= from && a.time < to;
  });
}

absl::StatusOr<std::optional<domain::ActivityTally>> Draft::GetActivityTally(RecordKind kind, std::string_view id) {
  Reads(ActivitiesOf(kind), id);
  if (const auto own = tallies_.find({kind, std::string(id)}); own != tallies_.end()) {
    if (own->second.empty()) return std::optional<domain::ActivityTally>();
    return std::optional(own->second);
  }
  return reader_.GetActivityTally(kind, id);
}

absl::StatusOr<std::vector<std::string>> Draft::RecordsOfKey(RecordKind kind, std::string_view key) {
  ReadsScope(reader_.ScopeOfKey(kind, key));
  ASSIGN_OR_RETURN(std::vector<std::string> ids, reader_.RecordsOfKey(kind, key));
  for (const auto& [record, keys] : keys_) {
    if (record.kind != kind) {
      continue;
    }
    const auto place = std::lower_bound(ids.begin(), ids.end(), record.id);
    const bool there = place != ids.end() && *place == record.id;
    if (keys.contains(key) && !there) {
      ids.insert(place, record.id);
    } else if (!keys.contains(key) && there) {
      ids.erase(place);
    }
  }
  return ids;
}

absl::StatusOr<domain::RepState> Draft::GetRepState(std::string_view rep_id) {
  ReadsPool(ScopeKind::kRep, rep_id);
  if (const auto own = reps_.find(rep_id); own != reps_.end()) {
    return own->second;
  }
  ASSIGN_OR_RETURN(domain::RepState rep, reader_.GetRepState(rep_id));
  if (const auto change = open_leads_.find(rep_id); change != open_leads_.end()) {
    rep.open_leads = std::max<int64_t>(0, rep.open_leads + change->second.change);
    for (const Time at : change->second.given) domain::NoteGiven(at, rep);
    ++rep.version;
  }
  return rep;
}

absl::StatusOr<std::vector<domain::PoolState>> Draft::GetPool(std::string_view pool) {
  ReadsPool(ScopeKind::kPool, pool);
  ASSIGN_OR_RETURN(std::vector<domain::PoolState> members, reader_.GetPool(pool));
  const auto own = pools_.find(pool);
  if (own == pools_.end()) {
    return members;
  }
  for (const domain::PoolState& changed : own->second) {
    const auto same = std::find_if(members.begin(), members.end(),
                                   [&](const domain::PoolState& m) { return m.rep_id == changed.rep_id; });
    if (same != members.end()) {
      *same = changed;
    } else {
      members.push_back(changed);
    }
  }
  return members;
}

absl::StatusOr<domain::MergeRecord> Draft::GetMerge(std::string_view merge_id) {
  Reads(ScopeKind::kMerge, merge_id);
  if (const auto own = merges_.find(merge_id); own != merges_.end()) {
    return own->second;
  }
  return reader_.GetMerge(merge_id);
}

absl::StatusOr<std::vector<domain::MergeRecord>> Draft::MergesInto(RecordKind kind, std::string_view survivor_id) {
  Reads(ScopeKind::kMergesInto, survivor_id, kind);
  ASSIGN_OR_RETURN(std::vector<domain::MergeRecord> merges, reader_.MergesInto(kind, survivor_id));
  std::erase_if(merges, [&](const domain::MergeRecord& merge) { return merges_.contains(merge.id); });
  for (const auto& [id, merge] : merges_) {
    if (merge.kind == kind && merge.survivor_id == survivor_id && !merge.undone) {
      merges.push_back(merge);
    }
  }
  std::sort(merges.begin(), merges.end(), [](const domain::MergeRecord& a, const domain::MergeRecord& b) {
    return std::tie(a.time, a.id) < std::tie(b.time, b.id);
  });
  return merges;
}

absl::StatusOr<std::optional<RequestRecord>> Draft::FindRequest(std::string_view request_id) {
  Reads(ScopeKind::kRequest, request_id);
  if (const auto own = requests_.find(request_id); own != requests_.end()) {
    return own->second;
  }
  return reader_.FindRequest(request_id);
}

absl::StatusOr<domain::Rollout> Draft::GetRollout() {
  Reads(ScopeKind::kRollout, "");
  return reader_.GetRollout();
}

absl::StatusOr<domain::PackContent> Draft::GetPackContent(std::string_view sha256) {
  Reads(ScopeKind::kPackContent, sha256);
  return reader_.GetPackContent(sha256);
}

absl::StatusOr<KeyBuild> Draft::GetKeyBuild() {
  Reads(ScopeKind::kKeyBuild, "");
  return reader_.GetKeyBuild();
}

template <typename Record>
absl::Status Draft::PutRecord(Records<Record>& own, std::string_view table, Record& record) {
  const auto mine = own.find(record.id);
  if (mine != own.end() && mine->second.version != record.version) {
    return WithReason(
        absl::AbortedError(fmt::format("{}/{} was changed before in the same draft: its version is {}, not {}", table,
                                       record.id, mine->second.version, record.version)),
        ErrorReason::kWriteConflict);
  }
  set_.changes.Add(record);
  ++record.version;
  own.insert_or_assign(record.id, record);
  return absl::OkStatus();
}

absl::Status Draft::Put(domain::Account& account) {
  Changes(ScopeKind::kRecord, account.id, RecordKind::kAccount);
  return PutRecord(accounts_, "accounts", account);
}
absl::Status Draft::Put(domain::Contact& contact) {
  Changes(ScopeKind::kRecord, contact.id, RecordKind::kContact);
  Changes(ScopeKind::kContactsOfAccount, contact.account_id);
  return PutRecord(contacts_, "contacts", contact);
}
absl::Status Draft::Put(domain::Lead& lead) {
  Changes(ScopeKind::kRecord, lead.id);
  Changes(ScopeKind::kLeadsOfAccount, lead.account_id);
  for (const domain::ContactRole& role : lead.contacts) {
    Changes(ScopeKind::kLeadsOfContact, role.contact_id);
  }
  return PutRecord(leads_, "leads", lead);
}

absl::Status Draft::Put(domain::RepState& rep) {
  Changes(ScopeKind::kRep, rep.rep_id);
  set_.changes.Add(rep);
  ++rep.version;
  reps_.insert_or_assign(rep.rep_id, rep);
  return absl::OkStatus();
}

absl::Status Draft::AddOpenLeads(std::string_view rep_id, int64_t change, std::span<const Time> given) {
  Changes(ScopeKind::kRep, rep_id);
  RepLoad& own = open_leads_[std::string(rep_id)];
  own.change += change;
  own.given.insert(own.given.end(), given.begin(), given.end());
  set_.changes.Add(OpenLeads{std::string(rep_id), {change, {given.begin(), given.end()}}});
  return absl::OkStatus();
}

absl::Status Draft::PutPool(std::string_view pool, std::span<const domain::PoolState> members) {
  Changes(ScopeKind::kPool, pool);
  std::vector<domain::PoolState>& own = pools_[std::string(pool)];
  for (const domain::PoolState& member : members) {
    std::erase_if(own, [&](const domain::PoolState& m) { return m.rep_id == member.rep_id; });
    own.push_back(member);
  }
  set_.changes.Add(PoolPlaces{std::string(pool), {members.begin(), members.end()}});
  return absl::OkStatus();
}

absl::StatusOr<bool> Draft::AddActivity(const domain::Activity& activity) {
  ASSIGN_OR_RETURN(const bool known, HasActivity(activity.id));
  if (known) return false;
  Changes(ScopeKind::kActivity, activity.id);
  Changes(ScopeKind::kActivitiesOfLead, activity.lead_id);
  Changes(ScopeKind::kActivitiesOfContact, activity.contact_id);
  activities_.push_back(activity);
  set_.changes.Add(activity);
  return true;
}

absl::Status Draft::PutActivityTally(RecordKind kind, std::string_view id, const domain::ActivityTally& tally) {
  Changes(ActivitiesOf(kind), id);
  tallies_.insert_or_assign({kind, std::string(id)}, tally);
  set_.changes.Add(TallyOf{kind, std::string(id), tally});
  return absl::OkStatus();
}

absl::Status Draft::SetKeys(RecordKind kind, std::string_view id, std::span<const std::string> keys) {
  std::set<std::string, std::less<>>& own = keys_[{kind, std::string(id)}];
  for (const std::string& key : own) {
    changed_.push_back(reader_.ScopeOfKey(kind, key));
  }
  for (const std::string& key : keys) {
    changed_.push_back(reader_.ScopeOfKey(kind, key));
  }
  own = {keys.begin(), keys.end()};
  set_.changes.Add(RecordKeys{kind, std::string(id), {keys.begin(), keys.end()}});
  return absl::OkStatus();
}

absl::Status Draft::NoteAccount(std::string_view id) {
  if (noted_accounts_.emplace(id).second) {
    set_.changes.Add(AccountNote{std::string(id)});
  }
  return absl::OkStatus();
}

absl::Status Draft::Put(const domain::MergeRecord& merge) {
  Changes(ScopeKind::kMerge, merge.id);
  Changes(ScopeKind::kMergesInto, merge.survivor_id, merge.kind);
  merges_.insert_or_assign(merge.id, merge);
  set_.changes.Add(merge);
  return absl::OkStatus();
}

absl::Status Draft::Put(const RequestRecord& request) {
  Changes(ScopeKind::kRequest, request.request_id);
  requests_.insert_or_assign(request.request_id, request);
  set_.changes.Add(request);
  return absl::OkStatus();
}

absl::Status Draft::Append(domain::Event&& event) {
  set_.changes.Add(std::move(event));
  return absl::OkStatus();
}

absl::Status Apply(ChangeSet& set, size_t begin, size_t end, Transaction& transaction) {
  for (size_t i = begin; i < end; ++i) {
    absl::Status status = std::visit([&](auto& value) { return ApplyOne(value, transaction); }, set.changes[i]);
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace leadline::store
