#include "store/erasure/erase_contact.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

using domain::RecordKind;
using domain::RecordRef;
using Ids = std::vector<std::string>;

// Longer chains of merges are not made; a longer one is damage.
constexpr int kMostMerges = 64;

void AddNew(const Ids& more, Ids& ids) {
  for (const std::string& id : more) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
}

// One erasure. Not thread-safe.
class Eraser {
 public:
  Eraser(Transaction& transaction, const Erasure& erasure) : tx_(transaction), erasure_(erasure) {}

  absl::StatusOr<ErasureResult> OfContact() {
    ASSIGN_OR_RETURN(result_.standing_id, Standing(RecordKind::kContact, erasure_.id));
    ASSIGN_OR_RETURN(const Ids contacts, MergedWith(RecordKind::kContact, result_.standing_id));
    ASSIGN_OR_RETURN(const Ids leads, LeadsOf(contacts));
    RETURN_IF_ERROR(EraseContacts(contacts));
    RETURN_IF_ERROR(EraseLeads(leads));
    return Finish();
  }

  absl::StatusOr<ErasureResult> OfLead() {
    ASSIGN_OR_RETURN(result_.standing_id, Standing(RecordKind::kLead, erasure_.id));
    ASSIGN_OR_RETURN(const Ids leads, MergedWith(RecordKind::kLead, result_.standing_id));
    RETURN_IF_ERROR(EraseLeads(leads));
    return Finish();
  }

 private:
  absl::StatusOr<std::string> MergedInto(RecordKind kind, const std::string& id) {
    if (kind == RecordKind::kLead) {
      ASSIGN_OR_RETURN(const domain::Lead lead, tx_.GetLead(id));
      return lead.merged_into;
    }
    ASSIGN_OR_RETURN(const domain::Contact contact, tx_.GetContact(id));
    return contact.merged_into;
  }

  absl::StatusOr<std::string> Standing(RecordKind kind, std::string id) {
    for (int i = 0; i < kMostMerges; ++i) {
      ASSIGN_OR_RETURN(std::string into, MergedInto(kind, id));
      if (into.empty()) return id;
      id = std::move(into);
    }
    return absl::DataLossError(fmt::format("the merges of {} lead in a circle", domain::ResourceName(kind, id)));
  }

  // The standing record, and all that were merged into it at any remove.
  absl::StatusOr<Ids> MergedWith(RecordKind kind, const std::string& standing) {
    Ids chain = {standing};
    for (size_t i = 0; i < chain.size(); ++i) {
      ASSIGN_OR_RETURN(const std::vector<domain::MergeRecord> merges, tx_.MergesInto(kind, chain[i]));
      for (const domain::MergeRecord& merge : merges) AddNew({merge.absorbed_id}, chain);
    }
    return chain;
  }

  // Whether one of the contacts asked for what the lead is about: then or by what the lead says today.
  absl::StatusOr<bool> CameFrom(const Ids& contacts, const domain::Lead& lead) {
    const auto first_of = [&contacts](const std::vector<domain::ContactRole>& roles) {
      return !roles.empty() && std::find(contacts.begin(), contacts.end(), roles.front().contact_id) != contacts.end();
    };
    if (first_of(lead.contacts)) return true;
    const RecordRef ref{RecordKind::kLead, lead.id};
    ASSIGN_OR_RETURN(const std::vector<domain::Event> first, tx_.Timeline({&ref, 1}, 0, 1));
    const auto* created = first.empty() ? nullptr : std::get_if<domain::RecordCreated>(&first[0].payload);
    const auto* image = created == nullptr ? nullptr : std::get_if<domain::Lead>(&created->image);
    return image != nullptr && first_of(image->contacts);
  }

  void NoteTold(RecordKind kind, const Ids& ids) {
    for (const std::string& id : ids) told_.insert(domain::ResourceName(kind, id));
  }

  // The person's own leads, and those that they were merged with: one merge tells of both.
  absl::StatusOr<Ids> LeadsOf(const Ids& contacts) {
    Ids named, leads;
    for (const std::string& contact : contacts) {
      ASSIGN_OR_RETURN(const Ids more, tx_.LeadsOfContact(contact));
      AddNew(more, named);
    }
    for (const std::string& id : named) {
      ASSIGN_OR_RETURN(const domain::Lead lead, tx_.GetLead(id));
      ASSIGN_OR_RETURN(const std::string standing, Standing(RecordKind::kLead, id));
      ASSIGN_OR_RETURN(const Ids chain, MergedWith(RecordKind::kLead, standing));
      NoteTold(RecordKind::kLead, chain);
      ASSIGN_OR_RETURN(const bool own, CameFrom(contacts, lead));
      if (own) AddNew(chain, leads);
    }
    return leads;
  }

  // False: it was erased before.
  absl::StatusOr<bool> Begin(const RecordRef& record) {
    ASSIGN_OR_RETURN(const bool erased, tx_.IsErased(record.kind, record.id));
    // Of one that was, in case it could not be, then.
    if (erased) RETURN_IF_ERROR(tx_.DestroyKey(record.kind, record.id, erasure_.now));
    return !erased;
  }

