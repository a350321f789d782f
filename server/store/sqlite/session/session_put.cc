// Accounts, contacts and leads: writing.
#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/listing.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

template <typename T, typename F>
std::string JoinColumn(const std::vector<T>& items, F text) {
  std::string joined;
  for (const T& item : items) {
    joined += kSeparator;
    joined += text(item);
  }
  if (!joined.empty()) {
    joined += kSeparator;
  }
  return joined;
}

bool Contains(std::string_view joined, std::string_view item) {
  const auto separator = [joined](size_t at) { return at < joined.size() && joined[at] == kSeparator; };
  for (size_t at = joined.find(item); at != std::string_view::npos; at = joined.find(item, at + 1)) {
    if (at > 0 && separator(at - 1) && separator(at + item.size())) {
      return true;
    }
  }
  return false;
}

// Calls `f` for every item; stops at an error.
template <typename F>
absl::Status ForEachItem(std::string_view joined, F f) {
  while (joined.size() > 1) {
    joined.remove_prefix(1);
    const size_t end = std::min(joined.find(kSeparator), joined.size());
    RETURN_IF_ERROR(f(joined.substr(0, end)));
    joined.remove_prefix(end);
  }
  return absl::OkStatus();
}

Time Earlier(Time a, Time b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

// When time alone changes the clock; 0: never.
Time StepOf(const domain::SlaClock& clock) {
  if (clock.state == domain::SlaState::kRunning) return Earlier(clock.warn, clock.due);
  return clock.state == domain::SlaState::kWarned ? clock.due : clock.step_at;
}

// When time alone has something for the record; 0: never.
Time NextOf(const domain::Contact& contact) { return contact.merged_into.empty() ? contact.next_decision_at : 0; }
Time NextOf(const domain::Lead& lead) {
  if (!lead.merged_into.empty()) return 0;
  Time next = lead.next_decision_at;
  if (lead.sla.has_value()) next = Earlier(StepOf(*lead.sla), next);
  for (const domain::SlaClock& clock : lead.other_clocks) next = Earlier(StepOf(clock), next);
  return next;
}

// What stands beside a lead's body, other than its members as they are. Lives no longer than the lead.
struct BesideLead {
  explicit BesideLead(const domain::Lead& lead)
      : source(domain::Meant(lead.meaning.central.source, lead.source)),
        products(JoinColumn(lead.products, [](const std::string& p) -> const std::string& { return p; })),
        contacts(JoinColumn(lead.contacts, [](const auto& c) -> const std::string& { return c.contact_id; })) {
    if (!lead.sla.has_value()) return;
    clock_start = lead.sla->start;
    clock_sla = lead.sla->sla_id;
  }
  std::string_view source;
  std::string products, contacts;
  Time clock_start = 0;
  std::string_view clock_sla;
};

// Texts of the update statements, by what they set.
template <size_t kSets>
std::array<std::string, kSets> MakeTexts(std::string (*text)(unsigned)) {
  std::array<std::string, kSets> texts;
  for (unsigned i = 0; i < kSets; ++i) {
    texts[i] = text(i);
  }
  return texts;
}

}  // namespace

absl::Status Session::Put(domain::Account& account) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRecord, account.id, domain::RecordKind::kAccount);
  Encode(account, body_);
  if (account.version == 0) {
    Query insert = connection_.Prepare(Sql::kInsertAccount);
    RETURN_IF_ERROR(Run(insert.Bind(tenant_, account.id, account.region, Blob{}, Blob{body_})));
    if (connection_.changes() == 0) {
      return RecordExists("accounts", account.id);
    }
    account.version = 1;
    keyless_ = {domain::RecordKind::kAccount, account.id};
    return absl::OkStatus();
  }
  Query update = connection_.Prepare(Sql::kUpdateAccount);
  RETURN_IF_ERROR(Run(update.Bind(tenant_, account.id, account.version, account.region, Blob{body_})));
  if (connection_.changes() == 0) {
    Query state = connection_.Prepare(Sql::kAccountState);
    const int64_t stored = state.Bind(tenant_, account.id).Next() ? state.Int(0) : 0;
    RETURN_IF_ERROR(Break(state.status()));
    return VersionMismatch("accounts", account.id, account.version, stored);
  }
  ++account.version;
  return absl::OkStatus();
}

absl::Status Session::Put(domain::Contact& contact) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRecord, contact.id, domain::RecordKind::kContact);
  return contact.version == 0 ? InsertContact(contact) : UpdateContact(contact);
}

