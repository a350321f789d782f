// A person as intake, people and a merge leave one in a store: everything personal that a store can hold.
#pragma once

#include <string>
#include <vector>

#include "base/status_macros.h"
#include "domain/history/value_times.h"
#include "store/erasure/erase_contact.h"
#include "store/store.h"

namespace leadline::store {

// Every text that says who the person `name` is, or that somebody wrote of them.
inline std::vector<std::string> PersonalValues(const std::string& name) {
  return {name + "-given",  name + "-family", name + "@acme.example", "0034600" + name,
          name + "-title",  name + "-habit",  name + "-subject",      name + "-note",
          name + "-reason", name + "-alias",  name + "-message"};
}

inline domain::Contact PersonOf(const std::string& name) {
  return {.id = "c-" + name,
          .given_name = name + "-given",
          .family_name = name + "-family",
          .email = name + "@acme.example",
          .phone = "0034600" + name,
          .title = name + "-title",
          .country = "ES",
          .status = "mql",
          .marketable = true,
          .attributes = {{"habit", name + "-habit"}},
          .updated_at = 5,
          .value_times = {5, {{"title", 5}}}};
}

// The contact c-NAME, its lead l-NAME, an activity, and request r-NAME, which brought them, as the ledger tells them.
// Blocking keys are email:, phone: and name: with the values.
inline absl::Status PutPerson(Transaction& t, const std::string& name) {
  domain::Contact contact = PersonOf(name);
  domain::Lead lead{.id = "l-" + name,
                    .contacts = {{contact.id, "enquirer"}},
                    .status = "mql",
                    .attributes = {{"message", name + "-message"}}};
  const domain::Lead given = lead;
  lead.status = "lost";
  lead.disposition = "call";
  lead.status_since = lead.handled_at = lead.last_activity_at = lead.updated_at = 5;
  lead.activity_count = 1;
  lead.moves = {{5, "lost", "reject"}};
  const domain::Activity activity{
      .id = "v-" + name, .lead_id = lead.id, .contact_id = contact.id, .time = 5, .subject = name + "-subject"};
  const std::vector<std::string> keys = {"email:" + contact.email, "phone:" + contact.phone,
                                         "name:" + contact.family_name};
  RETURN_IF_ERROR(t.Put(contact));
  RETURN_IF_ERROR(t.SetKeys(domain::RecordKind::kContact, contact.id, keys));
  RETURN_IF_ERROR(t.Put(lead));
  RETURN_IF_ERROR(t.AddActivity(activity).status());
  domain::Contact first = contact;
  first.title.clear();
  first.value_times = {};
  const auto append = [&](domain::RecordKind kind, const std::string& id, domain::EventPayload payload) {
    domain::Event event{.transaction_id = "t-" + name,
                        .record = {kind, id},
                        .time = 5,
                        .append_time = 5,
                        .request_id = "r-" + name,
                        .payload = std::move(payload)};
    return t.Append(event);
  };
  using domain::RecordKind;
  RETURN_IF_ERROR(append(RecordKind::kContact, contact.id, domain::RecordCreated{.image = first}));
  RETURN_IF_ERROR(append(RecordKind::kContact, contact.id,
                         domain::FieldsChanged{{{"title", "s" + name + "-alias", "s" + contact.title}}}));
  RETURN_IF_ERROR(append(RecordKind::kLead, lead.id, domain::RecordCreated{.image = given}));
  RETURN_IF_ERROR(append(RecordKind::kLead, lead.id, domain::ActivityRecorded{activity}));
  RETURN_IF_ERROR(append(RecordKind::kLead, lead.id, domain::DispositionRecorded{"call", name + "-note"}));
  RETURN_IF_ERROR(append(RecordKind::kLead, lead.id, domain::StatusChanged{"mql", "lost", "reject", name + "-reason"}));
  return t.Put(RequestRecord{.request_id = "r-" + name, .fingerprint = "f-" + name, .result = lead.id, .time = 5});
}

// Merges c-ABSORBED into c-SURVIVOR: merge m-ABSORBED, which takes the phone number over.
inline absl::Status MergePeople(Transaction& t, const std::string& survivor, const std::string& absorbed) {
  ASSIGN_OR_RETURN(domain::Contact kept, t.GetContact("c-" + survivor));
  ASSIGN_OR_RETURN(domain::Contact gone, t.GetContact("c-" + absorbed));
  const std::vector<domain::FieldChange> changed = {{"phone", "s" + kept.phone, "s" + gone.phone}};
  kept.phone = gone.phone;
  domain::TakeTimes(changed, 6, kept.value_times);
  gone.merged_into = kept.id;
  kept.updated_at = gone.updated_at = 6;
  RETURN_IF_ERROR(t.Put(kept));
  RETURN_IF_ERROR(t.Put(gone));
  const domain::MergeRecord merge{.id = "m-" + absorbed,
                                  .survivor_id = kept.id,
                                  .absorbed_id = gone.id,
                                  .time = 6,
                                  .reason = absorbed + "-reason",
                                  .changed = changed};
  RETURN_IF_ERROR(t.Put(merge));
  using domain::RecordKind;
  for (const std::string& id : {kept.id, gone.id}) {
    domain::Event event{
        .transaction_id = "tm-" + absorbed,
        .record = {RecordKind::kContact, id},
        .time = 6,
        .append_time = 6,
        .payload = domain::Merged{
            merge.id, {RecordKind::kContact, gone.id}, {RecordKind::kContact, kept.id}, merge.reason, changed}};
    RETURN_IF_ERROR(t.Append(event));
  }
  return absl::OkStatus();
}

inline absl::StatusOr<ErasureResult> ErasePerson(Store& store, const std::string& name) {
  ErasureResult result;
  RETURN_IF_ERROR(WriteAndWait(store, "default", [&](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(result, EraseContact(t, {.id = "c-" + name,
                                              .reason = "asked",
                                              .actor = "dpo",
                                              .request_id = "",
                                              .transaction_id = "te-" + name,
                                              .now = 9}));
    return absl::OkStatus();
  }));
  return result;
}

}  // namespace leadline::store
