// The fields of records by name, for whatever goes through all of them: merging, comparing, folding. Pure and
// thread-safe.
#pragma once

#include <string_view>
#include <type_traits>
#include <vector>

#include "domain/records.h"

namespace leadline::domain {

inline constexpr std::string_view kAttributePrefix = "attributes.";

// Who sets a field.
enum class FieldRole {
  kGiven,    // whoever sends data: a merge chooses between two values by the policy
  kOwn,      // the record's own past: shown in its history, and never another record's, but for what MergeFields says
  kDecided,  // decisions and counters, which have events of their own
};

// Calls `visit(name, role, field of each record...)` for every field but id, version, attributes, and what is derived
// or has a form of its own (meaning, next_decision_at, score, service-level clock), in the order of the record. The
// records are of one kind.
template <typename Visit, typename... Records>
requires(std::is_same_v<std::remove_const_t<Records>, Account>&&...) void VisitFields(Visit&& visit, Records&... r) {
  visit("name", FieldRole::kGiven, r.name...);
  visit("domain", FieldRole::kGiven, r.domain...);
  visit("country", FieldRole::kGiven, r.country...);
  visit("region", FieldRole::kGiven, r.region...);
  visit("industry", FieldRole::kGiven, r.industry...);
  visit("employees", FieldRole::kGiven, r.employees...);
  visit("owner", FieldRole::kGiven, r.owner...);
  visit("created_at", FieldRole::kOwn, r.created_at...);
  visit("updated_at", FieldRole::kDecided, r.updated_at...);
  visit("merged_into", FieldRole::kDecided, r.merged_into...);
}

template <typename Visit, typename... Records>
requires(std::is_same_v<std::remove_const_t<Records>, Contact>&&...) void VisitFields(Visit&& visit, Records&... r) {
  visit("account_id", FieldRole::kGiven, r.account_id...);
  visit("given_name", FieldRole::kGiven, r.given_name...);
  visit("family_name", FieldRole::kGiven, r.family_name...);
  visit("email", FieldRole::kGiven, r.email...);
  visit("phone", FieldRole::kGiven, r.phone...);
  visit("title", FieldRole::kGiven, r.title...);
  visit("language", FieldRole::kGiven, r.language...);
  visit("country", FieldRole::kGiven, r.country...);
  // Follows from what the person did.
  visit("marketable", FieldRole::kOwn, r.marketable...);
  visit("not_marketable_reason", FieldRole::kOwn, r.not_marketable_reason...);
  visit("created_at", FieldRole::kOwn, r.created_at...);
  visit("status", FieldRole::kDecided, r.status...);
  visit("status_since", FieldRole::kDecided, r.status_since...);
  visit("handled_at", FieldRole::kOwn, r.handled_at...);
  visit("disposition", FieldRole::kDecided, r.disposition...);
  visit("updated_at", FieldRole::kDecided, r.updated_at...);
  visit("merged_into", FieldRole::kDecided, r.merged_into...);
  visit("erased_at", FieldRole::kDecided, r.erased_at...);
}

template <typename Visit, typename... Records>
requires(std::is_same_v<std::remove_const_t<Records>, Lead>&&...) void VisitFields(Visit&& visit, Records&... r) {
  visit("account_id", FieldRole::kGiven, r.account_id...);
  visit("contacts", FieldRole::kGiven, r.contacts...);
  visit("source", FieldRole::kGiven, r.source...);
  visit("region", FieldRole::kGiven, r.region...);
  visit("country", FieldRole::kGiven, r.country...);
  visit("language", FieldRole::kGiven, r.language...);
  visit("products", FieldRole::kGiven, r.products...);
  visit("value", FieldRole::kGiven, r.value...);
  visit("probability", FieldRole::kGiven, r.probability...);
  // How this very record came in.
  visit("purchased", FieldRole::kOwn, r.purchased...);
  visit("split_from", FieldRole::kOwn, r.split_from...);
  visit("split_at", FieldRole::kOwn, r.split_at...);
  visit("created_at", FieldRole::kOwn, r.created_at...);
  visit("status", FieldRole::kDecided, r.status...);
  visit("status_since", FieldRole::kDecided, r.status_since...);
  visit("handled_at", FieldRole::kOwn, r.handled_at...);
  visit("disposition", FieldRole::kDecided, r.disposition...);
  visit("assignee", FieldRole::kDecided, r.assignee...);
  visit("hold_queue", FieldRole::kDecided, r.hold_queue...);
  visit("held_by", FieldRole::kDecided, r.held_by...);
  visit("held_since", FieldRole::kDecided, r.held_since...);
  visit("open", FieldRole::kDecided, r.open...);
  visit("activity_count", FieldRole::kDecided, r.activity_count...);
  visit("last_activity_at", FieldRole::kDecided, r.last_activity_at...);
  visit("updated_at", FieldRole::kDecided, r.updated_at...);
  visit("merged_into", FieldRole::kDecided, r.merged_into...);
}

// Whether a contact's or a lead's field, or attribute, says who the person is or what somebody wrote of them: it goes
// when the person is erased.
bool IsPersonal(std::string_view field);

// What was given differently in two states of a record, field by field; attributes as "attributes.<name>".
std::vector<FieldChange> DiffFields(const Account& before, const Account& after);
std::vector<FieldChange> DiffFields(const Contact& before, const Contact& after);
std::vector<FieldChange> DiffFields(const Lead& before, const Lead& after);

// The same with everything that has a name in record_fields.h, what is decided included.
std::vector<FieldChange> DiffState(const Account& before, const Account& after);
std::vector<FieldChange> DiffState(const Contact& before, const Contact& after);
std::vector<FieldChange> DiffState(const Lead& before, const Lead& after);

// Sets the field to `after`. False, and nothing changed, when there is no such field or the image is of another kind.
// An erased image changes nothing, and that is right: further on in the record's history the field is erased, too, or
// the merge that it was part of is undone.
bool SetField(const FieldChange& change, Account& account);
bool SetField(const FieldChange& change, Contact& contact);
bool SetField(const FieldChange& change, Lead& lead);

}  // namespace leadline::domain
