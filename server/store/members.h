// The members of the stored records, in the order in which they are written. One list serves writing and reading,
// so that the two cannot differ. The place in its list is a member's number in what is stored (the first is 1): never
// take one out or put one in between; only append. What is appended must not be an enumeration or hold one that is
// always there (std::optional does), since a body of before has none. Names are for people.
//
// `c.Personal` marks what says who a person is, or what somebody wrote of them; it is sealed with the person's key
// (sealing/). `c.Image` is the image of a field that may be such a one.
//
// `C` is a BinaryWriter, a BinaryReader or a JsonWriter; `C::Ref<T>` is `const T&` or `T&`. What a table keeps in
// columns of its own (id and version of accounts, contacts and leads) has no member here. Those of the ledger and of
// packs: ledger_members.h.
#pragma once

#include "domain/activities/activity_tally.h"
#include "domain/records.h"

namespace leadline::store {

template <typename C>
void Members(C& c, typename C::template Ref<domain::ProductInterest> r) {
  c("product", r.product);
  c("points", r.points);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::AccountScore> r) {
  c("total", r.total);
  c("dimensions", r.dimensions);
  c("people", r.people);
  c("left_out", r.left_out);
  c("products", r.products);
  c("policy", r.policy);
  c("as_of", r.as_of);
  c("position", r.position);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::StatusWord> r) {
  c("time", r.time);
  c("status", r.status);
  c("trigger", r.trigger);
  c("lead_alone", r.lead_alone);
  c("decided", r.decided);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ValueTime> r) {
  c("field", r.field);
  c("time", r.time);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ValueTimes> r) {
  c("first", r.first);
  c("later", r.later);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Account> r) {
  c("name", r.name);
  c("domain", r.domain);
  c("country", r.country);
  c("region", r.region);
  c("industry", r.industry);
  c("employees", r.employees);
  c("owner", r.owner);
  c("attributes", r.attributes);
  c("created_at", r.created_at);
  c("updated_at", r.updated_at);
  c("merged_into", r.merged_into);
  c("score", r.score);
  c("value_times", r.value_times);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Score> r) {
  c("total", r.total);
  c("central", r.central);
  c("adjustment", r.adjustment);
  c("dimensions", r.dimensions);
  c("threshold", r.threshold);
  c("qualified", r.qualified);
  c("as_of", r.as_of);
  c("warm", r.warm);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Meaning> r) {
  c("seniority", r.seniority);
  c("industry", r.industry);
  c("source", r.source);
  c("language", r.language);
  c("department", r.department);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::DerivedMeaning> r) {
  c("central", r.central);
  c("regional", r.regional);
  c("derived_from", r.derived_from);
  c("generation", r.generation);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Contact> r) {
  c("account_id", r.account_id);
  c.Personal("given_name", r.given_name);
  c.Personal("family_name", r.family_name);
  c.Personal("email", r.email);
  c.Personal("phone", r.phone);
  c.Personal("title", r.title);
  c("language", r.language);
  c("country", r.country);
  c("meaning", r.meaning);
  c("status", r.status);
  c("status_since", r.status_since);
  c("disposition", r.disposition);
  c("score", r.score);
  c("marketable", r.marketable);
  c.Personal("attributes", r.attributes);
  c("created_at", r.created_at);
  c("updated_at", r.updated_at);
  c("merged_into", r.merged_into);
  c("erased_at", r.erased_at);
  c("next_decision_at", r.next_decision_at);
  c("handled_at", r.handled_at);
  c("not_marketable_reason", r.not_marketable_reason);
  c("moves", r.moves);
  c("value_times", r.value_times);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ContactRole> r) {
  c("contact_id", r.contact_id);
  c("role", r.role);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Money> r) {
  c("currency", r.currency);
  c("micros", r.micros);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::SlaClock> r) {
  c("sla_id", r.sla_id);
  c("start", r.start);
  c("warn", r.warn);
  c("due", r.due);
  c("stopped", r.stopped);
  c("state", r.state);
  c("calendar", r.calendar);
  c("since", r.since);
  c("counted", r.counted);
  c("paused", r.paused);
  c("steps", r.steps);
  c("step_at", r.step_at);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::FormerRep> r) {
  c("rep", r.rep);
  c("until", r.until);
  c("rejected_by", r.rejected_by);
  c("rejected_for", r.rejected_for);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Lead> r) {
  c("account_id", r.account_id);
  c("contacts", r.contacts);
  c("source", r.source);
  c("region", r.region);
  c("country", r.country);
  c("language", r.language);
  c("meaning", r.meaning);
  c("products", r.products);
  c("value", r.value);
  c("probability", r.probability);
  c("purchased", r.purchased);
  c("status", r.status);
  c("status_since", r.status_since);
  c("disposition", r.disposition);
  c("score", r.score);
  c("assignee", r.assignee);
  c("hold_queue", r.hold_queue);
  c("sla", r.sla);
  c("open", r.open);
  c("activity_count", r.activity_count);
  c("last_activity_at", r.last_activity_at);
  c.Personal("attributes", r.attributes);
  c("created_at", r.created_at);
  c("updated_at", r.updated_at);
  c("merged_into", r.merged_into);
  c("next_decision_at", r.next_decision_at);
  c("handled_at", r.handled_at);
  c("held_by", r.held_by);
  c("held_since", r.held_since);
  c("other_clocks", r.other_clocks);
  c("handed_on", r.handed_on);
  c("moves", r.moves);
  c("given_by", r.given_by);
  c("former", r.former);
  c("split_from", r.split_from);
  c("split_at", r.split_at);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Absence> r) {
  c("start", r.start);
  c("end", r.end);
}

// What of it is in no column.
template <typename C>
void Members(C& c, typename C::template Ref<domain::RepState> r) {
  c("absences", r.absences);
  c("given", r.given);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PoolState> r) {
  c("rep", r.rep_id);
  c("turns_owed", r.turns_owed);
  c("assigned", r.assigned);
  c("last_assigned", r.last_assigned);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Activity> r) {
  c("id", r.id);
  c("lead_id", r.lead_id);
  c("contact_id", r.contact_id);
  c("account_id", r.account_id);
  c("channel", r.channel);
  c("investment", r.investment);
  c("response", r.response);
  c("time", r.time);
  c("product", r.product);
  c.Personal("subject", r.subject);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::LastSign> r) {
  c("number", r.number);
  c("last", r.last);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::DayOfActivities> r) {
  c("day", r.day);
  c("count", r.count);
  c("last", r.last);
  c("interactions", r.interactions);
  c("last_interaction", r.last_interaction);
  c("last_interaction_id", r.last_interaction_id);
  c("last_contact_request", r.last_contact_request);
  c("signs", r.signs);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ClassOfActivities> r) {
  c("number", r.number);
  c("days", r.days);
  c("counts", r.counts);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ActivityTally> r) {
  c("counted_by", r.counted_by);
  c("days", r.days);
  c("classes", r.classes);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::FieldChange> r) {
  c("field", r.field);
  c.Image("before", r.field, r.before);
  c.Image("after", r.field, r.after);
}

// The rest of a merge stands in columns.
template <typename C>
void Members(C& c, typename C::template Ref<domain::MergeRecord> r) {
  c("actor", r.actor);
  c.Personal("reason", r.reason);
  c("changed", r.changed);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::RecordRef> r) {
  c("kind", r.kind);
  c("id", r.id);
}

}  // namespace leadline::store
