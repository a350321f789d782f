// Activities and blocking keys.
#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/codec_wire.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

// In ascending order, each once.
std::string PackHashes(const std::vector<int64_t>& hashes) {
  std::string packed;
  for (const int64_t hash : hashes) PutEight(static_cast<uint64_t>(hash), packed);
  return packed;
}

std::vector<int64_t> UnpackHashes(std::string_view packed) {
  std::vector<int64_t> hashes;
  Cursor cursor(packed);
  for (uint64_t hash = 0; cursor.Eight(hash);) hashes.push_back(static_cast<int64_t>(hash));
  return hashes;
}

// Those of a contact come lead by lead, and those of one time in the order in which the database has their ids.
void SortByAge(std::vector<domain::Activity>& activities) {
  if (!std::is_sorted(activities.begin(), activities.end(), domain::Older)) {
    std::sort(activities.begin(), activities.end(), domain::Older);
  }
}

}  // namespace

Scope ScopeOfHash(domain::RecordKind kind, int64_t hash) {
  return ScopeOf(ScopeKind::kKey, {reinterpret_cast<const char*>(&hash), sizeof(hash)}, kind);
}

absl::StatusOr<domain::Activity> Session::ReadActivity(const Query& query) {
  domain::Activity activity;
  activity.id = query.String(0);
  activity.lead_id = query.String(1);
  activity.contact_id = query.String(2);
  activity.account_id = query.String(3);
  activity.channel = query.String(4);
  activity.investment = query.String(5);
  activity.response = query.String(6);
  activity.time = query.Int(7);
  activity.product = query.String(8);
  if (const std::string_view sealed = query.Bytes(9); !sealed.empty()) {
    if (OpenWith(keys_, PlaceOf("activities", activity.id), sealed, activity.subject) == Opened::kFailed) {
      return DamagedRecord("activities", activity.id, absl::DataLossError("its key does not open its subject"));
    }
  }
  return activity;
}

absl::StatusOr<domain::Activity> Session::GetActivity(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetActivity);
  if (!query.Bind(tenant_, id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return NoSuchRecord("activities", id);
  }
  return ReadActivity(query);
}

absl::StatusOr<bool> Session::HasActivity(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetActivity);
  const bool found = query.Bind(tenant_, id).Next();
  RETURN_IF_ERROR(Break(query.status()));
  return found;
}

absl::StatusOr<std::vector<domain::Activity>> Session::ReadActivities(Sql sql, std::span<const std::string> ids) {
  std::vector<domain::Activity> activities;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (std::find(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i), ids[i]) !=
        ids.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;  // named twice
    }
    Query query = connection_.Prepare(sql);
    query.Bind(tenant_, ids[i]);
    while (query.Next()) {
      ASSIGN_OR_RETURN(domain::Activity activity, ReadActivity(query));
      activities.push_back(std::move(activity));
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  SortByAge(activities);
  return activities;
}

absl::StatusOr<std::vector<domain::Activity>> Session::ActivitiesBetween(domain::RecordKind kind, std::string_view id,
                                                                         Time from, Time to) {
  const bool of_lead = kind == domain::RecordKind::kLead;
  std::vector<domain::Activity> activities;
  Query query = connection_.Prepare(of_lead ? Sql::kActivitiesOfLeadBetween : Sql::kActivitiesOfContactBetween);
  query.Bind(tenant_, id, from, to);
  while (query.Next()) {
    ASSIGN_OR_RETURN(domain::Activity activity, ReadActivity(query));
    activities.push_back(std::move(activity));
  }
  RETURN_IF_ERROR(Break(query.status()));
  SortByAge(activities);
  return activities;
}

absl::StatusOr<std::optional<domain::ActivityTally>> Session::GetActivityTally(domain::RecordKind kind,
                                                                               std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetActivityTally);
  if (!query.Bind(tenant_, static_cast<int64_t>(kind), id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return std::optional<domain::ActivityTally>();
  }
  std::optional<domain::ActivityTally> tally(std::in_place);
  if (absl::Status status = Decode(query.Bytes(0), *tally); !status.ok()) {
    return DamagedRecord("activity_tallies", domain::ResourceName(kind, id), status);
  }
  return tally;
}

absl::Status Session::PutActivityTally(domain::RecordKind kind, std::string_view id,
                                       const domain::ActivityTally& tally) {
  RETURN_IF_ERROR(BeginWriting());
  // Its scope is that of the activities: it changes when they do, and says nothing that they do not. It is taken away
  // when they say something else.
  if (tally.empty()) {
    Changes(kind == domain::RecordKind::kLead ? ScopeKind::kActivitiesOfLead : ScopeKind::kActivitiesOfContact, id);
    Query drop = connection_.Prepare(Sql::kDropActivityTally);
    return Run(drop.Bind(tenant_, static_cast<int64_t>(kind), id));
  }
  Encode(tally, body_);
  Query put = connection_.Prepare(Sql::kPutActivityTally);
  return Run(put.Bind(tenant_, static_cast<int64_t>(kind), id, Blob{body_}));
}