absl::Status Session::InsertContact(domain::Contact& contact) {
  Changes(ScopeKind::kContactsOfAccount, contact.account_id);
  ASSIGN_OR_RETURN(const int64_t slot, SlotOfNew(domain::RecordKind::kContact, contact.id));
  RETURN_IF_ERROR(EncodeContact(contact, slot));
  Query insert = connection_.Prepare(Sql::kInsertContact);
  RETURN_IF_ERROR(Run(insert.Bind(tenant_, contact.id, contact.status, contact.account_id, contact.created_at,
                                  contact.merged_into, NextOf(contact), slot, Blob{}, Blob{body_})));
  if (connection_.changes() == 0) {
    return RecordExists("contacts", contact.id);
  }
  contact.version = 1;
  keyless_ = {domain::RecordKind::kContact, contact.id};
  return absl::OkStatus();
}

absl::Status Session::UpdateContact(domain::Contact& contact) {
  unsigned changed = 0;
  int64_t slot = 0;
  {
    Query state = connection_.Prepare(Sql::kContactState);
    const bool found = state.Bind(tenant_, contact.id).Next();
    RETURN_IF_ERROR(Break(state.status()));
    const int64_t stored = found ? state.Int(0) : 0;
    if (stored != contact.version) {
      return VersionMismatch("contacts", contact.id, contact.version, stored);
    }
    slot = state.Int(3);
    changed = (state.Text(1) != contact.account_id ? kContactAccount : 0U) |
              (state.Int(2) != NextOf(contact) ? kContactNext : 0U);
    if ((changed & kContactAccount) != 0) {
      Changes(ScopeKind::kContactsOfAccount, state.Text(1));
      Changes(ScopeKind::kContactsOfAccount, contact.account_id);
    }
  }
  static const auto texts = MakeTexts<kContactColumnSets>(UpdateContactSql);
  contact_slots_.emplace(contact.id, slot);
  RETURN_IF_ERROR(EncodeContact(contact, slot));
  Query update = connection_.Prepare(texts[changed]);
  RETURN_IF_ERROR(Run(update.Bind(tenant_, contact.id, contact.status, contact.account_id, contact.created_at,
                                  contact.merged_into, NextOf(contact), Blob{body_}, contact.version)));
  if (connection_.changes() != 1) {
    return Break(absl::InternalError(fmt::format("contacts/{} changed within its transaction", contact.id)));
  }
  ++contact.version;
  return absl::OkStatus();
}

absl::Status Session::Put(domain::Lead& lead) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kRecord, lead.id);
  return lead.version == 0 ? InsertLead(lead) : UpdateLead(lead);
}

absl::Status Session::InsertLead(domain::Lead& lead) {
  Changes(ScopeKind::kLeadsOfAccount, lead.account_id);
  ASSIGN_OR_RETURN(const int64_t slot, SlotOfNew(domain::RecordKind::kLead, lead.id));
  RETURN_IF_ERROR(EncodeLead(lead, slot));
  const BesideLead columns(lead);
  const int64_t external_key = ExternalKeyOf(lead, slot);
  {
    Query insert = connection_.Prepare(Sql::kInsertLead);
    RETURN_IF_ERROR(Run(insert.Bind(tenant_, lead.id, lead.status, lead.assignee, lead.account_id, lead.merged_into,
                                    lead.region, columns.source, columns.products, lead.created_at, columns.clock_start,
                                    columns.clock_sla, NextOf(lead), columns.contacts, lead.hold_queue, lead.held_since,
                                    slot, Blob{body_}, ListedScore(lead), external_key)));
  }
  if (connection_.changes() == 0) {
    return RecordExists("leads", lead.id);
  }
  RETURN_IF_ERROR(LinkContacts(lead.id, {}, columns.contacts));
  RETURN_IF_ERROR(FollowExternalKey(lead.id, 0, external_key));
  RETURN_IF_ERROR(FollowClock(lead, 0, {}));
  lead.version = 1;
  return absl::OkStatus();
}

