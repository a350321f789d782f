// What is personal: whose key seals it, and its end.
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

using domain::RecordKind;

std::string Session::Place(std::string_view table, std::string_view id) const {
  std::string place;
  place.reserve(table.size() + tenant_.size() + id.size() + 2);
  return place.append(table).append(1, '/').append(tenant_).append(1, '/').append(id);
}

std::string Session::PlaceOfEvent(std::string_view transaction_id, int64_t index) const {
  return Place("ledger", transaction_id).append(1, '.').append(std::to_string(index));
}

absl::StatusOr<int64_t> Session::SlotOf(std::string_view contact_id) {
  if (const auto known = slots_.find(contact_id); known != slots_.end()) return known->second;
  int64_t slot = 0;
  {
    Query query = connection_.Prepare(Sql::kContactKeySlot);
    if (query.Bind(tenant_, contact_id).Next()) slot = query.Int(0);
    RETURN_IF_ERROR(Break(query.status()));
  }
  if (slot == 0) {
    ASSIGN_OR_RETURN(slot, keys_.Take());
  }
  slots_.emplace(contact_id, slot);
  return slot;
}

absl::StatusOr<int64_t> Session::SlotOfLead(std::string_view lead_id) {
  std::string contact;
  {
    Query query = connection_.Prepare(Sql::kContactsOfLead);
    if (query.Bind(tenant_, lead_id).Next()) {
      std::string_view contacts = query.Text(0);
      if (!contacts.empty()) contacts.remove_prefix(1);
      contact = contacts.substr(0, contacts.find(kSeparator));
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  // One that names nobody has a key like a person's, which nobody destroys.
  return SlotOf(contact.empty() ? Place("leads", lead_id) : contact);
}

absl::StatusOr<Slots> Session::SlotsOfPair(RecordKind kind, std::string_view one, std::string_view other) {
  Slots slots;
  for (const std::string_view id : {one, other}) {
    ASSIGN_OR_RETURN(slots.emplace_back(), kind == RecordKind::kContact ? SlotOf(id) : SlotOfLead(id));
  }
  return slots;
}

absl::StatusOr<Slots> Session::SlotsOfMerge(const domain::MergeRecord& merge) {
  return SlotsOfPair(merge.kind, merge.survivor_id, merge.absorbed_id);
}

absl::StatusOr<Slots> Session::SlotsOf(const domain::Event& event) {
  if (const auto* merged = std::get_if<domain::Merged>(&event.payload)) {
    return SlotsOfPair(event.record.kind, merged->survivor.id, merged->absorbed.id);
  }
  if (const auto* unmerged = std::get_if<domain::Unmerged>(&event.payload)) {
    const absl::StatusOr<domain::MergeRecord> merge = GetMerge(unmerged->merge_id);
    if (merge.ok()) return SlotsOfMerge(*merge);
    if (!absl::IsNotFound(merge.status())) return merge.status();
    return SlotsOfPair(event.record.kind, event.record.id, unmerged->restored.id);
  }
  Slots slots(1);
  if (event.record.kind == RecordKind::kContact) {
    ASSIGN_OR_RETURN(slots[0], SlotOf(event.record.id));
    return slots;
  }
  const auto* recorded = std::get_if<domain::ActivityRecorded>(&event.payload);
  const bool of_contact = recorded != nullptr && !recorded->activity.contact_id.empty();
  ASSIGN_OR_RETURN(slots[0], of_contact ? SlotOf(recorded->activity.contact_id) : SlotOfLead(event.record.id));
  return slots;
}

absl::Status Session::EncodeContact(const domain::Contact& contact, int64_t slot) {
  KeySealer sealer(keys_, Place("contacts", contact.id), KeySealer::Images::kClear,
                   [slot]() -> absl::StatusOr<Slots> { return Slots{slot}; });
  Encode(contact, body_, &sealer);
  return sealer.status();
}

absl::StatusOr<bool> Session::IsErased(std::string_view contact_id) {
  Query query = connection_.Prepare(Sql::kContactKeySlot);
  const bool erased = query.Bind(tenant_, contact_id).Next() && query.Int(0) < 0;
  RETURN_IF_ERROR(Break(query.status()));
  return erased;
}

absl::Status Session::DestroyKey(std::string_view contact_id, Time now) {
  RETURN_IF_ERROR(BeginWriting());
  int64_t slot = 0;
  {
    Query query = connection_.Prepare(Sql::kContactKeySlot);
    if (query.Bind(tenant_, contact_id).Next()) slot = query.Int(0);
    RETURN_IF_ERROR(Break(query.status()));
  }
  if (slot == 0) return NoSuchRecord("contacts", contact_id);
  if (slot > 0) {
    Changes(ScopeKind::kRecord, contact_id, RecordKind::kContact);
    Query destroy = connection_.Prepare(Sql::kDestroyContactKey);
    RETURN_IF_ERROR(Run(destroy.Bind(tenant_, contact_id)));
  }
  erased_.push_back({tenant_, std::string(contact_id), std::abs(slot), now});
  slots_[std::string(contact_id)] = -std::abs(slot);
  return absl::OkStatus();
}

absl::Status Session::ForgetContent(std::string_view request_id) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRequest, request_id);
  Query forget = connection_.Prepare(Sql::kForgetRequest);
  return Run(forget.Bind(tenant_, request_id, kErasedRequest, Blob{}));
}

}  // namespace leadline::store