absl::StatusOr<std::vector<domain::Activity>> Session::ActivitiesOfLeads(std::span<const std::string> lead_ids) {
  return ReadActivities(Sql::kActivitiesOfLead, lead_ids);
}

absl::StatusOr<std::vector<domain::Activity>> Session::ActivitiesOfContacts(std::span<const std::string> contact_ids) {
  return ReadActivities(Sql::kActivitiesOfContact, contact_ids);
}

absl::StatusOr<bool> Session::AddActivity(const domain::Activity& activity) {
  if (activity.lead_id.empty()) {
    return absl::InvalidArgumentError(fmt::format("activity {} names no lead; each belongs to one", activity.id));
  }
  RETURN_IF_ERROR(BeginWriting());
  std::string subject;
  if (!activity.subject.empty()) {
    ASSIGN_OR_RETURN(const int64_t slot, SlotOfActivity(activity));
    RETURN_IF_ERROR(SealWith(keys_, {slot}, PlaceOf("activities", activity.id), activity.subject, subject));
  }
  {
    Query insert = connection_.Prepare(Sql::kInsertActivity);
    RETURN_IF_ERROR(
        Run(insert.Bind(tenant_, activity.lead_id, activity.time, activity.id, activity.contact_id, activity.account_id,
                        activity.channel, activity.investment, activity.response, activity.product, Blob{subject})));
  }
  if (connection_.changes() == 0) return false;
  Changes(ScopeKind::kActivity, activity.id);
  Changes(ScopeKind::kActivitiesOfLead, activity.lead_id);
  Changes(ScopeKind::kActivitiesOfContact, activity.contact_id);
  if (!activity.contact_id.empty() && (activity.contact_id != linked_.first || activity.lead_id != linked_.second)) {
    // So that the contact's activities are found through its leads, whether the lead lists the contact or not.
    Query note = connection_.Prepare(Sql::kNoteLeadContact);
    RETURN_IF_ERROR(Run(note.Bind(tenant_, activity.contact_id, activity.lead_id)));
    linked_ = {activity.contact_id, activity.lead_id};
  }
  return true;
}

absl::Status Session::SetKeys(domain::RecordKind kind, std::string_view id, std::span<const std::string> keys) {
  const bool account = kind == domain::RecordKind::kAccount;
  if (!account && kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("only accounts and contacts have blocking keys");
  }
  const std::string_view table = account ? "accounts" : "contacts";
  RETURN_IF_ERROR(BeginWriting());
  std::set<int64_t> wanted;
  for (const std::string& key : keys) wanted.insert(keys_.HashOf(key));
  const int64_t kind_number = static_cast<int64_t>(kind);
  std::vector<int64_t> stored;
  if (const domain::RecordRef record{kind, std::string(id)}; keyless_ == record) {
    keyless_ = {};
  } else {
    Query query = connection_.Prepare(account ? Sql::kGetAccountKeys : Sql::kGetContactKeys);
    const bool found = query.Bind(tenant_, id).Next();
    RETURN_IF_ERROR(Break(query.status()));
    if (!found) return NoSuchRecord(table, id);
    stored = UnpackHashes(query.Bytes(0));
  }
  if (std::equal(wanted.begin(), wanted.end(), stored.begin(), stored.end())) {
    return absl::OkStatus();
  }
  for (const int64_t key : stored) {
    if (!wanted.contains(key)) {
      changed_scopes_.push_back(ScopeOfHash(kind, key));
      Query remove = connection_.Prepare(Sql::kDeleteKey);
      RETURN_IF_ERROR(Run(remove.Bind(tenant_, kind_number, key, id)));
    }
  }
  for (const int64_t key : wanted) {
    if (!std::binary_search(stored.begin(), stored.end(), key)) {
      changed_scopes_.push_back(ScopeOfHash(kind, key));
      Query insert = connection_.Prepare(Sql::kInsertKey);
      RETURN_IF_ERROR(Run(insert.Bind(tenant_, kind_number, key, id)));
    }
  }
  body_ = PackHashes({wanted.begin(), wanted.end()});
  Query set = connection_.Prepare(account ? Sql::kSetAccountKeys : Sql::kSetContactKeys);
  return Run(set.Bind(tenant_, id, Blob{body_}));
}

absl::StatusOr<std::vector<std::string>> Session::RecordsOfKey(domain::RecordKind kind, std::string_view key) {
  Query query = connection_.Prepare(Sql::kRecordsOfKey);
  query.Bind(tenant_, static_cast<int64_t>(kind), keys_.HashOf(key), kMostRecordsOfKey);
  return SortedIds(query);
}

Scope Session::ScopeOfKey(domain::RecordKind kind, std::string_view key) {
  return ScopeOfHash(kind, keys_.HashOf(key));
}

}  // namespace leadline::store
