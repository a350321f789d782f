#include "engine/merge/followers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "engine/work/enquiry.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/record_change.h"
#include "engine/work/standing.h"

namespace leadline::engine {

using domain::ContactRole;
using domain::RecordKind;

absl::StatusOr<std::vector<std::string>> LeadsOf(store::Reader& reader, const domain::RecordRef& record) {
  std::vector<std::string> leads;
  if (record.kind == RecordKind::kLead) return leads;
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(reader, record.kind, record.id));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> some,
                     record.kind == RecordKind::kAccount ? reader.LeadsOfAccount(id) : reader.LeadsOfContact(id));
    leads.insert(leads.end(), some.begin(), some.end());
  }
  std::sort(leads.begin(), leads.end());
  leads.erase(std::unique(leads.begin(), leads.end()), leads.end());
  return leads;
}

int64_t LeadsForLater(const std::vector<std::string>& leads) {
  return leads.size() > kMostLeadsWithMerge ? static_cast<int64_t>(leads.size() - kMostLeadsWithMerge) : 0;
}

namespace {

absl::Status DecidePerson(WriteScope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, id));
  if (person.contact().erased_at != 0) return absl::OkStatus();
  RETURN_IF_ERROR(person.Rescore(scope.now));
  RETURN_IF_ERROR(person.Advance(domain::Trigger::kRescore, scope.now));
  return person.Save();
}

absl::Status DecideLead(WriteScope& scope, const std::string& id) {
  scope.DecideFor(id);
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
  RETURN_IF_ERROR(session.Rescore(scope.now));
  RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope.now));
  return session.Save();
}

// Those that are decided with the merge: not what is merged into another one, or what somebody erased asked for.
absl::StatusOr<std::vector<domain::Lead>> Decided(WriteScope& scope, const std::vector<std::string>& ids) {
  std::vector<domain::Lead> leads;
  for (size_t i = 0; i < std::min(ids.size(), kMostLeadsWithMerge); ++i) {
    ASSIGN_OR_RETURN(domain::Lead lead, scope.tx.GetLead(ids[i]));
    ASSIGN_OR_RETURN(const bool erased, scope.tx.IsErased(RecordKind::kLead, ids[i]));
    if (lead.merged_into.empty() && !erased) leads.push_back(std::move(lead));
  }
  return leads;
}

}  // namespace

absl::Status DecideFollowers(WriteScope& scope, const domain::RecordRef& record, const std::vector<std::string>& ids) {
  ASSIGN_OR_RETURN(const std::vector<domain::Lead> leads, Decided(scope, ids));
  std::set<std::string> decided;
  if (record.kind == RecordKind::kContact) decided.insert(record.id);
  for (const domain::Lead& lead : leads) {
    if (lead.contacts.empty()) continue;
    ASSIGN_OR_RETURN(const domain::Contact person, StandingContact(scope.tx, lead.contacts.front().contact_id));
    if (decided.insert(person.id).second) RETURN_IF_ERROR(DecidePerson(scope, person.id));
  }
  for (const domain::Lead& lead : leads) RETURN_IF_ERROR(DecideLead(scope, lead.id));
  return LeadsForLater(ids) > 0 ? scope.tx.NoteSharedChange(record.kind, record.id) : absl::OkStatus();
}

namespace {

absl::StatusOr<std::string> StandingPerson(store::Reader& reader, const std::string& id) {
  ASSIGN_OR_RETURN(const domain::Contact contact, StandingContact(reader, id));
  return contact.id;
}

}  // namespace

absl::Status JoinRoles(WriteScope& scope, const std::vector<std::string>& leads) {
  for (const std::string& id : leads) {
    ASSIGN_OR_RETURN(domain::Lead before, scope.tx.GetLead(id));
    std::set<std::string> people;
    std::vector<ContactRole> roles;
    for (const ContactRole& role : before.contacts) {
      ASSIGN_OR_RETURN(std::string person, StandingPerson(scope.tx, role.contact_id));
      if (people.insert(std::move(person)).second) roles.push_back(role);
    }
    if (roles.size() == before.contacts.size()) continue;
    domain::Lead after = before;
    after.contacts = std::move(roles);
    PendingEvents pending;
    RETURN_IF_ERROR(SaveRecord(scope, before, after, pending));
  }
  return absl::OkStatus();
}

absl::Status DropKnownRoles(store::Reader& reader, const domain::Lead& survivor, domain::Lead& absorbed) {
  std::set<std::string> known;
  for (const ContactRole& role : survivor.contacts) {
    ASSIGN_OR_RETURN(std::string person, StandingPerson(reader, role.contact_id));
    known.insert(std::move(person));
  }
  std::vector<ContactRole> roles;
  for (const ContactRole& role : absorbed.contacts) {
    ASSIGN_OR_RETURN(const std::string person, StandingPerson(reader, role.contact_id));
    if (known.insert(person).second) roles.push_back(role);
  }
  absorbed.contacts = std::move(roles);
  return absl::OkStatus();
}

absl::Status PutKeysOfContact(WriteScope& scope, const domain::Contact& contact) {
  if (contact.erased_at != 0) return absl::OkStatus();
  domain::Account account;
  if (!contact.account_id.empty()) {
    ASSIGN_OR_RETURN(account, StandingAccount(scope.tx, contact.account_id));
  }
  const packs::RegionRules& rules = scope.decider().Rules(scope.snapshot().rules->RegionOfCountry(contact.country));
  return scope.tx.SetKeys(RecordKind::kContact, contact.id,
                          ContactKeys(rules.matching, contact, account.id.empty() ? nullptr : &account));
}

absl::Status PutKeysOfAccount(WriteScope& scope, const domain::Account& account) {
  const packs::RegionRules& rules = scope.decider().Rules(account.region);
  RETURN_IF_ERROR(scope.tx.SetKeys(RecordKind::kAccount, account.id, AccountKeys(rules.matching, account)));
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(scope.tx, RecordKind::kAccount, account.id));
  size_t left = kMostPeopleWithMerge;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> people, scope.tx.ContactsOfAccount(id));
    for (const std::string& person : people) {
      if (left-- == 0) return absl::OkStatus();
      ASSIGN_OR_RETURN(const domain::Contact contact, scope.tx.GetContact(person));
      RETURN_IF_ERROR(PutKeysOfContact(scope, contact));
    }
  }
  return absl::OkStatus();
}

}  // namespace leadline::engine
