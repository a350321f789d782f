// Accounts, contacts and leads: reading and listing.
#include <algorithm>
#include <limits>
#include <map>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/cursor.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

// The first item of a list in a column: a separator stands on both sides of every item.
std::string_view FirstOfColumn(std::string_view joined) {
  if (joined.empty()) return {};
  const char separator = joined.front();
  joined.remove_prefix(1);
  return joined.substr(0, joined.find(separator));
}

}  // namespace

absl::StatusOr<domain::Account> Session::GetAccount(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetAccount);
  if (!query.Bind(tenant_, id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return NoSuchRecord("accounts", id);
  }
  domain::Account account;
  account.id = id;
  account.version = query.Int(0);
  if (absl::Status status = Decode(query.Bytes(1), account); !status.ok()) {
    return DamagedRecord("accounts", id, status);
  }
  return account;
}

absl::StatusOr<domain::Contact> Session::GetContact(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetContact);
  if (!query.Bind(tenant_, id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return NoSuchRecord("contacts", id);
  }
  domain::Contact contact;
  contact.id = id;
  contact.version = query.Int(0);
  KeyOpener opener(keys_, PlaceOf("contacts", id));
  if (absl::Status status = Decode(query.Bytes(1), contact, &opener); !status.ok()) {
    return DamagedRecord("contacts", id, status);
  }
  return contact;
}

// The columns lead_id, version, body.
absl::StatusOr<domain::Lead> Session::ReadLead(const Query& query) {
  domain::Lead lead;
  lead.id = query.String(0);
  lead.version = query.Int(1);
  KeyOpener opener(keys_, PlaceOf("leads", lead.id));
  if (absl::Status status = Decode(query.Bytes(2), lead, &opener); !status.ok()) {
    return DamagedRecord("leads", lead.id, status);
  }
  return lead;
}

absl::StatusOr<domain::Lead> Session::GetLead(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetLead);
  if (!query.Bind(tenant_, id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return NoSuchRecord("leads", id);
  }
  return ReadLead(query);
}

absl::StatusOr<std::vector<std::string>> Session::IdsInStatus(domain::RecordKind kind, std::string_view status,
                                                              std::string_view after, int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  if (kind != domain::RecordKind::kLead && kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("only leads and contacts have a status");
  }
  Query query = connection_.Prepare(kind == domain::RecordKind::kLead ? Sql::kLeadsInStatus : Sql::kContactsInStatus);
  query.Bind(tenant_, status, after, limit);
  return Ids(query);
}

absl::StatusOr<std::vector<std::string>> Session::LeadIds(std::string_view after, int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  Query query = connection_.Prepare(Sql::kLeadIds);
  query.Bind(tenant_, after, limit);
  return Ids(query);
}

absl::StatusOr<std::vector<LeadPlace>> Session::LeadPlaces(std::string_view after, int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  Query query = connection_.Prepare(Sql::kLeadPlaces);
  query.Bind(tenant_, after, limit);
  std::vector<LeadPlace> places;
  while (query.Next()) places.push_back({query.String(0), query.String(1), std::string(FirstOfColumn(query.Text(2)))});
  RETURN_IF_ERROR(Break(query.status()));
  return places;
}

absl::StatusOr<std::vector<std::string>> Session::DueRecords(domain::RecordKind kind, Time now, int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  if (kind != domain::RecordKind::kLead && kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("time alone decides nothing of other records than leads and contacts");
  }
  Query query = connection_.Prepare(kind == domain::RecordKind::kLead ? Sql::kDueLeads : Sql::kDueContacts);
  query.Bind(tenant_, now, limit);
  return Ids(query);
}

absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> Session::CountByStatus(domain::RecordKind kind) {
  std::vector<std::pair<std::string, int64_t>> counts;
  if (kind == domain::RecordKind::kContact) {
    ASSIGN_OR_RETURN(const auto contacts, CountTexts(Sql::kStatusesOfContacts));
    counts.assign(contacts.begin(), contacts.end());
    return counts;
  }
  if (kind != domain::RecordKind::kLead) {
    return absl::InvalidArgumentError("only leads and contacts have a status");
  }
  Query query = connection_.Prepare(Sql::kCountLeadsByStatus);
  query.Bind(tenant_);
  while (query.Next()) counts.emplace_back(query.String(0), query.Int(1));
  RETURN_IF_ERROR(Break(query.status()));
  return counts;
}

absl::StatusOr<std::vector<QueueCount>> Session::CountByQueue(Time now) {
  std::vector<QueueCount> counts;
  {
    Query query = connection_.Prepare(Sql::kCountLeadsByQueue);
    query.Bind(tenant_);
    while (query.Next()) counts.push_back({query.String(0), query.Int(1), query.Int(2), 0});
    RETURN_IF_ERROR(Break(query.status()));
  }
  Query query = connection_.Prepare(Sql::kOverdueByQueue);
  query.Bind(tenant_, now);
  while (query.Next()) {
    const std::string_view queue = query.Text(0);
    const auto of = [&](const QueueCount& count) { return count.queue == queue; };
    if (const auto found = std::find_if(counts.begin(), counts.end(), of); found != counts.end()) ++found->overdue;
  }
  RETURN_IF_ERROR(Break(query.status()));
  return counts;
}

absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> Session::CountByRegion(int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  ASSIGN_OR_RETURN(const auto leads, CountTexts(Sql::kRegionsOfLeads));
  std::vector<std::pair<std::string, int64_t>> counts(leads.begin(), leads.end());
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  counts.resize(std::min(counts.size(), static_cast<size_t>(limit)));
  return counts;
}

absl::StatusOr<std::map<std::string, int64_t>> Session::CountTexts(Sql sql) {
  Query query = connection_.Prepare(sql);
  query.Bind(tenant_);
  std::map<std::string, int64_t> counts;
  while (query.Next()) ++counts[query.String(0)];
  RETURN_IF_ERROR(Break(query.status()));
  return counts;
}

absl::StatusOr<std::vector<std::string>> Session::ContactsOfAccount(std::string_view account_id) {
  Query query = connection_.Prepare(Sql::kContactsOfAccount);
  query.Bind(tenant_, account_id);
  return SortedIds(query);
}

absl::StatusOr<std::vector<std::string>> Session::LeadsOfAccount(std::string_view account_id) {
  Query query = connection_.Prepare(Sql::kLeadsOfAccount);
  query.Bind(tenant_, account_id);
  return SortedIds(query);
}

absl::StatusOr<std::vector<std::string>> Session::LeadsOfContact(std::string_view contact_id) {
  Query query = connection_.Prepare(Sql::kLeadsOfContact);
  query.Bind(tenant_, contact_id);
  return SortedIds(query);
}

}  // namespace leadline::store
