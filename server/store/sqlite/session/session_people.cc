// What is personal: whose key seals it, and its end.
#include <cstdlib>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

using domain::RecordKind;

namespace {

std::string_view TableOf(RecordKind kind) { return kind == RecordKind::kContact ? "contacts" : "leads"; }

}  // namespace

absl::StatusOr<int64_t> Session::StoredSlot(RecordKind kind, std::string_view id) {
  Query query = connection_.Prepare(kind == RecordKind::kContact ? Sql::kContactKeySlot : Sql::kLeadKeySlot);
  const int64_t slot = query.Bind(tenant_, id).Next() ? query.Int(0) : 0;
  RETURN_IF_ERROR(Break(query.status()));
  return slot;
}

absl::StatusOr<int64_t> Session::SlotOf(RecordKind kind, std::string_view id) {
  auto& slots = kind == RecordKind::kContact ? contact_slots_ : lead_slots_;
  if (const auto known = slots.find(id); known != slots.end()) return known->second;
  ASSIGN_OR_RETURN(const int64_t slot, StoredSlot(kind, id));
  if (slot == 0) return SlotOfNew(kind, id);
  slots.emplace(id, slot);
  return slot;
}

absl::StatusOr<int64_t> Session::SlotOfNew(RecordKind kind, std::string_view id) {
  auto& slots = kind == RecordKind::kContact ? contact_slots_ : lead_slots_;
  // Its first events may have come before it.
  if (const auto known = slots.find(id); known != slots.end()) return known->second;
  ASSIGN_OR_RETURN(const int64_t slot, keys_.Take());
  slots.emplace(id, slot);
  return slot;
}

absl::StatusOr<Slots> Session::SlotsOfPair(RecordKind kind, std::string_view one, std::string_view other) {
  Slots slots;
  for (const std::string_view id : {one, other}) {
    ASSIGN_OR_RETURN(slots.emplace_back(), SlotOf(kind, id));
  }
  return slots;
}

absl::StatusOr<Slots> Session::SlotsOfMerge(const domain::MergeRecord& merge) {
  return SlotsOfPair(merge.kind, merge.survivor_id, merge.absorbed_id);
}

absl::StatusOr<int64_t> Session::SlotOfActivity(const domain::Activity& activity) {
  return activity.contact_id.empty() ? SlotOf(RecordKind::kLead, activity.lead_id)
                                     : SlotOf(RecordKind::kContact, activity.contact_id);
}

absl::StatusOr<Slots> Session::SlotsOf(const domain::Event& event) {
  if (const auto* merged = std::get_if<domain::Merged>(&event.payload)) {
    const RecordKind kind = merged->survivor.kind;
    // Of companies nothing is personal.
    if (kind != RecordKind::kAccount) return SlotsOfPair(kind, merged->survivor.id, merged->absorbed.id);
  }
  if (const auto* unmerged = std::get_if<domain::Unmerged>(&event.payload)) {
    const bool of_companies = unmerged->restored.kind == RecordKind::kAccount;
    const absl::StatusOr<domain::MergeRecord> merge = GetMerge(unmerged->merge_id);
    if (merge.ok() && !of_companies) return SlotsOfMerge(*merge);
    if (!merge.ok() && !absl::IsNotFound(merge.status())) return merge.status();
    if (!of_companies) return SlotsOfPair(event.record.kind, event.record.id, unmerged->restored.id);
  }
  const auto* recorded = std::get_if<domain::ActivityRecorded>(&event.payload);
  ASSIGN_OR_RETURN(const int64_t slot, recorded != nullptr ? SlotOfActivity(recorded->activity)
                                                           : SlotOf(event.record.kind, event.record.id));
  return Slots{slot};
}

absl::Status Session::EncodeContact(const domain::Contact& contact, int64_t slot) {
  KeySealer sealer(keys_, PlaceOf("contacts", contact.id), [slot]() -> absl::StatusOr<Slots> { return Slots{slot}; });
  Encode(contact, body_, &sealer);
  return sealer.status();
}

absl::Status Session::EncodeLead(const domain::Lead& lead, int64_t slot) {
  KeySealer sealer(keys_, PlaceOf("leads", lead.id), [slot]() -> absl::StatusOr<Slots> { return Slots{slot}; });
  Encode(lead, body_, &sealer);
  return sealer.status();
}

absl::StatusOr<bool> Session::IsErased(RecordKind kind, std::string_view id) {
  if (kind != RecordKind::kContact && kind != RecordKind::kLead) return false;
  ASSIGN_OR_RETURN(const int64_t slot, StoredSlot(kind, id));
  return slot < 0;
}

absl::Status Session::DestroyKey(RecordKind kind, std::string_view id, Time now) {
  if (kind != RecordKind::kContact && kind != RecordKind::kLead) {
    return absl::InvalidArgumentError("only contacts and leads have data keys");
  }
  RETURN_IF_ERROR(BeginWriting());
  ASSIGN_OR_RETURN(const int64_t slot, StoredSlot(kind, id));
  if (slot == 0) return NoSuchRecord(TableOf(kind), id);
  if (slot > 0) {
    Changes(ScopeKind::kRecord, id, kind);
    Query destroy = connection_.Prepare(kind == RecordKind::kContact ? Sql::kDestroyContactKey : Sql::kDestroyLeadKey);
    RETURN_IF_ERROR(Run(destroy.Bind(tenant_, id)));
  }
  erased_.push_back({tenant_, {kind, std::string(id)}, std::abs(slot), now});
  auto& slots = kind == RecordKind::kContact ? contact_slots_ : lead_slots_;
  slots.insert_or_assign(std::string(id), -std::abs(slot));
  return absl::OkStatus();
}

absl::Status Session::ForgetContent(std::string_view request_id) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRequest, request_id);
  Query forget = connection_.Prepare(Sql::kForgetRequest);
  return Run(forget.Bind(tenant_, request_id, kErasedRequest, Blob{}));
}

}  // namespace leadline::store