absl::Status Session::UpdateLead(domain::Lead& lead) {
  unsigned changed = 0;
  int64_t slot = 0;
  Time clock_start = 0;
  std::string clock_sla, contacts;  // as they were
  int64_t external_key = 0;         // the same
  std::string source;               // the same
  {
    Query state = connection_.Prepare(Sql::kLeadState);
    const bool found = state.Bind(tenant_, lead.id).Next();
    RETURN_IF_ERROR(Break(state.status()));
    const int64_t stored = found ? state.Int(0) : 0;
    if (stored != lead.version) {
      return VersionMismatch("leads", lead.id, lead.version, stored);
    }
    changed =
        (state.Text(1) != lead.status ? kLeadStatus : 0U) | (state.Text(2) != lead.assignee ? kLeadAssignee : 0U) |
        (state.Text(3) != lead.account_id ? kLeadAccount : 0U) | (state.Text(4) != lead.merged_into ? kLeadMerge : 0U) |
        (state.Int(8) != NextOf(lead) ? kLeadNext : 0U) |
        (state.Text(10) != lead.hold_queue || state.Int(11) != lead.held_since ? kLeadQueue : 0U) |
        (state.Real(12) != ListedScore(lead) ? kLeadScore : 0U) | (state.Text(13) != lead.region ? kLeadRegion : 0U);
    if ((changed & kLeadAccount) != 0) {
      Changes(ScopeKind::kLeadsOfAccount, state.Text(3));
      Changes(ScopeKind::kLeadsOfAccount, lead.account_id);
    }
    clock_start = state.Int(5);
    clock_sla = state.String(6);
    contacts = state.String(7);
    slot = state.Int(9);
    external_key = state.Int(14);
    source = state.Text(15);
  }
  static const auto texts = MakeTexts<kLeadColumnSets>(UpdateLeadSql);
  lead_slots_.emplace(lead.id, slot);
  RETURN_IF_ERROR(EncodeLead(lead, slot));
  const BesideLead columns(lead);
  const int64_t new_key = ExternalKeyOf(lead, slot);
  {
    Query update = connection_.Prepare(texts[changed]);
    RETURN_IF_ERROR(Run(update.Bind(tenant_, lead.id, lead.status, lead.assignee, lead.account_id, lead.merged_into,
                                    lead.region, columns.source, columns.products, lead.created_at, columns.clock_start,
                                    columns.clock_sla, NextOf(lead), columns.contacts, Blob{body_}, lead.hold_queue,
                                    lead.held_since, lead.version, ListedScore(lead), new_key)));
  }
  if (connection_.changes() != 1) {
    return Break(absl::InternalError(fmt::format("leads/{} changed within its transaction", lead.id)));
  }
  RETURN_IF_ERROR(LinkContacts(lead.id, contacts, columns.contacts));
  RETURN_IF_ERROR(FollowExternalKey(lead.id, external_key, new_key));
  RETURN_IF_ERROR(FollowClock(lead, clock_start, clock_sla));
  if (source != columns.source) {
    Query note = connection_.Prepare(Sql::kNoteOtherSource);
    RETURN_IF_ERROR(Run(note.Bind(tenant_, lead.id)));
  }
  ++lead.version;
  return absl::OkStatus();
}

// Of an erased person nothing is kept by which the lead could be found.
int64_t Session::ExternalKeyOf(const domain::Lead& lead, int64_t slot) const {
  const std::string key = slot < 0 ? std::string() : ExternalIdKey(lead);
  return key.empty() ? 0 : keys_.HashOf(key);
}

absl::Status Session::FollowExternalKey(std::string_view lead_id, int64_t before, int64_t after) {
  if (before == after) return absl::OkStatus();
  const int64_t kind = static_cast<int64_t>(domain::RecordKind::kLead);
  if (before != 0) {
    changed_scopes_.push_back(ScopeOfHash(domain::RecordKind::kLead, before));
    Query remove = connection_.Prepare(Sql::kDeleteKey);
    RETURN_IF_ERROR(Run(remove.Bind(tenant_, kind, before, lead_id)));
  }
  if (after == 0) return absl::OkStatus();
  changed_scopes_.push_back(ScopeOfHash(domain::RecordKind::kLead, after));
  Query insert = connection_.Prepare(Sql::kInsertKey);
  return Run(insert.Bind(tenant_, kind, after, lead_id));
}

// Makes the rows of lead_contacts follow the lead's list of contacts.
absl::Status Session::LinkContacts(std::string_view lead_id, std::string_view before, std::string_view after) {
  if (before == after) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(ForEachItem(before, [&](std::string_view contact) {
    if (Contains(after, contact)) {
      return absl::OkStatus();
    }
    return UnlinkContact(lead_id, contact);
  }));
  return ForEachItem(after, [&](std::string_view contact) {
    if (Contains(before, contact)) {
      return absl::OkStatus();
    }
    Changes(ScopeKind::kLeadsOfContact, contact);
    Query name = connection_.Prepare(Sql::kNameLeadContact);
    RETURN_IF_ERROR(Run(name.Bind(tenant_, contact, lead_id)));
    linked_ = {std::string(contact), std::string(lead_id)};
    return absl::OkStatus();
  });
}

// The row stays while activities of the contact are found through it.
absl::Status Session::UnlinkContact(std::string_view lead_id, std::string_view contact_id) {
  Changes(ScopeKind::kLeadsOfContact, contact_id);
  linked_ = {};
  bool needed = false;
  {
    Query query = connection_.Prepare(Sql::kHasActivityOnLead);
    needed = query.Bind(tenant_, lead_id, contact_id).Next();
    RETURN_IF_ERROR(Break(query.status()));
  }
  Query unlink = connection_.Prepare(needed ? Sql::kUnnameLeadContact : Sql::kDeleteLeadContact);
  return Run(unlink.Bind(tenant_, contact_id, lead_id));
}

}  // namespace leadline::store