  // What was counted of activities whose texts are gone would be counted in another way today. A contact's stand with
  // leads, and those of a lead with contacts.
  absl::Status DropCounts(RecordKind kind, const std::string& id) {
    const bool of_contact = kind == RecordKind::kContact;
    std::vector<domain::Activity> activities;
    if (of_contact) {
      ASSIGN_OR_RETURN(activities, tx_.ActivitiesOfContacts({&id, 1}));
    } else {
      ASSIGN_OR_RETURN(activities, tx_.ActivitiesOfLeads({&id, 1}));
    }
    RETURN_IF_ERROR(tx_.PutActivityTally(kind, id, {}));
    std::set<std::string> others;
    for (const domain::Activity& a : activities) others.insert(of_contact ? a.lead_id : a.contact_id);
    for (const std::string& other : others) {
      RETURN_IF_ERROR(tx_.PutActivityTally(of_contact ? RecordKind::kLead : RecordKind::kContact, other, {}));
    }
    return absl::OkStatus();
  }

  absl::Status EraseContacts(const Ids& contacts) {
    NoteTold(RecordKind::kContact, contacts);
    for (const std::string& id : contacts) {
      ASSIGN_OR_RETURN(const bool begun, Begin({RecordKind::kContact, id}));
      if (!begun) continue;
      RETURN_IF_ERROR(ForgetRequestsOf(id));
      ASSIGN_OR_RETURN(domain::Contact contact, tx_.GetContact(id));
      RETURN_IF_ERROR(domain::Fold(AddEvent({RecordKind::kContact, id}, ""), contact));
      contact.meaning = {};  // what was derived of values that are gone
      contact.next_decision_at = 0;
      RETURN_IF_ERROR(tx_.SetKeys(RecordKind::kContact, id, {}));
      RETURN_IF_ERROR(DropCounts(RecordKind::kContact, id));
      RETURN_IF_ERROR(tx_.DestroyKey(RecordKind::kContact, id, erasure_.now));
      RETURN_IF_ERROR(tx_.Put(contact));
      result_.contacts.push_back(id);
    }
    return absl::OkStatus();
  }

  absl::Status EraseLeads(const Ids& leads) {
    NoteTold(RecordKind::kLead, leads);
    for (const std::string& id : leads) {
      ASSIGN_OR_RETURN(const bool begun, Begin({RecordKind::kLead, id}));
      if (!begun) continue;
      RETURN_IF_ERROR(ForgetRequests({{RecordKind::kLead, id}}));
      ASSIGN_OR_RETURN(domain::Lead lead, tx_.GetLead(id));
      RETURN_IF_ERROR(domain::Fold(AddEvent({RecordKind::kLead, id}, lead.region), lead));
      lead.next_decision_at = 0;
      RETURN_IF_ERROR(DropCounts(RecordKind::kLead, id));
      RETURN_IF_ERROR(tx_.DestroyKey(RecordKind::kLead, id, erasure_.now));
      RETURN_IF_ERROR(tx_.Put(lead));
      result_.leads.push_back(id);
    }
    return absl::OkStatus();
  }

  // A fingerprint tells whoever has a guess whether it is right.
  absl::Status ForgetRequestsOf(const std::string& contact_id) {
    std::vector<RecordRef> records = {{RecordKind::kContact, contact_id}};
    ASSIGN_OR_RETURN(Ids leads, tx_.LeadsOfContact(contact_id));
    for (std::string& lead : leads) records.push_back({RecordKind::kLead, std::move(lead)});
    return ForgetRequests(records);
  }

  absl::Status ForgetRequests(const std::vector<RecordRef>& records) {
    constexpr int kPage = 500;
    int64_t after = 0;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<domain::Event> events, tx_.Timeline(records, after, kPage));
      for (const domain::Event& event : events) {
        after = event.position;
        // An earlier erasure says nothing of a person, and answers again.
        const bool erased = std::holds_alternative<domain::Erased>(event.payload);
        if (erased || event.request_id.empty() || !forgotten_.insert(event.request_id).second) continue;
        RETURN_IF_ERROR(tx_.ForgetContent(event.request_id));
        ++result_.requests;
      }
      if (static_cast<int>(events.size()) < kPage) return absl::OkStatus();
    }
  }

  const domain::Event& AddEvent(const RecordRef& record, std::string region) {
    domain::Event& event = events_.emplace_back();
    event.transaction_id = erasure_.transaction_id;
    event.record = record;
    event.region = std::move(region);
    if (record.id == result_.standing_id && record.id != erasure_.id) event.addressed = erasure_.id;
    event.time = event.append_time = erasure_.now;
    event.actor = erasure_.actor;
    event.request_id = erasure_.request_id;
    event.payload = domain::Erased{erasure_.reason};
    return event;
  }

  absl::StatusOr<ErasureResult> Finish() {
    RETURN_IF_ERROR(tx_.ForgetSamples(told_));
    for (domain::Event& event : events_) RETURN_IF_ERROR(tx_.Append(event));
    return std::move(result_);
  }

  Transaction& tx_;
  const Erasure& erasure_;
  ErasureResult result_;
  std::vector<domain::Event> events_;
  std::set<std::string> forgotten_;
  std::set<std::string, std::less<>> told_;  // whom what came of operations may tell of
};

}  // namespace

absl::StatusOr<ErasureResult> EraseContact(Transaction& transaction, const Erasure& erasure) {
  return Eraser(transaction, erasure).OfContact();
}

absl::StatusOr<ErasureResult> EraseLead(Transaction& transaction, const Erasure& erasure) {
  return Eraser(transaction, erasure).OfLead();
}

}  // namespace leadline::store
